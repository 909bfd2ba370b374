import { z } from 'zod';
import { eventReader } from './realtime-event-reader.js';

const reason = z.object({
  type: z.string().nullish(),
  code: z.string().nullish(),
  event_id: z.string().nullish(),
});

const ofResponse = { response_id: z.string() };
const transcription = 'conversation.item.input_audio_transcription';

const event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session.updated') }),
  z.object({ type: z.literal('input_audio_buffer.committed'), item_id: z.string() }),
  z.object({ type: z.literal(`${transcription}.completed`), item_id: z.string(), transcript: z.string() }),
  z.object({ type: z.literal(`${transcription}.failed`), error: reason }),
  z.object({ type: z.literal('response.created'), response: z.object({ id: z.string() }) }),
  z.object({
    type: z.literal('response.output_audio.delta'),
    ...ofResponse,
    item_id: z.string(),
    delta: z.string(),
  }),
  z.object({
    type: z.literal('response.output_audio_transcript.delta'),
    ...ofResponse,
    item_id: z.string(),
    delta: z.string(),
  }),
  z.object({
    type: z.literal('response.function_call_arguments.done'),
    ...ofResponse,
    item_id: z.string(),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.object({
    type: z.literal('response.done'),
    response: z.object({
      id: z.string(),
      status: z.string(),
      status_details: z.object({ error: reason.nullish(), reason: z.string().nullish() }).nullish(),
      usage: z.object({ input_tokens: z.number(), output_tokens: z.number() }).nullish(),
    }),
  }),
  z.object({ type: z.literal('error'), error: reason }),
]);

export type RealtimeEvent = z.infer<typeof event>;
export type RealtimeReason = z.infer<typeof reason>;

/** The event of a realtime conversation that a message is. See `eventReader`. */
export const readConversationEvent = eventReader<RealtimeEvent>(
  event.options.map(({ shape }) => shape.type.value),
  event,
);
