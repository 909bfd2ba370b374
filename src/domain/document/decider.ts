import type { Decider } from '../decider.js';
import { AppError, ErrorCode } from '../errors.js';
import type {
  DocumentChunks,
  DocumentEvent,
  DocumentVectors,
  IngestionFailure,
  ParsedText,
  UploadedDocument,
} from './events.js';

/** Each is `null` until it's so. */
export interface DocumentState {
  readonly uploaded: Pick<UploadedDocument, 'documentId' | 'mediaType' | 'object' | 'sha256'> | null;
  readonly text: ParsedText | null;
  readonly chunks: DocumentChunks | null;
  readonly vectors: DocumentVectors | null;
  readonly failure: IngestionFailure | null;
  readonly isRemoved: boolean;
}

export type DocumentCommand =
  | { readonly type: 'UploadDocument'; readonly document: UploadedDocument }
  | { readonly type: 'StoreText'; readonly text: ParsedText }
  | { readonly type: 'StoreChunks'; readonly chunks: DocumentChunks }
  | { readonly type: 'StoreVectors'; readonly vectors: DocumentVectors }
  | { readonly type: 'FailIngestion'; readonly failure: IngestionFailure }
  | { readonly type: 'ReportMissing'; readonly failure: IngestionFailure }
  | { readonly type: 'RemoveDocument' };

/**
 * One document: uploaded once, then parsed, chunked and embedded, each once and in this order, whoever does it; what comes
 * after a failure, or once it's removed, changes nothing. One that is ready fails only where its files are missing.
 */
export const documentDecider: Decider<DocumentCommand, DocumentState, DocumentEvent> = {
  initial: { uploaded: null, text: null, chunks: null, vectors: null, failure: null, isRemoved: false },

  decide(command, state) {
    if (command.type === 'UploadDocument') {
      return state.uploaded ? [] : [{ type: 'KnowledgeDocumentUploaded', data: command.document }];
    }
    if (command.type === 'RemoveDocument') {
      if (!state.uploaded) throw notThere();
      return state.isRemoved ? [] : [{ type: 'KnowledgeDocumentRemoved', data: {} }];
    }
    if (command.type === 'ReportMissing') {
      return isReady(state) ? [{ type: 'KnowledgeIngestionFailed', data: command.failure }] : [];
    }
    return isIngesting(state) ? ingest(command, state) : [];
  },

  evolve(state, event) {
    switch (event.type) {
      case 'KnowledgeDocumentUploaded': {
        const { documentId, mediaType, object, sha256 } = event.data;
        return { ...state, uploaded: { documentId, mediaType, object, sha256 } };
      }
      case 'KnowledgeDocumentParsed':
        return { ...state, text: event.data };
      case 'KnowledgeChunked':
        return { ...state, chunks: event.data };
      case 'KnowledgeEmbedded':
        return { ...state, vectors: event.data };
      case 'KnowledgeIngestionFailed':
        return { ...state, failure: event.data };
      case 'KnowledgeDocumentRemoved':
        return { ...state, isRemoved: true };
      default:
        return state;
    }
  },
};

/** Whether something is left to be done with it. */
export const isIngesting = ({ uploaded, vectors, failure, isRemoved }: DocumentState): boolean =>
  uploaded !== null && vectors === null && failure === null && !isRemoved;

/** A document that is found. */
export interface ReadyState extends DocumentState {
  readonly chunks: DocumentChunks;
  readonly vectors: DocumentVectors;
}

export const isReady = (state: DocumentState): state is ReadyState =>
  state.vectors !== null && state.chunks !== null && state.failure === null && !state.isRemoved;

const notThere = (): AppError =>
  new AppError(ErrorCode.NOT_FOUND, 'There is no such document.', { field: 'documentId' });

type IngestionCommand = Exclude<
  DocumentCommand,
  { type: 'UploadDocument' | 'RemoveDocument' | 'ReportMissing' }
>;

const ingest = (command: IngestionCommand, { text, chunks }: DocumentState): readonly DocumentEvent[] => {
  switch (command.type) {
    case 'StoreText':
      return text ? [] : [{ type: 'KnowledgeDocumentParsed', data: command.text }];
    case 'StoreChunks':
      return text && !chunks ? [{ type: 'KnowledgeChunked', data: command.chunks }] : [];
    case 'StoreVectors':
      return chunks ? [{ type: 'KnowledgeEmbedded', data: command.vectors }] : [];
    case 'FailIngestion':
      return [{ type: 'KnowledgeIngestionFailed', data: command.failure }];
  }
};
