import { fold } from '../domain/decider.js';
import {
  type DocumentCommand,
  type DocumentState,
  documentDecider,
  isIngesting,
  isReady,
  type ReadyState,
} from '../domain/document/decider.js';
import type { DocumentEvent } from '../domain/document/events.js';
import { AppError, ErrorCode, reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import { erasureStream, parseStreamName } from '../domain/stream.js';
import { ERASED, MISSING } from '../ledger/event-files.js';
import { execute } from '../ledger/execute.js';
import type { CommandContext, Ledger, LedgerRecord } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import { readVectors } from './document-content.js';
import type { OpenObject, StoredObject } from './document-objects.js';
import type { DocumentRemoval } from './document-removal.js';
import { failureOf } from './ingestion-failure.js';
import { nextStep, type StepOptions, steps } from './ingestion-steps.js';

export interface IngestionOptions extends StepOptions {
  readonly ledger: Ledger;
  readonly removal: DocumentRemoval;
  readonly logger: Logger;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

const FILE_MISSING = 'FILE_MISSING';
const NOT_HERE = 'The file is not in this installation: remove the document, and upload it again.';

/**
 * Makes documents findable: their text, its chunks, their vectors. What a step makes is stored before an event says so, under
 * a name that it always has: a process that is killed between any two lines leaves an object that the next one takes as it
 * is, and asks no provider again.
 */
export class Ingestion {
  readonly #options: IngestionOptions;

  constructor(options: IngestionOptions) {
    this.#options = options;
  }

  /**
   * Does what isn't done yet. A document that is ready goes into the index once more: that may be a new one. Throws
   * `UNAVAILABLE` where it's worth another try.
   */
  async run(stream: string): Promise<void> {
    const { ledger } = this.#options;
    const past = await ledger.readStream(stream);
    const [first] = past;
    if (!first) return;
    let state = fold(documentDecider, past as readonly unknown[] as readonly DocumentEvent[]);
    let isIndexed = false;
    while (isIngesting(state)) {
      const command = await this.#attempt(stream, state);
      if (command === ERASED) break;
      isIndexed = command.type === 'StoreVectors';
      const context = this.#contextOf(first, command);
      state = (await execute(ledger, documentDecider, stream, command, context)).state;
    }
    // Made ready before, or by another process meanwhile, whose index may be another one.
    if (isReady(state) && !isIndexed) await this.#indexAgain(first, state);
    await this.#forgetLate(stream);
  }

  async #attempt(stream: string, state: DocumentState): Promise<DocumentCommand | typeof ERASED> {
    const step = nextStep(state);
    try {
      const source = await this.#open(state.chunks ?? state.text ?? state.uploaded);
      return source === ERASED ? ERASED : await steps[step](this.#options, { stream, state, source });
    } catch (error) {
      const failure = failureOf(step, error, this.#options.signal);
      // Of a parser's words only what is our own fault: they may quote the document.
      const reason = failure.code === ErrorCode.INTERNAL ? reasonOf(error) : failure.code;
      this.#options.logger.warn({ stream, step, reason }, 'A document can not be made findable.');
      return { type: 'FailIngestion', failure };
    }
  }

  async #open(stored: StoredObject | null): Promise<OpenObject | typeof ERASED> {
    const opened = stored && (await this.#options.objects.open(stored));
    if (opened && opened !== MISSING) return opened;
    throw new AppError(ErrorCode.NOT_FOUND, NOT_HERE, { reason: FILE_MISSING });
  }

  async #indexAgain(first: LedgerRecord, { vectors, chunks }: ReadyState): Promise<void> {
    const { objects, index } = this.#options;
    const [opened, texts] = [await objects.open(vectors), await objects.open(chunks)];
    if (opened === ERASED || texts === ERASED) return;
    if (opened === MISSING || texts === MISSING) return this.#reportMissing(first);
    const content = readVectors(opened.content);
    const { tenantId, id } = parseStreamName(first.stream);
    await index.put(tenantId, id, content.space, content.vectors);
  }

  /** Its tenant was moved here without its files: listed as ready, it would be searched in vain. */
  async #reportMissing(first: LedgerRecord): Promise<void> {
    const { ledger, index, logger } = this.#options;
    const { stream } = first;
    if (await this.#isErased(stream)) return;
    const command = {
      type: 'ReportMissing',
      failure: { step: 'embed', code: FILE_MISSING, error: NOT_HERE },
    } as const;
    await execute(ledger, documentDecider, stream, command, this.#contextOf(first, command));
    logger.warn({ stream, reason: FILE_MISSING }, 'A document was ready, and its files are not here.');
    const { tenantId, id } = parseStreamName(stream);
    await index.remove(tenantId, id);
  }

  /** Files are removed after the keys: whose files are gone can't be read any more. */
  async #isErased(stream: string): Promise<boolean> {
    const { ledger } = this.#options;
    const { tenantId } = parseStreamName(stream);
    // Whoever reads an erasure forgets the keys that it has in memory.
    await ledger.readStream(erasureStream(tenantId, tenantId));
    const [uploaded] = await ledger.readStream(stream);
    return uploaded?.type === 'KnowledgeDocumentUploaded' && uploaded.data.title === null;
  }

  /** What was removed or erased while something was made of it: who removes may have been there before that was stored. */
  async #forgetLate(stream: string): Promise<void> {
    const { ledger, objects, removal } = this.#options;
    const { isRemoved } = await load(ledger, documentDecider, stream);
    if (isRemoved) return removal.forget(stream);
    const { tenantId } = parseStreamName(stream);
    // Whoever reads an erasure forgets the keys that it has in memory.
    const erasures = await ledger.readStream(erasureStream(tenantId, tenantId));
    if (erasures.length > 0 && (await objects.isErased(stream))) await removal.forget(stream);
  }

  /** The platform's own, a command a step, with the same id whoever does it. */
  #contextOf({ metadata }: LedgerRecord, { type }: DocumentCommand): CommandContext {
    return {
      commandId: `${metadata.$causationId}:${type}`,
      correlationId: metadata.$correlationId,
      actor: { type: 'platform', id: 'knowledge' },
      occurredAt: new Date(this.#options.now()).toISOString(),
    };
  }
}
