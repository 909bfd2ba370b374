import type { Languages } from './language.js';

/** Audio on every provider port is mu-law, 8 kHz, mono: what the telephone speaks. Adapters convert where they must. */
export interface SpeechToText {
  /** As in an agent's settings: `openai`. */
  readonly name: string;
  /** What is taken where a request names no model; absent: its models have no names. */
  readonly defaultModel?: string | undefined;
  /** What a conversation must know of a model; `null`: of the provider's default. */
  traits(model: string | null): SpeechToTextTraits;
  open(options: SpeechToTextOptions): SpeechToTextStream;
}

export interface SpeechToTextTraits {
  /** How long a final may take after the caller stopped (99th percentile), in ms: the turn waits for it so long. */
  readonly finalWithinMs: number;
  /** Whether words arrive while the caller still speaks. */
  readonly interims: boolean;
  /** Whether it decides turns itself (`Transcript.turn`). */
  readonly decidesTurns: boolean;
}

export interface SpeechToTextOptions extends Languages {
  /** `null`: the provider's default. */
  readonly model: string | null;
  /** Ends the stream at once. */
  readonly signal: AbortSignal;
}

/** One caller's ear for one media stream. */
export interface SpeechToTextStream {
  /**
   * The caller's audio in order, 160 bytes (20 ms) a time, silence included. `voiced`: voice activity says that the
   * caller speaks, for providers that take whole utterances.
   */
  write(frame: Uint8Array, voiced: boolean): void;
  /** The caller stopped: the words so far should become final now. Called once a stop. */
  finalize(): void;
  /** How much of it the service was sent so far, in ms: what it bills by. */
  readonly heardMs: number;
  /**
   * Until the signal. Throws when the provider fails: an `AppError` whose message has none of the caller's words; the
   * stream is over then, and another may be opened.
   */
  readonly transcripts: AsyncIterable<Transcript>;
}

export interface Transcript {
  /** What was said since the last final. An interim is replaced by the next one. */
  readonly text: string;
  readonly final: boolean;
  /** 0 to 1; `null`: the provider doesn't say. */
  readonly confidence: number | null;
  /**
   * From a provider that decides turns itself: the turn has probably ended (an answer may be prepared), goes on after
   * all, or has ended (with the final). Absent: nothing about turns.
   */
  readonly turn?: 'probably_ended' | 'resumed' | 'ended';
}
