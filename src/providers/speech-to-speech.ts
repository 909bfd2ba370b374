import type { Languages } from './language.js';
import type { AnswerPart, Message, Tool, Usage } from './language-model.js';
import type { QuotedPassage } from './quoted-passages.js';
import type { SpeechToTextStream, SpeechToTextTraits } from './speech-to-text.js';

/** One model that hears the caller and speaks itself. Its audio is mu-law, 8 kHz, mono, both ways. */
export interface SpeechToSpeech {
  readonly name: string;
  /** What is taken where a request names no model; absent: its models have no names. */
  readonly defaultModel?: string | undefined;
  /** What a conversation must know of its hearing. */
  traits(options: Pick<SpeechToSpeechOptions, 'model' | 'decidesTurns'>): SpeechToTextTraits;
  open(options: SpeechToSpeechOptions): SpeechToSpeechStream;
}

/** Its languages: what the caller speaks. */
export interface SpeechToSpeechOptions extends Languages {
  /** `null`: the provider's default. */
  readonly model: string | null;
  readonly voice: string | null;
  /** 1 is the voice's own; `null`: the provider's default. */
  readonly speed: number | null;
  /** In words. */
  readonly tone: string | null;
  readonly systemPrompt: string;
  readonly tools: readonly Tool[];
  /** For each answer; `null`: the provider's default. */
  readonly maxTokens: number | null;
  /** The provider says when the caller's turn is over (`Transcript.turn`); else `finalize` does. */
  readonly decidesTurns: boolean;
  /** Ends the stream at once. */
  readonly signal: AbortSignal;
}

/**
 * One conversation with the model: what it hears is transcribed as by a speech-to-text, and it speaks when it's asked to.
 * What ends its transcripts with an error ends its answers, too.
 */
export interface SpeechToSpeechStream extends SpeechToTextStream {
  /**
   * One answer, as it's made: its text and the audio of it, and `done` at the end; an answer that calls a tool may say
   * nothing. Throws when the provider fails: an `AppError` whose message has none of the conversation. Its signal ends it at
   * once, without an error. One is made at a time: the next one waits for the end of the one before.
   */
  answer(request: SpokenAnswerRequest): AsyncIterable<SpokenAnswerPart>;
  /** What the service has counted so far, of answers that were stopped, too; `null`: nothing. */
  readonly tokens: Usage | null;
  /** The caller heard so much of an answer's audio and will hear no more: the model forgets the rest. */
  truncate(answer: string, heardMs: number): void;
}

export interface SpokenAnswerRequest {
  /** Names the answer within the stream. */
  readonly id: string;
  /**
   * The conversation from its beginning, as it's known: what the caller heard, and no more. What the model knows
   * otherwise, it's told first.
   */
  readonly messages: readonly Message[];
  /** What the answer is to come from, too; for this answer alone. */
  readonly passages: readonly QuotedPassage[];
  readonly signal: AbortSignal;
}

export type SpokenAnswerPart = AnswerPart | { readonly type: 'audio'; readonly audio: Uint8Array };
