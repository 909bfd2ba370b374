import type { MediaQuality, ProviderUsage } from '../../domain/call/media-events.js';
import { reasonOf } from '../../domain/errors.js';
import type { Logger } from '../../domain/logger.js';
import type { CallJournal } from '../call-journal.js';
import type { MediaTap } from '../media-tap.js';
import { type TellOptions, tellAfterwards } from '../tell-afterwards.js';
import { QualityMeter } from './quality-meter.js';

const SAMPLE_EVERY_MS = 1_000;

export interface CallQualitiesOptions extends TellOptions {
  readonly logger: Logger;
}

export interface MeasuredStream {
  readonly journal: CallJournal;
  readonly attempt: number;
  /** On the call's clock. */
  readonly now: () => number;
  /** The ledger has the media stream; it rejects where another worker has that attempt. */
  readonly whenStarted: Promise<void>;
  /** What is measured so far, once a second. */
  readonly onSample: (quality: MediaQuality) => void;
}

/** A media stream while it's measured. */
export interface MeasuredMedia {
  readonly tap: MediaTap;
  /**
   * Tells the ledger, in the background. Once. `echoes`: transcripts that were the agent's own words. `usage`: of the providers.
   */
  end(echoes: number, usage: readonly ProviderUsage[]): void;
}

/** Measures media streams: for those who follow while they last, and for the ledger at their end. */
export class CallQualities {
  readonly #options: CallQualitiesOptions;
  readonly #telling = new Set<Promise<void>>();

  constructor(options: CallQualitiesOptions) {
    this.#options = options;
  }

  open({ journal, attempt, now, whenStarted, onSample }: MeasuredStream): MeasuredMedia {
    const meter = new QualityMeter((gapMs, atMs) =>
      this.#tellGap(journal, { attempt, gapMs: Math.round(gapMs), atMs: Math.round(atMs) }),
    );
    const sampling = setInterval(() => onSample(meter.measured(now())), SAMPLE_EVERY_MS);
    const end = (echoes: number, usage: readonly ProviderUsage[]) => {
      clearInterval(sampling);
      const command = { type: 'MeasureMedia', attempt, ...meter.measured(now()), echoes, usage } as const;
      const commandId = `quality:${journal.stream}:${attempt}`;
      const telling = whenStarted
        .then(
          () => tellAfterwards(this.#options, journal, command, commandId),
          // The attempt is another worker's, and so is its measure.
          () => undefined,
        )
        .catch((error: unknown) => {
          const details = { stream: journal.stream, error: reasonOf(error) };
          this.#options.logger.warn(details, "A media stream's quality is not stored.");
        })
        .finally(() => this.#telling.delete(telling));
      this.#telling.add(telling);
    };
    return { tap: meter, end };
  }

  /** At once, for those who follow the call: its end tells how many there were. */
  #tellGap(journal: CallJournal, gap: { attempt: number; gapMs: number; atMs: number }): void {
    try {
      void journal.record({ type: 'ReportMediaGap', ...gap });
    } catch (error) {
      const details = { stream: journal.stream, error: reasonOf(error) };
      this.#options.logger.warn(details, "A media stream's gap is not stored.");
    }
  }

  /** Once nothing is being told any more. */
  async flushed(): Promise<void> {
    await Promise.all(this.#telling);
  }
}
