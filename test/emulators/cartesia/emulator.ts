import { type AnswerScript, deliver } from '../socket-answer.js';
import { type ServedSocket, type SocketServer, startSocketServer } from '../socket-server.js';
import { muLawTone } from '../tone.js';

/** How the next text is answered; by default a tone, with each word's time. */
export interface CartesiaScript extends AnswerScript {
  /** Instead of all that; each gets the context's id. */
  readonly answer?: readonly object[];
  /** The words' times count from the text's beginning; else from that of its context. */
  readonly timesBeginAnew?: boolean;
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
  readonly continue?: boolean;
  readonly flush?: boolean;
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
      const contexts = new Map<string, Context>();
      // Contexts are answered side by side, and the texts of one in their order.
      served.answer((message) => {
        const request = message as Request;
        const context = contexts.get(request.context_id ?? '') ?? newContext();
        contexts.set(request.context_id ?? '', context);
        context.last = context.last.then(() => speak(served, request, context, scripts));
      });
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

interface Context {
  last: Promise<void>;
  flushes: number;
  spokenMs: number;
  /** A fault has ended it. */
  isBroken: boolean;
}

const newContext = (): Context => ({ last: Promise.resolve(), flushes: 0, spokenMs: 0, isBroken: false });

const speak = async (
  served: ServedSocket,
  request: Request,
  context: Context,
  scripts: CartesiaScript[],
): Promise<void> => {
  const { context_id, cancel, flush, transcript = '' } = request;
  if (cancel || context.isBroken) return;
  const answered = (answer: readonly object[]) =>
    answer.map((part) => ({ context_id, done: false, status_code: 206, ...part }));
  if (flush) {
    context.flushes++;
    const done = { type: 'flush_done', flush_done: true, flush_id: context.flushes };
    return deliver(served, answered([done]), {});
  }
  const script = scripts.shift() ?? {};
  context.isBroken = script.fault !== undefined;
  await deliver(served, answered(script.answer ?? answerTo(request, context, script)), script);
  context.spokenMs += transcript.trim().length * MS_A_CHARACTER;
};

const BAD_FORMAT = { type: 'error', done: true, status_code: 400, error_code: 'invalid_output_format' };

const answerTo = (
  { transcript = '', output_format, continue: goesOn }: Request,
  { flushes, spokenMs }: Context,
  { timesBeginAnew = false }: CartesiaScript,
): readonly object[] => {
  if (output_format?.encoding !== 'pcm_mulaw' || output_format.sample_rate !== 8000) return [BAD_FORMAT];
  const speech = speechOf(transcript.trim(), timesBeginAnew ? 0 : spokenMs);
  if (goesOn) return speech.map((part) => ({ ...part, flush_id: flushes + 1 }));
  return [...speech, { type: 'flush_done', flush_done: true, flush_id: 1 }, { type: 'done', done: true }];
};

const speechOf = (text: string, fromMs: number): readonly object[] => {
  const audio = Buffer.from(muLawTone(text.length * MS_A_CHARACTER));
  const pieces = Array.from({ length: Math.ceil(audio.length / (PIECE_MS * 8)) }, (_, n) =>
    audio.subarray(n * PIECE_MS * 8, (n + 1) * PIECE_MS * 8).toString('base64'),
  );
  return [
    ...pieces.map((data) => ({ type: 'chunk', data, step_time: 12 })),
    { type: 'timestamps', word_timestamps: timesOf(text, fromMs) },
  ];
};

/** Without punctuation, in seconds. */
const timesOf = (text: string, fromMs: number) => {
  const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)];
  const seconds = (characters: number) => (fromMs + characters * MS_A_CHARACTER) / 1000;
  return {
    words: words.map(([word]) => word),
    start: words.map(({ index }) => seconds(index)),
    end: words.map(({ 0: word, index }) => seconds(index + word.length)),
  };
};
