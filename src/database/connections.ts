import pg from 'pg';

const ignore = (): void => undefined;

/**
 * A client whose lost connection fails the statement in hand, or the next one, which is where it's reported: without a
 * listener, Node ends the process.
 */
export const newClient = (config: pg.ClientConfig): pg.Client => new pg.Client(config).on('error', ignore);

/** As `newClient`, idle or in use: a connection that is lost is replaced when one is wanted. */
export const newPool = (config: pg.PoolConfig): pg.Pool =>
  new pg.Pool(config).on('error', ignore).on('connect', (client) => client.on('error', ignore));
