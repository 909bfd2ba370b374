import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import { DataExport, EraseSubject, Login, RequestDataExport } from '../../src/client/operations.js';
import { MAX_DOCUMENT_BYTES } from '../../src/domain/document/limits.js';
import { newId } from '../../src/domain/ids.js';
import { documentStream } from '../../src/domain/stream.js';
import { AccessTokens } from '../../src/identity/tokens.js';
import {
  ADMIN,
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  testSecrets,
} from '../support/platform.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { until } from '../support/postgres/until.js';

const KnowledgeDocuments = graphql(`
  query KnowledgeDocuments($first: Int, $after: String, $filter: KnowledgeDocumentFilterInput) {
    knowledgeDocuments(first: $first, after: $after, filter: $filter) {
      nodes {
        id
        title
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`);

const KnowledgeDocument = graphql(`
  query KnowledgeDocument($id: ID!, $asOf: DateTime, $atRevision: Int) {
    knowledgeDocument(id: $id, asOf: $asOf, atRevision: $atRevision) {
      id
      title
      description
      tags
      fileName
      mediaType
      bytes
      status
      chars
      chunks
      failure {
        step
        code
      }
      uploadedBy
    }
    node(id: $id) {
      id
      __typename
    }
  }
`);

const KnowledgeState = graphql(`
  query KnowledgeState($stream: String!, $revision: Int) {
    stateAt(stream: $stream, revision: $revision) {
      storedAt
      state
      readModels
    }
  }
`);

const SearchKnowledge = graphql(`
  query SearchKnowledge($query: String!, $limit: Int, $minScore: Float, $tags: [String!]) {
    searchKnowledge(query: $query, limit: $limit, minScore: $minScore, tags: $tags) {
      documentId
      title
      chunk
      text
      score
    }
  }
`);

const DeleteKnowledgeDocument = graphql(`
  mutation DeleteKnowledgeDocument($id: ID!) {
    deleteKnowledgeDocument(input: { documentId: $id }) {
      document {
        id
        status
      }
      userErrors {
        field
        code
      }
    }
  }
`);

const HOURS = 'Our opening hours are nine to five on weekdays, and nine to one on Saturday.';
const PARKING = 'Parking is free for our guests. The garage is behind the house.';

interface Upload {
  readonly content?: string | Uint8Array<ArrayBuffer>;
  readonly name?: string;
  readonly type?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly token?: string;
}

