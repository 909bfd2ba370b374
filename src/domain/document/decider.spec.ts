import { describe, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import { documentDecider } from './decider.js';
import type { DocumentEvent } from './events.js';

const stored = (name: string) => ({ object: `documents/t/d/${name}`, sha256: '0'.repeat(64) });
const document = {
  documentId: 'doc_1',
  title: 'Opening hours',
  description: 'Of both shops.',
  tags: ['shops'],
  fileName: 'hours.txt',
  mediaType: 'text/plain',
  bytes: 12,
  ...stored('original'),
  uploadedBy: 'usr_1',
};
const text = { chars: 12, pages: null, parser: 'text@1', ...stored('text') };
const chunks = { chunkSize: 512, overlap: 50, count: 1, ...stored('chunks') };
const vectors = { provider: 'sandbox', model: 'words', dimensions: 256, batches: 1, ...stored('vectors') };
const failure = { step: 'parse', code: 'PARSE_FAILED', error: 'It is no PDF.' } as const;

const uploaded: DocumentEvent = { type: 'KnowledgeDocumentUploaded', data: document };
const parsed: DocumentEvent = { type: 'KnowledgeDocumentParsed', data: text };
const chunked: DocumentEvent = { type: 'KnowledgeChunked', data: chunks };
const embedded: DocumentEvent = { type: 'KnowledgeEmbedded', data: vectors };
const failed: DocumentEvent = { type: 'KnowledgeIngestionFailed', data: failure };
const removed: DocumentEvent = { type: 'KnowledgeDocumentRemoved', data: {} };

describe('a document', () => {
  it('is uploaded once', () => {
    given(documentDecider).when({ type: 'UploadDocument', document }).emits(uploaded);
    given(documentDecider, [uploaded]).when({ type: 'UploadDocument', document }).emits();
  });

  it('is parsed, chunked and embedded, each once, whoever else did it', () => {
    const past = [uploaded, parsed, chunked, embedded];
    given(documentDecider, past.slice(0, 1)).when({ type: 'StoreText', text }).emits(parsed);
    given(documentDecider, past.slice(0, 2)).when({ type: 'StoreText', text }).emits();
    given(documentDecider, past.slice(0, 2)).when({ type: 'StoreChunks', chunks }).emits(chunked);
    given(documentDecider, past.slice(0, 3)).when({ type: 'StoreChunks', chunks }).emits();
    given(documentDecider, past.slice(0, 3)).when({ type: 'StoreVectors', vectors }).emits(embedded);
    given(documentDecider, past).when({ type: 'StoreVectors', vectors }).emits();
  });

  it('has no step before the one that it needs', () => {
    given(documentDecider).when({ type: 'StoreText', text }).emits();
    given(documentDecider, [uploaded]).when({ type: 'StoreChunks', chunks }).emits();
    given(documentDecider, [uploaded, parsed]).when({ type: 'StoreVectors', vectors }).emits();
  });

  it('fails once, and nothing is done with it after that', () => {
    given(documentDecider, [uploaded]).when({ type: 'FailIngestion', failure }).emits(failed);
    given(documentDecider, [uploaded, failed]).when({ type: 'FailIngestion', failure }).emits();
    given(documentDecider, [uploaded, failed]).when({ type: 'StoreText', text }).emits();
    given(documentDecider, [uploaded, parsed, chunked, embedded])
      .when({ type: 'FailIngestion', failure })
      .emits();
  });

  it('whose files are missing though it was ready says so once, and only then', () => {
    const past = [uploaded, parsed, chunked, embedded];
    const missing = { step: 'embed', code: 'FILE_MISSING', error: 'It is not here.' } as const;
    const command = { type: 'ReportMissing', failure: missing } as const;
    const reported: DocumentEvent = { type: 'KnowledgeIngestionFailed', data: missing };
    given(documentDecider, past).when(command).emits(reported);
    given(documentDecider, [...past, reported])
      .when(command)
      .emits();
    for (const other of [[], past.slice(0, 3), [uploaded, failed], [...past, removed]]) {
      given(documentDecider, other).when(command).emits();
    }
    given(documentDecider, [...past, reported])
      .when({ type: 'RemoveDocument' })
      .emits(removed);
  });

  it('is removed once, at any time, and nothing is done with it after that', () => {
    const pasts = [[uploaded], [uploaded, failed], [uploaded, parsed, chunked, embedded]];
    for (const past of pasts) {
      given(documentDecider, past).when({ type: 'RemoveDocument' }).emits(removed);
      given(documentDecider, [...past, removed])
        .when({ type: 'RemoveDocument' })
        .emits();
    }
    given(documentDecider, [uploaded, removed]).when({ type: 'StoreText', text }).emits();
    given(documentDecider, [uploaded, removed]).when({ type: 'FailIngestion', failure }).emits();
  });

  it('that nobody uploaded cannot be removed', () =>
    given(documentDecider).when({ type: 'RemoveDocument' }).isRefused({ code: 'NOT_FOUND' }));
});
