import { json } from 'node:stream/consumers';
import { resetSocket } from '../../support/reset-socket.js';
import { Arrivals } from '../arrivals.js';
import { hangUpOf, startHttpServer } from '../http-server.js';

/** How the next utterance is answered; by default it tells how long it was. */
export interface TranscribeScript {
  readonly text?: string;
  readonly fault?: 401 | 429 | 503 | 'hang' | 'reset' | 'garbage' | 'another shape';
  /** Waited for before the answer. */
  readonly before?: () => Promise<unknown>;
}

export interface TranscribeRequest {
  readonly body: { readonly audio_b64?: string; readonly language_id?: string };
  /** The client hung up before it had the answer. */
  readonly hungUp: Promise<void>;
}

export interface Ai4BharatTranscriptionEmulator {
  readonly baseUrl: string;
  readonly requests: readonly TranscribeRequest[];
  readonly scripts: TranscribeScript[];
  request(number: number): Promise<TranscribeRequest>;
  close(): Promise<void>;
}

const BYTES_A_SECOND = 32_000;

/** An Indic Conformer server that isn't: `POST /transcribe`. */
export const startAi4BharatTranscriptionEmulator = async (): Promise<Ai4BharatTranscriptionEmulator> => {
  const scripts: TranscribeScript[] = [];
  const requests = new Arrivals<TranscribeRequest>();
  const { origin: baseUrl, close } = await startHttpServer(async (incoming, response) => {
    if (incoming.method !== 'POST' || incoming.url !== '/transcribe')
      return void response.writeHead(404).end();
    const body = (await json(incoming)) as TranscribeRequest['body'];
    const { text, fault, before } = scripts.shift() ?? {};
    requests.push({ body, hungUp: hangUpOf(response) });
    await before?.();
    if (fault === 'hang') return;
    if (fault === 'reset') return resetSocket(response.socket);
    if (typeof fault === 'number') {
      return void response.writeHead(fault).end(JSON.stringify({ detail: `Could not hear ${text}` }));
    }
    const seconds = Buffer.from(body.audio_b64 ?? '', 'base64').length / BYTES_A_SECOND;
    const answer = { text: text ?? `I spoke for ${seconds.toFixed(1)} seconds` };
    response.end(fault === 'garbage' ? `<html>${text}` : JSON.stringify(fault ? { words: text } : answer));
  });
  return { baseUrl, requests: requests.items, scripts, request: (number) => requests.at(number), close };
};
