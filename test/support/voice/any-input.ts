import fc from 'fast-check';
import type { CallEvent } from '../../../src/domain/call/events.js';
import { carrierStatuses } from '../../../src/domain/call/vocabulary.js';
import type { Input } from '../../../src/voice/turn-taking/input.js';
import { NEWEST_RULES } from '../../../src/voice/turn-taking/rules.js';
import type { State, ToldSettings } from '../../../src/voice/turn-taking/state.js';

import { anyConduct } from './any-call.js';

/** An input that comes so long after the one before; what it belongs to depends on the state by then. */
export interface AnyInput {
  readonly afterMs: number;
  readonly of: (state: State, nowMs: number) => Input;
}

/** Mostly of now, sometimes of before, sometimes of nothing there ever was. */
const which = fc.oneof(
  { weight: 8, arbitrary: fc.constant('current' as const) },
  fc.constantFrom('previous' as const, 'unknown' as const),
);
type Which = 'current' | 'previous' | 'unknown';

const modelId = ({ reply, speculation, models, settings }: State, of: Which): string => {
  if (of === 'unknown') return 'nobody';
  const current = reply?.model ?? speculation?.model;
  return of === 'current' && current
    ? current
    : `${settings.attempt}.${models - (of === 'previous' ? 1 : 0)}`;
};

const replyId = ({ replies }: State, of: Which): number =>
  of === 'unknown' ? 9_999 : of === 'previous' ? replies - 1 : replies;

const generation = (state: State, of: Which): number =>
  of === 'unknown'
    ? 9_999
    : of === 'previous'
      ? state.generation - 1
      : (state.reply?.generation ?? state.generation);

const totalMs = ({ reply }: State): number => reply?.chunks.reduce((sum, { ms }) => sum + ms, 0) ?? 0;

/** A point of the reply's audio: some of it, all that was sent, all there is, or more. */
const point = fc.tuple(fc.constantFrom('some', 'sent', 'all', 'more'), fc.nat(400));
const pointOf = (state: State, [where, ms]: [string, number]): number => {
  if (where === 'sent') return state.reply?.sentMs ?? 0;
  return where === 'all' ? totalMs(state) : where === 'more' ? totalMs(state) + ms : ms * 10;
};

const someWords = fc
  .array(
    fc.constantFrom(
      ...['hello', 'open', 'tomorrow', 'and', 'yes', 'no', 'stop', 'wait', 'mhm', 'okay', '42', 'ja', 'nein'],
      ...['Of', 'course', 'we', 'are', '.', ',', '?', '…', '😊', '営業', 'हैं।', '$29.99', ' '],
    ),
    { maxLength: 8 },
  )
  .map((words) => words.join(' '));

/** What a caller, the line or the agent's echo may bring. */
const anyText = fc.oneof(
  { weight: 2, arbitrary: someWords },
  fc.constantFrom('Mhm.', 'okay', 'Stop!', 'tomorrow', 'I have a question.', 'we are open', 'Hello'),
);

const sentence = fc.oneof(
  anyText,
  fc.constantFrom(
    'Of course, we are open. ',
    'Yes! ',
    '\n',
    ' ',
    'We are open from eight, ',
    'no end '.repeat(40),
  ),
);

const foreignEvent: fc.Arbitrary<CallEvent> = fc.oneof(
  fc.constantFrom(...carrierStatuses).map(
    (status): CallEvent => ({
      type: 'CallStatusReported',
      data: { status, sequence: null, source: null, durationSeconds: null },
    }),
  ),
  fc
    .nat(3)
    .map((attempt): CallEvent => ({ type: 'MediaStreamLost', data: { attempt: attempt + 1, atMs: 1 } })),
  fc.nat(3).map(
    (attempt): CallEvent => ({
      type: 'MediaStreamStarted',
      data: { attempt: attempt + 1, worker: 'w', streamSid: 's', atMs: 1 },
    }),
  ),
  fc.nat(2).map(
    (transfer): CallEvent => ({
      type: 'TransferRequested',
      data: { transfer: transfer + 1, to: '+14155550199', by: 'operator', atMs: 1 },
    }),
  ),
  fc.constant<CallEvent>({ type: 'TransferDialed', data: { transfer: 1, atMs: 1 } }),
  fc.constant<CallEvent>({ type: 'CallEndRequested', data: { atMs: 1 } }),
  fc.constant<CallEvent>({
    type: 'CallEnded',
    data: { reason: 'operator', by: 'operator', atMs: 1, durationMs: 1 },
  }),
);

