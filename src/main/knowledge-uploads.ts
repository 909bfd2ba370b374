import { createHash } from 'node:crypto';
import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import { rowsAfter } from '../../projections/as-of.js';
import { documentsProjection } from '../../projections/documents/projection.js';
import { documentsTable } from '../../projections/documents/tables.js';
import { newId } from '../domain/ids.js';
import { documentStream } from '../domain/stream.js';
import type { IdempotencyStore } from '../graphql/idempotency.js';
import { toDocument } from '../graphql/resolvers/rows.js';
import { viewerOf } from '../graphql/server.js';
import type { Credentials } from '../identity/credentials.js';
import { requirePermission, requireTenant } from '../identity/permissions.js';
import type { Documents } from '../knowledge/documents.js';
import type { Ledger } from '../ledger/ledger.js';
import { readUpload } from './upload-form.js';

export interface KnowledgeUploadsOptions {
  readonly ledger: Ledger;
  readonly documents: Documents;
  readonly credentials: Credentials;
  readonly idempotency: IdempotencyStore;
}

const PATH = '/upload/knowledge';

/** Takes files for tenants' documents, and answers with the document: what is made of it is done later. */
export const knowledgeUploads =
  ({ ledger, documents, credentials, idempotency }: KnowledgeUploadsOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    await server.register(multipart);
    server.post(PATH, async (request, reply) => {
      // Before anything of the file is read.
      const viewer = requirePermission(
        viewerOf(request.headers.authorization, credentials),
        'knowledge:write',
      );
      const tenantId = requireTenant(viewer);
      const { idempotencyKey, ...upload } = await readUpload(request);
      const { content, ...told } = upload;
      const { commandId, ids } = await idempotency.begin({
        viewer,
        operation: 'uploadKnowledge',
        key: idempotencyKey,
        input: { ...told, sha256: createHash('sha256').update(content).digest('hex') },
        mint: () => ({ documentId: newId('document') }),
      });
      const position = await documents.upload(
        { tenantId, ...ids, ...upload, uploadedBy: viewer.userId },
        {
          commandId,
          correlationId: request.id,
          actor: { type: 'user', id: viewer.userId },
          occurredAt: new Date().toISOString(),
        },
      );
      // No read model is waited for: the file is stored, whatever becomes of them.
      const past = await ledger.readStream(documentStream(tenantId, ids.documentId));
      const [row] = rowsAfter(documentsProjection, documentsTable, past);
      return reply.status(201).send({ document: row && shown(row), position });
    });
  };

/** As GraphQL shows it. */
const shown = (row: Parameters<typeof toDocument>[0]) => {
  const { id, title, description, tags, fileName, mediaType, bytes, status, uploadedBy, uploadedAt } =
    toDocument(row);
  return { id, title, description, tags, fileName, mediaType, bytes, status, uploadedBy, uploadedAt };
};
