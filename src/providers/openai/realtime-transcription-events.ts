import { z } from 'zod';
import { ErrorCode } from '../../domain/errors.js';
import { type Failure, reasonIn } from '../service.js';
import { eventReader } from './realtime-event-reader.js';

const reason = z.object({ type: z.string().nullish(), code: z.string().nullish() });

const event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session.updated') }),
  z.object({ type: z.literal('input_audio_buffer.committed'), item_id: z.string() }),
  z.object({
    type: z.literal('conversation.item.input_audio_transcription.delta'),
    item_id: z.string(),
    delta: z.string().nullish(),
  }),
  z.object({
    type: z.literal('conversation.item.input_audio_transcription.completed'),
    item_id: z.string(),
    transcript: z.string(),
  }),
  z.object({ type: z.literal('conversation.item.input_audio_transcription.failed'), error: reason }),
  z.object({ type: z.literal('error'), error: reason }),
]);

export type RealtimeTranscriptionEvent = z.infer<typeof event>;

/** The event of a realtime transcription that a message is. See `eventReader`. */
export const readEvent = eventReader<RealtimeTranscriptionEvent>(
  event.options.map(({ shape }) => shape.type.value),
  event,
);

/** OpenAI's error, without its message: that may quote what we sent. */
export const errorOf = ({ code, type }: z.infer<typeof reason>, failure: Failure): Error => {
  if (code === 'invalid_api_key') {
    return failure('refused the key. Check OPENAI_API_KEY.', { status: 401, retryable: false });
  }
  const happened = `broke off${reasonIn(code ?? type)}.`;
  if (code === 'rate_limit_exceeded' || code === 'insufficient_quota') {
    const advice = `${happened} Check the account's limits and credit.`;
    return failure(advice, { status: 429, retryable: true }, ErrorCode.RATE_LIMITED);
  }
  const isOurs = type === 'invalid_request_error' && code !== 'session_expired';
  return failure(happened, { ...(isOurs && { status: 400 }), retryable: !isOurs });
};
