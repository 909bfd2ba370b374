import { z } from 'zod';
import { carrierStatuses } from '../domain/call/vocabulary.js';
import { AppError, ErrorCode } from '../domain/errors.js';

/** Twilio's DialCallStatus. */
export const dialStatuses = ['completed', 'answered', 'busy', 'no-answer', 'failed', 'canceled'] as const;
export type DialStatus = (typeof dialStatuses)[number];

const missing = (name: string) => ({
  error: (issue: { input?: unknown }) =>
    issue.input === undefined ? `Missing required parameter: ${name}` : `${name} is not valid`,
});

const callSid = z
  .string(missing('CallSid'))
  .regex(/^CA[0-9a-f]{32}$/, 'CallSid must be CA and 32 hexadecimal digits');
const party = (name: string) => z.string(missing(name)).trim().min(1, `Missing required parameter: ${name}`);
/** Optional numbers come as text; what isn't one is as good as absent. */
const count = z.coerce.number().int().min(0).nullable().catch(null);

export const incomingCallForm = z.object({
  CallSid: callSid,
  From: party('From'),
  To: party('To'),
  AccountSid: z.string().default(''),
});

export const callStatusForm = z.object({
  CallSid: callSid,
  AccountSid: z.string().default(''),
  CallStatus: z.enum(carrierStatuses, missing('CallStatus')),
  SequenceNumber: count.default(null),
  CallbackSource: z.string().nullable().default(null),
  /** Seconds. Twilio's `Duration` is minutes, rounded up, and not used. */
  CallDuration: count.default(null),
});

/** Twilio's stream status callback. */
export const streamStatusForm = z.object({
  CallSid: callSid,
  AccountSid: z.string().default(''),
  StreamSid: z.string(missing('StreamSid')),
  StreamEvent: z.string(missing('StreamEvent')),
  StreamError: z.string().default(''),
});

export const streamEndedForm = z.object({ CallSid: callSid, AccountSid: z.string().default('') });

/** What came of a `<Dial>`. A status that Twilio doesn't document yet is none of success. */
export const transferEndedForm = z.object({
  CallSid: callSid,
  AccountSid: z.string().default(''),
  /** The caller's own; `null`: it doesn't say, or in a word of its own. */
  CallStatus: z.enum(carrierStatuses).nullable().default(null).catch(null),
  DialCallStatus: z.enum(dialStatuses).optional().catch('failed'),
  /** Seconds, of those who talked. */
  DialCallDuration: count.default(null),
});

/** Throws `BAD_USER_INPUT` that names the first field that is missing or wrong. */
export const parseForm = <T extends z.ZodType>(schema: T, form: unknown): z.infer<T> => {
  const parsed = schema.safeParse(form ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const parameter = String(issue?.path[0] ?? '');
  throw new AppError(ErrorCode.BAD_USER_INPUT, issue?.message ?? 'The form is not valid', { parameter });
};
