import { type AnswerScript, deliver, socketFaultOf } from '../socket-answer.js';
import { type ServedSocket, type SocketServer, startSocketServer } from '../socket-server.js';

/** What is heard in the next utterance; by default how long it was. */
export interface BhashiniScript extends AnswerScript {
  /** Sent at the first audio, before the client says that it's over. */
  readonly early?: readonly object[];
  /** Instead of the final words. */
  readonly answer?: readonly object[];
}

export interface BhashiniEmulator extends SocketServer {
  /** In order; without a script, by the default. */
  readonly scripts: BhashiniScript[];
}

const BYTES_A_SECOND = 4 * 16_000;

export const transcript = (source: string, isFinal: boolean): object => ({
  type: 'transcript',
  output: [{ source }],
  isFinal,
});

/** A Bhashini that isn't: its streaming socket, which takes 32-bit floats. */
export const startBhashiniEmulator = async (): Promise<BhashiniEmulator> => {
  const scripts: BhashiniScript[] = [];
  let script: BhashiniScript = {};
  const server = await startSocketServer(
    (_, { pathname, searchParams }) => pathname === '/ws/v1/asr/stream' && searchParams.has('api_key'),
    (served) => serve(served, script),
    () => {
      script = scripts.shift() ?? {};
      return socketFaultOf(script);
    },
  );
  return { ...server, scripts };
};

const serve = (served: ServedSocket, script: BhashiniScript): void => {
  let isStarted = false;
  let bytes = 0;
  served.answer(async (message) => {
    if (message instanceof Uint8Array) {
      if (!isStarted) return served.socket.close(1008);
      if (bytes === 0) await deliver(served, script.early ?? [], {});
      bytes += message.length;
      return;
    }
    isStarted ||= message.type === 'start';
    if (message.type !== 'end') return;
    const text = `I spoke for ${(bytes / BYTES_A_SECOND).toFixed(1)} seconds`;
    const answer = [transcript('I spoke', false), transcript(text, true)];
    await deliver(served, script.answer ?? answer, script);
  });
};
