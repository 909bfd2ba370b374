import { type TransferOutcome, transferOutcomes } from '../../src/domain/call/vocabulary.js';
import type { Listener } from '../../src/voice/turn-taking/input.js';
import type { ConversationSettings } from '../../src/voice/turn-taking/state.js';
import type { Stretch } from '../support/voice/callers-line.js';
import { TRANSFER_TO } from '../support/voice/conversation.js';
import type { ModelPart } from '../support/voice/virtual-model.js';
import type { SpeechScript } from '../support/voice/virtual-mouth.js';
import type { RetrievalScript } from '../support/voice/virtual-retriever.js';
import { gapsOf, type Outages, outagesOf, type Reset, resetsOf } from './faults.js';
import { Random } from './random.js';
import { LANGUAGES, type Vocabulary, vocabularyOf } from './vocabulary.js';

/** What the caller does at a time of the call. */
export type Act = { readonly atMs: number } & (
  | { readonly type: 'says'; readonly text: string; readonly msAWord: number }
  | { readonly type: 'mumbles'; readonly text: string }
  | { readonly type: 'noise'; readonly ms: number }
  /** The agent's own words come back over the line. */
  | { readonly type: 'echo' }
  | { readonly type: 'key'; readonly digit: string }
);

/** Everything that happens to one call, as data: the same seed and number make the same call. */
export interface CallPlan {
  readonly seed: number;
  readonly number: number;
  readonly lengthMs: number;
  readonly settings: CallSettings;
  /** The speech-to-texts: the agent's first choice and its fallbacks. */
  readonly listeners: readonly [Listener, ...Listener[]];
  readonly outages: Outages;
  /** In which nothing comes from the caller. */
  readonly mediaGaps: readonly Stretch[];
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
  /** What an operator wants of the worker. */
  readonly operatorAsks: { readonly atMs: number; readonly what: 'transfer' | 'end' } | null;
  /** What comes of dialing a person, over and over. */
  readonly transferOutcomes: readonly TransferOutcome[];
  /** How the line ends at `lengthMs`; `null`: the caller stays on it, and the agent must end the call. */
  readonly hangUp: 'stop' | 'closed' | null;
}

const modelMs = (random: Random): number =>
  random.chance(0.9) ? random.int(50, 600) : random.int(600, 3_000);

const modelPart = (random: Random, { longAnswer, answers }: Vocabulary): ModelPart => {
  const afterMs = modelMs(random);
  if (random.chance(0.1)) return { afterMs, tool: random.oneOf(['lookup', 'book']) };
  if (random.chance(0.02)) return { afterMs, tool: random.oneOf(['end_call', 'transfer_call']) };
  if (random.chance(0.03)) return { afterMs, fails: 'status 500' };
  if (random.chance(0.02)) return { afterMs, hangs: true };
  const text = random.chance(0.25) ? longAnswer : random.oneOf(answers);
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
        timesWords: random.chance(0.5),
      };

const lookup = (random: Random): ReturnType<RetrievalScript> => {
  const afterMs = random.chance(0.9) ? random.int(0, 250) : random.int(250, 1_000);
  if (random.chance(0.05)) return { afterMs, fails: true };
  return random.chance(0.05) ? { afterMs, hangs: true } : { afterMs, found: random.int(0, 3) };
};

export type CallSettings = Omit<ConversationSettings, 'rules' | 'attempt' | 'answeredAtMs' | 'retrieves'>;

/** Up to two, by name. */
const fallbacksOf = (random: Random, ...names: readonly [string, string]): readonly string[] =>
  names.slice(0, random.int(0, 2));

const listenersOf = (
  random: Random,
  turnDetection: CallSettings['turnDetection'],
): readonly [Listener, ...Listener[]] => {
  const listener = (provider: string, decidesTurns: boolean): Listener => ({
    provider,
    finalWithinMs: random.oneOf([350, 500, 1_660]),
    // Who says when a turn ends says what it has of it, too.
    interims: decidesTurns || random.chance(0.9),
    decidesTurns,
  });
  const others = fallbacksOf(random, 'ear-2', 'ear-3').map((name) => listener(name, random.chance(0.3)));
  return [listener('ear-1', turnDetection === 'provider'), ...others];
};

