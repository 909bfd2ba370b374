import type { DocumentStatus, IngestionStep } from '../../src/domain/document/vocabulary.js';
import { type Column, defineTable, integer, json, nullable, text, timestamp } from '../runtime/table.js';

export const documentsTable = defineTable(
  'knowledge_documents',
  {
    tenantId: text,
    documentId: text,
    title: nullable(text),
    description: nullable(text),
    tags: nullable(json<readonly string[]>()),
    fileName: nullable(text),
    mediaType: text,
    bytes: integer,
    status: text as Column<DocumentStatus>,
    chars: nullable(integer),
    pages: nullable(integer),
    chunks: nullable(integer),
    /** Of its vectors, with their model and dimensions. */
    provider: nullable(text),
    model: nullable(text),
    dimensions: nullable(integer),
    failedStep: nullable(text as Column<IngestionStep>),
    failureCode: nullable(text),
    failureMessage: nullable(text),
    uploadedBy: text,
    uploadedAt: timestamp,
    updatedAt: timestamp,
  },
  {
    key: ['documentId'],
    indexes: [
      ['tenantId', 'uploadedAt', 'documentId'],
      ['tenantId', 'status'],
    ],
    personal: { columns: ['title', 'description', 'tags', 'fileName', 'failureMessage'], subjects: {} },
  },
);
