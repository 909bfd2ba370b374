import { levelDb } from '../audio/level.js';
import { decodeMuLaw, FRAME_BYTES, FRAME_MS, MU_LAW_SILENCE, msOf } from '../audio/mu-law.js';
import type { VoiceDetector } from './vad/fvad.js';
import { initialVad, stepVad, type VadState } from './vad/vad.js';
import type { VoiceEdge, VoicePause } from './vad/voice-run.js';

/** Jitter in the carrier's timestamps; more is a gap. */
const GAP_MS = 40;
const LONGEST_GAP_MS = 10_000;
const SILENCE = new Uint8Array(FRAME_BYTES).fill(MU_LAW_SILENCE);

export interface Frame {
  /** 160 bytes of mu-law. */
  readonly bytes: Uint8Array;
  /** Anybody speaks: the speech-to-text hears what may be the agent's echo, too, and may be the caller. */
  readonly voiced: boolean;
  readonly edge: VoiceEdge | null;
  /** Of the voice that is on, while the agent may be heard: whether voice alone stops the agent depends on it. */
  readonly pause: VoicePause | null;
  /** Voice has stopped that was taken for the agent's echo all the time: no edge told of it. */
  readonly untold: boolean;
}

/**
 * The caller's audio as it comes in: cut into frames, with silence where the carrier's timestamps show a gap, and voice
 * activity on each frame. Twilio sends media through silence, so a gap is a fault of the line, not a pause.
 */
export class InboundAudio {
  readonly #detector: VoiceDetector;
  /** Of the frame in hand. */
  readonly #pcm = new Int16Array(FRAME_BYTES);
  #vad: VadState = initialVad;
  #rest = new Uint8Array(0);
  /** Where the next payload should begin, by the carrier's clock; `null`: nothing came yet. */
  #nextTimestampMs: number | null = null;
  /** Of the voice that is on: an edge told of it. */
  #isTold = false;
  /** The same: that it pauses was told. */
  #isPauseTold = false;

  constructor(detector: VoiceDetector) {
    this.#detector = detector;
  }

  get isVoiced(): boolean {
    return this.#vad.caller.on || this.#vad.anybody.on;
  }

  /** A payload's frames. `timestampMs`: the carrier's; `nowMs`: on the call's clock. `playing`: the agent may be heard. */
  take(payload: Uint8Array, timestampMs: number, nowMs: number, playing: boolean): readonly Frame[] {
    const expectedMs = this.#nextTimestampMs ?? timestampMs;
    const missingMs = Math.min(timestampMs - expectedMs, LONGEST_GAP_MS);
    // A payload that was cut would move all that follows it: the end of its last frame is filled up, too.
    const isCut = missingMs > 0 && this.#rest.length > 0;
    const cut = isCut ? this.#frames(SILENCE.subarray(this.#rest.length), nowMs, playing) : [];
    const silence = missingMs > GAP_MS ? this.fill(missingMs, nowMs, playing) : [];
    // A payload that comes after a later one says nothing of what comes next.
    this.#nextTimestampMs = Math.max(this.#nextTimestampMs ?? 0, timestampMs + msOf(payload.length));
    return [...cut, ...silence, ...this.#frames(payload, nowMs, playing)];
  }

  /** Silence in place of what didn't come, so that voice and its recognition end. */
  fill(ms: number, nowMs: number, playing: boolean): readonly Frame[] {
    if (this.#nextTimestampMs !== null) this.#nextTimestampMs += ms;
    const frames = Math.floor(ms / FRAME_MS);
    return Array.from({ length: frames }, (_, at) =>
      this.#frame(SILENCE, nowMs - (frames - 1 - at) * FRAME_MS, playing, { isStandIn: true }),
    );
  }

  close(): void {
    this.#detector.free();
  }

  #frames(payload: Uint8Array, nowMs: number, playing: boolean): readonly Frame[] {
    // The usual payload is one frame: no copy.
    if (this.#rest.length === 0 && payload.length === FRAME_BYTES)
      return [this.#frame(payload, nowMs, playing)];
    const bytes = Buffer.concat([this.#rest, payload]);
    const count = Math.floor(bytes.length / FRAME_BYTES);
    this.#rest = Uint8Array.from(bytes.subarray(count * FRAME_BYTES));
    return Array.from({ length: count }, (_, at) =>
      this.#frame(
        bytes.subarray(at * FRAME_BYTES, (at + 1) * FRAME_BYTES),
        nowMs - (count - 1 - at) * FRAME_MS,
        playing,
      ),
    );
  }

  #frame(bytes: Uint8Array, atMs: number, playing: boolean, { isStandIn = false } = {}): Frame {
    const pcm = decodeMuLaw(bytes, this.#pcm);
    const voiced = this.#detector.detect(pcm);
    const db = isStandIn ? null : levelDb(pcm);
    const wasOn = this.#vad.anybody.on;
    const { state, edge, pause } = stepVad(this.#vad, { voiced, db, atMs, playing });
    this.#vad = state;
    this.#isTold ||= state.caller.on;
    const hasStopped = wasOn && !state.anybody.on;
    const untold = hasStopped && !this.#isTold;
    if (hasStopped) this.#isTold = state.caller.on;
    const told = pause && (pause.paused ? playing : this.#isPauseTold) ? pause : null;
    if (edge || told) this.#isPauseTold = told?.paused ?? false;
    return { bytes, voiced: this.isVoiced || voiced, edge, pause: told, untold };
  }
}
