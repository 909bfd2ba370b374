/** A streamed voice. */
export interface TextToSpeech {
  readonly name: string;
  /**
   * The text as mu-law, 8 kHz, mono, in pieces of any size as they're made. Throws when the provider fails: an
   * `AppError`. Its signal ends it at once, without an error.
   */
  speak(request: SpeechRequest): AsyncIterable<Uint8Array>;
}

export interface SpeechRequest {
  /** A clause or a sentence. */
  readonly text: string;
  /** `null`: the provider's default. */
  readonly model: string | null;
  readonly voice: string | null;
  /** BCP 47. */
  readonly language: string;
  readonly signal: AbortSignal;
}