const settingsOf = (
  random: Random,
  lengthMs: number,
  turnDetection: CallSettings['turnDetection'],
  { provider, finalWithinMs, interims }: Listener,
): CallSettings => {
  const language = random.oneOf(LANGUAGES);
  const { greeting, goodbye } = vocabularyOf(language);
  // Then the three stages are its fallbacks, and no answer is prepared: it would be spoken.
  const speechToSpeech = random.chance(0.15);
  return {
    language,
    greeting: random.oneOf(['', 'Hello!', greeting]),
    recordingConsent: random.oneOf(['', '', 'This call is recorded so that we can get better.']),
    silenceTimeoutMs: random.int(4_000, 30_000),
    // Some calls are ended by it.
    maxDurationMs: random.chance(0.8) ? lengthMs + 30_000 : random.int(10_000, lengthMs),
    finalWithinMs,
    interims,
    providers: {
      speech_to_text: provider,
      language_model: speechToSpeech ? provider : 'model-1',
      text_to_speech: 'voice-1',
    },
    fallbacks: {
      language_model: [...(speechToSpeech ? ['model-1'] : []), ...fallbacksOf(random, 'model-2', 'model-3')],
      text_to_speech: fallbacksOf(random, 'voice-2', 'voice-3'),
    },
    hedgeAfterMs: random.oneOf([null, 300, 1_000]),
    turnBudgetMs: random.oneOf([null, 2_000]),
    turnDetection,
    interruptionSensitivity: random.oneOf(['off', 'low', 'medium', 'medium', 'high']),
    responseDelayMs: random.oneOf([0, 0, 700]),
    callerTurnLimitMs: random.oneOf([null, 10_000]),
    endPhrases: random.oneOf([[], [goodbye]]),
    speechToSpeech,
    speculates: !speechToSpeech && random.chance(0.5),
    sideEffectTools: ['book'],
    failureTransferTo: random.oneOf([null, TRANSFER_TO]),
  };
};

const KEY_EVERY_MS = 300;

/** Until the call's end. The words of what the caller says are all different ones: `w1`, `w2` … */
const actsOf = (random: Random, lengthMs: number, vocabulary: Vocabulary): Act[] => {
  const { backChannels, stops, goodbye } = vocabulary;
  const acts: Act[] = [];
  let words = 0;
  const newWords = (count: number) => Array.from({ length: count }, () => `w${++words}`).join(' ');
  let atMs = random.int(0, 4_000);
  while (atMs < lengthMs) {
    const kind = random.next();
    let ms = 300;
    if (kind < 0.5) {
      const msAWord = random.int(200, 600);
      const opening = random.chance(0.15) ? `${random.oneOf(stops)} ` : '';
      const ending = random.oneOf(['.', '.', '?', '', ',', ` ${goodbye}.`]);
      const text = `${opening}${newWords(random.int(1, 8))}${ending}`;
      acts.push({ type: 'says', atMs, text, msAWord });
      ms = text.split(' ').length * msAWord;
    } else if (kind < 0.65) {
      const text = random.chance(0.8) ? random.oneOf(backChannels) : random.oneOf(stops);
      acts.push({ type: 'says', atMs, text, msAWord: 300 });
      ms = text.split(' ').length * 300;
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

/** 30 to 120 s of anything that may happen. */
export const planCall = (seed: number, number: number): CallPlan => {
  // Neighbours must not resemble each other: the numbers are spread over the generator's states.
  const random = new Random(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35));
  const lengthMs = random.int(30_000, 120_000);
  const marksFromMs = random.int(0, lengthMs);
  const turnDetection = random.oneOf(['voice_activity', 'voice_activity', 'provider', 'fixed_buffer']);
  const listeners = listenersOf(random, turnDetection);
  const settings = settingsOf(random, lengthMs, turnDetection, listeners[0]);
  const vocabulary = vocabularyOf(settings.language);
  return {
    seed,
    number,
    lengthMs,
    settings,
    listeners,
    outages: outagesOf(random, lengthMs, settings.fallbacks, listeners.length),
    mediaGaps: gapsOf(random, lengthMs),
    finalAfterMs: random.chance(0.95) ? random.int(20, 900) : random.oneOf([null, 2_000]),
    toolMs: random.oneOf([0, 5, 700, 4_000, 12_000]),
    latencyMs: random.oneOf([0, 20, 80, 250]),
    jitterMs: random.oneOf([0, 0, 10, 60]),
    marksLost: random.chance(0.1)
      ? { fromMs: marksFromMs, toMs: marksFromMs + random.int(500, 30_000) }
      : null,
    answers: random.many(1, 5, () => random.many(1, 4, () => modelPart(random, vocabulary))),
    speech: random.many(1, 4, () => speechScript(random)),
    acts: actsOf(random, lengthMs, vocabulary),
    resets: resetsOf(random, lengthMs),
    statusesAtMs: random.many(0, 4, () => random.int(0, lengthMs)).sort((a, b) => a - b),
    operatorEndsAtMs: random.chance(0.05) ? random.int(1_000, lengthMs) : null,
    documents: random.chance(0.5) ? random.many(1, 4, () => lookup(random)) : [],
    operatorAsks: random.chance(0.15)
      ? { atMs: random.int(0, lengthMs), what: random.oneOf(['transfer', 'transfer', 'end']) }
      : null,
    transferOutcomes: random.many(1, 3, () => random.oneOf(transferOutcomes)),
    hangUp: random.chance(0.6) ? random.oneOf(['stop', 'stop', 'closed']) : null,
  };
};
