import type { ConversationSettings } from '../../src/voice/turn-taking/state.js';
import type { ModelPart } from '../support/voice/virtual-model.js';
import type { SpeechScript } from '../support/voice/virtual-mouth.js';
import type { RetrievalScript } from '../support/voice/virtual-retriever.js';
import { Random } from './random.js';

/** What the caller does at a time of the call. */
export type Act = { readonly atMs: number } & (
  | { readonly type: 'says'; readonly text: string; readonly msAWord: number }
  | { readonly type: 'mumbles'; readonly text: string }
  | { readonly type: 'noise'; readonly ms: number }
  /** The agent's own words come back over the line. */
  | { readonly type: 'echo' }
  | { readonly type: 'key'; readonly digit: string }
);

/** The media socket breaks: its worker is killed, or lives on and sees it close. Twilio asks for another so much later. */
export interface Reset {
  readonly atMs: number;
  readonly gapMs: number;
  readonly how: 'killed' | 'closed';
}

/** Everything that happens to one call, as data: the same seed and number make the same call. */
export interface CallPlan {
  readonly seed: number;
  readonly number: number;
  readonly lengthMs: number;
  readonly settings: Partial<ConversationSettings>;
  /** The speech-to-text's time for a final; `null`: it loses them. */
  readonly finalAfterMs: number | null;
  readonly toolMs: number;
  /** The line's delay each way, and how much more a message may take. */
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** While so: the carrier's marks don't come. */
  readonly marksLost: { readonly fromMs: number; readonly toMs: number } | null;
  /** What the tenant's documents have, over and over; empty: it has none. */
  readonly documents: readonly ReturnType<RetrievalScript>[];
  readonly answers: readonly (readonly ModelPart[])[];
  readonly speech: readonly Partial<SpeechScript>[];
  readonly acts: readonly Act[];
  readonly resets: readonly Reset[];
  /** Others write to the call meanwhile. */
  readonly statusesAtMs: readonly number[];
  readonly operatorEndsAtMs: number | null;
  /** How the line ends at `lengthMs`; `null`: the caller stays on it, and the agent must end the call. */
  readonly hangUp: 'stop' | 'closed' | null;
}

const LONG_ANSWER =
  'There are many things to tell about our house, and I will gladly begin. It was built by the sea. The rooms are bright, all of them, and breakfast is served until eleven. May I book one for you?';

const modelMs = (random: Random): number =>
  random.chance(0.9) ? random.int(50, 600) : random.int(600, 3_000);

const modelPart = (random: Random): ModelPart => {
  const afterMs = modelMs(random);
  if (random.chance(0.1)) return { afterMs, tool: random.oneOf(['lookup', 'book']) };
  if (random.chance(0.02)) return { afterMs, tool: 'end_call' };
  if (random.chance(0.03)) return { afterMs, fails: 'status 500' };
  if (random.chance(0.02)) return { afterMs, hangs: true };
  const text = random.oneOf([
    LONG_ANSWER,
    LONG_ANSWER,
    'All right. ',
    'Of course, that is no problem at all. ',
    'Let me have a look. ',
    'May I have your number?',
    'Yes',
    ' ',
  ]);
  return { afterMs, text };
};

const speechScript = (random: Random): Partial<SpeechScript> =>
  random.chance(0.6)
    ? {}
    : {
        firstByteMs: random.chance(0.9) ? random.int(30, 500) : random.int(500, 3_000),
        pieces: random.int(1, 12),
        everyMs: random.int(0, 400),
        edgesMs: random.int(0, 15) * 20,
        ends: random.chance(0.93) ? 'done' : random.oneOf(['fails', 'hangs']),
      };

const lookup = (random: Random): ReturnType<RetrievalScript> => {
  const afterMs = random.chance(0.9) ? random.int(0, 250) : random.int(250, 1_000);
  if (random.chance(0.05)) return { afterMs, fails: true };
  return random.chance(0.05) ? { afterMs, hangs: true } : { afterMs, found: random.int(0, 3) };
};

