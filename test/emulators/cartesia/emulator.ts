import { type AnswerScript, deliver } from '../socket-answer.js';
import { type ServedSocket, type SocketServer, startSocketServer } from '../socket-server.js';
import { muLawTone } from '../tone.js';

/** How the next text is answered; by default a tone, with each word's time. */
export interface CartesiaScript extends AnswerScript {
  /** Instead of all that; each gets the context's id. */
  readonly answer?: readonly object[];
}

export interface CartesiaEmulator extends SocketServer {
  /** In order; without a script, by the default. One with a fault of the handshake is the handshake's. */
  readonly scripts: CartesiaScript[];
  /** Closes every connection, as the service does with idle ones. */
  hangUp(): void;
}

interface Request {
  readonly context_id?: string;
  readonly cancel?: boolean;
  readonly transcript?: string;
  readonly output_format?: { readonly encoding?: string; readonly sample_rate?: number };
}

const PIECE_MS = 200;
const MS_A_CHARACTER = 60;

/** A Cartesia that isn't: many contexts over one socket, with mu-law. */
export const startCartesiaEmulator = async (): Promise<CartesiaEmulator> => {
  const scripts: CartesiaScript[] = [];
  const server = await startSocketServer(
    ({ authorization, ...headers }, { pathname }) =>
      pathname === '/tts/websocket' &&
      Boolean(authorization?.startsWith('Bearer ') && headers['cartesia-version']),
    (served) => {
      // Contexts are answered side by side.
      served.answer((message) => void speak(served, message as Request, scripts));
    },
    () => {
      const fault = scripts[0]?.fault;
      if (typeof fault !== 'number' && fault !== 'hang') return undefined;
      scripts.shift();
      return fault;
    },
  );
  const hangUp = () => {
    for (const { socket } of server.sockets) socket.close(1000);
  };
  return { ...server, scripts, hangUp };
};

const speak = async (served: ServedSocket, message: Request, scripts: CartesiaScript[]): Promise<void> => {
  const { context_id, cancel, transcript = '', output_format } = message;
  if (cancel) return;
  const script = scripts.shift() ?? {};
  const isTelephone = output_format?.encoding === 'pcm_mulaw' && output_format.sample_rate === 8000;
  const answer = script.answer ?? (isTelephone ? speechOf(transcript) : [BAD_FORMAT]);
  const messages = answer.map((part) => ({ context_id, done: false, status_code: 206, ...part }));
  await deliver(served, messages, script);
};

const BAD_FORMAT = { type: 'error', done: true, status_code: 400, error_code: 'invalid_output_format' };

const speechOf = (text: string): readonly object[] => {
  const audio = Buffer.from(muLawTone(text.length * MS_A_CHARACTER));
  const pieces = Array.from({ length: Math.ceil(audio.length / (PIECE_MS * 8)) }, (_, n) =>
    audio.subarray(n * PIECE_MS * 8, (n + 1) * PIECE_MS * 8).toString('base64'),
  );
  return [
    ...pieces.map((data) => ({ type: 'chunk', data, step_time: 12 })),
    { type: 'timestamps', word_timestamps: timesOf(text) },
    { type: 'flush_done', flush_done: true, flush_id: 1 },
    { type: 'done', done: true },
  ];
};

/** Without punctuation, in seconds. */
const timesOf = (text: string) => {
  const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)];
  const seconds = (characters: number) => (characters * MS_A_CHARACTER) / 1000;
  return {
    words: words.map(([word]) => word),
    start: words.map(({ index }) => seconds(index)),
    end: words.map(({ 0: word, index }) => seconds(index + word.length)),
  };
};
