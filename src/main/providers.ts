import type { Environment } from '../config.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { BhashiniSpeechToText } from '../providers/ai4bharat/bhashini-speech-to-text.js';
import { Ai4BharatSpeechToText } from '../providers/ai4bharat/speech-to-text.js';
import { Ai4BharatTextToSpeech } from '../providers/ai4bharat/text-to-speech.js';
import { CartesiaTextToSpeech } from '../providers/cartesia/text-to-speech.js';
import { createDeepgramProviders } from '../providers/deepgram/deepgram-providers.js';
import { ElevenLabsTextToSpeech } from '../providers/elevenlabs/text-to-speech.js';
import { createGoogleSpeechToText } from '../providers/google/speech-to-text-client.js';
import { createGoogleTextToSpeech } from '../providers/google/text-to-speech-client.js';
import { type OfferedProviders, Providers } from '../providers/registry.js';
import { createSandboxProviders } from '../providers/sandbox/index.js';

/**
 * The sandbox, which needs nothing, and each provider that has its key in the environment. Throws BAD_USER_INPUT when the
 * default can't hold a call alone. A provider's client of several hundred files is loaded where it's wanted.
 */
export const createProviders = async (environment: Environment): Promise<Providers> => {
  const sets = {
    sandbox: createSandboxProviders(),
    ...(await openAi(environment)),
    ...(await anthropic(environment)),
    ...(await compatible(environment)),
    ...deepgram(environment),
    ...google(environment),
    ...elevenLabs(environment),
    ...cartesia(environment),
    ...ai4Bharat(environment),
    ...bhashini(environment),
  };
  return new Providers(sets, defaultAmong(sets, environment));
};

type ProviderSets = Readonly<Record<string, OfferedProviders>>;

const openAi = async ({
  OPENAI_API_KEY: apiKey,
  OPENAI_BASE_URL: baseUrl,
  OPENAI_LANGUAGE_MODEL_API: languageModelApi,
}: Environment): Promise<ProviderSets> => {
  if (!apiKey) return {};
  const { createOpenAiProviders } = await import('../providers/openai/openai-providers.js');
  return { openai: createOpenAiProviders({ apiKey, baseUrl, languageModelApi }) };
};

const anthropic = async ({
  ANTHROPIC_API_KEY: apiKey,
  ANTHROPIC_BASE_URL: baseUrl,
}: Environment): Promise<ProviderSets> => {
  if (!apiKey) return {};
  const { createAnthropicProviders } = await import('../providers/anthropic/anthropic-providers.js');
  return { anthropic: createAnthropicProviders({ apiKey, baseUrl }) };
};

const compatible = async ({
  COMPATIBLE_BASE_URL: baseUrl,
  COMPATIBLE_API_KEY: apiKey,
  COMPATIBLE_LANGUAGE_MODEL: model,
  COMPATIBLE_THINKING_MODELS: thinkingModels,
}: Environment): Promise<ProviderSets> => {
  if (!baseUrl || !model) return {};
  const { createCompatibleProviders } = await import('../providers/compatible/compatible-providers.js');
  return { compatible: createCompatibleProviders({ baseUrl, apiKey, model, thinkingModels }) };
};

const deepgram = ({ DEEPGRAM_API_KEY, DEEPGRAM_BASE_URL }: Environment): ProviderSets =>
  DEEPGRAM_API_KEY
    ? { deepgram: createDeepgramProviders({ apiKey: DEEPGRAM_API_KEY, baseUrl: DEEPGRAM_BASE_URL }) }
    : {};

/** On Google's machines a project is enough: they have credentials of their own. */
const google = ({
  GOOGLE_APPLICATION_CREDENTIALS: keyFile,
  GOOGLE_CLOUD_PROJECT: projectId,
  GOOGLE_SPEECH_ENDPOINT: hearing,
  GOOGLE_TEXT_TO_SPEECH_ENDPOINT: speaking,
}: Environment): ProviderSets =>
  keyFile || projectId
    ? {
        google: {
          speechToText: createGoogleSpeechToText({ keyFile, projectId, endpoint: hearing }),
          textToSpeech: createGoogleTextToSpeech({ keyFile, projectId, endpoint: speaking }),
        },
      }
    : {};

const elevenLabs = ({
  ELEVENLABS_API_KEY: apiKey,
  ELEVENLABS_BASE_URL: baseUrl,
}: Environment): ProviderSets =>
  apiKey ? { elevenlabs: { textToSpeech: new ElevenLabsTextToSpeech({ apiKey, baseUrl }) } } : {};

const cartesia = ({ CARTESIA_API_KEY: apiKey, CARTESIA_BASE_URL: baseUrl }: Environment): ProviderSets =>
  apiKey ? { cartesia: { textToSpeech: new CartesiaTextToSpeech({ apiKey, baseUrl }) } } : {};

const ai4Bharat = ({ AI4BHARAT_STT_URL: sttUrl, AI4BHARAT_TTS_URL: ttsUrl }: Environment): ProviderSets =>
  sttUrl || ttsUrl
    ? {
        ai4bharat: {
          ...(sttUrl && { speechToText: new Ai4BharatSpeechToText({ url: sttUrl }) }),
          ...(ttsUrl && { textToSpeech: new Ai4BharatTextToSpeech({ url: ttsUrl }) }),
        },
      }
    : {};

const bhashini = ({ BHASHINI_API_KEY: apiKey, BHASHINI_BASE_URL: baseUrl }: Environment): ProviderSets =>
  apiKey ? { bhashini: { speechToText: new BhashiniSpeechToText({ apiKey, baseUrl }) } } : {};

/** One provider that has everything a call needs. */
const defaultAmong = (sets: ProviderSets, { OPENAI_API_KEY, DEFAULT_PROVIDER }: Environment): string => {
  const name = DEFAULT_PROVIDER ?? (OPENAI_API_KEY ? 'openai' : 'sandbox');
  const whole = Object.keys(sets).filter((known) => isWhole(sets[known]));
  if (whole.includes(name)) return name;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `DEFAULT_PROVIDER is ${name}; it must be one that has its key here and speech to text, a language model and a voice: ${whole.join(', ')}.`,
    { provider: name },
  );
};

const isWhole = (set: OfferedProviders | undefined): boolean =>
  set?.speechToText !== undefined && set.languageModel !== undefined && set.textToSpeech !== undefined;
