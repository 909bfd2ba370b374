import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';
import {
  MAX_DESCRIPTION_CHARS,
  MAX_FILE_NAME_CHARS,
  MAX_TAG_CHARS,
  MAX_TAGS,
  MAX_TITLE_CHARS,
} from './limits.js';
import { ingestionSteps } from './vocabulary.js';

/**
 * In the object store, encrypted with the key of the document's stream. The hash, in hexadecimal, is the stored object's: a
 * text's own would tell, also once it's erased, whether somebody has the same text.
 */
const stored = { object: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) };

/** What agents look things up in. Whatever a parser or a provider made of a document is an object: a replay needs neither. */
export const documentEvents = {
  KnowledgeDocumentUploaded: defineEvent('KnowledgeDocumentUploaded', {
    documentId: z.string(),
    title: personal(z.string().min(1).max(MAX_TITLE_CHARS)),
    description: personal(z.string().max(MAX_DESCRIPTION_CHARS).optional()),
    tags: personal(z.array(z.string().min(1).max(MAX_TAG_CHARS)).max(MAX_TAGS)),
    fileName: personal(z.string().max(MAX_FILE_NAME_CHARS).optional()),
    /** As in `Content-Type`. */
    mediaType: z.string().max(127),
    /** Of the file, in the clear. */
    bytes: z.int().min(1),
    ...stored,
    uploadedBy: z.string(),
  }),
  KnowledgeDocumentParsed: defineEvent('KnowledgeDocumentParsed', {
    /** Of its text, in UTF-16 units. */
    chars: z.int().min(1),
    /** `null`: its kind of file has none. */
    pages: z.int().min(1).nullable(),
    /** `name@version`. */
    parser: z.string(),
    ...stored,
  }),
  KnowledgeChunked: defineEvent('KnowledgeChunked', {
    /** Both in tokens. */
    chunkSize: z.int().min(1),
    overlap: z.int().min(0),
    count: z.int().min(1),
    ...stored,
  }),
  /** From here on it's found. */
  KnowledgeEmbedded: defineEvent('KnowledgeEmbedded', {
    provider: z.string(),
    /** Only vectors of the same model and dimensions are compared. */
    model: z.string(),
    dimensions: z.int().min(1),
    /** Requests to the provider. */
    batches: z.int().min(1),
    ...stored,
  }),
  KnowledgeIngestionFailed: defineEvent('KnowledgeIngestionFailed', {
    step: z.enum(ingestionSteps),
    /** As `PARSE_FAILED`. */
    code: z.string().max(100),
    /** A sentence for whoever uploaded it. Personal, since a parser may quote what it doesn't understand. */
    error: personal(z.string().max(500)),
  }),
  KnowledgeDocumentRemoved: defineEvent('KnowledgeDocumentRemoved', {}),
};

export type DocumentEvent = EventOf<typeof documentEvents>;
type DataOf<T extends DocumentEvent['type']> = Extract<DocumentEvent, { type: T }>['data'];
export type UploadedDocument = DataOf<'KnowledgeDocumentUploaded'>;
export type ParsedText = DataOf<'KnowledgeDocumentParsed'>;
export type DocumentChunks = DataOf<'KnowledgeChunked'>;
export type DocumentVectors = DataOf<'KnowledgeEmbedded'>;
export type IngestionFailure = DataOf<'KnowledgeIngestionFailed'>;
