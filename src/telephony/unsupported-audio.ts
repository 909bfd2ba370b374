import { AppError, ErrorCode } from '../domain/errors.js';
import type { CallJournal } from '../voice/call-journal.js';
import type { StreamStart } from './twilio-messages.js';
import { endUnserved } from './unserved-stream.js';

/** Telephone audio as Twilio sends it, and as all of our parts take it. */
const isTelephoneAudio = ({ encoding, sampleRateHz }: StreamStart): boolean =>
  encoding === 'audio/x-mulaw' && sampleRateHz === 8000;

/** Throws `BAD_USER_INPUT` for a stream whose audio isn't mu-law at 8 kHz, and ends its call. */
export const requireTelephoneAudio = async (
  start: StreamStart,
  journal: CallJournal,
  attempt: number,
  nowMs: number,
): Promise<void> => {
  if (isTelephoneAudio(start)) return;
  const { encoding, sampleRateHz } = start;
  const error = `cannot take ${encoding.slice(0, 50)} at ${sampleRateHz} Hz`;
  await endUnserved(start, journal, attempt, { error, nowMs });
  throw new AppError(ErrorCode.BAD_USER_INPUT, error, { encoding, sampleRateHz });
};
