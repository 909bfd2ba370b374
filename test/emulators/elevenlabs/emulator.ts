import { type AnswerScript, deliver } from '../socket-answer.js';
import { type ServedSocket, type SocketServer, startSocketServer } from '../socket-server.js';
import { muLawTone } from '../tone.js';

/** How the next text is answered; by default a tone, with each character's time. */
export interface ElevenLabsScript extends AnswerScript {
  /** Instead of all that. */
  readonly answer?: readonly object[];
}

export interface ElevenLabsEmulator extends SocketServer {
  /** In order; without a script, by the default. One with a fault of the handshake is the handshake's. */
  readonly scripts: ElevenLabsScript[];
}

export const MS_A_CHARACTER = 60;
/** Each piece of audio says so many characters, and their times begin anew in it. */
const PIECE_CHARS = 9;

const PATH = /^\/v1\/text-to-speech\/[^/]+\/stream-input$/;

/** An ElevenLabs that isn't: the `stream-input` socket, with mu-law. */
export const startElevenLabsEmulator = async (): Promise<ElevenLabsEmulator> => {
  const scripts: ElevenLabsScript[] = [];
  const server = await startSocketServer(
    (headers, { pathname }) => PATH.test(pathname) && Boolean(headers['xi-api-key']),
    (served) => serve(served, scripts),
    () => {
      const fault = scripts[0]?.fault;
      if (typeof fault !== 'number' && fault !== 'hang') return undefined;
      scripts.shift();
      return fault;
    },
  );
  return { ...server, scripts };
};

const serve = (served: ServedSocket, scripts: ElevenLabsScript[]): void => {
  let said = '';
  served.answer(async (message) => {
    const { text = '' } = message as { text?: string };
    said += text;
    if (text !== '') return;
    const script = scripts.shift() ?? {};
    const isTelephone = served.url.searchParams.get('output_format') === 'ulaw_8000';
    const answer = isTelephone ? speechOf(said.trim()) : [{ error: 'output_format_not_allowed' }];
    await deliver(served, script.answer ?? answer, script);
    if (!script.fault) served.socket.close(1000);
  });
};

const speechOf = (text: string): readonly object[] => {
  const pieces = Array.from({ length: Math.ceil(text.length / PIECE_CHARS) }, (_, n) =>
    text.slice(n * PIECE_CHARS, (n + 1) * PIECE_CHARS),
  );
  return [...pieces.map(pieceOf), { audio: null, isFinal: true }];
};

const pieceOf = (text: string): object => ({
  audio: Buffer.from(muLawTone(text.length * MS_A_CHARACTER)).toString('base64'),
  alignment: {
    chars: [...text],
    charStartTimesMs: [...text].map((_, n) => n * MS_A_CHARACTER),
    charDurationsMs: [...text].map(() => MS_A_CHARACTER),
  },
  normalizedAlignment: null,
  isFinal: null,
});
