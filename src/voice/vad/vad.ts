import { SILENCE_DB } from '../../audio/level.js';
import { FRAME_MS } from '../../audio/mu-law.js';
import { addFrame, emptyWindow, minimumOf, type WindowedMinimum } from './windowed-minimum.js';

/** 20 ms of the caller's audio, as measured. */
export interface VadFrame {
  /** The detector's opinion. */
  readonly voiced: boolean;
  /** RMS level in dBFS; `null`: the frame stands in for audio that didn't come. */
  readonly db: number | null;
  /** The end of the frame on the call's clock; each frame's is at least 20 ms after the one before. */
  readonly atMs: number;
  /** The agent's audio may be in the frame, as echo: it plays now, or ended within the line's delay. */
  readonly playing: boolean;
}

/** The caller begins to speak, or has stopped. */
export type VoiceEdge =
  /** The start of the run that made the onset. */
  | { readonly on: true; readonly atMs: number }
  /** The end of the last frame with voice. */
  | { readonly on: false; readonly atMs: number };

/** Small and immutable; a step costs well under a microsecond. */
export interface VadState {
  readonly on: boolean;
  /** The last 8 frames, the latest in bit 0: 1 is voice above the gate. */
  readonly recent: number;
  /** The end of the last frame with voice above the gate. */
  readonly lastVoiceAtMs: number;
  /** Minimum statistics: speech pauses within any 5 s, noise doesn't. */
  readonly noise: WindowedMinimum;
  /** Frames of digital silence that came one after the other, up to now. */
  readonly silentFrames: number;
  /** The loudest echo, as a minimum of negated levels; it moves on only while the agent plays and no voice is on. */
  readonly echo: WindowedMinimum;
  readonly echoFrames: number;
}

/** Six of eight frames: a click, a cough's start or a key's release isn't speech. */
const ONSET_FRAMES = 6;
const RECENT_FRAMES_MASK = 0xff;

/** Shorter pauses are inside words and phrases. */
const HANGOVER_MS = 300;

const ABOVE_NOISE_DB = 9;

/**
 * Taken for the noise of a line that sends digital silence in its pauses: without any, the first speech would be its own
 * noise, and its onset found only at the first soft sound. It's a quiet office's; a voice 9 dB above is soft already.
 */
const SILENT_LINE_DB = -50;

/**
 * So long a digital silence is how the line sounds in its pauses; a shorter one is a lost packet, in whose place the
 * carrier sends silence.
 */
const SILENT_LINE_FRAMES = 200 / FRAME_MS;

const ABOVE_ECHO_DB = 6;

/**
 * In the agent's first 3 s of a call all that sounds like voice is taken for its echo. A caller who is missed meanwhile
 * loses little: in these 3 s only words interrupt, never voice alone.
 */
const ECHO_LEARNING_FRAMES = 3000 / FRAME_MS;

export const initialVad: VadState = {
  on: false,
  recent: 0,
  lastVoiceAtMs: 0,
  noise: emptyWindow,
  silentFrames: 0,
  echo: emptyWindow,
  echoFrames: 0,
};

/** One frame further: the next state, and the edge that the frame completes. Pure. */
export const stepVad = (state: VadState, frame: VadFrame): { state: VadState; edge: VoiceEdge | null } => {
  const silentFrames = silentFramesAfter(state.silentFrames, frame.db);
  const noise = addFrame(state.noise, noiseSample(state.noise, silentFrames, frame.db));
  const active = frame.voiced && isAboveGate(frame, minimumOf(noise), -minimumOf(state.echo));
  const recent = ((state.recent << 1) | (active ? 1 : 0)) & RECENT_FRAMES_MASK;
  const lastVoiceAtMs = active ? frame.atMs : state.lastVoiceAtMs;
  const measuresEcho = frame.playing && !state.on;
  const echo = measuresEcho ? addFrame(state.echo, echoSample(state, frame, active)) : state.echo;
  const echoFrames = measuresEcho ? state.echoFrames + 1 : state.echoFrames;

  if (!state.on && bitCount(recent) >= ONSET_FRAMES) {
    const edge: VoiceEdge = { on: true, atMs: frame.atMs - FRAME_MS * bitLength(recent) };
    return { state: { on: true, recent, lastVoiceAtMs, noise, silentFrames, echo, echoFrames }, edge };
  }
  if (state.on && frame.atMs - lastVoiceAtMs >= HANGOVER_MS) {
    const edge: VoiceEdge = { on: false, atMs: lastVoiceAtMs };
    return { state: { on: false, recent: 0, lastVoiceAtMs, noise, silentFrames, echo, echoFrames }, edge };
  }
  return {
    state: { on: state.on, recent, lastVoiceAtMs, noise, silentFrames, echo, echoFrames },
    edge: null,
  };
};

/** What stands in for audio says nothing of the line: the run goes on after it. */
const silentFramesAfter = (silentFrames: number, db: number | null): number => {
  if (db === null) return silentFrames;
  return db > SILENCE_DB ? 0 : Math.min(silentFrames + 1, SILENT_LINE_FRAMES);
};

/** `Infinity`: the frame says nothing of the line's noise. */
const noiseSample = (noise: WindowedMinimum, silentFrames: number, db: number | null): number => {
  if (db === null) return Infinity;
  if (db > SILENCE_DB) return db;
  const isSilentLine = silentFrames >= SILENT_LINE_FRAMES || minimumOf(noise) === Infinity;
  return isSilentLine ? SILENT_LINE_DB : Infinity;
};

const isAboveGate = ({ db, playing }: VadFrame, noiseDb: number, echoDb: number): boolean =>
  db !== null && db > noiseDb + ABOVE_NOISE_DB && (!playing || db > echoDb + ABOVE_ECHO_DB);

/** The frame's negated level where it counts as echo. What isn't voiced can't be mistaken for voice: no click counts. */
const echoSample = (state: VadState, { voiced, db }: VadFrame, active: boolean): number => {
  const learning = state.echoFrames < ECHO_LEARNING_FRAMES;
  return db !== null && voiced && (learning || !active) ? -db : Infinity;
};

const bitLength = (bits: number): number => 32 - Math.clz32(bits);

const bitCount = (bits: number): number => {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
};
