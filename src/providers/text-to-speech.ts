import type { Languages } from './language.js';
import type { VoiceSettings } from './voice-settings.js';

/** A streamed voice. */
export interface TextToSpeech {
  readonly name: string;
  /** What is taken where a request names no model; absent: its models have no names. */
  readonly defaultModel?: string | undefined;
  /** The settings of its own that a request may have; absent: it takes any, and leaves them. */
  readonly voiceSettings?: VoiceSettings | undefined;
  /**
   * The text as mu-law, 8 kHz, mono, in pieces of any size as they're made; between them, from providers that say so,
   * when its words are spoken. Throws when the provider fails: an `AppError`. Its signal ends it at once, without an
   * error.
   */
  speak(request: SpeechRequest): AsyncIterable<SpeechPart>;
  /** As a language model's: for texts that this voice will say. */
  warmUp?(voice: SpeakingVoice): Promise<void>;
}

export type SpeechPart = Uint8Array | { readonly words: readonly TimedWord[] };

/** A word of the text, as spoken. Its times run from the start of the request's audio, in ms. */
export interface TimedWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Who says something, and how. */
export type SpeakingVoice = Omit<SpeechRequest, 'text' | 'utterance' | 'signal'>;

export interface SpeechRequest extends Languages {
  /** A clause or a sentence. */
  readonly text: string;
  /**
   * The same of all texts that are spoken one behind the other, as an answer is: a provider that can goes on with its
   * intonation. Absent: the text stands alone.
   */
  readonly utterance?: string | undefined;
  /** `null`: the provider's default. */
  readonly model: string | null;
  readonly voice: string | null;
  /** 1 is the voice's own; `null`: the provider's default. */
  readonly speed: number | null;
  /** In words; providers without such an instruction leave it. */
  readonly tone: string | null;
  /** The provider's own settings by their names; it leaves those that it doesn't know or can't take. */
  readonly voiceSettings: Readonly<Record<string, number | boolean | string>>;
  readonly signal: AbortSignal;
}
