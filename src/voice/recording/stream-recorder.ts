import type { MediaTap } from '../media-tap.js';
import { AgentTrack } from './agent-track.js';
import { CallerTrack } from './caller-track.js';
import { FRAME_SAMPLES, SAMPLES_A_MS, StereoWindow } from './stereo-window.js';

/** So late may the caller's packets and the carrier's marks be, and still count. */
const LATENESS_MS = 2_000;

export interface StreamRecorderOptions {
  /** The recording's beginning on the call's clock, in whole ms. */
  readonly startedAtMs: number;
  /** The next 64 KiB, the last one shorter: mu-law, caller and agent interleaved. Must not throw. */
  readonly onFrame: (frame: Buffer) => void;
}

/** Records both sides of a media stream, in frames, as it goes. */
export class StreamRecorder implements MediaTap {
  readonly #options: StreamRecorderOptions;
  readonly #window = new StereoWindow();
  readonly #caller = new CallerTrack((startMs, bytes) =>
    this.#window.put('caller', this.#at(startMs), bytes),
  );
  readonly #agent = new AgentTrack();

  constructor(options: StreamRecorderOptions) {
    this.#options = options;
  }

  received(payload: Uint8Array, timestampMs: number, nowMs: number): void {
    this.#caller.add(payload, timestampMs, nowMs);
    this.#advance(nowMs);
  }

  sent(bytes: Uint8Array, nowMs: number): void {
    this.#agent.add(bytes, nowMs);
    this.#advance(nowMs);
  }

  markSent(name: string, nowMs: number): void {
    this.#agent.markSent(name, nowMs);
  }

  markReturned(name: string, nowMs: number): void {
    this.#agent.markReturned(name, nowMs);
  }

  cleared(nowMs: number): void {
    this.#agent.clear(nowMs);
  }

  /** Once: the rest, up to the last that was heard. Returns the recording's length in samples. */
  end(nowMs: number): number {
    this.#caller.settle();
    const endMs = Math.max(this.#caller.endMs ?? 0, this.#agent.endMs(nowMs) ?? 0, this.#options.startedAtMs);
    // Whole ms: the ledger tells its length so.
    const end = Math.max(this.#window.start, this.#at(Math.ceil(endMs)));
    while (this.#window.start < end) this.#take(Math.min(FRAME_SAMPLES, end - this.#window.start));
    return end;
  }

  #advance(nowMs: number): void {
    while (this.#at(nowMs - LATENESS_MS) - this.#window.start >= FRAME_SAMPLES) this.#take(FRAME_SAMPLES);
  }

  #take(samples: number): void {
    const endMs = this.#options.startedAtMs + (this.#window.start + samples) / SAMPLES_A_MS;
    this.#agent.settle(endMs, (startMs, bytes) => this.#window.put('agent', this.#at(startMs), bytes));
    this.#options.onFrame(this.#window.take(samples));
  }

  #at(ms: number): number {
    return Math.round((ms - this.#options.startedAtMs) * SAMPLES_A_MS);
  }
}