const settingsOf = (random: Random, lengthMs: number): Partial<ConversationSettings> => ({
  greeting: random.oneOf(['', 'Hello!', 'Welcome to our house by the sea, how can I help you today?']),
  silenceTimeoutMs: random.int(4_000, 30_000),
  // Some calls are ended by it.
  maxDurationMs: random.chance(0.8) ? lengthMs + 30_000 : random.int(10_000, lengthMs),
  finalWithinMs: random.oneOf([350, 500, 1_660]),
  turnDetection: random.oneOf(['voice_activity', 'voice_activity', 'provider', 'fixed_buffer']),
  interruptionSensitivity: random.oneOf(['off', 'low', 'medium', 'medium', 'high']),
  responseDelayMs: random.oneOf([0, 0, 700]),
  callerTurnLimitMs: random.oneOf([null, 10_000]),
  endPhrases: random.oneOf([[], ['so long']]),
  speculates: random.chance(0.5),
  sideEffectTools: ['book'],
});

const BACK_CHANNELS = ['Mhm.', 'Okay.', 'Right.', 'Yes.', 'No.'] as const;
const KEY_EVERY_MS = 300;

/** Until the call's end. The words of what the caller says are all different ones: `w1`, `w2` … */
const actsOf = (random: Random, lengthMs: number): Act[] => {
  const acts: Act[] = [];
  let words = 0;
  const newWords = (count: number) => Array.from({ length: count }, () => `w${++words}`).join(' ');
  let atMs = random.int(0, 4_000);
  while (atMs < lengthMs) {
    const kind = random.next();
    let ms = 300;
    if (kind < 0.5) {
      const msAWord = random.int(200, 600);
      const text = `${newWords(random.int(1, 8))}${random.oneOf(['.', '.', '?', '', ',', ' so long.'])}`;
      acts.push({ type: 'says', atMs, text, msAWord });
      ms = text.split(' ').length * msAWord;
    } else if (kind < 0.65) {
      acts.push({ type: 'says', atMs, text: random.oneOf(BACK_CHANNELS), msAWord: 300 });
    } else if (kind < 0.7) {
      acts.push({ type: 'mumbles', atMs, text: newWords(random.int(1, 3)) });
    } else if (kind < 0.8) {
      ms = random.chance(0.8) ? random.int(200, 2_000) : random.int(2_000, 12_000);
      acts.push({ type: 'noise', atMs, ms });
    } else if (kind < 0.85) {
      acts.push({ type: 'echo', atMs });
      ms = 1_000;
    } else if (kind < 0.92) {
      for (const digit of random.oneOf(['1', '42', '7#', '#', '123'])) {
        acts.push({ type: 'key', atMs, digit });
        atMs += KEY_EVERY_MS;
      }
    } else {
      // Says nothing for long: the agent asks, and perhaps gives up.
      ms = random.int(4_000, 25_000);
    }
    atMs += ms + 400 + (random.chance(0.7) ? random.int(0, 1_500) : random.int(1_500, 8_000));
  }
  return acts;
};

const resetsOf = (random: Random, lengthMs: number): Reset[] =>
  random
    .many(0, random.chance(0.3) ? 3 : 0, () => random.int(500, lengthMs))
    .sort((a, b) => a - b)
    .map((atMs) => ({ atMs, gapMs: random.int(200, 3_000), how: random.oneOf(['killed', 'closed']) }));

/** 30 to 120 s of anything that may happen. */
export const planCall = (seed: number, number: number): CallPlan => {
  // Neighbours must not resemble each other: the numbers are spread over the generator's states.
  const random = new Random(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35));
  const lengthMs = random.int(30_000, 120_000);
  const marksFromMs = random.int(0, lengthMs);
  return {
    seed,
    number,
    lengthMs,
    settings: settingsOf(random, lengthMs),
    finalAfterMs: random.chance(0.95) ? random.int(20, 900) : random.oneOf([null, 2_000]),
    toolMs: random.oneOf([0, 5, 700, 4_000, 12_000]),
    latencyMs: random.oneOf([0, 20, 80, 250]),
    jitterMs: random.oneOf([0, 0, 10, 60]),
    marksLost: random.chance(0.1)
      ? { fromMs: marksFromMs, toMs: marksFromMs + random.int(500, 30_000) }
      : null,
    answers: random.many(1, 5, () => random.many(1, 4, () => modelPart(random))),
    speech: random.many(1, 4, () => speechScript(random)),
    acts: actsOf(random, lengthMs),
    resets: resetsOf(random, lengthMs),
    statusesAtMs: random.many(0, 4, () => random.int(0, lengthMs)).sort((a, b) => a - b),
    operatorEndsAtMs: random.chance(0.05) ? random.int(1_000, lengthMs) : null,
    documents: random.chance(0.5) ? random.many(1, 4, () => lookup(random)) : [],
    hangUp: random.chance(0.6) ? random.oneOf(['stop', 'stop', 'closed']) : null,
  };
};