describe('knowledge', () => {
  let directory: string;
  let platform: TestPlatform;
  let mine: TestTenant;
  let token: string;

  beforeAll(async () => {
    directory = await makeTestDirectory();
    platform = await startTestPlatform({ environment: { DATA_DIR: directory } });
  });
  beforeEach(async () => {
    mine = await createTestTenant(platform);
    const { login } = await platform.admin.request(Login, { input: { ...ADMIN, tenantId: mine.tenantId } });
    token = login.accessToken;
  });
  afterAll(async () => {
    await platform.close();
    await removeTestDirectory(directory);
  });

  const upload = async ({
    content = HOURS,
    name = 'hours.txt',
    type = 'text/plain',
    fields = { title: 'Opening hours' },
    token: bearer = token,
  }: Upload = {}) => {
    const form = new FormData();
    // A title may come behind the file.
    form.set('file', new File([content], name, { type }));
    for (const [field, value] of Object.entries(fields)) form.set(field, value);
    const headers = { authorization: `Bearer ${bearer}` };
    const response = await fetch(`${platform.url}/upload/knowledge`, { method: 'POST', headers, body: form });
    const body = (await response.json()) as { readonly document: { readonly id: string } };
    return { status: response.status, body };
  };

  const uploaded = async (options: Upload = {}): Promise<string> => {
    const { status, body } = await upload(options);
    expect({ status, body }).toMatchObject({ status: 201 });
    return body.document.id;
  };

  const find = async (
    id: string,
    client: ApiClient = mine.client,
    moment: { readonly asOf?: string; readonly atRevision?: number } = {},
  ) => (await client.request(KnowledgeDocument, { id, ...moment })).knowledgeDocument;

  const ended = async (id: string) => {
    let found = await find(id);
    await until('the document is ready, or failed', async () => {
      found = await find(id);
      return found?.status === 'READY' || found?.status === 'FAILED';
    });
    return found;
  };

  const ready = async (options: Upload = {}): Promise<string> => {
    const id = await uploaded(options);
    expect(await ended(id)).toMatchObject({ status: 'READY', failure: null });
    return id;
  };

  const search = async (query: string, rest: object = {}, client: ApiClient = mine.client) =>
    (await client.request(SearchKnowledge, { query, ...rest })).searchKnowledge;

  const objectsOf = async (tenantId: string): Promise<readonly string[]> => {
    const folder = join(directory, 'objects', 'documents', tenantId);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  };

  const tokenOf = (tenantRole: 'MEMBER' | 'ADMIN'): string =>
    new AccessTokens(testSecrets.jwtKeys, 600).issue({
      userId: newId('user'),
      tenantId: mine.tenantId,
      tenantRole,
      platformRole: null,
    }).accessToken;

  const eventsOf = (id: string) => platform.storage.ledger.readStream(documentStream(mine.tenantId, id));

  it('is taken by no object store that went away, and by the one that came back', async () => {
    const objects = join(directory, 'objects');
    await rename(objects, `${objects}-unmounted`);
    try {
      await mkdir(objects);
      expect(await upload()).toMatchObject({
        status: 503,
        // Where it should be is the operators' to know: that's in the log.
        body: { error: { code: 'UNAVAILABLE', message: "The object store isn't there; try again later." } },
      });
      expect(await readdir(objects)).toEqual([]);
    } finally {
      await rm(objects, { recursive: true });
      await rename(`${objects}-unmounted`, objects);
    }
    await ready();
  });

  it('is a file that is uploaded, becomes ready, and is found by what it says', async () => {
    const { status, body } = await upload({
      name: 'öffnungszeiten.txt',
      fields: { title: 'Opening hours', description: 'Of the shop.', tags: 'shop, hours,shop' },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ document: { title: 'Opening hours', status: 'UPLOADED' } });
    const { id } = body.document;
    await ready({ content: PARKING, name: 'parking.md', fields: { title: 'Parking' } });

    expect(await ended(id)).toMatchObject({
      description: 'Of the shop.',
      tags: ['shop', 'hours'],
      fileName: 'öffnungszeiten.txt',
      mediaType: 'text/plain',
      bytes: HOURS.length,
      status: 'READY',
      chars: HOURS.length,
      chunks: 1,
    });
    const [first] = await search('When do you open?', { limit: 1 });
    expect(first).toMatchObject({ documentId: id, title: 'Opening hours', chunk: 0, text: HOURS });
    expect((await search('Is there parking?'))[0]).toMatchObject({ title: 'Parking', text: PARKING });
    expect(await search('When do you open?', { minScore: 0.99 })).toEqual([]);
    const tagged = await search('Is there parking?', { minScore: -1, tags: ['hours'] });
    expect(tagged.map(({ documentId }) => documentId)).toEqual([id]);
  });

  it('says in the ledger who uploaded it, and what became of it, without a word of it', async () => {
    const id = await ready({ fields: { title: 'Rutabaga' } });
    const events = await eventsOf(id);
    expect(events.map(({ type }) => type)).toEqual([
      'KnowledgeDocumentUploaded',
      'KnowledgeDocumentParsed',
      'KnowledgeChunked',
      'KnowledgeEmbedded',
    ]);
    expect(events[3]).toMatchObject({ data: { provider: 'sandbox', dimensions: 256, batches: 1 } });
    const stored = await platform.storage.ledger.store.readStream(documentStream(mine.tenantId, id));
    expect(JSON.stringify(stored)).not.toMatch(/Rutabaga|opening|hours\.txt/);
    expect((await objectsOf(mine.tenantId)).toSorted()).toEqual(['chunks', 'original', 'text', 'vectors']);
  });

  it('is shown as it was, after an event of it or at a time', async () => {
    const id = await ready();
    const stateAt = async (revision: number) => {
      const stream = documentStream(mine.tenantId, id);
      return (await mine.client.request(KnowledgeState, { stream, revision })).stateAt;
    };
    expect(await stateAt(1)).toMatchObject({
      state: { uploaded: { documentId: id }, text: { chars: HOURS.length }, chunks: null },
      readModels: { knowledge_documents: [{ title: 'Opening hours', status: 'PARSED' }] },
    });
    const { storedAt } = await stateAt(3);
    await mine.client.request(DeleteKnowledgeDocument, { id });
    expect(await find(id)).toMatchObject({ status: 'REMOVED' });
    expect(await find(id, mine.client, { atRevision: 1 })).toMatchObject({ status: 'PARSED', chunks: null });
    expect(await find(id, mine.client, { asOf: storedAt })).toMatchObject({ status: 'READY', chunks: 1 });
  });

  it('is listed page by page, the newest first', async () => {
    const ids = [await uploaded(), await uploaded(), await uploaded()].reverse();
    await Promise.all(ids.map(ended));
    const page = async (after?: string | null) =>
      (await mine.client.request(KnowledgeDocuments, { first: 2, after: after ?? null })).knowledgeDocuments;
    const one = await page();
    const two = await page(one.pageInfo.endCursor);
    expect([...one.nodes, ...two.nodes].map(({ id }) => id)).toEqual(ids);
    expect([one.pageInfo.hasNextPage, two.pageInfo.hasNextPage]).toEqual([true, false]);
    expect((await mine.client.request(KnowledgeDocument, { id: ids[0] ?? '' })).node).toEqual({
      id: ids[0],
      __typename: 'KnowledgeDocument',
    });
  });

  it('is one document, where its upload is sent again with the same key', async () => {
    const fields = { title: 'Opening hours', idempotencyKey: 'k1' };
    const id = await uploaded({ fields });
    expect(await uploaded({ fields })).toBe(id);
    expect((await upload({ fields, content: PARKING })).body).toMatchObject({
      error: { code: 'IDEMPOTENCY_MISMATCH' },
    });
  });

  it('is refused where it cannot be read or is not told what it is', async () => {
    const refusals: readonly [Upload, object][] = [
      [{ name: 'photo.png', type: 'image/png' }, { details: { reason: 'UNSUPPORTED_MEDIA_TYPE' } }],
      [{ content: '' }, { details: { reason: 'EMPTY_DOCUMENT' } }],
      [{ fields: {} }, { details: { field: 'title' } }],
      [{ fields: { title: 'x'.repeat(201) } }, { details: { field: 'title' } }],
      [{ fields: { title: 'nul \u0000' } }, { details: { field: 'title' } }],
      [{ fields: { title: 't', tags: 'x'.repeat(51) } }, { details: { field: 'tags' } }],
    ];
    for (const [options, error] of refusals) {
      expect(await upload(options)).toMatchObject({
        status: 400,
        body: { error: { code: 'BAD_USER_INPUT', ...error } },
      });
    }
    expect(await objectsOf(mine.tenantId)).toEqual([]);
  });

  it('has 10 MiB at most, and nothing is kept of a larger one', async () => {
    const large = await upload({ content: new Uint8Array(MAX_DOCUMENT_BYTES + 1).fill(0x61) });
    expect(large).toMatchObject({ status: 413, body: { error: { code: 'FILE_TOO_LARGE' } } });
    expect(await objectsOf(mine.tenantId)).toEqual([]);
    const spaces = new Uint8Array(MAX_DOCUMENT_BYTES).fill(0x20);
    expect(await ended(await uploaded({ content: spaces }))).toMatchObject({
      status: 'FAILED',
      bytes: MAX_DOCUMENT_BYTES,
    });
  });

  it('fails where there are no words in it, or what it is cannot be read', async () => {
    expect(await ended(await uploaded({ content: ' \n ' }))).toMatchObject({
      status: 'FAILED',
      failure: { step: 'PARSE', code: 'EMPTY_DOCUMENT' },
    });
    expect(await ended(await uploaded({ name: 'hours.pdf', type: 'application/pdf' }))).toMatchObject({
      status: 'FAILED',
      failure: { step: 'PARSE', code: 'PARSE_FAILED' },
    });
    expect(await search('anything')).toEqual([]);
  });

  it('is for managers to change, and for every member to read', async () => {
    expect(await upload({ token: tokenOf('MEMBER') })).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN', details: { permission: 'knowledge:write' } } },
    });
    expect(await upload({ token: 'nonsense' })).toMatchObject({ status: 401 });
    const id = await ready({ token: tokenOf('ADMIN') });
    const member = platform.admin.as(tokenOf('MEMBER'));
    expect(await search('When do you open?', {}, member)).toHaveLength(1);
    await expect(member.request(DeleteKnowledgeDocument, { id })).rejects.toThrow('knowledge:write');
  });

  it("is nobody else's", async () => {
    const id = await ready();
    const { client: other } = await createTestTenant(platform);
    expect(await find(id, other)).toBeNull();
    expect((await other.request(KnowledgeDocument, { id })).node).toBeNull();
    expect((await other.request(KnowledgeDocuments, {})).knowledgeDocuments.nodes).toEqual([]);
    expect(await search('When do you open?', { minScore: -1 }, other)).toEqual([]);
    const { deleteKnowledgeDocument } = await other.request(DeleteKnowledgeDocument, { id });
    expect(deleteKnowledgeDocument.userErrors).toEqual([{ field: 'documentId', code: 'NOT_FOUND' }]);
    expect(await search('When do you open?')).toHaveLength(1);
  });

  it('is found no more once it is removed, and nothing of it is kept', async () => {
    const [id, other] = [await ready(), await ready({ content: PARKING, fields: { title: 'Parking' } })];
    const { deleteKnowledgeDocument } = await mine.client.request(DeleteKnowledgeDocument, { id });
    expect(deleteKnowledgeDocument).toEqual({ document: { id, status: 'REMOVED' }, userErrors: [] });
    const found = await search('When do you open?', { minScore: -1 });
    expect(found.map(({ documentId }) => documentId)).toEqual([other]);
    await until('its objects are gone', async () => (await objectsOf(mine.tenantId)).length === 4);
    const listed = async (filter?: { status: { in: 'REMOVED'[] } }) =>
      (await mine.client.request(KnowledgeDocuments, { filter: filter ?? null })).knowledgeDocuments.nodes;
    expect((await listed()).map((document) => document.id)).toEqual([other]);
    expect((await listed({ status: { in: ['REMOVED'] } })).map((document) => document.id)).toEqual([id]);
  });

  it("is in its tenant's export, without its file", async () => {
    const id = await ready({ fields: { title: 'Rutabaga', tags: 'roots' } });
    const asked = { kind: 'TENANT', id: mine.tenantId } as const;
    const { requestDataExport } = await mine.client.request(RequestDataExport, { input: asked });
    const exportId = requestDataExport.dataExport?.id ?? '';
    const made = async () => (await mine.client.request(DataExport, { id: exportId })).dataExport;
    await until('the export is made', async () => (await made())?.status === 'READY');
    const text = await (await fetch((await made())?.downloadUrl ?? '')).text();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const data = { documentId: id, title: 'Rutabaga', tags: ['roots'], object: expect.any(String) };
    expect(lines).toContainEqual(
      expect.objectContaining({
        type: 'KnowledgeDocumentUploaded',
        data: expect.objectContaining(data),
      }),
    );
    expect(text).toContain('KnowledgeEmbedded');
    expect(text).not.toContain('opening');
  });

  it('is forgotten with its tenant', async () => {
    const id = await ready();
    const { client: other } = await createTestTenant(platform);
    const input = { kind: 'TENANT', id: mine.tenantId } as const;
    expect((await platform.admin.request(EraseSubject, { input })).eraseSubject.userErrors).toEqual([]);
    await until('its objects are gone', async () => (await objectsOf(mine.tenantId)).length === 0);
    await until('its row has no name', async () => (await find(id))?.title === null);
    expect(await find(id)).toMatchObject({ description: null, tags: null, fileName: null });
    expect(await search('When do you open?', { minScore: -1 })).toEqual([]);
    expect(await search('When do you open?', { minScore: -1 }, other)).toEqual([]);
    expect((await eventsOf(id))[0]).toMatchObject({ data: { title: null, tags: null } });
    const stream = documentStream(mine.tenantId, id);
    const { stateAt } = await platform.admin.request(KnowledgeState, { stream, revision: 0 });
    expect(stateAt).toMatchObject({
      state: { uploaded: { documentId: id } },
      readModels: { knowledge_documents: [{ title: null, tags: null, fileName: null }] },
    });
  });
});
