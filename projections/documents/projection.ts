import type { DocumentStatus } from '../../src/domain/document/vocabulary.js';
import type { EventMetadata } from '../../src/domain/event.js';
import { parseStreamName } from '../../src/domain/stream.js';
import { foldInto, type Projection } from '../runtime/projection.js';
import { documentsTable } from './tables.js';

const at = (status: DocumentStatus, { occurredAt }: EventMetadata) => ({ status, updatedAt: occurredAt });

export const documentsProjection: Projection = {
  name: 'documents',
  version: 1,
  folds: [
    foldInto(documentsTable, {
      key: (event) => [parseStreamName(event.stream).id],
      first: ['KnowledgeDocumentUploaded'],
      handles: {
        KnowledgeDocumentUploaded: (_, { data, metadata }) => ({
          tenantId: metadata.tenantId,
          documentId: data.documentId,
          title: data.title,
          description: data.description ?? null,
          tags: data.tags,
          fileName: data.fileName ?? null,
          mediaType: data.mediaType,
          bytes: data.bytes,
          ...at('UPLOADED', metadata),
          chars: null,
          pages: null,
          chunks: null,
          provider: null,
          model: null,
          dimensions: null,
          failedStep: null,
          failureCode: null,
          failureMessage: null,
          uploadedBy: data.uploadedBy,
          uploadedAt: metadata.occurredAt,
        }),
        KnowledgeDocumentParsed: (row, { data: { chars, pages }, metadata }) =>
          row && { ...row, ...at('PARSED', metadata), chars, pages },
        KnowledgeChunked: (row, { data: { count: chunks }, metadata }) =>
          row && { ...row, ...at('CHUNKED', metadata), chunks },
        KnowledgeEmbedded: (row, { data: { provider, model, dimensions }, metadata }) =>
          row && { ...row, ...at('READY', metadata), provider, model, dimensions },
        KnowledgeIngestionFailed: (row, { data, metadata }) =>
          row && {
            ...row,
            ...at('FAILED', metadata),
            failedStep: data.step,
            failureCode: data.code,
            failureMessage: data.error,
          },
        KnowledgeDocumentRemoved: (row, { metadata }) => row && { ...row, ...at('REMOVED', metadata) },
      },
    }),
  ],
};
