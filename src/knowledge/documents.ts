import { documentDecider } from '../domain/document/decider.js';
import type { UploadedDocument } from '../domain/document/events.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { isId } from '../domain/ids.js';
import { documentStream } from '../domain/stream.js';
import { execute } from '../ledger/execute.js';
import type { CommandContext, Ledger } from '../ledger/ledger.js';
import type { DocumentObjects } from './document-objects.js';

export interface DocumentsOptions {
  readonly ledger: Ledger;
  readonly objects: DocumentObjects;
}

/** A file, and what is told of it. */
export interface NewDocument
  extends Omit<
    UploadedDocument,
    'object' | 'sha256' | 'bytes' | 'title' | 'tags' | 'description' | 'fileName'
  > {
  readonly tenantId: string;
  readonly title: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly fileName: string | null;
  readonly content: Uint8Array;
}

/** What tenants do with their documents. What is made of one is the reactor's: nobody waits for it here. */
export class Documents {
  readonly #options: DocumentsOptions;

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  /**
   * Stores the file, then says so: a process that dies in between leaves an encrypted object that nobody names. Returns the
   * position. Throws `UNAVAILABLE` when the object store or the ledger is away.
   */
  async upload(
    { tenantId, content, description, fileName, tags, ...rest }: NewDocument,
    context: CommandContext,
  ): Promise<string> {
    const { ledger, objects } = this.#options;
    const stream = documentStream(tenantId, rest.documentId);
    const stored = await objects.put(stream, 'original', content, await ledger.keyOf(stream));
    const document = {
      ...rest,
      description: description ?? undefined,
      fileName: fileName ?? undefined,
      tags: [...tags],
      bytes: content.length,
      ...stored,
    };
    return this.#execute(stream, { type: 'UploadDocument', document }, context);
  }

  /** It's found no more; its objects and vectors follow. Returns the position. Throws `NOT_FOUND`. */
  async remove(
    { tenantId, documentId }: { readonly tenantId: string; readonly documentId: string },
    context: CommandContext,
  ): Promise<string> {
    if (!isId('document', documentId)) throw notThere();
    return this.#execute(documentStream(tenantId, documentId), { type: 'RemoveDocument' }, context);
  }

  async #execute(
    stream: string,
    command: Parameters<typeof documentDecider.decide>[0],
    context: CommandContext,
  ): Promise<string> {
    const { appended } = await execute(this.#options.ledger, documentDecider, stream, command, context);
    if (!appended) throw notThere();
    return appended.position;
  }
}

const notThere = (): AppError =>
  new AppError(ErrorCode.NOT_FOUND, 'There is no such document.', { field: 'documentId' });