type Maker = (state: State, nowMs: number) => Input;
const fixed =
  (input: Input): Maker =>
  () =>
    input;

const start: fc.Arbitrary<Maker> = fc
  .option(
    fc.record({
      turn: fc.nat(5),
      unanswered: fc.boolean(),
      agentCutOff: fc.boolean(),
      transfers: fc.constantFrom(undefined, 1),
      transferFailed: fc.constantFrom(undefined, true),
      consentUnheard: fc.constantFrom(undefined, true),
    }),
  )
  .map((resumed) => fixed({ type: 'start', resumed }));

const voice: fc.Arbitrary<Maker> = fc.tuple(fc.boolean(), fc.nat(600)).map(
  ([on, agoMs]): Maker =>
    (_, nowMs) => ({ type: 'voice', on, atMs: Math.max(0, nowMs - agoMs) }),
);

const voicePause: fc.Arbitrary<Maker> = fc.tuple(fc.boolean(), fc.nat(600)).map(
  ([paused, agoMs]): Maker =>
    (_, nowMs) => ({ type: 'voice_pause', paused, atMs: Math.max(0, nowMs - agoMs) }),
);

const transcript: fc.Arbitrary<Maker> = fc
  .record({
    text: anyText,
    final: fc.boolean(),
    confidence: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    turn: fc.constantFrom(undefined, undefined, 'probably_ended', 'resumed', 'ended'),
  })
  .map((said) => fixed({ type: 'transcript', ...said }));

const usage = fc.option(fc.record({ inputTokens: fc.nat(900), outputTokens: fc.nat(900) }));

const model: fc.Arbitrary<Maker> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(which, sentence).map(
      ([of, delta]): Maker =>
        (state) => ({ type: 'model_text', model: modelId(state, of), delta }),
    ),
  },
  fc.tuple(which, usage).map(
    ([of, used]): Maker =>
      (state) => ({ type: 'model_done', model: modelId(state, of), usage: used }),
  ),
  fc.tuple(which, fc.constantFrom('a', 'b', 'c')).map(
    ([of, id]): Maker =>
      (state) => ({
        type: 'model_tool_call',
        model: modelId(state, of),
        call: { id: `${id}${state.turn}`, name: id, arguments: '{}' },
      }),
  ),
  fc.tuple(which, fc.constantFrom('reset', 'e'.repeat(900))).map(
    ([of, error]): Maker =>
      (state) => ({ type: 'model_failed', model: modelId(state, of), error }),
  ),
);

const retrievalId = (state: State, of: Which): string => {
  if (of === 'unknown') return 'none';
  return `${state.settings.attempt}.${state.retrievals - (of === 'previous' ? 1 : 0)}`;
};

const hit = fc.record({ documentId: fc.constantFrom('d1', 'd2'), chunk: fc.nat(9), score: fc.constant(0.5) });

const documents: fc.Arbitrary<Maker> = fc.oneof(
  fc.tuple(which, fc.array(hit, { maxLength: 3 })).map(
    ([of, hits]): Maker =>
      (state) => ({ type: 'retrieved', retrieval: retrievalId(state, of), hits }),
  ),
  which.map(
    (of): Maker =>
      (state) => ({ type: 'retrieval_failed', retrieval: retrievalId(state, of) }),
  ),
);

const tool: fc.Arbitrary<Maker> = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c', 'd'),
    fc.nat(1),
    fc.boolean(),
    fc.boolean(),
    fc.constantFrom(undefined, undefined, '+14155550199'),
  )
  .map(
    ([id, back, ok, endsCall, transferTo]): Maker =>
      (state) => ({
        type: 'tool_result',
        id: `${id}${state.turn - back}`,
        ok,
        result: '{}',
        endsCall,
        transferTo,
      }),
  );

const chunk = fc.oneof({ weight: 4, arbitrary: fc.nat(2) }, fc.integer({ min: -1, max: 9 }));

