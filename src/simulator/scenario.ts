import { z } from 'zod';
import { AppError, ErrorCode } from '../domain/errors.js';
import { dialStatuses } from './call-forms.js';

const text = z.string('must be a text').trim().min(1, 'must not be empty');
const ms = z.number('must be a number of ms').int('must be whole ms').min(0, 'must be 0 or more');
/** E.164. */
export const phoneNumber = z
  .string('must be a text')
  .regex(/^\+[1-9]\d{1,14}$/, 'must be a number in E.164, as +14155550100');

/** Where a step doesn't say: so long does a polite caller wait for the agent to go on. */
export const AFTER_AGENT_MS = 600;

/**
 * When a step begins: once the agent has answered and been silent for `afterAgentMs` (600 where nothing is said), or
 * `afterMs` after the agent began to speak, or at once.
 */
const timing = {
  afterAgentMs: ms.optional(),
  afterMs: ms.optional(),
  atOnce: z.literal(true, 'may only be true').optional(),
};
const { afterAgentMs, atOnce } = timing;

const steps = {
  /** Synthesized speech, whose words the sandbox understands. */
  say: z.strictObject({ say: text, afterAgentMs, atOnce }),
  /** Speech that begins `afterMs` after the agent began to speak. */
  interrupt: z.strictObject({ interrupt: text, afterMs: ms }),
  /** A WAV file (16-bit PCM or mu-law), or raw mu-law (`.ulaw`, `.mulaw`, `.ul`); relative to the scenario's file. */
  audio: z.strictObject({ audio: text, ...timing }),
  /** Keys, one after the other. `tone: false`: their messages only, without their sound. */
  press: z.strictObject({
    press: z.string('must be a text').regex(/^[0-9*#A-D]+$/, 'must be keys: 0 to 9, *, #, A to D'),
    tone: z.boolean('must be true or false').optional(),
    ...timing,
  }),
  /** Silence, from when the step before it is over; what follows still waits for the agent, unless it's `atOnce`. */
  pauseMs: z.strictObject({ pauseMs: ms }),
  waitForAgent: z.strictObject({ waitForAgent: z.literal(true, 'may only be true'), afterAgentMs }),
  /** Only at the end, and there by itself where it's missing. `vanish`: the socket breaks, without a word. */
  hangUp: z.strictObject({
    hangUp: z.union([z.literal(true), z.literal('vanish')], 'must be true or "vanish"'),
    ...timing,
  }),
};

type Action = keyof typeof steps;
const actions = Object.keys(steps) as Action[];

export type Step = { [A in Action]: z.infer<(typeof steps)[A]> }[Action];
export type StepTiming = z.infer<z.ZodObject<typeof timing>>;

const actionOf = (value: unknown): Action | string => {
  if (typeof value !== 'object' || value === null) return 'must be an object, as { "say": "Hello" }';
  const found = actions.filter((action) => Object.hasOwn(value, action));
  const [action] = found;
  if (found.length === 1 && action) return action;
  return found.length === 0
    ? `must have one of ${actions.join(', ')}`
    : `must be one step, and has ${found.join(' and ')}`;
};

/** A union would only say that nothing fits: the step's own key tells what it's meant to be. */
const step = z.unknown().transform((value, context): Step => {
  const action = actionOf(value);
  const schema = Object.hasOwn(steps, action) ? steps[action as Action] : null;
  if (!schema) {
    context.addIssue(action);
    return z.NEVER;
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      context.addIssue({ code: 'custom', path: [...issue.path], message: messageIn(issue) });
    }
    return z.NEVER;
  }
  const given = Object.keys(timing).filter((name) => Object.hasOwn(parsed.data, name));
  if (given.length > 1) context.addIssue(`has ${given.join(' and ')}: give one of them`);
  return parsed.data;
});

const count = z.number('must be a number').int('must be whole').min(0, 'must be 0 or more');
const exactly = z.union(
  [count, z.strictObject({ min: count.optional(), max: count.optional() })],
  'must be a number, or { "min": …, "max": … }',
);

/** What must be true of a call afterwards. Times in ms are upper bounds, and so are `underruns` and `unanswered`. */
const expectations = z.strictObject({
  /** `completed` where nothing is said. */
  outcome: z.enum(['completed', 'rejected', 'failed'], 'must be completed, rejected or failed').optional(),
  endedBy: z.enum(['caller', 'platform'], 'must be caller or platform').optional(),
  /** Of what TwiML's `<Say>` says. */
  says: text.optional(),
  agentUtterances: exactly.optional(),
  interruptions: exactly.optional(),
  mediaStreams: exactly.optional(),
  greetingMs: ms.optional(),
  responseP50Ms: ms.optional(),
  responseP95Ms: ms.optional(),
  responseMaxMs: ms.optional(),
  interruptionMaxMs: ms.optional(),
  underruns: count.optional(),
  /** How often the caller waited for the agent in vain; 0 where nothing is said. */
  unanswered: count.optional(),
  durationMs: ms.optional(),
});

export type Expectations = z.infer<typeof expectations>;

const isHangUp = (candidate: Step | undefined): boolean => candidate !== undefined && 'hangUp' in candidate;

const scenarioSchema = z.strictObject(
  {
    name: text,
    /** Why it's there; for people. */
    description: text.optional(),
    /** BCP 47; the caller speaks it. English where nothing is said. */
    language: text.optional(),
    from: phoneNumber.optional(),
    to: phoneNumber.optional(),
    /** What comes of dialing whom the platform puts the caller through to; who answers (`completed`) where nothing is said. */
    person: z.enum(dialStatuses, `must be one of ${dialStatuses.join(', ')}`).optional(),
    /** Who answers talks for so long, and hangs up; a second where nothing is said. */
    personTalksMs: ms.optional(),
    steps: z
      .array(step, 'must be a list of steps')
      .min(1, 'must have a step at least')
      .refine(
        (list) => !list.slice(0, -1).some((candidate) => isHangUp(candidate)),
        'may have hangUp only at the end',
      ),
    expect: expectations.optional(),
  },
  'must be an object with a name and steps',
);

/** What a caller does, and what must come of it. */
export type Scenario = z.infer<typeof scenarioSchema>;

/** `source` names it in errors. Throws `BAD_USER_INPUT` with every problem: its path, its value, what it must be. */
export const parseScenario = (json: unknown, source: string): Scenario => {
  const parsed = scenarioSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => describe(issue, json));
  throw new AppError(ErrorCode.BAD_USER_INPUT, `${source} is not a scenario: ${problems.join('; ')}.`, {
    problems,
  });
};

const describe = (issue: z.core.$ZodIssue, json: unknown): string => {
  const value = issue.path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    json,
  );
  const shown = value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value)).slice(0, 80);
  return `${nameOf(issue.path)} ${messageIn(issue)} (it is ${shown})`;
};

const messageIn = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys'
    ? `has what it doesn't know: ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`
    : issue.message;

const nameOf = (path: readonly PropertyKey[]): string =>
  path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at === 0 ? '' : '.'}${String(key)}`))
    .join('') || 'the file';
