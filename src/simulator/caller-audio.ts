import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { LRUCache } from 'lru-cache';
import { encodeMuLaw, FRAME_BYTES, MU_LAW_SILENCE, SAMPLE_RATE_HZ } from '../audio/mu-law.js';
import { Resampler } from '../audio/resampler.js';
import { readWav } from '../audio/wav.js';
import { AppError, ErrorCode, isAppError, messageOf } from '../domain/errors.js';
import { speakMarked } from '../providers/sandbox/voice.js';
import { type Span, voicedSpans } from './voiced-spans.js';

/** 20 ms of the caller, as it's sent. */
export interface CallerFrame {
  readonly bytes: Uint8Array;
  readonly base64: string;
}

/** What a caller lets be heard: shared by all calls that do so. */
export interface CallerAudio {
  readonly frames: readonly CallerFrame[];
  /** Where there is voice, from the audio's beginning. */
  readonly spans: readonly Span[];
}

/** A longer pause ends a turn, as most listeners take it. */
const TURN_PAUSE_MS = 600;
const RAW_MU_LAW = ['.ulaw', '.mulaw', '.ul'];
const CACHED_TEXTS = 1_000;

const frameOf = (bytes: Uint8Array): CallerFrame => ({
  bytes,
  base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
});

export const SILENT_FRAME = frameOf(new Uint8Array(FRAME_BYTES).fill(MU_LAW_SILENCE));

/** Mu-law as frames; the last one is filled up with silence. */
export const callerAudio = (muLaw: Uint8Array): CallerAudio => {
  const whole = new Uint8Array(Math.ceil(muLaw.length / FRAME_BYTES) * FRAME_BYTES).fill(MU_LAW_SILENCE);
  whole.set(muLaw);
  const frames = Array.from({ length: whole.length / FRAME_BYTES }, (_, at) =>
    frameOf(whole.subarray(at * FRAME_BYTES, (at + 1) * FRAME_BYTES)),
  );
  return { frames, spans: voicedSpans(whole, TURN_PAUSE_MS) };
};

const spoken = new LRUCache<string, Promise<CallerAudio>>({ max: CACHED_TEXTS });

/** Speech whose words the sandbox understands; made once for each text. */
export const speechAudio = (text: string, language: string): Promise<CallerAudio> => {
  const key = `${language} ${text}`;
  const known = spoken.get(key);
  if (known) return known;
  const audio = speakMarked(text, { language }).then(callerAudio);
  spoken.set(key, audio);
  return audio;
};

/** A file's audio. Throws `BAD_USER_INPUT` that names the file and what is wrong with it. */
export const fileAudio = async (path: string): Promise<CallerAudio> => {
  const muLaw = await readMuLaw(path);
  if (muLaw.length === 0) throw unusable(path, 'it holds no audio.');
  return callerAudio(muLaw);
};

const readMuLaw = async (path: string): Promise<Uint8Array> => {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unusable(path, `${messageOf(cause)}.`, cause);
  });
  return RAW_MU_LAW.includes(extname(path).toLowerCase()) ? bytes : fromWav(path, bytes);
};

const fromWav = (path: string, bytes: Uint8Array): Uint8Array => {
  try {
    const { samples, sampleRateHz, channels } = readWav(bytes);
    if (channels !== 1)
      throw new AppError(ErrorCode.BAD_USER_INPUT, `It has ${channels} channels: give one.`);
    return encodeMuLaw(at8Khz(samples, sampleRateHz));
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    throw unusable(path, `${cause.message} Raw mu-law must end in ${RAW_MU_LAW.join(', ')}.`, cause);
  }
};

const at8Khz = (samples: Int16Array, fromHz: number): Int16Array => {
  const resampler = new Resampler({ fromHz, toHz: SAMPLE_RATE_HZ });
  const head = resampler.push(samples);
  const tail = resampler.flush();
  const all = new Int16Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
};

const unusable = (path: string, why: string, cause?: unknown): AppError =>
  new AppError(ErrorCode.BAD_USER_INPUT, `${path} can't be played: ${why}`, {}, { cause });
