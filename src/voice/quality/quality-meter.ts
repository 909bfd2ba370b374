import { FRAME_BYTES, FRAME_MS, msOf } from '../../audio/mu-law.js';
import type { MediaQuality } from '../../domain/call/media-events.js';
import { CarrierBuffer } from '../carrier-buffer.js';
import type { MediaTap } from '../media-tap.js';
import { parseMark } from '../playout.js';

/** As in `InboundAudio`: less is jitter in the carrier's timestamps, and longer gaps mean nothing more. */
const GAP_MS = 40;
const LONGEST_GAP_MS = 10_000;
/** RFC 3550, 6.4.1: the gain of the jitter's estimate. */
const JITTER_GAIN = 1 / 16;
/** A reply that goes on after longer than this had a pause: a tool ran, or the model thought. The simulator counts so, too. */
const STALL_MS = 2_000;
const LATE_MARK_MS = 1_000;

/** Measures one media stream. It costs a few additions a message. */
export class QualityMeter implements MediaTap {
  readonly #buffer = new CarrierBuffer();
  readonly #onFirstGap: (gapMs: number, nowMs: number) => void;
  #receivedBytes = 0;
  #sentBytes = 0;
  #gaps = 0;
  #gapMs = 0;
  #longestGapMs = 0;
  #nextTimestampMs: number | null = null;
  /** Arrival minus timestamp, of the packet before. */
  #transitMs: number | null = null;
  #jitterMs = 0;
  #maxJitterMs = 0;
  #underruns = 0;
  #underrunMs = 0;
  /** The buffer was empty for so long before what was sent last; its next mark tells whether that was in mid-speech. */
  #emptyMs = 0;
  #generation: number | null = null;
  #lateMarks = 0;

  /** `onFirstGap`: when the caller's audio lacks something for the first time. */
  constructor(onFirstGap: (gapMs: number, nowMs: number) => void) {
    this.#onFirstGap = onFirstGap;
  }

  received(payload: Uint8Array, timestampMs: number, nowMs: number): void {
    this.#receivedBytes += payload.length;
    const missingMs = timestampMs - (this.#nextTimestampMs ?? timestampMs);
    this.#nextTimestampMs = timestampMs + msOf(payload.length);
    if (missingMs > GAP_MS) this.#addGap(Math.min(missingMs, LONGEST_GAP_MS), nowMs);
    const transitMs = nowMs - timestampMs;
    if (this.#transitMs !== null) this.#addTransit(Math.abs(transitMs - this.#transitMs));
    this.#transitMs = transitMs;
  }

  sent(bytes: Uint8Array, nowMs: number): void {
    this.#sentBytes += bytes.length;
    const { emptyMs } = this.#buffer.send(msOf(bytes.length), nowMs);
    // Nobody hears less than a frame.
    if (emptyMs !== null && emptyMs >= FRAME_MS) this.#emptyMs += emptyMs;
  }

  markSent(name: string, nowMs: number): void {
    this.#buffer.mark(name, nowMs);
    const generation = parseMark(name)?.generation ?? null;
    const goesOn = generation !== null && generation === this.#generation;
    if (goesOn && this.#emptyMs > 0 && this.#emptyMs < STALL_MS) {
      this.#underruns++;
      this.#underrunMs += this.#emptyMs;
    }
    this.#emptyMs = 0;
    this.#generation = generation;
  }

  markReturned(name: string, nowMs: number): void {
    const lateMs = this.#buffer.markReturned(name, nowMs);
    if (lateMs !== null && lateMs > LATE_MARK_MS) this.#lateMarks++;
  }

  cleared(): void {
    this.#buffer.clear();
    this.#emptyMs = 0;
  }

  /** So far. */
  measured(nowMs: number): MediaQuality {
    return {
      receivedFrames: Math.round(this.#receivedBytes / FRAME_BYTES),
      sentFrames: Math.round(this.#sentBytes / FRAME_BYTES),
      gaps: this.#gaps,
      gapMs: Math.round(this.#gapMs),
      longestGapMs: Math.round(this.#longestGapMs),
      jitterMs: tenths(this.#jitterMs),
      maxJitterMs: tenths(this.#maxJitterMs),
      underruns: this.#underruns,
      underrunMs: Math.round(this.#underrunMs),
      lateMarks: this.#lateMarks + this.#buffer.marksLateBy(LATE_MARK_MS, nowMs),
    };
  }

  #addGap(ms: number, nowMs: number): void {
    if (this.#gaps === 0) this.#onFirstGap(ms, nowMs);
    this.#gaps++;
    this.#gapMs += ms;
    this.#longestGapMs = Math.max(this.#longestGapMs, ms);
  }

  /** How much longer or shorter a packet was on its way than the one before it. */
  #addTransit(changeMs: number): void {
    this.#jitterMs += (changeMs - this.#jitterMs) * JITTER_GAIN;
    this.#maxJitterMs = Math.max(this.#maxJitterMs, this.#jitterMs);
  }
}

const tenths = (ms: number): number => Math.round(ms * 10) / 10;
