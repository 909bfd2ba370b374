import type { Credentials } from '@eventstore/db-client';
import { AppError, ErrorCode } from '../../domain/errors.js';

/** An append takes milliseconds; one that takes so long has lost its server. The connection string may say otherwise. */
const ANSWER_TIMEOUT_MS = 5_000;

const CONNECTION_STRING =
  /^esdb(?:\+discover)?:\/\/(?:(?<user>[^:@/?]+):(?<password>[^@/?]+)@)?(?<hosts>[^@/?]+)\/?(?:\?(?<options>.+))?$/;

/** Over an open line the client sends no credentials, but has to be given some: see `Connection.credentials`. */
const UNSENT: Credentials = { username: 'ledgerline', password: '' };

export interface Connection {
  /** For the client. */
  readonly connectionString: string;
  /** Without them an append would go by BatchAppend, which has no deadline, and whose failures hit others' appends. */
  readonly credentials: Credentials;
  /** Without user, password and options: for people. */
  readonly hosts: string;
}

interface Parts {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly hosts: string;
  readonly options: ReadonlyMap<string, string>;
}

const partsOf = (text: string): Parts | undefined => {
  const groups = CONNECTION_STRING.exec(text.trim())?.groups;
  if (!groups?.hosts) return undefined;
  const options = (groups.options ?? '')
    .split('&')
    .filter(Boolean)
    .map((option): [string, string] => {
      const [name = '', value = ''] = option.split('=');
      // As the client reads names: TLS, tls and t-l-s are one.
      return [name.trim().toLowerCase().replace(/[_-]/g, ''), value];
    });
  return { user: groups.user, password: groups.password, hosts: groups.hosts, options: new Map(options) };
};

/** What is wrong with a connection string, to be put behind its name; `undefined`: nothing. Never tells its password. */
export const connectionStringProblem = (text: string): string | undefined => {
  const parts = partsOf(text);
  if (!parts) return 'must be a connection string like esdb://user:password@host:2113';
  const { user, options } = parts;
  const isOpen = options.get('tls') === 'false';
  if (isOpen && user !== undefined) {
    return 'has a user and password with tls=false, over which they are never sent: leave out one of the two';
  }
  if (!isOpen && user === undefined) {
    return 'needs a user and password, as in esdb://user:password@host:2113; or ?tls=false for a server without security';
  }
  if (options.get('throwonappendfailure') === 'false') {
    return 'may not have throwOnAppendFailure=false: conflicts would be told with a wrong revision';
  }
  return undefined;
};

/** Throws `BAD_USER_INPUT` for a connection string that the adapter must not use. */
export const parseConnectionString = (text: string): Connection => {
  const problem = connectionStringProblem(text);
  const parts = partsOf(text);
  if (problem !== undefined || !parts) {
    throw new AppError(ErrorCode.BAD_USER_INPUT, `The EventStoreDB connection string ${problem}.`);
  }
  const { user, password, hosts, options } = parts;
  const deadline = `${options.size === 0 ? '?' : '&'}defaultDeadline=${ANSWER_TIMEOUT_MS}`;
  return {
    connectionString: `${text.trim().replace(/\/+$/, '')}${options.has('defaultdeadline') ? '' : deadline}`,
    credentials:
      user === undefined || password === undefined
        ? UNSENT
        : { username: decodeURIComponent(user), password: decodeURIComponent(password) },
    hosts,
  };
};
