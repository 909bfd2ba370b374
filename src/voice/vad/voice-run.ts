import { FRAME_MS } from '../../audio/mu-law.js';

/** The caller begins to speak, or has stopped. */
export type VoiceEdge =
  /** The start of the run that made the onset. */
  | { readonly on: true; readonly atMs: number }
  /** The end of the last frame with voice. */
  | { readonly on: false; readonly atMs: number };

/** Voice that is on isn't heard just now, between words or since its end, or is heard again. */
export interface VoicePause {
  readonly paused: boolean;
  /** The end of the last frame with voice, or the start of the first one after it. */
  readonly atMs: number;
}

/** Frames with voice that belong together. */
export interface VoiceRun {
  readonly on: boolean;
  readonly paused: boolean;
  /** The last 8 frames, the latest in bit 0: 1 is voice. */
  readonly recent: number;
  /** The end of the last frame with voice. */
  readonly lastVoiceAtMs: number;
}

/** Six of eight frames: a click, a cough's start or a key's release isn't speech. */
const ONSET_FRAMES = 6;
const RECENT_FRAMES_MASK = 0xff;

/** Shorter pauses are inside words and phrases. */
const HANGOVER_MS = 300;

/** Shorter ones are the stops within a word. */
const PAUSE_MS = 80;

export const noRun: VoiceRun = { on: false, paused: false, recent: 0, lastVoiceAtMs: 0 };

export interface RunStep {
  readonly run: VoiceRun;
  readonly edge: VoiceEdge | null;
  readonly pause: VoicePause | null;
}

/** One frame further, which ends at `atMs`: the next run, and the edge or the pause that the frame completes. */
export const stepRun = (run: VoiceRun, active: boolean, atMs: number): RunStep => {
  const recent = ((run.recent << 1) | (active ? 1 : 0)) & RECENT_FRAMES_MASK;
  const lastVoiceAtMs = active ? atMs : run.lastVoiceAtMs;
  if (!run.on && bitCount(recent) >= ONSET_FRAMES) {
    const edge = { on: true, atMs: atMs - FRAME_MS * bitLength(recent) } as const;
    return { run: { on: true, paused: false, recent, lastVoiceAtMs }, edge, pause: null };
  }
  if (run.on && atMs - lastVoiceAtMs >= HANGOVER_MS) {
    return {
      run: { ...noRun, lastVoiceAtMs },
      edge: { on: false, atMs: lastVoiceAtMs },
      pause: null,
    };
  }
  const paused = run.on && !active && (run.paused || atMs - lastVoiceAtMs >= PAUSE_MS);
  const pause = paused === run.paused ? null : { paused, atMs: active ? atMs - FRAME_MS : lastVoiceAtMs };
  return { run: { on: run.on, paused, recent, lastVoiceAtMs }, edge: null, pause };
};

const bitLength = (bits: number): number => 32 - Math.clz32(bits);

const bitCount = (bits: number): number => {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
};
