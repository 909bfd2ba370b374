import type { DocumentStatus } from '../../src/domain/document/vocabulary.js';
import {
  checkFirst,
  decodeCursor,
  encodeCursor,
  type Page,
  type PageRequest,
  pageOf,
} from '../runtime/keyset.js';
import { propertiesOf, type RowOf } from '../runtime/table.js';
import type { ReadModelsReader } from '../views.js';
import { documentsTable } from './tables.js';

export type DocumentRow = RowOf<typeof documentsTable.columns>;

export interface DocumentFilter {
  /** Absent: all but those that were removed. */
  readonly status?: { readonly in: readonly DocumentStatus[] } | undefined;
}

const SORT = 'documents:uploadedAt:desc';

export const documentCursor = (row: DocumentRow): string =>
  encodeCursor(SORT, [row.uploadedAt, row.documentId]);

/** Newest first. */
export const listDocuments = async (
  reader: ReadModelsReader,
  { first, after }: PageRequest,
  { status }: DocumentFilter,
): Promise<Page<DocumentRow>> => {
  const limit = checkFirst(first) + 1;
  const [uploadedAt, documentId] = after === null ? [] : decodeCursor(SORT, ['time', 'id'], after);
  const rows = await reader.read((db) => {
    const all = db.selectFrom('knowledge_documents_v1').select(propertiesOf(documentsTable));
    const query = (status ? all.where('status', 'in', status.in) : all.where('status', '!=', 'REMOVED'))
      .orderBy('uploadedAt', 'desc')
      .orderBy('documentId', 'desc')
      .limit(limit);
    if (uploadedAt === undefined || documentId === undefined) return query.execute();
    return query
      .where(({ eb, refTuple, tuple }) =>
        eb(refTuple('uploadedAt', 'documentId'), '<', tuple(uploadedAt, documentId)),
      )
      .execute();
  });
  return pageOf(rows, first);
};

export const findDocument = (
  reader: ReadModelsReader,
  documentId: string,
): Promise<DocumentRow | undefined> =>
  reader.read((db) =>
    db
      .selectFrom('knowledge_documents_v1')
      .select(propertiesOf(documentsTable))
      .where('documentId', '=', documentId)
      .executeTakeFirst(),
  );

/** A document that is found, of a tenant that isn't erased. */
export interface ReadyDocument {
  readonly documentId: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly provider: string;
  readonly model: string;
  readonly dimensions: number;
}

const readyIn = (db: Parameters<Parameters<ReadModelsReader['read']>[0]>[0]) =>
  db
    .selectFrom('knowledge_documents_v1')
    .where('status', '=', 'READY')
    // Erased with its tenant.
    .where('title', 'is not', null);

/** All that the tenant has uploaded, by their ids. */
export const listDocumentIds = async (reader: ReadModelsReader): Promise<readonly string[]> => {
  const rows = await reader.read((db) =>
    db.selectFrom('knowledge_documents_v1').select('documentId').execute(),
  );
  return rows.map(({ documentId }) => documentId);
};

/** All of the tenant's, or those of these ids. */
export const listReadyDocuments = async (
  reader: ReadModelsReader,
  documentIds?: readonly string[],
): Promise<readonly ReadyDocument[]> => {
  const rows = await reader.read((db) =>
    readyIn(db)
      .$if(documentIds !== undefined, (all) => all.where('documentId', 'in', documentIds ?? []))
      .select(['documentId', 'title', 'tags', 'provider', 'model', 'dimensions'])
      .execute(),
  );
  return rows as readonly ReadyDocument[];
};

/** Which vectors there are of the tenant's documents. */
export const listVectorSpaces = async (
  reader: ReadModelsReader,
): Promise<readonly Pick<ReadyDocument, 'provider' | 'model' | 'dimensions'>[]> => {
  const rows = await reader.read((db) =>
    readyIn(db).select(['provider', 'model', 'dimensions']).distinct().execute(),
  );
  return rows as readonly Pick<ReadyDocument, 'provider' | 'model' | 'dimensions'>[];
};
