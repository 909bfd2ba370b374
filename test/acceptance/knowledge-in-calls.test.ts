import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { graphql } from '../../src/client/gql/gql.js';
import { Login } from '../../src/client/operations.js';
import { AtOnce } from '../support/at-once.js';
import {
  ADMIN,
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { until } from '../support/postgres/until.js';
import { eventsOf, TestCalls } from '../support/test-calls.js';

const DocumentStatus = graphql(`
  query DocumentStatus($id: ID!) {
    knowledgeDocument(id: $id) {
      status
    }
  }
`);

const QUESTION = [{ say: 'When does the swimming pool open?' }, { waitForAgent: true }];
const ASKS = [{ waitForAgent: true }, ...QUESTION, { hangUp: true }];
/** A machine that stands still for 300 ms makes a lookup late, and the agent answers without: a caller asks again. */
const ASKS_TWICE = [{ waitForAgent: true }, ...QUESTION, ...QUESTION, { hangUp: true }];

describe('a call to a tenant with documents', () => {
  let directory: string;
  let platform: TestPlatform;
  const calls = new AtOnce();
  beforeAll(async () => {
    directory = await makeTestDirectory();
    platform = await startTestPlatform({ environment: { DATA_DIR: directory } });
    calls.start();
  });
  afterAll(async () => {
    await calls.settled();
    await platform.close();
    await removeTestDirectory(directory);
  });

  const addDocument = async ({ tenantId, client }: TestTenant, text: string): Promise<string> => {
    const { login } = await platform.admin.request(Login, { input: { ...ADMIN, tenantId } });
    const body = new FormData();
    body.set('file', new File([text], 'pool.txt', { type: 'text/plain' }));
    body.set('title', 'Swimming pool');
    const headers = { authorization: `Bearer ${login.accessToken}` };
    const response = await fetch(`${platform.url}/upload/knowledge`, { method: 'POST', headers, body });
    const { document } = (await response.json()) as { readonly document: { readonly id: string } };
    await until('the document is ready', async () => {
      const { knowledgeDocument } = await client.request(DocumentStatus, { id: document.id });
      return knowledgeDocument?.status === 'READY';
    });
    return document.id;
  };

  const answered = (settings: object) =>
    calls.add(async () => {
      const tenant = await createTestTenant(platform, { greeting: 'Hello.', ...settings });
      const documentId = await addDocument(tenant, 'The swimming pool opens at half past six every morning.');
      return { documentId, call: await new TestCalls(platform, tenant).talk(ASKS_TWICE) };
    });
  it.each([
    ['a model', answered({})],
    ['a model that speaks itself', answered({ speechToSpeech: { provider: 'sandbox' } })],
  ])('is answered by %s from them, and tells from which', async (_, talked) => {
    const { documentId, call } = await talked();
    const retrieved = eventsOf(call, 'KnowledgeRetrieved');
    expect(retrieved.map(({ turn }) => turn)).toEqual([1, 2]);
    const found = retrieved.find(({ outcome }) => outcome === 'found');
    expect(found).toMatchObject({ hits: [{ documentId, chunk: 0 }] });
    const fromIt = call.turns.find(({ turn }) => turn === found?.turn);
    expect(fromIt?.agentHeardText).toContain('half past six');
    expect(fromIt?.latency?.retrievalMs).toBeLessThanOrEqual(300);
    expect(JSON.stringify(retrieved)).not.toContain('half past six');
    const types = call.events.nodes.map(({ type }) => type);
    expect(types.indexOf('KnowledgeRetrieved')).toBeLessThan(types.indexOf('AgentTurnStarted'));
  });

  const plain = calls.add(async () => {
    const tenant = await createTestTenant(platform, { greeting: 'Hello.' });
    return new TestCalls(platform, tenant).talk(ASKS);
  });
  it('has the events of any other where the tenant has none', async () => {
    const call = await plain();
    expect(eventsOf(call, 'KnowledgeRetrieved')).toEqual([]);
    expect(call.turns[1]?.latency).toMatchObject({ retrievalMs: null });
  });
});
