import type { AnswerRequest } from '../../src/providers/language-model.js';
import type { SpeechPart, SpeechRequest } from '../../src/providers/text-to-speech.js';

/** A request that leaves everything to the provider, but for what is named. */
export const answerRequest = (more: Partial<AnswerRequest> = {}): AnswerRequest => ({
  model: null,
  systemPrompt: 'You book tables.',
  messages: [],
  tools: [],
  temperature: null,
  topP: null,
  maxTokens: null,
  language: 'en',
  signal: new AbortController().signal,
  ...more,
});

/** As `answerRequest`. */
export const speechRequest = (more: Partial<SpeechRequest> = {}): SpeechRequest => ({
  text: 'Hello.',
  model: null,
  voice: null,
  speed: null,
  tone: null,
  voiceSettings: {},
  language: 'en',
  fallbackLanguage: null,
  signal: new AbortController().signal,
  ...more,
});

/** The audio among what a voice says. */
export async function* audioOf(speech: AsyncIterable<SpeechPart>): AsyncGenerator<Uint8Array, void> {
  for await (const part of speech) if (part instanceof Uint8Array) yield part;
}
