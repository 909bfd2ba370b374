import { knownLanguage } from '../language.js';
import { socketUrl } from '../provider-socket.js';
import type { SpeechToSpeechOptions } from '../speech-to-speech.js';
import { speedWithin } from '../voice-settings.js';
import { isAccepted, languageHint } from './language-hint.js';

/** OpenAI refuses a speed outside of these. */
const LEAST_SPEED = 0.25;
const MOST_SPEED = 1.5;

/** What OpenAI hears the caller's words with, for the ledger: the model itself hears audio. */
export interface RealtimeModels {
  readonly transcriptionModel: string;
  readonly voice: string;
}

/** The session of a conversation, for `session.update`: telephone audio both ways, and no answer without our asking. */
export const conversationSession = (
  { transcriptionModel, voice }: RealtimeModels,
  options: SpeechToSpeechOptions,
): Readonly<Record<string, unknown>> => {
  const language = knownLanguage(options, isAccepted);
  return {
    type: 'realtime',
    instructions: instructionsOf(options),
    output_modalities: ['audio'],
    audio: {
      input: {
        format: { type: 'audio/pcmu' },
        transcription: { model: transcriptionModel, ...languageHint(transcriptionModel, language) },
        turn_detection: options.decidesTurns
          ? { type: 'semantic_vad', create_response: false, interrupt_response: false }
          : null,
      },
      output: {
        format: { type: 'audio/pcmu' },
        voice: options.voice ?? voice,
        ...(options.speed !== null && { speed: speedWithin(options.speed, LEAST_SPEED, MOST_SPEED) }),
      },
    },
    tools: options.tools.map((tool) => ({ type: 'function', ...tool })),
    tool_choice: 'auto',
    ...(options.maxTokens !== null && { max_output_tokens: Math.min(options.maxTokens, MOST_TOKENS) }),
  };
};

const MOST_TOKENS = 4096;

/** There is no field for how the voice should sound, or for the language that it speaks. */
export const instructionsOf = (options: SpeechToSpeechOptions): string => {
  const { systemPrompt, tone } = options;
  const language = `Speak the language with the tag ${knownLanguage(options, isAccepted)}.`;
  const voice = tone === null ? '' : `Your voice: ${tone}.`;
  return [systemPrompt, language, voice].filter((part) => part !== '').join('\n\n');
};

/** `https://…/v1` and the model, as the socket's address. */
export const conversationUrl = (baseUrl: string, model: string): string => {
  const url = new URL(`${socketUrl(baseUrl)}/realtime`);
  url.searchParams.set('model', model);
  return url.href;
};
