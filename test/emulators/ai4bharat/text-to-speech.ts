import { floatBytes } from '../../../src/audio/float-bytes.js';
import { type AnswerScript, deliver, socketFaultOf } from '../socket-answer.js';
import { type ServedSocket, type SocketServer, startSocketServer } from '../socket-server.js';
import { tone } from '../tone.js';

/** How the next text is answered; by default a tone at 44.1 kHz, in pieces that end within a sample. */
export interface Ai4BharatSpeechScript extends AnswerScript {
  readonly rateHz?: number;
  /** Instead of all that. */
  readonly answer?: readonly object[];
}

export interface Ai4BharatSpeechEmulator extends SocketServer {
  /** In order; without a script, by the default. */
  readonly scripts: Ai4BharatSpeechScript[];
}

const MS_A_CHARACTER = 60;
const PIECE_BYTES = 9_999;

/** An Indic Parler server that isn't: a text, and its speech as 32-bit floats. */
export const startAi4BharatSpeechEmulator = async (): Promise<Ai4BharatSpeechEmulator> => {
  const scripts: Ai4BharatSpeechScript[] = [];
  let script: Ai4BharatSpeechScript = {};
  const server = await startSocketServer(
    (_, { pathname }) => pathname === '/',
    (served) => serve(served, script),
    () => {
      script = scripts.shift() ?? {};
      return socketFaultOf(script);
    },
  );
  return { ...server, scripts };
};

const serve = (served: ServedSocket, script: Ai4BharatSpeechScript): void =>
  served.answer(async (message) => {
    const { prompt = '' } = message as { prompt?: string };
    await deliver(served, script.answer ?? speechOf(prompt, script.rateHz ?? 44_100), script);
    if (!script.fault) served.socket.close(1000);
  });

const speechOf = (text: string, sample_rate: number): readonly (object | Uint8Array)[] => {
  const bytes = floatBytes(tone(text.length * MS_A_CHARACTER, sample_rate));
  const pieces = Array.from({ length: Math.ceil(bytes.length / PIECE_BYTES) }, (_, n) =>
    bytes.subarray(n * PIECE_BYTES, (n + 1) * PIECE_BYTES),
  );
  return [{ type: 'meta', sample_rate }, ...pieces, { type: 'done' }];
};
