import { MU_LAW_SILENCE, SAMPLE_RATE_HZ } from '../../audio/mu-law.js';

export const SAMPLES_A_MS = SAMPLE_RATE_HZ / 1000;
/** The caller is left, the agent right. */
export const CHANNELS = ['caller', 'agent'] as const;
export type Channel = (typeof CHANNELS)[number];
/** A sample of each channel. */
export const SAMPLE_BYTES = CHANNELS.length;
/** What is encrypted at once (architecture.md, section 4): 4.1 s of both channels. */
export const FRAME_BYTES = 64 * 1024;
export const FRAME_SAMPLES = FRAME_BYTES / SAMPLE_BYTES;
/** A frame, and what may be known of the time after it: late packets, and what the agent will say in the next seconds. */
const WINDOW_SAMPLES = 2 * FRAME_SAMPLES;

/**
 * The last seconds of both channels, a mu-law byte a sample. Audio is put where it belongs, in any order; what nobody puts
 * is silence. Positions are samples since the recording's beginning.
 */
export class StereoWindow {
  readonly #channels: Readonly<Record<Channel, Uint8Array>> = { caller: silence(), agent: silence() };
  #start = 0;

  /** Where the next frame begins. */
  get start(): number {
    return this.#start;
  }

  /** What lies outside of the window is left out. */
  put(channel: Channel, at: number, bytes: Uint8Array): void {
    const from = Math.max(0, at - this.#start);
    const to = Math.min(WINDOW_SAMPLES, at - this.#start + bytes.length);
    if (from >= to) return;
    const skipped = from - (at - this.#start);
    this.#channels[channel].set(bytes.subarray(skipped, skipped + to - from), from);
  }

  /** The next `samples` of both channels, at most a frame, interleaved; the window moves on by them. */
  take(samples: number): Buffer {
    const { caller, agent } = this.#channels;
    // Both bytes of a sample at once, the caller's first: Node runs on little-endian machines only.
    const taken = new Uint16Array(samples);
    for (let at = 0; at < samples; at++) {
      taken[at] = (caller[at] as number) | ((agent[at] as number) << 8);
    }
    for (const channel of [caller, agent]) {
      channel.copyWithin(0, samples);
      channel.fill(MU_LAW_SILENCE, WINDOW_SAMPLES - samples);
    }
    this.#start += samples;
    return Buffer.from(taken.buffer);
  }
}

const silence = (): Uint8Array => new Uint8Array(WINDOW_SAMPLES).fill(MU_LAW_SILENCE);
