/** From `min` to `max`, both included. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

const ranges = <const K extends string>(limits: Readonly<Record<K, Range>>): Readonly<Record<K, Range>> =>
  limits;

/** What a setting may be, by its stored name; of `languageModel`, by the name within it. Durations in ms. */
export const settingRanges = ranges({
  temperature: { min: 0, max: 2 },
  maxTokens: { min: 1, max: 32_000 },
  topP: { min: 0, max: 1 },
  hedgeAfterMs: { min: 100, max: 5_000 },
  voiceSpeed: { min: 0.25, max: 4 },
  turnBufferMs: { min: 500, max: 10_000 },
  responseDelayMs: { min: 0, max: 5_000 },
  callerTurnLimitMs: { min: 10_000, max: 600_000 },
  silenceTimeoutMs: { min: 4_000, max: 600_000 },
  maxDurationMs: { min: 10_000, max: 4 * 3_600_000 },
});

/** The longest texts, in characters. A prompt of 32,000 is about 8,000 tokens, and far below the ledger's 1 MiB an append. */
export const settingMaxChars = {
  greeting: 2_000,
  systemPrompt: 32_000,
  voiceTone: 500,
  endPhrase: 100,
  recordingConsent: 500,
} as const;

/** Of a model's and a voice's name. */
export const MAX_CHOICE_CHARS = 200;
export const MAX_FALLBACKS = 3;
export const MAX_END_PHRASES = 20;
export const MAX_NAME_CHARS = 200;
export const MAX_DESCRIPTION_CHARS = 2_000;