/** A provider's words may be anybody's, at any time. */
const timed = fc.array(
  fc.record({
    text: fc.constantFrom('you', 'said', 'Good', 'x', ''),
    startMs: fc.integer({ min: -500, max: 5_000 }),
    endMs: fc.integer({ min: -500, max: 5_000 }),
  }),
  { maxLength: 3 },
);

const audio: fc.Arbitrary<Maker> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(which, chunk, fc.nat(200), fc.nat(20), fc.nat(20), fc.boolean(), timed).map(
      ([of, index, frames, lead, tail, done, words]): Maker =>
        (state) => ({
          type: 'audio',
          reply: replyId(state, of),
          chunk: index,
          ms: frames * 20,
          leadMs: lead * 20,
          tailMs: tail * 20,
          done,
          ...(words.length > 0 && { words }),
        }),
    ),
  },
  fc.tuple(which, chunk).map(
    ([of, index]): Maker =>
      (state) => ({ type: 'audio_failed', reply: replyId(state, of), chunk: index, error: 'no voice' }),
  ),
);

const playout: fc.Arbitrary<Maker> = fc
  .tuple(fc.constantFrom('sent' as const, 'mark' as const), which, point)
  .map(
    ([type, of, at]): Maker =>
      (state) => ({ type, generation: generation(state, of), ms: pointOf(state, at) }),
  );

const key: fc.Arbitrary<Maker> = fc
  .constantFrom(...'0123456789*##')
  .map((digit) => fixed({ type: 'key', digit }));

const rare: fc.Arbitrary<Maker> = fc.oneof(
  fc.constant(fixed({ type: 'buffer_full' })),
  fc.boolean().map((flows) => fixed({ type: 'media', flows })),
  foreignEvent.map((event) => fixed({ type: 'foreign', event })),
  fc.constantFrom('stop' as const, 'closed' as const).map((state) => fixed({ type: 'socket', state })),
  fc.nat(30_000).map((ms) => fixed({ type: 'heard_again', ms })),
  fc.constant(fixed({ type: 'speech_to_text_failed', error: 'e'.repeat(501) })),
  start,
);

const maker = fc.oneof(
  { weight: 5, arbitrary: voice },
  { weight: 2, arbitrary: voicePause },
  { weight: 6, arbitrary: transcript },
  { weight: 8, arbitrary: model },
  { weight: 3, arbitrary: documents },
  { weight: 2, arbitrary: tool },
  { weight: 8, arbitrary: audio },
  { weight: 10, arbitrary: playout },
  { weight: 2, arbitrary: key },
  { weight: 1, arbitrary: rare },
  { weight: 2, arbitrary: fc.constant(fixed({ type: 'tick' })) },
);

const afterMs = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 8, arbitrary: fc.nat(400) },
  { weight: 3, arbitrary: fc.nat(3_000) },
  fc.nat(40_000),
);

/** Inputs in any order, most of them possible. They begin with a `start`, or with anything. */
export const anyInputs: fc.Arbitrary<readonly AnyInput[]> = fc
  .tuple(
    fc.oneof({ weight: 9, arbitrary: start }, maker),
    fc.array(fc.record({ afterMs, of: maker }), { maxLength: 120, size: 'max' }),
  )
  .map(([first, rest]) => [{ afterMs: 0, of: first }, ...rest]);

const anyOldSettings: fc.Arbitrary<ToldSettings> = fc.record({
  rules: fc.integer({ min: 1, max: NEWEST_RULES }),
  attempt: fc.constantFrom(1, 2),
  language: fc.constantFrom('en', 'de-AT', 'xx'),
  greeting: fc.constantFrom('', 'Hello!', 'Welcome to the company, how can I help you today?', '😊'),
  silenceTimeoutMs: fc.integer({ min: 1_000, max: 30_001 }),
  maxDurationMs: fc.integer({ min: 1_000, max: 300_000 }),
  answeredAtMs: fc.nat(5_000),
  finalWithinMs: fc.integer({ min: 0, max: 2_000 }),
  interims: fc.boolean(),
  providers: fc.constant({ speech_to_text: 'ear', language_model: 'mind', text_to_speech: 'voice' }),
});

export const anySettings: fc.Arbitrary<ToldSettings> = fc
  .tuple(anyOldSettings, anyConduct)
  .map(([settings, conduct]) => ({ ...settings, ...conduct }));
