import { startEmbeddedPostgres } from '../../../src/database/embedded/embedded-postgres.js';

/**
 * A process that uses the embedded server of the directory in its first argument: it prints the superuser's URL as
 * one line, and stops when its standard input ends. Tests run it, compiled, to have somebody to kill.
 */
const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '', fsync: false });
process.stdout.write(`url ${server.superuserUrl()}\n`);
process.stdin.resume().once('end', () => void server.stop());
