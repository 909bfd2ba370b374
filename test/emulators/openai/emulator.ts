import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Arrivals } from '../arrivals.js';
import { hangUpOf, startHttpServer } from '../http-server.js';
import { type ChatScript, chat, chatScriptFor } from './chat.js';
import { type Answer, type Delivery, deliver, refusal } from './delivery.js';
import { type EmbeddingsScript, embeddings } from './embeddings.js';
import { type ResponsesScript, responses } from './responses.js';
import { type SpeechScript, speech } from './speech.js';
import { type TranscriptionScript, transcriptions } from './transcriptions.js';

/** How the next requests are answered, each endpoint's in order; without a script, by its default. */
export interface Scripts {
  readonly transcriptions: TranscriptionScript[];
  readonly chat: ChatScript[];
  readonly responses: ResponsesScript[];
  readonly speech: SpeechScript[];
  readonly embeddings: EmbeddingsScript[];
}

export type Endpoint = keyof Scripts;

export interface EmulatedRequest {
  readonly endpoint: Endpoint;
  readonly headers: IncomingHttpHeaders;
  /** The JSON, or the form's fields; a file is an `UploadedFile`, a repeated field an array. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The client hung up before it had the whole answer. */
  readonly hungUp: Promise<void>;
}

export interface OpenAiEmulator {
  /** For the client's `baseURL`. */
  readonly baseUrl: string;
  readonly requests: readonly EmulatedRequest[];
  /** As of the `HttpServer`. */
  readonly connections: readonly Socket[];
  readonly scripts: Scripts;
  /** The request with this number, from 0, as soon as it's there. */
  request(number: number): Promise<EmulatedRequest>;
  close(): Promise<void>;
}

/** An OpenAI that isn't: four endpoints on a port of this machine. */
export const startOpenAiEmulator = async (): Promise<OpenAiEmulator> => {
  const scripts: Scripts = { transcriptions: [], chat: [], responses: [], speech: [], embeddings: [] };
  const requests = new Arrivals<EmulatedRequest>();
  const answer = async (incoming: IncomingMessage, response: ServerResponse<IncomingMessage>) => {
    const endpoint = endpointOf(incoming);
    const body = await bodyOf(incoming);
    if (endpoint === null) return deliver(response, refusal(404, 'not_found', 'Unknown URL'), {}, () => '');
    requests.push({ endpoint, headers: incoming.headers, body, hungUp: hangUpOf(response) });
    const { answer, delivery } = ANSWERS[endpoint](body, scripts);
    const hasKey = incoming.headers.authorization?.startsWith('Bearer ') ?? false;
    await deliver(response, hasKey ? answer : NO_KEY, delivery, () => JSON.stringify(body).slice(0, 2000));
  };
  const { origin, connections, close } = await startHttpServer(answer);
  return {
    baseUrl: `${origin}/v1`,
    requests: requests.items,
    connections,
    scripts,
    request: (number) => requests.at(number),
    close,
  };
};

const NO_KEY = refusal(401, 'invalid_api_key', "You didn't provide an API key.");

type Body = Readonly<Record<string, unknown>>;

const answering =
  <S extends Delivery>(endpoint: (body: Body, script: S) => Answer, queueOf: (scripts: Scripts) => S[]) =>
  (body: Body, scripts: Scripts): { answer: Answer; delivery: Delivery } => {
    const script = queueOf(scripts).shift() ?? ({} as S);
    return { answer: endpoint(body, script), delivery: script };
  };

const ANSWERS = {
  transcriptions: answering(transcriptions, (scripts) => scripts.transcriptions),
  chat: (body: Body, scripts: Scripts) => {
    const script = chatScriptFor(body, scripts.chat);
    return { answer: chat(body, script), delivery: script };
  },
  responses: answering(responses, (scripts) => scripts.responses),
  speech: answering(speech, (scripts) => scripts.speech),
  embeddings: answering(embeddings, (scripts) => scripts.embeddings),
};

const PATHS: Readonly<Record<string, Endpoint>> = {
  '/v1/audio/transcriptions': 'transcriptions',
  '/v1/chat/completions': 'chat',
  '/v1/responses': 'responses',
  '/v1/audio/speech': 'speech',
  '/v1/embeddings': 'embeddings',
};

const endpointOf = ({ method, url = '' }: IncomingMessage): Endpoint | null =>
  (method === 'POST' && PATHS[url]) || null;

const bodyOf = async (incoming: IncomingMessage): Promise<Body> => {
  const bytes = await buffer(incoming);
  const type = incoming.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return JSON.parse(bytes.toString() || '{}');
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form) {
    const field = typeof value === 'string' ? value : await uploadedFile(value);
    fields[name] = name.endsWith('[]') ? [...form.getAll(name)] : field;
  }
  return fields;
};

const uploadedFile = async (file: File) => ({
  name: file.name,
  type: file.type,
  bytes: new Uint8Array(await file.arrayBuffer()),
});
