import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { rowsAfter } from '../../../projections/as-of.js';
import { documentsProjection } from '../../../projections/documents/projection.js';
import { documentCursor, findDocument, listDocuments } from '../../../projections/documents/queries.js';
import { documentsTable } from '../../../projections/documents/tables.js';
import { documentStream } from '../../domain/stream.js';
import type { ApiContext } from '../context.js';
import { connectionOf, PageArgs, pageRequest } from '../types/connections.js';
import {
  DeleteKnowledgeDocumentInput,
  DeleteKnowledgeDocumentPayload,
  KnowledgeDocument,
  KnowledgeDocumentConnection,
  KnowledgeDocumentFilterInput,
  KnowledgeHit,
  SearchKnowledgeArgs,
} from '../types/document.js';
import { payloadOf } from '../types/payload.js';
import { AsOfArgs, eventsAsOf } from './as-of.js';
import { toDocument } from './rows.js';

/** A search that takes longer helps nobody who waits for it. */
const PATIENCE_MS = 15_000;

@Resolver()
export class DocumentResolver {
  @Query(() => KnowledgeDocumentConnection, { description: "The tenant's documents, newest first." })
  async knowledgeDocuments(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => KnowledgeDocumentFilterInput, { nullable: true })
    filter: KnowledgeDocumentFilterInput | null,
    @Ctx() context: ApiContext,
  ) {
    const reader = await context.reader('knowledge:read', ['documents']);
    const rows = await listDocuments(reader, pageRequest(page), { status: filter?.status ?? undefined });
    return connectionOf(rows, documentCursor, toDocument);
  }

  @Query(() => KnowledgeDocument, {
    nullable: true,
    description: 'As it is, or was at a time or after a revision of its stream.',
  })
  async knowledgeDocument(
    @Arg('id', () => ID) id: string,
    @Args(() => AsOfArgs) moment: AsOfArgs,
    @Ctx() context: ApiContext,
  ): Promise<KnowledgeDocument | null> {
    const row = await context.findNoted('knowledge:read', ['documents'], {
      find: (reader) => findDocument(reader, id),
      idOf: ({ documentId }) => documentId,
    });
    if (!row) return null;
    const past = await eventsAsOf(context, documentStream(row.tenantId, id), moment);
    const [shown] = past ? rowsAfter(documentsProjection, documentsTable, past) : [row];
    return shown ? toDocument(shown) : null;
  }

  @Query(() => [KnowledgeHit], {
    description: "What the tenant's documents say about something, the likest first: as an agent finds it.",
  })
  async searchKnowledge(
    @Args(() => SearchKnowledgeArgs) { query: text, limit, minScore, tags }: SearchKnowledgeArgs,
    @Ctx() context: ApiContext,
  ): Promise<readonly KnowledgeHit[]> {
    const tenantId = await context.readableNoted('knowledge:read');
    await context.waitFor(['documents'], null);
    const query = { tenantId, text, limit, minScore, tags: tags ?? [] };
    return context.services.knowledge.search(query, AbortSignal.timeout(PATIENCE_MS));
  }

  @Mutation(() => DeleteKnowledgeDocumentPayload, {
    description: 'It is found no more; its file and all that was made of it are removed.',
  })
  async deleteKnowledgeDocument(
    @Arg('input', () => DeleteKnowledgeDocumentInput) { documentId }: DeleteKnowledgeDocumentInput,
    @Ctx() context: ApiContext,
  ): Promise<DeleteKnowledgeDocumentPayload> {
    const { viewer, tenantId } = context.requireInTenant('knowledge:write');
    const { documents, readModels } = context.services;
    return payloadOf({ document: null as KnowledgeDocument | null }, async () => {
      const position = await documents.remove({ tenantId, documentId }, context.command(viewer));
      await context.waitFor(['documents'], position);
      const row = await findDocument(readModels.forTenant(tenantId), documentId);
      return { position, document: row ? toDocument(row) : null };
    });
  }
}
