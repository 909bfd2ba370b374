import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { SpeakingVoice, SpeechPart, SpeechRequest, TextToSpeech } from '../providers/text-to-speech.js';
import type { Voice } from './speech.js';
import { nextChunk } from './turn-taking/chunker.js';
import { phrasesOf } from './turn-taking/phrases.js';

/** About an hour of speech. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Two minutes: nobody's greeting is longer. */
const MAX_SPEECH_BYTES = 1024 * 1024;
const PART_BYTES = 100;
/** An agent's old greeting, or that of a tenant who is gone, isn't kept for ever. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

/**
 * The speech of what is said word for word in call after call: greetings, and the platform's own phrases. It's kept in this
 * process only, by everything that makes a voice's sound, so that it's the same whoever asks; nothing of a conversation
 * gets in.
 */
export class FixedSpeech {
  readonly #kept: LRUCache<string, readonly SpeechPart[]>;

  /** `now`: a clock in ms that never goes back. */
  constructor({ maxBytes = MAX_BYTES, now = () => performance.now() } = {}) {
    this.#kept = new LRUCache({
      maxSize: maxBytes,
      maxEntrySize: Math.min(maxBytes, MAX_SPEECH_BYTES),
      sizeCalculation: bytesOf,
      ttl: FORGOTTEN_AFTER_MS,
      ttlResolution: 0,
      perf: { now },
    });
  }

  /** The voice with a memory for the greeting and the platform's phrases: what it said once it says again at once. */
  remembering(voice: Voice, greeting: string): Voice {
    const provider = new RememberingVoice(voice.provider, this.#kept, fixedChunks(greeting, voice.language));
    return { ...voice, provider };
  }

  /** Makes the greeting's speech where it isn't there yet. Throws what the provider throws. */
  async warm(voice: Voice, greeting: string, signal: AbortSignal): Promise<void> {
    const { provider, ...settings } = this.remembering(voice, greeting);
    for (const text of chunksOf(greeting)) {
      for await (const _ of provider.speak({ ...settings, text, signal })) {
        // It's kept as it's said.
      }
    }
  }
}

class RememberingVoice implements TextToSpeech {
  readonly name: string;
  readonly #provider: TextToSpeech;
  readonly #kept: LRUCache<string, readonly SpeechPart[]>;
  readonly #fixed: ReadonlySet<string>;

  constructor(
    provider: TextToSpeech,
    kept: LRUCache<string, readonly SpeechPart[]>,
    fixed: ReadonlySet<string>,
  ) {
    this.name = provider.name;
    this.#provider = provider;
    this.#kept = kept;
    this.#fixed = fixed;
  }

  async *speak(request: SpeechRequest): AsyncGenerator<SpeechPart, void> {
    if (!this.#fixed.has(request.text)) return yield* this.#provider.speak(request);
    const key = keyOf(this.name, request);
    const kept = this.#kept.get(key);
    const parts: SpeechPart[] = [];
    // It's said behind other texts, too: it's made, and kept, as one that stands alone.
    for await (const part of kept ?? this.#provider.speak({ ...request, utterance: undefined })) {
      if (request.signal.aborted) return;
      parts.push(part);
      yield part;
    }
    // A part of it would be played as the whole.
    if (!kept && !request.signal.aborted && parts.length > 0) this.#kept.set(key, parts);
  }

  async warmUp(voice: SpeakingVoice): Promise<void> {
    await this.#provider.warmUp?.(voice);
  }
}

/** What a greeting is said in: the pieces of a text that is complete. */
const chunksOf = (text: string): readonly string[] => {
  const chunks: string[] = [];
  for (let rest = text; ; ) {
    const chunk = nextChunk(rest, chunks.length === 0, true);
    if (chunk === null) return chunks;
    chunks.push(chunk.trim());
    rest = rest.slice(chunk.length);
  }
};

const fixedChunks = (greeting: string, language: string): ReadonlySet<string> =>
  new Set([greeting, ...Object.values(phrasesOf(language)).flat()].flatMap(chunksOf));

/** A hash: the texts themselves are a tenant's. */
const keyOf = (name: string, request: SpeechRequest): string => {
  const { text, model, voice, speed, tone, voiceSettings, language, fallbackLanguage } = request;
  const settings = Object.entries(voiceSettings).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = [name, model, voice, speed, tone, settings, language, fallbackLanguage, text];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
};

const bytesOf = (parts: readonly SpeechPart[]): number =>
  parts.reduce(
    (sum, part) =>
      sum + PART_BYTES + (part instanceof Uint8Array ? part.length : PART_BYTES * part.words.length),
    0,
  );
