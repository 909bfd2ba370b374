import type { SpeechRequest } from '../text-to-speech.js';
import { knownSettings, speedWithin, type VoiceSettings } from '../voice-settings.js';
import { withRegion } from './language.js';

/** What Google takes; it refuses others. */
const SLOWEST = 0.25;
const FASTEST = 2;

export const FAMILY = 'Chirp3-HD';
const VOICE = 'Charon';

/** A family that streams, and Google's own names for models with such voices. */
const STREAMS = /chirp3-hd/i;
const IS_GEMINI = /^gemini-/;
const IS_FULL_NAME = /^[a-z]{2,3}-[A-Za-z]{2,4}-/;

/** Google's `AudioConfig` takes so much: semitones, and decibels. */
export const SETTINGS = {
  pitch: { type: 'number', least: -20, most: 20 },
  volumeGainDb: { type: 'number', least: -96, most: 16 },
} as const satisfies VoiceSettings;

export interface ChosenVoice {
  /** `Chirp3-HD`, `Neural2`, `gemini-2.5-flash-tts` …: for errors. */
  readonly model: string;
  /** Whether audio comes while it's made. */
  readonly streams: boolean;
  readonly params: {
    readonly languageCode: string;
    readonly name: string;
    readonly modelName?: string;
  };
}

/**
 * The voice that a request asks for: by its full name (`de-DE-Neural2-B`), or by its own name in the model's family
 * (`Charon`), in the request's language. A family that isn't named is Chirp3-HD.
 */
export const chosenVoice = ({
  voice,
  model,
  language,
}: Pick<SpeechRequest, 'voice' | 'model' | 'language'>): ChosenVoice => {
  const languageCode = withRegion(language);
  const name = voice ?? VOICE;
  if (model !== null && IS_GEMINI.test(model)) {
    return { model, streams: true, params: { languageCode, name, modelName: model } };
  }
  if (IS_FULL_NAME.test(name)) {
    const [tag = '', region = '', family = ''] = name.split('-');
    return {
      model: name.slice(0, name.lastIndexOf('-')).split('-').slice(2).join('-') || family,
      streams: STREAMS.test(name),
      params: { languageCode: `${tag}-${region}`, name },
    };
  }
  const family = model ?? FAMILY;
  return {
    model: family,
    streams: STREAMS.test(family),
    params: { languageCode, name: `${languageCode}-${family}-${name}` },
  };
};

/** What a request says of the manner, as both methods take it. */
export const speakingRate = ({ speed }: SpeechRequest): { readonly speakingRate?: number } =>
  speed === null ? {} : { speakingRate: speedWithin(speed, SLOWEST, FASTEST) };

export const audioSettings = (request: SpeechRequest) => ({
  ...knownSettings(request.voiceSettings, SETTINGS),
  ...speakingRate(request),
});
