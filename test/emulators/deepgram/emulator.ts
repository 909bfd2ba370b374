import { type ServedSocket, type SocketServer, startSocketServer } from '../socket-server.js';
import { type FluxEvent, serveFlux } from './flux.js';
import { type NovaSpeech, serveNova } from './nova.js';

export interface DeepgramEmulator extends SocketServer {
  /** What the next callers of v1 say; without a script, nothing. */
  readonly nova: NovaSpeech[];
  /** What the next streams of v2 tell. */
  readonly flux: (readonly FluxEvent[])[];
}

/** A Deepgram that isn't: `/v1/listen` and `/v2/listen` on a port of this machine. */
export const startDeepgramEmulator = async (): Promise<DeepgramEmulator> => {
  const nova: NovaSpeech[] = [];
  const flux: (readonly FluxEvent[])[] = [];
  const serve = (served: ServedSocket): void => {
    if (served.url.pathname === '/v2/listen') serveFlux(served, flux.shift() ?? []);
    else serveNova(served, nova.shift() ?? {});
  };
  const server = await startSocketServer(
    ({ authorization }) => authorization?.startsWith('Token ') ?? false,
    serve,
  );
  return { ...server, nova, flux };
};
