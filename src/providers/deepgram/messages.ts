import { z } from 'zod';
import { inShape } from '../message-shape.js';
import type { Failure } from '../service.js';

const results = z.object({
  start: z.number(),
  duration: z.number(),
  is_final: z.boolean(),
  from_finalize: z.boolean().nullish(),
  channel: z.object({
    alternatives: z.array(z.object({ transcript: z.string(), confidence: z.number().nullish() })),
  }),
});

const turnInfo = z.object({
  event: z.string(),
  transcript: z.string(),
  words: z.array(z.object({ confidence: z.number() })).nullish(),
});

/** v1: what was heard in a stretch of audio. */
export type Results = z.infer<typeof results>;

/** v2: what was heard in a turn. `event` is an open enumeration. */
export type TurnInfo = z.infer<typeof turnInfo>;

/** An error's code looks like this; nothing else of it is repeated, because it may quote what we sent. */
const CODE = /^[A-Z][A-Z0-9_-]+$/;

const envelope = z.object({ type: z.string(), code: z.string().nullish() });

/**
 * A message of the type that a stream listens for; `null` for all others. Throws an AppError for Deepgram's errors and for
 * another shape than the documented one.
 */
const messageReader =
  <T>(type: string, schema: z.ZodType<T>) =>
  (message: unknown, failure: Failure): T | null => {
    const known = inShape(envelope, message, failure);
    if (known.type === 'Error') throw brokenOff(known.code ?? '', failure);
    return known.type === type ? inShape(schema, message, failure) : null;
  };

export const readResults = messageReader('Results', results);
export const readTurnInfo = messageReader('TurnInfo', turnInfo);

const brokenOff = (code: string, failure: Failure) =>
  failure(`broke off${CODE.test(code) ? ` (${code})` : ''}.`, { retryable: true });
