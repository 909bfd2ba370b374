import { SILENCE_DB } from '../../audio/level.js';
import { FRAME_MS } from '../../audio/mu-law.js';
import { noRun, stepRun, type VoiceEdge, type VoicePause, type VoiceRun } from './voice-run.js';
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

/** Small and immutable; a step costs well under a microsecond. */
export interface VadState {
  /** The caller's voice: above the noise and above the agent's echo. */
  readonly caller: VoiceRun;
  /** Anybody's voice: above the noise. While the agent plays it may be the agent's. */
  readonly anybody: VoiceRun;
  /** Minimum statistics: speech pauses within any 5 s, noise doesn't. */
  readonly noise: WindowedMinimum;
  /** Frames of digital silence that came one after the other, up to now. */
  readonly silentFrames: number;
  /** The loudest echo, as a minimum of negated levels; it moves on only while the agent plays and no voice is on. */
  readonly echo: WindowedMinimum;
  readonly echoFrames: number;
}

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
 * loses little: in these 3 s only words interrupt, never voice alone, and the speech-to-text hears all of it.
 */
const ECHO_LEARNING_FRAMES = 3000 / FRAME_MS;

export const initialVad: VadState = {
  caller: noRun,
  anybody: noRun,
  noise: emptyWindow,
  silentFrames: 0,
  echo: emptyWindow,
  echoFrames: 0,
};

export interface VadStep {
  readonly state: VadState;
  /** Of the caller's voice. */
  readonly edge: VoiceEdge | null;
  /** The same's. */
  readonly pause: VoicePause | null;
}

/** One frame further: the next state, and the edge or the pause that the frame completes. Pure. */
export const stepVad = (state: VadState, frame: VadFrame): VadStep => {
  const { voiced, db, playing, atMs } = frame;
  const silentFrames = silentFramesAfter(state.silentFrames, db);
  const noise = addFrame(state.noise, noiseSample(state.noise, silentFrames, db));
  const isLoud = voiced && db !== null && db > minimumOf(noise) + ABOVE_NOISE_DB;
  const active = isLoud && (!playing || db > -minimumOf(state.echo) + ABOVE_ECHO_DB);
  const measuresEcho = playing && !state.caller.on;
  const echo = measuresEcho ? addFrame(state.echo, echoSample(state, frame, active)) : state.echo;
  const echoFrames = measuresEcho ? state.echoFrames + 1 : state.echoFrames;
  const { run: caller, edge, pause } = stepRun(state.caller, active, atMs);
  const { run: anybody } = stepRun(state.anybody, isLoud, atMs);
  return { state: { caller, anybody, noise, silentFrames, echo, echoFrames }, edge, pause };
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

/** The frame's negated level where it counts as echo. What isn't voiced can't be mistaken for voice: no click counts. */
const echoSample = (state: VadState, { voiced, db }: VadFrame, active: boolean): number => {
  const learning = state.echoFrames < ECHO_LEARNING_FRAMES;
  return db !== null && voiced && (learning || !active) ? -db : Infinity;
};
