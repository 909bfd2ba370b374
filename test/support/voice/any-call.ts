import fc from 'fast-check';
import type { ToldSettings } from '../../../src/voice/turn-taking/state.js';
import { Conversation } from './conversation.js';
import type { ModelPart } from './virtual-model.js';
import type { SpeechScript } from './virtual-mouth.js';
import type { RetrievalScript } from './virtual-retriever.js';

/** What a caller does, so long after what it did before. */
type Act = { readonly pauseMs: number } & (
  | { readonly says: number; readonly msAWord: number; readonly ending: string }
  | { readonly says: 'back-channel' }
  | { readonly noiseMs: number }
  | { readonly keys: string }
  /** The agent's own words come back. */
  | { readonly echo: true }
  /** Words that voice activity didn't notice. */
  | { readonly mumbles: number }
);

/** How the agent is told to take turns. */
type Conduct = Pick<
  ToldSettings,
  | 'turnDetection'
  | 'interruptionSensitivity'
  | 'responseDelayMs'
  | 'callerTurnLimitMs'
  | 'endPhrases'
  | 'speculates'
  | 'retrieves'
  | 'sideEffectTools'
  | 'failureTransferTo'
  | 'fallbacks'
  | 'hedgeAfterMs'
  | 'turnBudgetMs'
  | 'speechToSpeech'
>;

/** A whole call as data. Scripts of the model and the voice are used over and over. */
export interface AnyCall {
  readonly greeting: string;
  readonly silenceTimeoutMs: number;
  readonly maxDurationMs: number;
  readonly conduct: Conduct;
  readonly finalWithinMs: number;
  readonly finalAfterMs: number | null;
  readonly toolMs: number;
  readonly latencyMs: number;
  readonly marksLostFromMs: number | null;
  readonly documents: readonly ReturnType<RetrievalScript>[];
  readonly answers: readonly (readonly ModelPart[])[];
  readonly speech: readonly Partial<SpeechScript>[];
  readonly acts: readonly Act[];
  readonly lineEnds: { readonly atMs: number; readonly how: 'stop' | 'closed' } | null;
}

const LONG_ANSWER =
  'There are many things to tell about our house, and I will gladly begin. It was built by the sea. The rooms are bright, all of them, and breakfast is served until eleven. May I book one for you?';

const text = fc.constantFrom(
  'All right.',
  'Of course, that is no problem at all. ',
  'Let me have a look. ',
  ...[LONG_ANSWER, LONG_ANSWER, LONG_ANSWER],
  ' ',
  'Yes',
  '😊',
);

const modelMs = fc.oneof({ weight: 6, arbitrary: fc.nat(600) }, fc.nat(3_000));
const part: fc.Arbitrary<ModelPart> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ afterMs: modelMs, text }) },
  { weight: 2, arbitrary: fc.record({ afterMs: modelMs, tool: fc.constantFrom('lookup', 'book') }) },
  // A server that numbers the calls of each answer anew.
  fc.record({ afterMs: modelMs, tool: fc.constantFrom('lookup', 'book'), id: fc.constant('call_0') }),
  fc.record({ afterMs: modelMs, tool: fc.constant('end_call') }),
  fc.record({ afterMs: modelMs, fails: fc.constant('status 500') }),
  fc.record({ afterMs: modelMs, hangs: fc.constant(true as const) }),
);
const answer = fc.array(part, { minLength: 1, maxLength: 4 });

const speech: fc.Arbitrary<Partial<SpeechScript>> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  fc.record({
    firstByteMs: fc.oneof({ weight: 4, arbitrary: fc.nat(500) }, fc.nat(3_000)),
    pieces: fc.integer({ min: 1, max: 12 }),
    everyMs: fc.nat(500),
    edgesMs: fc.nat(15).map((frames) => frames * 20),
    ends: fc.oneof(
      { weight: 6, arbitrary: fc.constant('done' as const) },
      fc.constantFrom('fails' as const, 'hangs' as const),
    ),
  }),
);

const lookup: fc.Arbitrary<ReturnType<RetrievalScript>> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ afterMs: fc.nat(400), found: fc.nat(3) }) },
  fc.record({ afterMs: fc.nat(400), fails: fc.constant(true as const) }),
  fc.record({ afterMs: fc.nat(400), hangs: fc.constant(true as const) }),
);

const pauseMs = fc.oneof({ weight: 3, arbitrary: fc.nat(1_500) }, fc.nat(9_000));
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      pauseMs,
      says: fc.integer({ min: 1, max: 6 }),
      msAWord: fc.integer({ min: 200, max: 700 }),
      ending: fc.constantFrom('.', '?', '', ','),
    }),
  },
  { weight: 2, arbitrary: fc.record({ pauseMs, says: fc.constant('back-channel' as const) }) },
  { weight: 2, arbitrary: fc.record({ pauseMs, noiseMs: fc.integer({ min: 200, max: 12_000 }) }) },
  { weight: 2, arbitrary: fc.record({ pauseMs, keys: fc.constantFrom('1', '42', '7#', '#', '123') }) },
  { weight: 2, arbitrary: fc.record({ pauseMs, echo: fc.constant(true as const) }) },
  { weight: 1, arbitrary: fc.record({ pauseMs, mumbles: fc.integer({ min: 1, max: 3 }) }) },
);

