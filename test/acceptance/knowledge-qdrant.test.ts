import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { graphql } from '../../src/client/gql/gql.js';
import { Login } from '../../src/client/operations.js';
import { type QdrantEmulator, startQdrantEmulator } from '../emulators/qdrant/emulator.js';
import {
  ADMIN,
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { until } from '../support/postgres/until.js';

const Ask = graphql(`
  query Ask($query: String!) {
    searchKnowledge(query: $query, minScore: -1) {
      documentId
      text
    }
  }
`);

const Forget = graphql(`
  mutation Forget($id: ID!) {
    deleteKnowledgeDocument(input: { documentId: $id }) {
      position
    }
  }
`);

const KEY = 'a key of a test';
const TEXT = 'Our opening hours are nine to five.';

describe('documents with their vectors in Qdrant', () => {
  let directory: string;
  let qdrant: QdrantEmulator;
  let before: TestPlatform;
  let platform: TestPlatform;
  let mine: TestTenant;
  beforeAll(async () => {
    directory = await makeTestDirectory();
    qdrant = await startQdrantEmulator(KEY);
    before = await startTestPlatform({ environment: { DATA_DIR: directory } });
    mine = await createTestTenant(before);
  });
  afterAll(async () => {
    await platform?.close();
    await before.close();
    await qdrant.close();
    await removeTestDirectory(directory);
  });

  const upload = async ({ admin, url }: TestPlatform): Promise<string> => {
    const { login } = await admin.request(Login, { input: { ...ADMIN, tenantId: mine.tenantId } });
    const form = new FormData();
    form.set('title', 'Hours');
    form.set('file', new File([TEXT], 'hours.txt'));
    const headers = { authorization: `Bearer ${login.accessToken}` };
    const response = await fetch(`${url}/upload/knowledge`, { method: 'POST', headers, body: form });
    const { document } = (await response.json()) as { readonly document: { readonly id: string } };
    return document.id;
  };

  const found = async ({ admin }: TestPlatform): Promise<readonly string[]> => {
    const { login } = await admin.request(Login, { input: { ...ADMIN, tenantId: mine.tenantId } });
    const client = admin.as(login.accessToken);
    const { searchKnowledge } = await client.request(Ask, { query: 'When do you open?' });
    return searchKnowledge.map(({ documentId }) => documentId).toSorted();
  };

  const points = (): number =>
    [...qdrant.collections.values()].reduce((sum, collection) => sum + collection.points.size, 0);

  it('are those of before, of now, and not those that were removed', async () => {
    const old = await upload(before);
    await until('it is found without Qdrant', async () => (await found(before)).includes(old));
    expect(points()).toBe(0);
    platform = await startTestPlatform({
      databaseUrl: before.databaseUrl,
      environment: { DATA_DIR: directory, QDRANT_URL: qdrant.origin, QDRANT_API_KEY: KEY },
    });
    await until('it is found in Qdrant', async () => (await found(platform)).includes(old));

    const fresh = await upload(platform);
    await until('both are found', async () => (await found(platform)).length === 2);
    expect(await found(platform)).toEqual([old, fresh]);
    expect(points()).toBe(2);
    const { login } = await platform.admin.request(Login, { input: { ...ADMIN, tenantId: mine.tenantId } });
    await platform.admin.as(login.accessToken).request(Forget, { id: old });
    expect(await found(platform)).toEqual([fresh]);
    await until('its vectors are gone', async () => points() === 1);
  });
});
