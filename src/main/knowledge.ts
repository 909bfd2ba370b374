import {
  listDocumentIds,
  listReadyDocuments,
  listVectorSpaces,
} from '../../projections/documents/queries.js';
import type { Environment } from '../config.js';
import { reasonOf } from '../domain/errors.js';
import { parseStreamName } from '../domain/stream.js';
import { DocumentObjects } from '../knowledge/document-objects.js';
import { DocumentRemoval } from '../knowledge/document-removal.js';
import { Documents } from '../knowledge/documents.js';
import { embedderOf } from '../knowledge/embedder.js';
import { createExactIndex } from '../knowledge/exact-index.js';
import { Ingestion } from '../knowledge/ingestion.js';
import { type DocumentCatalogue, KnowledgeBase } from '../knowledge/knowledge-base.js';
import { createQdrantIndex } from '../knowledge/qdrant-index.js';
import { StoredDocuments } from '../knowledge/stored-documents.js';
import { isSameSpace, type VectorIndex } from '../knowledge/vector-index.js';
import type { LedgerRecord } from '../ledger/ledger.js';
import type { LedgerTail } from '../ledger/tail.js';
import type { ObjectStore } from '../objects/object-store.js';
import { PostgresReactorCheckpoint } from '../tenancy/workflows/checkpoint.js';
import { WorkflowReactor } from '../tenancy/workflows/reactor.js';
import { defineWorkflow, type Workflow } from '../tenancy/workflows/workflow.js';
import type { Retrievers } from '../voice/retrieval/retriever.js';
import { callRetrievers } from './call-retrievers.js';
import type { PlatformOptions } from './platform.js';
import type { Storage } from './storage.js';

export interface KnowledgeOptions
  extends Pick<PlatformOptions, 'environment' | 'storage' | 'providers' | 'logger'> {
  readonly objects: ObjectStore;
  readonly tail: LedgerTail;
}

/** Tenants' documents: what is done with them, what is made of them, and what is found in them. */
export class Knowledge {
  readonly documents: Documents;
  readonly base: KnowledgeBase;
  readonly retrievers: Retrievers;
  readonly #options: KnowledgeOptions;
  readonly #catalogue: Catalogue;
  readonly #isLocal: boolean;
  readonly #stored: StoredDocuments;
  readonly #index: VectorIndex;
  readonly #reactors: readonly WorkflowReactor[];
  readonly #stop = new AbortController();
  #unfollow: () => void = () => undefined;

  constructor(options: KnowledgeOptions) {
    const { environment, storage, providers, logger } = options;
    const { ledger } = storage;
    this.#options = options;
    this.#isLocal = environment.QDRANT_URL === undefined;
    this.#catalogue = catalogueOf(storage);
    const objects = new DocumentObjects({ objects: options.objects, keys: ledger.keys });
    this.#stored = new StoredDocuments({ ledger, objects });
    this.documents = new Documents({ ledger, objects });
    this.#index = indexOf(environment, this.#catalogue, this.#stored);
    this.base = new KnowledgeBase({
      catalogue: this.#catalogue,
      documents: this.#stored,
      index: this.#index,
      providers,
    });
    this.retrievers = callRetrievers(this.base, this.#catalogue, logger);
    const removal = new DocumentRemoval({ objects, index: this.#index });
    const ingestion = new Ingestion({
      ledger,
      objects,
      index: this.#index,
      removal,
      embeddings: embedderOf(providers),
      logger,
      now: Date.now,
      signal: this.#stop.signal,
    });
    // Each index has checkpoints of its own: one that is new is filled from the beginning, and none misses a removal.
    const name = this.#isLocal ? 'documents' : 'documents-qdrant';
    // Two, so that what is removed doesn't wait for a provider.
    this.#reactors = [
      this.#reactor(name, ingestionOf(ingestion)),
      this.#reactor(`${name}-removed`, removalOf(removal)),
    ];
  }

  /** `isReactor`: whether this process makes documents findable; every one forgets what is removed. */
  start(isReactor: boolean): void {
    this.#unfollow = this.#options.tail.followAll((event) => this.#forget(event));
    if (isReactor) for (const reactor of this.#reactors) reactor.start();
  }

  /** Also what was never started. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#unfollow();
    await Promise.all(this.#reactors.map((reactor) => reactor.stop()));
    await this.#index.close();
  }

  #reactor(name: string, workflows: readonly Workflow[]): WorkflowReactor {
    const { storage, logger } = this.#options;
    const checkpoint = new PostgresReactorCheckpoint(storage.connection('ledger'), name);
    return new WorkflowReactor({ ledger: storage.ledger, checkpoint, workflows, logger, now: Date.now });
  }

  /** What this process has in memory of what is removed or erased, whoever did so. */
  #forget(event: LedgerRecord): void {
    if (event.type === 'KnowledgeDocumentRemoved') {
      const { tenantId, id } = parseStreamName(event.stream);
      this.#drop(tenantId, async () => [id]);
    } else if (event.type === 'SubjectErased' && event.data.kind === 'tenant') {
      const { subjectId } = event.data;
      this.#drop(subjectId, () => this.#catalogue.ids(subjectId));
    }
  }

  /** In the background. */
  #drop(tenantId: string, idsOf: () => Promise<readonly string[]>): void {
    const drop = async () => {
      for (const documentId of await idsOf()) {
        this.#stored.forget(tenantId, documentId);
        // Qdrant's are everybody's: the reactor removes them.
        if (this.#isLocal) await this.#index.remove(tenantId, documentId);
      }
    };
    drop().catch((error: unknown) => {
      this.#options.logger.warn({ tenantId, error: reasonOf(error) }, 'Vectors are in memory until the end.');
    });
  }
}

interface Catalogue extends DocumentCatalogue {
  /** Whatever became of them. */
  ids(tenantId: string): Promise<readonly string[]>;
}

const catalogueOf = ({ readModels }: Storage): Catalogue => ({
  spaces: (tenantId) => listVectorSpaces(readModels.forTenant(tenantId)),
  ready: (tenantId, documentIds) => listReadyDocuments(readModels.forTenant(tenantId), documentIds),
  ids: (tenantId) => listDocumentIds(readModels.forTenant(tenantId)),
});

const indexOf = (
  { QDRANT_URL: url, QDRANT_API_KEY: apiKey }: Environment,
  catalogue: Catalogue,
  stored: StoredDocuments,
): VectorIndex => {
  if (url !== undefined) return createQdrantIndex({ url, apiKey });
  return createExactIndex({
    load: (tenantId, documentId) => stored.vectorsOf(tenantId, documentId),
    documentsOf: async (tenantId, space) =>
      (await catalogue.ready(tenantId))
        .filter((document) => isSameSpace(document, space))
        .map(({ documentId }) => documentId),
  });
};

const ingestionOf = (ingestion: Ingestion): readonly Workflow[] => [
  defineWorkflow({
    startsWith: 'KnowledgeDocumentUploaded',
    afterMs: 0,
    finish: ({ stream }) => ingestion.run(stream),
  }),
];

const removalOf = (removal: DocumentRemoval): readonly Workflow[] => [
  defineWorkflow({
    startsWith: 'KnowledgeDocumentRemoved',
    afterMs: 0,
    finish: ({ stream }) => removal.forget(stream),
  }),
  defineWorkflow({
    startsWith: 'SubjectErased',
    afterMs: 0,
    finish: async ({ data: { kind, subjectId } }) => {
      if (kind === 'tenant') await removal.forgetErased(subjectId);
    },
  }),
];
