import { once } from 'node:events';
import type { TextToSpeechClient } from '@google-cloud/text-to-speech';
import { z } from 'zod';
import { encodeMuLaw, SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { readWav } from '../../audio/wav.js';
import { type Failure, failureOf } from '../service.js';
import { SpeechQueue } from '../speech-queue.js';
import type { SpeechPart, SpeechRequest, TextToSpeech } from '../text-to-speech.js';
import { googleSpeechFailure } from './failure.js';
import {
  audioSettings,
  type ChosenVoice,
  chosenVoice,
  FAMILY,
  SETTINGS,
  speakingRate,
} from './text-to-speech-voice.js';
import { withoutWavHeader } from './text-to-speech-wav.js';

const MU_LAW = { audioEncoding: 'MULAW', sampleRateHertz: SAMPLE_RATE_HZ } as const;

export interface GoogleTextToSpeechOptions {
  /** Called at the first text: the library takes a third of a second to load. */
  readonly client: () => Promise<TextToSpeechClient>;
  /** How long Google may get nothing done, in ms, before it fails. The callers have shorter deadlines. */
  readonly patienceMs?: number | undefined;
}

/** Google Cloud's text to speech, in mu-law: as a stream for voices that have one, else a whole text at a time. */
export class GoogleTextToSpeech implements TextToSpeech {
  readonly name = 'google';
  readonly defaultModel = FAMILY;
  readonly voiceSettings = SETTINGS;
  readonly #options: GoogleTextToSpeechOptions;
  readonly #patienceMs: number;
  #client: Promise<TextToSpeechClient> | null = null;

  constructor(options: GoogleTextToSpeechOptions) {
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? 5_000;
  }

  async *speak(request: SpeechRequest): AsyncGenerator<SpeechPart, void> {
    const { signal } = request;
    if (signal.aborted) return;
    const voice = chosenVoice(request);
    const failure = failureOf(
      { name: this.name, owner: "Google's", capability: 'textToSpeech' },
      voice.model,
    );
    const speech = new SpeechQueue();
    const stop = new AbortController();
    this.#speakInto(speech, request, voice, failure, stop.signal).then(
      () => speech.end(),
      (error: unknown) => speech.end(googleSpeechFailure(failure, error, this.#patienceMs)),
    );
    try {
      yield* speech.read({ signal, patienceMs: this.#patienceMs, failure });
    } finally {
      stop.abort();
    }
  }

  async #speakInto(
    speech: SpeechQueue,
    request: SpeechRequest,
    voice: ChosenVoice,
    failure: Failure,
    signal: AbortSignal,
  ): Promise<void> {
    const client = await this.#connect();
    if (signal.aborted) return;
    if (voice.streams) await streamInto(speech, client, request, voice, signal);
    else
      speech.push(
        await wholeSpeech(client, request, voice, { failure, signal, patienceMs: this.#patienceMs }),
      );
  }

  /** Credentials are looked for here: a call on a client without them would end the process. */
  async #connect(): Promise<TextToSpeechClient> {
    this.#client ??= this.#options.client().then(async (client) => {
      await client.initialize();
      return client;
    });
    try {
      return await this.#client;
    } catch (error) {
      this.#client = null;
      throw error;
    }
  }
}

/** Ends when Google does, or at once when the signal aborts. */
const streamInto = async (
  speech: SpeechQueue,
  client: TextToSpeechClient,
  request: SpeechRequest,
  { params }: ChosenVoice,
  signal: AbortSignal,
): Promise<void> => {
  const stream = client.streamingSynthesize();
  const cancel = (): void => stream.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  // A stream that was cancelled fails: nobody wants to know.
  stream.on('error', () => undefined);
  let isFirst = true;
  stream.on('data', ({ audioContent }: { readonly audioContent?: Uint8Array }) => {
    if (!audioContent || audioContent.length === 0) return;
    speech.push(isFirst ? withoutWavHeader(audioContent) : audioContent);
    isFirst = false;
  });
  try {
    const ended = once(stream, 'end', { signal });
    stream.write({
      streamingConfig: { voice: params, streamingAudioConfig: { ...MU_LAW, ...speakingRate(request) } },
    });
    stream.write({ input: { text: request.text, ...promptOf(request, params) } });
    stream.end();
    await ended;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};

/** Voices of Gemini take an instruction; others refuse it. */
const promptOf = ({ tone }: SpeechRequest, { modelName }: ChosenVoice['params']) =>
  tone && modelName ? { prompt: tone } : {};

interface Waiting {
  readonly failure: Failure;
  readonly signal: AbortSignal;
  readonly patienceMs: number;
}

const answerSchema = z
  .tuple([z.object({ audioContent: z.instanceof(Uint8Array).nullish() })])
  .rest(z.unknown());

/** It comes as a WAV file. One attempt: what follows a failure is decided by others. */
const wholeSpeech = async (
  client: TextToSpeechClient,
  request: SpeechRequest,
  { params }: ChosenVoice,
  { failure, signal, patienceMs }: Waiting,
): Promise<Uint8Array> => {
  const audioConfig = { ...MU_LAW, ...audioSettings(request) };
  // The client's own method hides that the call can be cancelled.
  const call: CancellableCall | undefined = client.innerApiCalls.synthesizeSpeech?.(
    { input: { text: request.text }, voice: params, audioConfig },
    { timeout: patienceMs, retry: { retryCodes: [] } },
  );
  const cancel = (): void => call?.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const { data } = answerSchema.safeParse(await call);
    const file = data?.[0].audioContent;
    if (!file || file.length === 0) throw failure('sent no audio.', { retryable: true });
    return telephoneAudio(file, failure);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};

type CancellableCall = Promise<unknown> & { cancel(): void };

const telephoneAudio = (file: Uint8Array, failure: Failure): Uint8Array => {
  try {
    const { format, sampleRateHz, channels, samples } = readWav(file);
    if (format === 'mu-law' && sampleRateHz === SAMPLE_RATE_HZ && channels === 1) return encodeMuLaw(samples);
  } catch {
    // What isn't WAV is said below, with what is.
  }
  throw failure('sent audio that is not mu-law at 8 kHz in a WAV file.', { retryable: false });
};
