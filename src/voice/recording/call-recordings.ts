import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { callDecider } from '../../domain/call/decider.js';
import type { CallRecording } from '../../domain/call/state.js';
import { reasonOf } from '../../domain/errors.js';
import type { Logger } from '../../domain/logger.js';
import { load } from '../../ledger/load.js';
import type { ObjectStore } from '../../objects/object-store.js';
import type { CallJournal } from '../call-journal.js';
import type { MediaTap } from '../media-tap.js';
import { type TellOptions, tellAfterwards, tellLedger } from '../tell-afterwards.js';
import { findParts } from './find-parts.js';
import { GrowingParts } from './growing-parts.js';
import { type PartList, recordingFolder, sealList } from './recording-object.js';
import { CHANNELS, SAMPLE_BYTES, SAMPLES_A_MS } from './stereo-window.js';
import { StreamRecorder } from './stream-recorder.js';

export interface CallRecordingsOptions extends TellOptions {
  readonly objects: ObjectStore;
  readonly logger: Logger;
}

/** A media stream's recording while it grows. */
export interface GrowingRecording {
  readonly tap: MediaTap;
  /** Finishes and stores it, in the background. Once. `nowMs`: on the call's clock. */
  end(nowMs: number): void;
}

const ENCODING = 'audio/x-mulaw';

/** Records calls. No call waits for it, and what fails costs the recording only, or a part of it: it's logged. */
export class CallRecordings {
  readonly #options: CallRecordingsOptions;
  readonly #storing = new Set<Promise<void>>();
  #lastTurn: Promise<void> = Promise.resolve();

  constructor(options: CallRecordingsOptions) {
    this.#options = options;
  }

  /** `nowMs`: the recording's beginning on the call's clock. Throws what the journal throws. */
  open(journal: CallJournal, attempt: number, nowMs: number): GrowingRecording {
    const { ledger, objects, logger } = this.#options;
    const { stream } = journal;
    const folder = recordingFolder(stream, attempt, randomBytes(6).toString('hex'));
    const startedAtMs = Math.round(nowMs);
    const recording = { attempt, folder, startedAtMs };
    // Stored in the background; where another worker has the attempt, nobody will ever look into the folder.
    void journal.record({ type: 'StartRecording', ...recording });
    const keyOf = () => ledger.keyOf(stream);
    const parts = new GrowingParts({ objects, folder, keyOf, turn: () => this.#turn(), logger });
    const recorder = new StreamRecorder({ startedAtMs, onFrame: (frame) => parts.add(frame) });
    const store = async () => {
      const stored = await this.#storeList(recording, await parts.list());
      const command = { type: 'StoreRecording', ...stored } as const;
      await tellAfterwards(this.#options, journal, command, commandIdOf(recording));
    };
    const end = (endMs: number) => {
      recorder.end(endMs);
      this.#inBackground(stream, store);
    };
    return { tap: recorder, end };
  }

  /**
   * Stores what there is of the recordings of workers that died, once nobody carries them any more. Done again, it changes
   * nothing. Throws `UNAVAILABLE` when the object store or the ledger is away.
   */
  async recover(stream: string): Promise<void> {
    const { ledger, objects } = this.#options;
    const { phase, lostAttempt, recordings } = await load(ledger, callDecider, stream);
    for (const recording of recordings) {
      const isOver = phase === 'ended' || recording.attempt <= lostAttempt;
      if (recording.stored || !isOver) continue;
      const stored = await this.#storeList(recording, await findParts(objects, recording.folder));
      const command = { type: 'StoreRecording', ...stored } as const;
      await tellLedger(this.#options, stream, command, commandIdOf(recording));
    }
  }

  /** Once nothing is being stored any more. */
  async flushed(): Promise<void> {
    await Promise.all(this.#storing);
  }

  async #storeList({ attempt, folder, startedAtMs }: Omit<CallRecording, 'stored'>, list: PartList) {
    const { object, content, sha256 } = sealList(folder, list);
    await this.#options.objects.put(object, content);
    return {
      attempt,
      object,
      sha256,
      bytes: list.parts.reduce((sum, { bytes }) => sum + bytes, 0),
      startedAtMs,
      durationMs: Math.round(list.audioBytes / SAMPLE_BYTES / SAMPLES_A_MS),
      encoding: ENCODING,
      sampleRateHz: SAMPLE_RATE_HZ,
      channels: [...CHANNELS],
      complete: list.complete,
    };
  }

  /** One frame a turn of the event loop: many calls that began together would hold up all others' audio. */
  #turn(): Promise<void> {
    this.#lastTurn = this.#lastTurn.then(() => setImmediate());
    return this.#lastTurn;
  }

  #inBackground(stream: string, store: () => Promise<void>): void {
    const storing = store()
      .catch((error: unknown) => {
        // Its parts are there: it's recovered as a dead worker's is.
        this.#options.logger.warn({ stream, error: reasonOf(error) }, 'A recording is not stored yet.');
      })
      .finally(() => this.#storing.delete(storing));
    this.#storing.add(storing);
  }
}

/** A folder's recording is stored once, whoever does it. */
const commandIdOf = ({ folder }: Pick<CallRecording, 'folder'>): string => `recording:${folder}`;
