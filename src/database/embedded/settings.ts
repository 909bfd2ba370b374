import { HOST } from './port.js';

/**
 * As `-c` options they hold whatever the cluster's files say, and change with our version of them, not with the
 * cluster's age.
 */
const SETTINGS = {
  listen_addresses: HOST,
  unix_socket_directories: '', // a socket's path must be under 108 bytes; ours can be any length
  cluster_name: 'ledgerline',
  max_connections: '100',
  shared_buffers: '128MB',
  wal_level: 'replica', // the ledger is the truth: an online base backup must stay possible
  max_wal_size: '1GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off', // our queries are short
  // Without errors: their text quotes values.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  // Statements and the details of errors ("Key (email)=(…) already exists") hold personal data: erasing its key
  // wouldn't reach a log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
} as const;

/** For data that nobody misses after a power cut: a test run's, which has several platforms of several processes at once. */
const WITHOUT_FSYNC = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
} as const;

/** The arguments of `postgres` after its data directory. */
export const serverArguments = (port: number, fsync: boolean): string[] =>
  Object.entries({ ...SETTINGS, ...(fsync ? {} : WITHOUT_FSYNC), port: String(port) }).flatMap(
    ([name, value]) => ['-c', `${name}=${value}`],
  );
