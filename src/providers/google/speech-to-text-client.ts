import { clientOptions, type GoogleAccount } from './account.js';
import { GoogleSpeechToText } from './speech-to-text.js';

/** Google Cloud's ears. Connects to nothing yet. */
export const createGoogleSpeechToText = (account: GoogleAccount): GoogleSpeechToText =>
  new GoogleSpeechToText({
    client: async () => {
      const { SpeechClient } = await import('@google-cloud/speech');
      const client = new SpeechClient({
        ...clientOptions(account),
        // Else gRPC gives all clients one connection.
        'grpc.use_local_subchannel_pool': 1,
      });
      // A client that found no credentials never looks again.
      await client.initialize();
      return client;
    },
  });
