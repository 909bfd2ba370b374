import { Client } from 'pg';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/database/embedded/embedded-postgres.js';
import { prepareTemplate } from './template.js';
import { SERVER_URL_VARIABLE, TEMPLATE_DATABASE } from './test-database.js';
import { makeTestDirectory, removeAbandonedTestDirectories, removeTestDirectory } from './test-directory.js';

let running: { readonly server: EmbeddedPostgres; readonly directory: string } | undefined;

/**
 * Starts the one server of this test run, in a directory and at a port of its own, and builds the template database.
 */
export async function startTestServer(): Promise<void> {
  await removeAbandonedTestDirectories();
  const directory = await makeTestDirectory();
  try {
    const server = await startEmbeddedPostgres({ dataDir: directory, fsync: false });
    running = { server, directory };
    await buildTemplate(server);
    process.env[SERVER_URL_VARIABLE] = server.superuserUrl();
  } catch (error) {
    await stopTestServer();
    await removeTestDirectory(directory);
    throw error;
  }
}

export async function stopTestServer(): Promise<void> {
  if (!running) return;
  const { server, directory } = running;
  running = undefined;
  await server.stop();
  await removeTestDirectory(directory);
}

async function buildTemplate(server: EmbeddedPostgres): Promise<void> {
  const client = new Client({ connectionString: server.superuserUrl() });
  await client.connect();
  try {
    await client.query(`create database ${TEMPLATE_DATABASE}`);
    await prepareTemplate(server.superuserUrl(TEMPLATE_DATABASE));
    // A copy fails while anybody is connected to the original.
    await client.query(`alter database ${TEMPLATE_DATABASE} with is_template true allow_connections false`);
  } finally {
    await client.end();
  }
}
