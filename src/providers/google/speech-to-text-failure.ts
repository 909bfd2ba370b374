import type { AppError } from '../../domain/errors.js';
import type { Failure } from '../service.js';
import { googleSpeechFailure, grpcCodeOf } from './failure.js';

/** What a stream that failed does next: begin again when there is audio, begin again at once, or give up. */
export type Remedy = 'resume' | 'retry' | 'fail';

const INTERNAL = 13;
const UNAVAILABLE = 14;

const REMEDIES: Readonly<Record<number, Remedy>> = {
  // ABORTED: no audio for a while. OUT_OF_RANGE: the same, or the stream is older than 305 s.
  10: 'resume',
  11: 'resume',
  [INTERNAL]: 'retry',
  [UNAVAILABLE]: 'retry',
};

export const remedyFor = (error: unknown): Remedy => REMEDIES[grpcCodeOf(error) ?? -1] ?? 'fail';

/** As an `AppError`, without Google's message: that may quote what we sent. */
export const recognitionFailure = (failure: Failure, error: unknown, patienceMs: number): AppError =>
  grpcCodeOf(error) === UNAVAILABLE
    ? failure('lost the connection. Check the network and GOOGLE_SPEECH_ENDPOINT.', {
        status: 503,
        retryable: true,
      })
    : googleSpeechFailure(failure, error, patienceMs);
