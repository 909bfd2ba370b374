import { clientOptions, type GoogleAccount } from './account.js';
import { GoogleTextToSpeech } from './text-to-speech.js';

/** Google Cloud's voices. Loads Google's library, and looks for credentials, at the first text. */
export const createGoogleTextToSpeech = (account: GoogleAccount): GoogleTextToSpeech =>
  new GoogleTextToSpeech({
    client: async () => {
      const { TextToSpeechClient } = await import('@google-cloud/text-to-speech');
      return new TextToSpeechClient(clientOptions(account));
    },
  });
