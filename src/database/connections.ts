import pg from 'pg';

/**
 * Times are read as text, and a seal is over that text: it mustn't be written as a server, a database, a login or an address
 * happens to be set.
 */
const ISO_TIMES = '-c TimeZone=UTC -c DateStyle=ISO';

/** pg has an address's own options replace all others: they are taken out of it, and stand before ours. */
export const connectionTo = (url: string): pg.ClientConfig => {
  const bare = new URL(url);
  const own = bare.searchParams.get('options') ?? '';
  bare.searchParams.delete('options');
  return { connectionString: bare.href, options: `${own} ${ISO_TIMES}`.trim() };
};

/** `options`: of the session, as `-c name=value`, beside those that the connection has. */
export const withOptions = (connection: pg.ClientConfig, options: string): pg.ClientConfig => ({
  ...connection,
  options: `${connection.options ?? ''} ${options}`.trim(),
});

const ignore = (): void => undefined;

/**
 * A client whose lost connection fails the statement in hand, or the next one, which is where it's reported: without a
 * listener, Node ends the process.
 */
export const newClient = (config: pg.ClientConfig): pg.Client => new pg.Client(config).on('error', ignore);

/** As `newClient`, idle or in use: a connection that is lost is replaced when one is wanted. */
export const newPool = (config: pg.PoolConfig): pg.Pool =>
  new pg.Pool(config).on('error', ignore).on('connect', (client) => client.on('error', ignore));
