import { reasonOf } from '../../domain/errors.js';
import type { Logger } from '../../domain/logger.js';
import type { DataKey } from '../../ledger/keys/key-ring.js';
import type { ObjectStore } from '../../objects/object-store.js';
import type { CallJournal } from '../call-journal.js';
import { type TellOptions, tellAfterwards } from '../tell-afterwards.js';
import type { ToldSettings } from '../turn-taking/state.js';
import { sealTrace } from './trace-object.js';
import { TraceRecorder } from './trace-recorder.js';

export interface CallTracesOptions extends TellOptions {
  readonly objects: ObjectStore;
  readonly logger: Logger;
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
  open(journal: CallJournal, settings: ToldSettings, whenStarted: Promise<void>): GrowingTrace {
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
    const command = { type: 'StoreTrace', ...stored } as const;
    await tellAfterwards(this.#options, journal, command, `trace:${stored.object}`);
  }
}