export const anyConduct: fc.Arbitrary<Conduct> = fc.record(
  {
    turnDetection: fc.constantFrom('voice_activity', 'provider', 'fixed_buffer'),
    interruptionSensitivity: fc.constantFrom('off', 'low', 'medium', 'high'),
    responseDelayMs: fc.constantFrom(0, 700),
    callerTurnLimitMs: fc.constantFrom(null, 2_000, 10_000),
    endPhrases: fc.constantFrom([], ['w7'], ['mhm'], ['yes', 'hello']),
    speculates: fc.boolean(),
    retrieves: fc.boolean(),
    sideEffectTools: fc.constantFrom(['book'], ['a', 'b']),
    failureTransferTo: fc.constantFrom(null, '+14155550199'),
    fallbacks: fc.record({
      language_model: fc.constantFrom([], ['second'], ['second', 'third']),
      text_to_speech: fc.constantFrom([], ['second'], ['second', 'third']),
    }),
    hedgeAfterMs: fc.constantFrom(null, 300, 1_000),
    turnBudgetMs: fc.constant(2_000),
    speechToSpeech: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** So many times nothing, for each time something. */
const rarely = <T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight, arbitrary: fc.constant(null) }, arbitrary);

export const anyCall: fc.Arbitrary<AnyCall> = fc.record({
  greeting: fc.constantFrom('', 'Hello!', 'Welcome to our house by the sea, how can I help you today?'),
  silenceTimeoutMs: fc.integer({ min: 4_000, max: 30_000 }),
  maxDurationMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant(600_000) },
    fc.integer({ min: 5_000, max: 60_000 }),
  ),
  conduct: anyConduct,
  finalWithinMs: fc.constantFrom(350, 500, 1_660),
  finalAfterMs: fc.option(fc.nat(2_000), { freq: 10 }),
  toolMs: fc.constantFrom(0, 5, 700, 4_000),
  latencyMs: fc.constantFrom(0, 0, 20, 80),
  marksLostFromMs: rarely(6, fc.nat(20_000)),
  documents: fc.array(lookup, { minLength: 1, maxLength: 4 }),
  answers: fc.array(answer, { minLength: 1, maxLength: 5 }),
  speech: fc.array(speech, { minLength: 1, maxLength: 4 }),
  acts: fc.array(act, { maxLength: 10, size: 'max' }),
  lineEnds: rarely(
    3,
    fc.record({ atMs: fc.nat(60_000), how: fc.constantFrom('stop' as const, 'closed' as const) }),
  ),
});

const GAP_MS = 400;
const BUFFER_MS = 2_000;
const KEY_EVERY_MS = 300;

/** Every other time without a tool: a model that goes on calling them is never through. */
const answerOf = (parts: readonly ModelPart[], asked: number): readonly ModelPart[] =>
  asked % 2 === 0 ? parts : [...parts.filter((part) => !('tool' in part)), { afterMs: 50, text: 'Well.' }];

/** Plays a call to its end. The caller's words are all different ones: `w1`, `w2` … */
export const playCall = (any: AnyCall): { call: Conversation; lastActMs: number } => {
  const { documents, answers, speech: speeches, lineEnds, marksLostFromMs, acts } = any;
  const { greeting, silenceTimeoutMs, maxDurationMs, conduct } = any;
  const { finalWithinMs, finalAfterMs, toolMs, latencyMs } = any;
  const call = new Conversation({
    settings: { greeting, silenceTimeoutMs, maxDurationMs, finalWithinMs, ...conduct },
    model: (asked) => answerOf(answers[asked % answers.length] ?? [], asked),
    documents: (lookedUp) => documents[lookedUp % documents.length] ?? { afterMs: 0, hangs: true },
    speech: (said) => speeches[said % speeches.length] ?? {},
    finalAfterMs,
    toolMs,
    latencyMs,
  }).start();
  if (marksLostFromMs !== null) {
    call.clock.at(marksLostFromMs, () => {
      call.carrier.marksLost = true;
    });
  }
  let atMs = 0;
  let words = 0;
  const newWords = (count: number): string => Array.from({ length: count }, () => `w${++words}`).join(' ');
  for (const act of acts) {
    atMs += act.pauseMs;
    if ('keys' in act) {
      for (const digit of act.keys) {
        atMs += KEY_EVERY_MS;
        call.presses(atMs, digit);
      }
    } else if ('noiseMs' in act) {
      call.makesNoise(atMs, act.noiseMs);
      atMs += act.noiseMs;
    } else if ('echo' in act) {
      call.echoes(atMs);
      atMs += 1_000;
    } else if ('mumbles' in act) {
      const text = newWords(act.mumbles);
      call.mumbles(atMs, text);
    } else if (act.says === 'back-channel') {
      call.says(atMs, 'Mhm.');
      atMs += 300;
    } else {
      call.says(atMs, `${newWords(act.says)}${act.ending}`, { msAWord: act.msAWord });
      atMs += act.says * act.msAWord;
    }
    atMs += GAP_MS;
  }
  if (conduct.turnDetection === 'fixed_buffer') call.fillsBuffers(BUFFER_MS, atMs + BUFFER_MS);
  if (lineEnds) call.hangsUp(lineEnds.atMs, lineEnds.how);
  call.runUntil(maxDurationMs + 60_000);
  return { call, lastActMs: atMs };
};
