import { LRUCache } from 'lru-cache';
import { encodeMuLaw, FRAME_BYTES, FRAME_MS, MU_LAW_SILENCE } from '../../audio/mu-law.js';
import { type EspeakNgRequest, hasEspeakNg, speakWithEspeakNg } from './espeak-ng.js';
import { renderSpeech, type TimedSpeech, type TimedWord, type VoiceTraits } from './formant-voice.js';
import { planSpeech } from './speech-plan.js';
import { framesNeeded, markWord } from './watermark.js';

export interface VoiceOptions {
  /** BCP 47. */
  readonly language: string;
  /** `agent`, `caller`, or any other name: each name has a pitch of its own. */
  readonly voice?: string;
  /** 1 is about 160 words of English a minute. */
  readonly speed?: number;
  /** The command of espeak-ng; `null`: the built-in voice, which costs no process. */
  readonly espeakNg?: string | null;
  readonly signal?: AbortSignal;
}

export interface Speech {
  /** Mu-law, 8 kHz, whole frames of 20 ms. Shared: don't write to it. */
  readonly audio: Uint8Array;
  readonly words: readonly TimedWord[];
}

const VOICES: Readonly<Record<string, VoiceTraits>> = {
  agent: { pitchHz: 115, formantScale: 1 },
  caller: { pitchHz: 205, formantScale: 1.15 },
};

/** About an hour of speech: what agents say again and again. */
const CACHE_BYTES = 32 * 1024 * 1024;
const WORD_BYTES = 100;

/** Beyond these the built-in voice speaks: hundreds of processes at once would starve the calls. */
const MAX_PROCESSES = 4;

const cache = new LRUCache<string, Speech>({
  maxSize: CACHE_BYTES,
  sizeCalculation: ({ audio, words }) => audio.length + WORD_BYTES * (words.length + 1),
});

let processes = 0;

/**
 * Speaks a text: with espeak-ng where it's installed and works, else with a voice of our own. At most 40 ms of silence are
 * at either end. Rejects with the signal's reason when aborted, and never otherwise.
 */
export const synthesize = async (text: string, options: VoiceOptions): Promise<Speech> => {
  const { language, voice = 'agent', speed = 1, espeakNg = 'espeak-ng', signal } = options;
  signal?.throwIfAborted();
  const request = { text, language, voice: traitsOf(voice), speed, signal };
  const key = (engine: string | null): string => JSON.stringify([engine, voice, language, speed, text]);
  if (espeakNg !== null) {
    const known = cache.get(key(espeakNg));
    if (known) return known;
    const spoken = await tryEspeakNg(espeakNg, request);
    if (spoken) return remembered(key(espeakNg), spoken);
  }
  return (
    cache.get(key(null)) ??
    remembered(key(null), renderSpeech(planSpeech(text, language), request.voice, speed))
  );
};

/** `synthesize` with each word in the low bits of its frames: what the sandbox's speech-to-text understands. */
export const speakMarked = async (text: string, options: VoiceOptions): Promise<Uint8Array> => {
  const { audio, words } = await synthesize(text, { voice: 'caller', ...options });
  const spans: { text: string; start: number; end: number }[] = [];
  let free = 0;
  for (const word of words) {
    const start = Math.max(free, Math.round(word.startMs / FRAME_MS));
    free = Math.max(start + framesNeeded(word.text), Math.round(word.endMs / FRAME_MS));
    spans.push({ text: word.text, start: start * FRAME_BYTES, end: free * FRAME_BYTES });
  }
  const marked = new Uint8Array(Math.max(audio.length, free * FRAME_BYTES)).fill(MU_LAW_SILENCE);
  marked.set(audio);
  let sequence = 0;
  for (const { text: word, start, end } of spans) {
    const { frames, nextSequence } = markWord(marked.subarray(start, end), word, sequence);
    marked.set(frames, start);
    sequence = nextSequence;
  }
  return marked;
};

const tryEspeakNg = async (command: string, request: EspeakNgRequest): Promise<TimedSpeech | null> => {
  if (!(await hasEspeakNg(command)) || processes >= MAX_PROCESSES) return null;
  processes++;
  try {
    return await speakWithEspeakNg(command, request);
  } catch {
    // A language that it doesn't know, a process that was killed: a caller must hear something all the same.
    request.signal?.throwIfAborted();
    return null;
  } finally {
    processes--;
  }
};

const remembered = (key: string, { pcm, words }: TimedSpeech): Speech => {
  const audio = new Uint8Array(Math.ceil(pcm.length / FRAME_BYTES) * FRAME_BYTES).fill(MU_LAW_SILENCE);
  audio.set(encodeMuLaw(pcm));
  const speech = { audio, words };
  cache.set(key, speech);
  return speech;
};

/** A name that isn't known gets a pitch by its letters: 95 to 235 Hz. */
const traitsOf = (name: string): VoiceTraits => {
  const known = Object.hasOwn(VOICES, name) ? VOICES[name] : undefined;
  if (known) return known;
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 1009;
  const share = hash / 1009;
  return { pitchHz: 95 + 140 * share, formantScale: 1 + 0.17 * share };
};
