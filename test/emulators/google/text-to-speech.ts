import { setImmediate as nextTurn } from 'node:timers/promises';
import { TextToSpeechClient } from '@google-cloud/text-to-speech';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Arrivals } from '../arrivals.js';
import { muLawTone } from '../tone.js';

/** What goes wrong: a gRPC code, or something that no code tells. */
export type GoogleFault =
  | { readonly code: grpc.status; readonly afterChunks?: number }
  /** Never answers. */
  | 'hang'
  /** Half of the answer, then nothing more. */
  | 'stall'
  | 'no audio'
  /** The audio without its header. */
  | 'no header';

export interface GoogleScript {
  readonly fault?: GoogleFault;
  readonly betweenChunks?: () => Promise<unknown>;
  /** A stream's first chunk begins with the header of a file. */
  readonly hasHeader?: boolean;
}

export interface GoogleSpeechCall {
  readonly method: 'synthesizeSpeech' | 'streamingSynthesize';
  /** Of a stream, all that came. */
  readonly requests: readonly Readonly<Record<string, unknown>>[];
  readonly cancelled: Promise<void>;
}

export interface GoogleTextToSpeechEmulator {
  readonly calls: readonly GoogleSpeechCall[];
  /** In order; without a script, a tone. */
  readonly scripts: GoogleScript[];
  call(number: number): Promise<GoogleSpeechCall>;
  /** The official client, which speaks with the emulator. */
  client(): Promise<TextToSpeechClient>;
  close(): Promise<void>;
}

const SERVICE = 'google.cloud.texttospeech.v1.TextToSpeech';
const MS_A_CHARACTER = 60;
const CHUNK_BYTES = 1600;

type Message = Readonly<Record<string, unknown>>;
type Unary = grpc.ServerUnaryCall<Message, Message>;
type Duplex = grpc.ServerDuplexStream<Message, Message>;

/** A Google that isn't: its text-to-speech service on a port of this machine, without TLS. */
export const startGoogleTextToSpeechEmulator = async (): Promise<GoogleTextToSpeechEmulator> => {
  const calls = new Arrivals<GoogleSpeechCall>();
  const scripts: GoogleScript[] = [];
  const clients: TextToSpeechClient[] = [];
  const begin = (method: GoogleSpeechCall['method'], call: Unary | Duplex): Message[] => {
    const requests: Message[] = [];
    const cancelled = new Promise<void>((resolve) => {
      call.on('cancelled', resolve);
    });
    calls.push({ method, requests, cancelled });
    return requests;
  };
  const server = new grpc.Server();
  server.addService(serviceOf(), {
    synthesizeSpeech(call: Unary, respond: grpc.sendUnaryData<Message>) {
      begin('synthesizeSpeech', call).push(call.request);
      answerWhole(call.request, scripts.shift() ?? {}, respond);
    },
    streamingSynthesize(call: Duplex) {
      const requests = begin('streamingSynthesize', call);
      call.on('data', (request: Message) => requests.push(request));
      call.on('error', () => undefined); // a client that is gone
      call.on('end', () => void answerInChunks(call, requests, scripts.shift() ?? {}));
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    calls: calls.items,
    scripts,
    call: (number) => calls.at(number),
    async client() {
      const sslCreds = grpc.credentials.createInsecure();
      const client = new TextToSpeechClient({ apiEndpoint: '127.0.0.1', port, sslCreds });
      clients.push(client);
      return client;
    },
    async close() {
      server.forceShutdown();
      await Promise.all(clients.map((client) => client.close()));
    },
  };
};

/** The service as the official client's own proto files declare it. */
const serviceOf = (): grpc.ServiceDefinition => {
  const definitions = loadSync('google/cloud/texttospeech/v1/cloud_tts.proto', {
    includeDirs: [
      'node_modules/@google-cloud/text-to-speech/build/protos',
      'node_modules/google-gax/build/protos',
    ],
    keepCase: false,
    enums: String,
    longs: String,
    defaults: false,
  });
  return definitions[SERVICE] as grpc.ServiceDefinition;
};

const errorOf = (code: grpc.status, text: string): grpc.StatusObject => ({
  code,
  details: `Could not say "${text}"`,
  metadata: new grpc.Metadata(),
});

const textOf = (request: Message | undefined): string => (request?.input as { text?: string })?.text ?? '';

const answerWhole = (
  request: Message,
  { fault }: GoogleScript,
  respond: grpc.sendUnaryData<Message>,
): void => {
  const text = textOf(request);
  if (fault === 'hang' || fault === 'stall') return;
  if (typeof fault === 'object') return respond(errorOf(fault.code, text));
  const audio = muLawTone(text.length * MS_A_CHARACTER);
  if (fault === 'no audio') return respond(null, {});
  respond(null, { audioContent: fault === 'no header' ? audio : wavOf(audio) });
};

const answerInChunks = async (
  call: Duplex,
  requests: readonly Message[],
  { fault, betweenChunks, hasHeader = false }: GoogleScript,
): Promise<void> => {
  const text = textOf(requests[1]);
  const sound = muLawTone(text.length * MS_A_CHARACTER);
  const audio = hasHeader ? wavOf(sound) : sound;
  const chunks = Array.from({ length: Math.ceil(audio.length / CHUNK_BYTES) }, (_, n) =>
    audio.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES),
  );
  const count = typeof fault === 'object' ? (fault.afterChunks ?? 0) : fault === 'stall' ? 1 : chunks.length;
  if (fault === 'hang') return;
  for (const audioContent of fault === 'no audio' ? [] : chunks.slice(0, count)) {
    call.write({ audioContent });
    await (betweenChunks ?? nextTurn)();
  }
  if (fault === 'stall') return;
  if (typeof fault === 'object') call.emit('error', errorOf(fault.code, text));
  else call.end();
};

/** As Google sends it: a `fmt ` chunk of 18 bytes, a `fact` chunk, then the data. */
const wavOf = (audio: Uint8Array): Uint8Array => {
  const header = Buffer.alloc(58);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(50 + audio.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(18, 16);
  header.writeUInt16LE(7, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('fact', 38, 'latin1');
  header.writeUInt32LE(4, 42);
  header.writeUInt32LE(audio.length, 46);
  header.write('data', 50, 'latin1');
  header.writeUInt32LE(audio.length, 54);
  return Buffer.concat([header, audio]);
};
