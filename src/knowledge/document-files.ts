import type { LedgerEvent } from '../domain/events.js';
import {
  ERASED,
  type EventFile,
  type EventFiles,
  MISSING,
  openedOrLost,
  wholeFile,
  wholeFileWriter,
} from '../ledger/event-files.js';
import type { LedgerRecord } from '../ledger/ledger.js';
import type { DocumentObjects, DocumentPart } from './document-objects.js';

type DocumentRecord = Extract<
  LedgerRecord,
  {
    type: 'KnowledgeDocumentUploaded' | 'KnowledgeDocumentParsed' | 'KnowledgeChunked' | 'KnowledgeEmbedded';
  }
>;

/** Documents as they came, and what was made of them: text and its chunks as JSON, vectors as `writeVectors` has them. */
export const documentFiles = (objects: DocumentObjects): EventFiles => {
  const fileOf = (kind: DocumentPart, mediaType: string, record: DocumentRecord): EventFile => ({
    kind,
    mediaType,
    open: () =>
      openedOrLost(async () => {
        const opened = await objects.open(record.data);
        if (opened === ERASED || opened === MISSING) return opened;
        return wholeFile(opened.content, opened.key.id);
      }),
    // A document is in memory as a whole wherever it's read or made: it has its own limit.
    write: (key) =>
      wholeFileWriter(async (content) => {
        const stored = await objects.put(record.stream, kind, content, key);
        return { type: record.type, data: { ...record.data, ...stored } } as LedgerEvent;
      }),
  });
  return (record) => {
    switch (record.type) {
      case 'KnowledgeDocumentUploaded':
        return fileOf('original', record.data.mediaType, record);
      case 'KnowledgeDocumentParsed':
        return fileOf('text', 'application/json', record);
      case 'KnowledgeChunked':
        return fileOf('chunks', 'application/json', record);
      case 'KnowledgeEmbedded':
        return fileOf('vectors', 'application/octet-stream', record);
      default:
        return null;
    }
  };
};
