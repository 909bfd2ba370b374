import { callDecider } from '../../domain/call/decider.js';
import { ErrorCode, isAppError, reasonOf } from '../../domain/errors.js';
import type { Logger } from '../../domain/logger.js';
import { parseStreamName } from '../../domain/stream.js';
import { execute } from '../../ledger/execute.js';
import type { DataKey } from '../../ledger/keys/key-ring.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { ObjectStore } from '../../objects/object-store.js';
import type { CallJournal } from '../call-journal.js';
import type { ConversationSettings } from '../turn-taking/state.js';
import { type StoredTrace, sealTrace } from './trace-object.js';
import { TraceRecorder } from './trace-recorder.js';

export interface CallTracesOptions {
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
  /** Names this process in the ledger. */
  readonly worker: string;
  readonly logger: Logger;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

/** A media stream's trace while it grows. */
export interface GrowingTrace {
  readonly recorder: TraceRecorder;
  /** Stores it, in the background. Once. */
  end(): void;
}

/**
 * Keeps each media stream's conversation in the object store, once it's over. No call waits for it, and what fails costs
 * the trace only: it's logged.
 */
export class CallTraces {
  readonly #options: CallTracesOptions;
  readonly #storing = new Set<Promise<void>>();

  constructor(options: CallTracesOptions) {
    this.#options = options;
  }

  /** `whenStarted`: the ledger has the media stream; it rejects where another worker has that attempt. */
  open(journal: CallJournal, settings: ConversationSettings, whenStarted: Promise<void>): GrowingTrace {
    const { ledger } = this.#options;
    const recorder = new TraceRecorder(settings);
    // It's in memory now, as a rule: the call has just come in. Should it not be, it's asked for again at the end.
    const key = ledger.keyOf(journal.stream).catch(() => undefined);
    const store = async () => {
      const isOurs = await whenStarted.then(
        () => true,
        () => false,
      );
      if (isOurs) await this.#store(journal, settings.attempt, recorder, await key);
    };
    return { recorder, end: () => this.#inBackground(journal, store) };
  }

  /** Once nothing is being stored any more. */
  async flushed(): Promise<void> {
    await Promise.all(this.#storing);
  }

  #inBackground({ stream }: CallJournal, store: () => Promise<void>): void {
    const storing = store()
      .catch((error: unknown) => {
        const details = { stream, error: reasonOf(error) };
        this.#options.logger.warn(details, 'A call can not be replayed: its trace is not stored.');
      })
      .finally(() => this.#storing.delete(storing));
    this.#storing.add(storing);
  }

  async #store(
    journal: CallJournal,
    attempt: number,
    recorder: TraceRecorder,
    key: DataKey | undefined,
  ): Promise<void> {
    const { ledger, objects } = this.#options;
    const { stream } = journal;
    const recording = await recorder.end();
    const { content, stored } = sealTrace(stream, attempt, recording, key ?? (await ledger.keyOf(stream)));
    await objects.put(stored.object, content);
    await this.#tell(journal, stored);
  }

  /** By the call's journal, which waits for a ledger that is away; a journal that is fenced takes nothing more. */
  async #tell(journal: CallJournal, stored: StoredTrace): Promise<void> {
    const { ledger, worker, now } = this.#options;
    const command = { type: 'StoreTrace', ...stored } as const;
    try {
      await journal.record(command);
    } catch (error) {
      if (!isAppError(error, ErrorCode.CONFLICT)) throw error;
      const { id } = parseStreamName(journal.stream);
      await execute(ledger, callDecider, journal.stream, command, {
        commandId: `trace:${stored.object}`,
        correlationId: id,
        actor: { type: 'platform', id: worker },
        occurredAt: new Date(now()).toISOString(),
      });
    }
  }
}
