import { z } from 'zod';
import { interruptionSensitivities, turnDetections } from '../../domain/agent/vocabulary.js';
import type { CallEvent } from '../../domain/call/events.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { Input } from '../turn-taking/input.js';
import { NEWEST_RULES } from '../turn-taking/rules.js';
import type { ToldSettings } from '../turn-taking/state.js';

/** Of the shape below. What is stored stays: another shape is another number, and this one is read for ever. */
export const TRACE_FORMAT = 1;

/** What a conversation was told at its beginning, and what came in since: with both, the reducer does the same again. */
export interface Trace {
  readonly format: typeof TRACE_FORMAT;
  readonly settings: ToldSettings;
  readonly inputs: readonly TracedInput[];
  /** There were more inputs: a trace has a limit. */
  readonly cut: boolean;
}

/** When it was taken, on the call's clock; and, where its events were recorded, the command by which they were. */
export type TracedInput =
  | readonly [atMs: number, input: Input]
  | readonly [atMs: number, input: Input, commandId: string];

const name = z.string();
const names = z.array(name);
const ms = z.number();

// Loose: a field that these schemas don't know must not be lost to the reducer.
const settings = z.looseObject({
  rules: z.int().min(1).max(NEWEST_RULES, 'by newer rules than this program has: upgrade it').exactOptional(),
  attempt: z.int().min(1),
  language: z.string(),
  greeting: z.string(),
  silenceTimeoutMs: ms,
  maxDurationMs: ms,
  answeredAtMs: ms,
  finalWithinMs: ms,
  interims: z.boolean(),
  providers: z.looseObject({ speech_to_text: name, language_model: name, text_to_speech: name }),
  // Absent: its conversation wasn't told it yet.
  recordingConsent: z.string().exactOptional(),
  fallbacks: z.looseObject({ language_model: names, text_to_speech: names }).exactOptional(),
  hedgeAfterMs: ms.nullable().exactOptional(),
  turnBudgetMs: ms.nullable().exactOptional(),
  turnDetection: z.enum(turnDetections).exactOptional(),
  interruptionSensitivity: z.enum(interruptionSensitivities).exactOptional(),
  responseDelayMs: ms.exactOptional(),
  callerTurnLimitMs: ms.nullable().exactOptional(),
  endPhrases: names.exactOptional(),
  speechToSpeech: z.boolean().exactOptional(),
  speculates: z.boolean().exactOptional(),
  retrieves: z.boolean().exactOptional(),
  sideEffectTools: names.exactOptional(),
  failureTransferTo: z.string().nullable().exactOptional(),
} satisfies Record<keyof ToldSettings, z.ZodType>) satisfies z.ZodType<ToldSettings>;

/** Of its fields the reducer reads few; the ledger has checked them all. */
const foreignEvent = z.custom<CallEvent>(
  (value) => z.looseObject({ type: z.string(), data: z.looseObject({}) }).safeParse(value).success,
  'must be an event',
);

const inputs = [
  z.looseObject({
    type: z.literal('start'),
    resumed: z
      .looseObject({
        turn: z.int().min(0),
        unanswered: z.boolean(),
        agentCutOff: z.boolean(),
        toolCallIds: z.array(z.string()).exactOptional(),
        transfers: z.int().min(0).optional(),
        transferFailed: z.boolean().optional(),
        consentUnheard: z.boolean().optional(),
      })
      .nullable(),
  }),
  z.looseObject({ type: z.literal('voice'), on: z.boolean(), atMs: ms }),
  z.looseObject({ type: z.literal('voice_pause'), paused: z.boolean(), atMs: ms }),
  z.looseObject({
    type: z.literal('transcript'),
    text: z.string(),
    final: z.boolean(),
    confidence: z.number().nullable(),
    turn: z.enum(['probably_ended', 'resumed', 'ended']).optional(),
  }),
  z.looseObject({ type: z.literal('buffer_full') }),
  z.looseObject({ type: z.literal('media'), flows: z.boolean() }),
  z.looseObject({
    type: z.literal('speech_to_text_failed'),
    error: z.string(),
    circuitOpen: z.boolean().optional(),
    next: z
      .looseObject({
        provider: name,
        finalWithinMs: ms,
        interims: z.boolean(),
        decidesTurns: z.boolean().optional(),
      })
      .optional(),
    exhausted: z.boolean().optional(),
  }),
  z.looseObject({ type: z.literal('heard_again'), ms }),
  z.looseObject({
    type: z.literal('retrieved'),
    retrieval: z.string(),
    hits: z.array(z.looseObject({ documentId: z.string(), chunk: z.number(), score: z.number() })),
  }),
  z.looseObject({ type: z.literal('retrieval_failed'), retrieval: z.string() }),
  z.looseObject({ type: z.literal('model_text'), model: name, delta: z.string() }),
  z.looseObject({
    type: z.literal('model_tool_call'),
    model: name,
    call: z.looseObject({ id: z.string(), name, arguments: z.string() }),
  }),
  z.looseObject({
    type: z.literal('model_done'),
    model: name,
    usage: z.looseObject({ inputTokens: z.number(), outputTokens: z.number() }).nullable(),
  }),
  z.looseObject({
    type: z.literal('model_failed'),
    model: name,
    error: z.string(),
    circuitOpen: z.boolean().optional(),
  }),
  z.looseObject({
    type: z.literal('audio'),
    reply: z.number(),
    chunk: z.number(),
    ms,
    leadMs: ms,
    tailMs: ms,
    done: z.boolean(),
    words: z.array(z.looseObject({ text: z.string(), startMs: ms, endMs: ms })).exactOptional(),
  }),
  z.looseObject({
    type: z.literal('audio_failed'),
    reply: z.number(),
    chunk: z.number(),
    error: z.string(),
    circuitOpen: z.boolean().optional(),
  }),
  z.looseObject({ type: z.literal('sent'), generation: z.number(), ms }),
  z.looseObject({ type: z.literal('mark'), generation: z.number(), ms }),
  z.looseObject({ type: z.literal('key'), digit: z.string() }),
  z.looseObject({
    type: z.literal('tool_result'),
    id: z.string(),
    ok: z.boolean(),
    result: z.string(),
    endsCall: z.boolean(),
    transferTo: z.string().optional(),
  }),
  z.looseObject({ type: z.literal('foreign'), event: foreignEvent }),
  z.looseObject({ type: z.literal('socket'), state: z.enum(['stop', 'closed']) }),
  z.looseObject({ type: z.literal('tick') }),
] as const;

const input = z.discriminatedUnion('type', inputs) satisfies z.ZodType<Input>;

const traceSchema = z.object({
  format: z.literal(TRACE_FORMAT),
  settings,
  inputs: z.array(z.union([z.tuple([ms, input]), z.tuple([ms, input, z.string()])])),
  cut: z.boolean(),
}) satisfies z.ZodType<Trace>;

/** Throws `BAD_USER_INPUT` for what is no trace, or one of another format. */
export const parseTrace = (value: unknown): Trace => {
  const parsed = traceSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `A media stream's trace can't be read: ${issue?.path.join('.') || 'it'} is not as it's written (${issue?.message}).`,
  );
};
