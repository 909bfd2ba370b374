import { EventEmitter, once } from 'node:events';
import { SpeechClient } from '@google-cloud/speech';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { WordListener } from './speech-words.js';

/** What goes wrong with a call. */
export interface RecognitionScript {
  /** Ends with this code as soon as so much audio is there. */
  readonly breaks?: { readonly code: grpc.status; readonly afterMs: number };
  /** Takes everything, and answers nothing. */
  readonly stalls?: boolean;
  /** Never makes words final before the end, as with somebody who doesn't pause. */
  readonly neverFinal?: boolean;
  /** Tells each final twice. */
  readonly repeats?: boolean;
}

export interface RecognitionCall {
  /** The first request's. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly audio: Uint8Array;
  readonly audioBytes: number;
  readonly largestMessageBytes: number;
  /** The client half-closed. */
  readonly finished: Promise<void>;
  readonly cancelled: Promise<void>;
}

export interface GoogleSpeechToTextEmulator {
  readonly calls: readonly RecognitionCall[];
  /** For the next calls, in order. */
  readonly scripts: RecognitionScript[];
  /** The call with this number, from 0, as soon as it's there. */
  call(number: number): Promise<RecognitionCall>;
  /** Resolves when it's so; looked at with each request. */
  until(condition: () => boolean): Promise<void>;
  /** The official client, which speaks with the emulator. */
  client(): Promise<SpeechClient>;
  /** Refuses every connection from here on. */
  stop(): void;
  close(): Promise<void>;
}

const BYTES_A_SECOND = 8_000;
const LONGEST_BYTES = 305 * BYTES_A_SECOND;
const MAX_MESSAGE_BYTES = 25_000;
/** So much silence ends an utterance. */
const FINAL_AFTER_MS = 500;

type Request = { readonly streamingConfig?: Record<string, unknown>; readonly audioContent?: Buffer };
type Duplex = grpc.ServerDuplexStream<Request, Readonly<Record<string, unknown>>>;

/** A Google that isn't: its streaming recognition on a port of this machine, without TLS. */
export const startGoogleSpeechToTextEmulator = async (): Promise<GoogleSpeechToTextEmulator> => {
  const calls: RecognitionCall[] = [];
  const scripts: RecognitionScript[] = [];
  const clients: SpeechClient[] = [];
  const changes = new EventEmitter().setMaxListeners(0);
  const server = new grpc.Server();
  server.addService(serviceOf(), {
    streamingRecognize(stream: Duplex) {
      calls.push(recognize(stream, scripts.shift() ?? {}, () => changes.emit('change')));
      changes.emit('change');
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const until = async (condition: () => boolean) => {
    while (!condition()) await once(changes, 'change');
  };
  return {
    calls,
    scripts,
    until,
    async call(number) {
      await until(() => calls.length > number);
      return calls[number] as RecognitionCall;
    },
    async client() {
      const sslCreds = grpc.credentials.createInsecure();
      const client = new SpeechClient({ apiEndpoint: '127.0.0.1', port, sslCreds });
      clients.push(client);
      return client;
    },
    stop: () => server.forceShutdown(),
    async close() {
      server.forceShutdown();
      await Promise.all(clients.map((client) => client.close()));
    },
  };
};

/** One call: guesses as words come, a final where the caller pauses, and at the end the rest. */
const recognize = (stream: Duplex, script: RecognitionScript, onChange: () => void): RecognitionCall => {
  const { breaks, stalls = false, neverFinal = false, repeats = false } = script;
  let config: Record<string, unknown> = {};
  const pieces: Buffer[] = [];
  const listener = new WordListener();
  let audioBytes = 0;
  let largestMessageBytes = 0;
  let guessed = 0;
  const fail = (code: grpc.status, details: string): void => {
    stream.emit('error', { code, details, metadata: new grpc.Metadata() });
  };
  const answer = (words: readonly string[], isFinal: boolean) => {
    guessed = isFinal ? 0 : words.length;
    if (stalls || words.length === 0) return;
    const transcript = ` ${words.join(' ')}`;
    const time = audioBytes / BYTES_A_SECOND;
    const resultEndTime = { seconds: Math.floor(time), nanos: Math.round((time % 1) * 1e9) };
    const alternatives = [{ transcript, ...(isFinal && { confidence: 0.75 }) }];
    const response = { results: [{ alternatives, isFinal, stability: 0.9, resultEndTime }] };
    for (let n = 0; n < (isFinal && repeats ? 2 : 1); n++) stream.write(response);
  };
  const hear = (audioContent: Buffer): void => {
    largestMessageBytes = Math.max(largestMessageBytes, audioContent.length);
    pieces.push(audioContent);
    audioBytes += audioContent.length;
    listener.hear(audioContent);
    if (largestMessageBytes > MAX_MESSAGE_BYTES) return fail(grpc.status.INVALID_ARGUMENT, 'Audio too long.');
    if (audioBytes > LONGEST_BYTES) {
      return fail(grpc.status.OUT_OF_RANGE, 'Exceeded maximum allowed stream duration of 305 seconds.');
    }
    if (breaks && audioBytes >= breaks.afterMs * 8) return fail(breaks.code, 'Something secret was said.');
    if (listener.silentMs >= FINAL_AFTER_MS && !neverFinal) answer(listener.take(), true);
    else if (listener.words.length > guessed) answer(listener.words, false);
  };
  stream.on('data', ({ streamingConfig, audioContent }: Request) => {
    if (streamingConfig) config = streamingConfig;
    if (audioContent) hear(audioContent);
    onChange();
  });
  stream.on('error', () => undefined); // a client that is gone
  const finished = once(stream, 'end').then(() => {
    if (stalls) return;
    answer(listener.take(), true);
    stream.end();
  });
  // A call that breaks never ends.
  finished.catch(() => undefined);
  return {
    get config() {
      return config;
    },
    get audio() {
      return Buffer.concat(pieces);
    },
    get audioBytes() {
      return audioBytes;
    },
    get largestMessageBytes() {
      return largestMessageBytes;
    },
    finished,
    cancelled: new Promise((resolve) => {
      stream.on('cancelled', resolve);
    }),
  };
};

/** The service as the official client's own proto files declare it. */
const serviceOf = (): grpc.ServiceDefinition => {
  const definitions = loadSync('google/cloud/speech/v1/cloud_speech.proto', {
    includeDirs: ['node_modules/@google-cloud/speech/build/protos', 'node_modules/google-gax/build/protos'],
    keepCase: false,
    enums: String,
    longs: String,
    defaults: false,
  });
  return definitions['google.cloud.speech.v1.Speech'] as grpc.ServiceDefinition;
};
