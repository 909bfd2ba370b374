import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../src/client/api-client.js';
import { AssignPhoneNumber, CreateAgent, PublishAgentVersion } from '../../src/client/operations.js';
import type { CallReport } from '../../src/simulator/call-report.js';
import { placeCalls } from '../../src/simulator/place-calls.js';
import { parseScenario } from '../../src/simulator/scenario.js';
import { ask, type Server } from './calls-run.js';
import type { SeenClear } from './interruption-probe.js';
import { percentile, round } from './measures.js';

/** What callers who interrupt may ask for. */
const PASS = { voiceToSilenceP95Ms: 700, interimToSilenceP95Ms: 150, confirmedToClearP99Ms: 5 } as const;

const NUMBER = '+14155550101';
/** In the agent's first 3 s voice alone doesn't stop it, and this word does; afterwards voice is sooner than words. */
const WORD = 'Stop.';
const WORD_AFTER_MS = 1_200;
const VOICE = 'Excuse me please, I have another question.';
const VOICE_AFTER_MS = 4_000;
const ROUNDS = 3;
/** What a round takes: the callers begin over so long, and from then on each is in another part of it. */
const ROUND_MS = 29_000;
const SETTLE_MS = 5_000;
const WINDOW_MS = 30_000;
/** An interruption that begins nearer to the window's end may end after it. */
const SILENT_WITHIN_MS = 2_000;

const QUESTION = 'Where can I park my car?';
/** An answer that is longer than anybody listens. */
const ANSWER =
  'You can park your car behind the house, where there are twenty places for our patients, or in the street in front of it, where an hour costs two dollars in the morning and three dollars in the afternoon, and nothing at all in the evening and on Sunday.';

const scenario = parseScenario(
  {
    name: 'a conversation with interruptions',
    steps: [
      { waitForAgent: true },
      ...Array.from({ length: ROUNDS }, () => [
        { say: QUESTION },
        { interrupt: VOICE, afterMs: VOICE_AFTER_MS },
        { say: QUESTION },
        { interrupt: WORD, afterMs: WORD_AFTER_MS },
      ]).flat(),
      { hangUp: true },
    ],
  },
  'the benchmark',
);

/** An agent that talks too much. */
export const setUpTalker = async (tenant: ApiClient): Promise<void> => {
  const settings = { greeting: 'Hello, this is Bob at Rosewood Dental.', systemPrompt: ANSWER };
  const { createAgent } = await tenant.request(CreateAgent, { input: { name: 'Bob', settings } });
  const agentId = createAgent.agent?.id ?? '';
  await tenant.request(PublishAgentVersion, { input: { agentId, version: 1 } });
  await tenant.request(AssignPhoneNumber, { input: { phoneNumber: NUMBER, agentId } });
};

/** How soon interruptions silence the agent, from outside and from inside. */
export interface InterruptionFigures {
  readonly calls: number;
  readonly voice: number;
  /** From the caller's first sound. */
  readonly voiceToSilenceP95Ms: number;
  readonly words: number;
  /** From the frame that completed the word. */
  readonly interimToSilenceP95Ms: number;
  /** From voice that lasted long enough, and from that frame. */
  readonly confirmedToClearP50Ms: number;
  readonly confirmedToClearP99Ms: number;
  /** Interruptions that didn't silence the agent. */
  readonly missed: number;
  readonly passes: boolean;
}

/** So many callers interrupt the agent in both ways, each at moments of its own: of a window in which all are there. */
export const measureInterruptions = async (server: Server, calls: number): Promise<InterruptionFigures> => {
  const stop = new AbortController();
  const placed = placeCalls({
    platformUrl: server.url,
    authToken: server.authToken,
    to: NUMBER,
    scenario,
    calls,
    concurrency: calls,
    startEveryMs: ROUND_MS / calls,
    signal: stop.signal,
  });
  await sleep(ROUND_MS + SETTLE_MS);
  server.process.send('reset');
  const fromMs = Date.now();
  await sleep(WINDOW_MS);
  const { clears } = await ask(server);
  const toMs = Date.now() - SILENT_WITHIN_MS;
  stop.abort();
  const { calls: reports } = await placed;
  const tried = reports.flatMap(triesOf).filter(({ onsetAtMs }) => onsetAtMs >= fromMs && onsetAtMs < toMs);
  const interruptions = tried.flatMap((attempt) => interruptionBy(attempt, clears) ?? []);
  const voice = interruptions.filter(({ by }) => by === 'voice');
  const words = interruptions.filter(({ by }) => by === 'words');
  const clearAfterMs = interruptions.map((interruption) => interruption.clearAfterMs);
  const fromOnsetMs = voice.map((interruption) => interruption.fromOnsetMs);
  const fromConfirmedMs = words.map((interruption) => interruption.fromConfirmedMs);
  const figures = {
    voiceToSilenceP95Ms: Math.round(percentile(fromOnsetMs, 0.95)),
    interimToSilenceP95Ms: Math.round(percentile(fromConfirmedMs, 0.95)),
    confirmedToClearP50Ms: round(percentile(clearAfterMs, 0.5)),
    confirmedToClearP99Ms: round(percentile(clearAfterMs, 0.99)),
  };
  return {
    calls,
    voice: voice.length,
    words: words.length,
    ...figures,
    missed: tried.length - interruptions.length,
    passes: Object.entries(PASS).every(([name, most]) => figures[name as keyof typeof PASS] <= most),
  };
};

interface Interruption {
  readonly by: SeenClear['by'];
  readonly fromOnsetMs: number;
  readonly fromConfirmedMs: number;
  readonly clearAfterMs: number;
}

/** The caller's clock and the platform's are the machine's: they differ by a millisecond or two. */
const CLOCKS_MS = 5;

/** A caller began to speak over the agent; `interruptionMs`: then it was silent, or `null`. */
interface Try {
  readonly callSid: string;
  readonly onsetAtMs: number;
  readonly interruptionMs: number | null;
}

const triesOf = ({ callSid, placedAt, turns }: CallReport): readonly Try[] =>
  turns
    .filter(({ interrupts }) => interrupts)
    .map(({ fromMs, interruptionMs }) => ({
      callSid,
      onsetAtMs: Date.parse(placedAt) + fromMs,
      interruptionMs,
    }));

/** What the caller heard of it, with what the platform did. */
const interruptionBy = (
  { callSid, onsetAtMs, interruptionMs }: Try,
  clears: readonly SeenClear[],
): Interruption | undefined => {
  if (interruptionMs === null) return undefined;
  const silentAtMs = onsetAtMs + interruptionMs;
  const clear = clears.find(
    ({ callSid: of, confirmedAtMs }) =>
      of === callSid && confirmedAtMs > onsetAtMs && confirmedAtMs < silentAtMs + CLOCKS_MS,
  );
  if (!clear) return undefined;
  const { by, confirmedAtMs, clearAfterMs } = clear;
  const fromConfirmedMs = Math.max(0, silentAtMs - confirmedAtMs);
  return { by, fromOnsetMs: interruptionMs, fromConfirmedMs, clearAfterMs };
};
