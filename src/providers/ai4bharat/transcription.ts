import { z } from 'zod';
import { decodeMuLaw, SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { Resampler } from '../../audio/resampler.js';
import { type AppError, isAppError } from '../../domain/errors.js';
import { type ExchangeOptions, exchangeWith, Overdue } from '../exchange.js';
import { type Failure, refusedWith } from '../service.js';

const RATE_HZ = 16_000;
const URL_VARIABLE = 'AI4BHARAT_STT_URL';

const answerSchema = z.object({ text: z.string() });

export interface TranscriptionRequest extends ExchangeOptions {
  /** `http://stt.internal:8001`. */
  readonly url: string;
  /** `hi`. */
  readonly language: string;
  readonly failure: Failure;
}

/** The words of one utterance (mu-law), as the server finds them; `null` when the signal aborts. */
export const transcribe = async (
  utterance: Uint8Array,
  { url, language, failure, ...options }: TranscriptionRequest,
): Promise<string | null> => {
  const body = JSON.stringify({ audio_b64: audioOf(utterance).toString('base64'), language_id: language });
  const errors = {
    failureOf: (error: unknown) => failed(failure, error),
    isPassing: (error: unknown) => nameOf(error) === 'TypeError', // a connection kept open had gone stale
  };
  const answers = exchangeWith(errors, options, async (signal) => {
    const response = await fetch(`${url.replace(/\/+$/, '')}/transcribe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal,
    });
    if (!response.ok) throw refusedWith(failure, { status: response.status, keyVariable: URL_VARIABLE });
    return [await response.json()];
  });
  for await (const answer of answers) {
    const { success, data } = answerSchema.safeParse(answer);
    if (!success) throw failure('sent an answer of an unknown shape.', { retryable: true });
    return data.text;
  }
  return null;
};

/** 16 bits, little-endian, mono, 16 kHz. */
const audioOf = (utterance: Uint8Array): Buffer => {
  const resampler = new Resampler({ fromHz: SAMPLE_RATE_HZ, toHz: RATE_HZ });
  const pcm = [...resampler.push(decodeMuLaw(utterance)), ...resampler.flush()];
  const bytes = Buffer.alloc(2 * pcm.length);
  for (const [n, sample] of pcm.entries()) bytes.writeInt16LE(sample, 2 * n);
  return bytes;
};

const failed = (failure: Failure, error: unknown): AppError => {
  if (isAppError(error)) return error;
  if (error instanceof Overdue) {
    return failure(`sent nothing for ${error.patienceMs} ms.`, { retryable: true });
  }
  // V8's messages quote what it can't parse, and fetch's name hosts: neither is the cause.
  if (nameOf(error) === 'SyntaxError') return failure("sent an answer that isn't JSON.", { retryable: true });
  const happened = `lost the connection${reasonOf(error)}. Check the network and ${URL_VARIABLE}.`;
  return failure(happened, { retryable: true });
};

/** `ECONNREFUSED`: fetch wraps the socket's error. */
const reasonOf = (error: unknown): string => {
  const cause = fieldOf(error, 'cause');
  const code = fieldOf(cause, 'code');
  return typeof code === 'string' && /^[A-Z_]+$/.test(code) ? ` (${code})` : '';
};

const nameOf = (error: unknown): unknown => fieldOf(error, 'name');

/** Without `instanceof`: fetch's errors are Node's own, and a test's realm has others. */
const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
