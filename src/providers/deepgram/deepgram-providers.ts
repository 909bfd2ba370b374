import { DeepgramSpeechToText } from './speech-to-text.js';

const BASE_URL = 'https://api.deepgram.com';

/** Where an agent names none: its latest without turn detection (October 2026). */
const MODEL = 'nova-3';

/** A turn is forced 5 s after the caller stopped: a transcript is worth nothing then. */
const PATIENCE_MS = 5_000;

/** What is `undefined` has its default. */
export interface DeepgramOptions {
  readonly apiKey: string;
  /** Of another region, or of Deepgram on one's own machines. */
  readonly baseUrl?: string | undefined;
  readonly patienceMs?: number | undefined;
}

/** What Deepgram offers. Connects to nothing yet. */
export const createDeepgramProviders = ({
  apiKey,
  baseUrl = BASE_URL,
  patienceMs = PATIENCE_MS,
}: DeepgramOptions): { readonly speechToText: DeepgramSpeechToText } => ({
  speechToText: new DeepgramSpeechToText({ apiKey, baseUrl, model: MODEL, patienceMs }),
});
