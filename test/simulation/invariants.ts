import assert from 'node:assert/strict';
import { FRAME_MS } from '../../src/audio/mu-law.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import { wordsOf } from '../../src/voice/turn-taking/words.js';
import { Audit } from '../support/voice/audit.js';
import type { Conversation } from '../support/voice/conversation.js';
import { MS_A_CHARACTER } from '../support/voice/made-speech.js';
import { faultInvariants } from './fault-invariants.js';
import type { Invariant, SimulatedAttempt, SimulatedCall } from './simulated-call.js';
import { hasEcho, numberedWords } from './vocabulary.js';

/** A reply may take so long to begin, or to fail, beside a caller who goes on and on. */
const ANSWERED_WITHIN_MS = 60_000;
/** A person is dialed, and answers. */
const TRANSFER_TAKES_MS = 1_100;
/** A goodbye's watchdog, a stream that closes without a word, and last words; then somebody may be dialed. */
const END_TAKES_MS = 15_000 + 5_000 + 1_500 + TRANSFER_TAKES_MS;
/** The longest that an agent may still have to say, with all the pauses of its model and its voice. */
const LONGEST_ANSWER_MS = 90_000;
/** Marks are less than this apart; going on after a hold begins at most so far back. */
const MARKS_APART_MS = 300;
const RESUME_BACK_MS = 300;
/** A thirty-minute call stays under a thousand; these are two minutes at most. */
const MOST_EVENTS = 300;

/** The reducer is pure, and takes as long again. */
const REPLAYED_EVERY = 20;

/** What holds for every call, whatever caller, model, voice, line and workers do. */
export const invariants: Readonly<Record<string, Invariant>> = {
  ...faultInvariants,

  'ends once, in time': (call) => {
    const ends = call.stored.filter(({ event }) => event.type === 'CallEnded');
    assert.equal(ends.length, 1, `${ends.length} ends`);
    const { settings, lengthMs, hangUp, acts } = call.plan;
    const startedAtMs = call.attempts.at(-1)?.startedAtMs ?? 0;
    const lastActMs = Math.max(lengthMs, acts.at(-1)?.atMs ?? 0) + LONGEST_ANSWER_MS;
    const latestMs = Math.min(
      Math.max(settings.maxDurationMs ?? 0, startedAtMs) + END_TAKES_MS,
      hangUp ? Math.max(lengthMs, startedAtMs) + END_TAKES_MS : Number.POSITIVE_INFINITY,
      lastActMs + LONGEST_ANSWER_MS + (settings.silenceTimeoutMs ?? 0),
    );
    const endedAtMs = ends[0]?.atMs ?? 0;
    assert.ok(endedAtMs <= latestMs, `ended at ${endedAtMs}, not by ${latestMs}`);
  },

  'has few events': ({ stored }) => {
    assert.ok(stored.length < MOST_EVENTS, `${stored.length} events`);
  },

  'puts a caller through to one person at a time, and says nothing behind that': ({ stored, attempts }) => {
    let pending = 0;
    for (const { event } of stored) {
      if (event.type === 'TransferRequested') assert.equal(++pending, 1, 'two transfers at once');
      if (event.type === 'TransferEnded') pending--;
    }
    for (const { conversation, handedOverAtMs } of attempts) {
      const latest = conversation.effects.findLast(({ type }) => type === 'say' || type === 'play');
      if (handedOverAtMs !== null) assert.ok((latest?.atMs ?? 0) <= handedOverAtMs, 'more is said');
    }
  },

  'does what an operator asks for, whatever the caller says': ({ plan, stored }) => {
    const asked = stored.findIndex(({ event }) => isAsked(event));
    const what = stored[asked]?.event.type;
    if (asked < 0 || plan.operatorEndsAtMs !== null) return;
    const after = stored.slice(asked).map(({ event }) => event);
    if (what === 'TransferRequested') {
      const isGone = after.some(
        (event) => event.type === 'CallEnded' && event.data.reason === 'caller_hung_up',
      );
      assert.ok(isGone || after.some(({ type }) => type === 'TransferDialed'), 'nobody is dialed');
    } else {
      const end = after.find((event) => event.type === 'CallEnded')?.data;
      assert.ok(end?.reason === 'operator' || end?.reason === 'caller_hung_up', `ended as ${end?.reason}`);
    }
  },

  'greets once': ({ stored }) => {
    const greetings = stored.filter(({ event }) => event.type === 'GreetingStarted');
    assert.ok(greetings.length <= 1, 'a second greeting');
  },

  'numbers its turns one after the other, over all workers': ({ stored }) => {
    let turn = 0;
    for (const { event } of stored) {
      if (event.type === 'CallerTurnCommitted' || event.type === 'DtmfReceived') {
        assert.equal(event.data.turn, ++turn);
      }
    }
  },

  'gives the same events when it is replayed': ({ attempts, plan }) => {
    if (plan.number % REPLAYED_EVERY !== 0) return;
    for (const { conversation } of attempts) {
      const audit = new Audit(conversation.initial);
      for (const { input, takenAtMs } of conversation.inputs) audit.step(input, takenAtMs);
      assert.deepEqual(
        audit.events,
        conversation.events.map(({ type, data }) => ({ type, data })),
      );
    }
  },

  'runs a tool only once it is recorded, and once in the whole call': ({ attempts }) => {
    const run = new Set<string>();
    for (const { conversation } of attempts) {
      for (const effect of conversation.effects) {
        if (effect.type !== 'run_tool') continue;
        const { id } = effect.call;
        assert.ok(!run.has(id), `${id} ran twice`);
        run.add(id);
        const called = conversation.of('ToolCalled').some(({ toolCallId }) => toolCallId === id);
        assert.ok(called, `${id} ran, and nothing says so`);
      }
    }
  },

  'tells of each tool how it ended, once the call has': ({ attempts }) => {
    for (const { conversation } of attempts) {
      if (conversation.of('CallEnded').length === 0) continue;
      const called = conversation.of('ToolCalled').map(({ toolCallId }) => toolCallId);
      const returned = conversation.of('ToolReturned').map(({ toolCallId }) => toolCallId);
      assert.deepEqual([...returned].sort(), [...called].sort());
    }
  },

  'lets nothing be heard of what was cut': (call) => {
    const { latencyMs, jitterMs, marksLost } = call.plan;
    if (marksLost) return;
    for (const { conversation, lostAtMs } of call.attempts) {
      const slackMs = latencyMs + jitterMs + filledUpMs(conversation);
      const closedAtMs = Math.min(
        conversation.inputs.find(({ input }) => input.type === 'socket')?.takenAtMs ??
          Number.POSITIVE_INFINITY,
        conversation.effects.find(({ type }) => type === 'close')?.atMs ?? Number.POSITIVE_INFINITY,
        lostAtMs ?? Number.POSITIVE_INFINITY,
      );
      for (const effect of conversation.effects) {
        // The end closes the media stream, also before a clear has arrived: what it had isn't played any more.
        if (effect.type !== 'drop' || effect.atMs >= closedAtMs - slackMs) continue;
        const overMs = conversation.mouth.playedUntilMs(effect.reply) - effect.atMs;
        assert.ok(overMs <= slackMs, `reply ${effect.reply} went on for ${overMs} ms at ${effect.atMs}`);
      }
    }
  },

  'counts as heard what was played, and nothing that a clear threw away': (call) => {
    const { latencyMs, jitterMs, marksLost } = call.plan;
    if (marksLost) return;
    const delayMs = latencyMs + jitterMs;
    for (const { conversation } of call.attempts) {
      for (const { type, data, replyId, recordedAtMs } of conversation.events) {
        if (type !== 'AgentTurnSpoken' && type !== 'GreetingSpoken' && type !== 'PromptSpoken') continue;
        const playedMs = conversation.mouth.playedMs(replyId ?? 0, recordedAtMs);
        const plays = conversation.effects.filter(({ type, ...rest }) => {
          return type === 'play' && 'reply' in rest && rest.reply === replyId;
        });
        const backMs = plays.length > 1 ? RESUME_BACK_MS : 0;
        const about = `${data.heardMs} ms heard, ${playedMs} ms played at ${recordedAtMs}`;
        assert.ok(data.heardMs <= playedMs + delayMs, about);
        assert.ok(data.heardMs >= playedMs - MARKS_APART_MS - backMs - 2 * delayMs, about);
      }
    }
  },

  'records words as heard in their order, from the first one on': ({ attempts }) => {
    for (const { conversation } of attempts) {
      if (conversation.inputs.some(({ input }) => input.type === 'audio_failed')) continue;
      for (const { turn, heardText } of conversation.of('AgentTurnSpoken')) {
        const composed = conversation.of('AgentTurnComposed').find((other) => other.turn === turn);
        if (!composed) continue;
        assert.ok(
          `${wordsIn(composed.text)} `.startsWith(wordsIn(heardText)),
          `"${heardText}" of "${composed.text}"`,
        );
      }
    }
  },

  'counts no word that the voice had not come to': ({ attempts }) => {
    for (const { conversation } of attempts) {
      for (const { turn, heardText, heardMs } of conversation.of('AgentTurnSpoken')) {
        // Between two pieces nobody says the space.
        const spokenMs = (heardText?.replaceAll(/\s/g, '').length ?? 0) * MS_A_CHARACTER;
        assert.ok(spokenMs <= heardMs + MS_A_CHARACTER, `turn ${turn}: "${heardText}" in ${heardMs} ms`);
      }
    }
  },

  'answers every turn, or goes on to something newer': (call) => {
    for (const [at, { event, atMs }] of call.stored.entries()) {
      if (event.type !== 'CallerTurnCommitted' && event.type !== 'DtmfReceived') continue;
      const { turn } = event.data;
      const next = call.stored.slice(at + 1).find((later) => isAnswer(later.event, turn));
      assert.ok(next, `nothing after turn ${turn}`);
      const lostMs = call.attempts.some(({ lostAtMs }) => lostAtMs !== null && lostAtMs >= atMs) ? 3_500 : 0;
      const waitedMs = next.atMs - atMs;
      assert.ok(waitedMs <= ANSWERED_WITHIN_MS + lostMs, `turn ${turn} waits for ${waitedMs} ms`);
    }
  },

  'loses no word that was understood, and takes none twice': (call) => {
    const taken = call.stored.flatMap(({ event }) =>
      event.type === 'CallerTurnCommitted' ? numberedWords(event.data.text) : [],
    );
    for (const attempt of call.attempts) {
      for (const word of understood(call, attempt)) assert.ok(taken.includes(word), `${word} is lost`);
    }
    const { finalAfterMs, settings } = call.plan;
    const withinMs = Math.min(...call.plan.listeners.map(({ finalWithinMs }) => finalWithinMs));
    const outages = call.plan.outages.speech_to_text;
    // A stream that hung says it when its turn is long over, as if the caller had said it again.
    const hangs = outages.some(({ how }) => how === 'hangs');
    const isInTime = !hangs && finalAfterMs !== null && finalAfterMs < withinMs;
    // Who decides turns itself may say a word once more, in a final that comes when the turn is long over.
    const mayRepeat = settings.turnDetection === 'provider';
    if (isInTime && !mayRepeat) {
      assert.equal(new Set(taken).size, taken.length, `taken twice: ${taken}`);
    }
  },

  'gives a prepared answer only to the words that it was prepared for': ({ attempts }) => {
    for (const { conversation } of attempts) {
      for (const { type, data, recordedAtMs } of conversation.events) {
        if (type !== 'CallerTurnCommitted' || !data.speculation?.promoted) continue;
        const prepared = conversation.effects.findLast(
          (effect) =>
            'uncommitted' in effect && effect.uncommitted !== undefined && effect.atMs <= recordedAtMs,
        );
        const words = prepared && 'uncommitted' in prepared ? wordsOf(prepared.uncommitted ?? '') : [];
        assert.deepEqual(words, wordsOf(data.text ?? ''), `turn ${data.turn} got another's answer`);
      }
    }
  },

  'asks nobody whether he is there who waits for an answer': ({ stored }) => {
    let waiting: number | null = null;
    for (const { event, atMs } of stored) {
      if (event.type === 'CallerTurnCommitted' || event.type === 'DtmfReceived') waiting = event.data.turn;
      else if (waiting !== null && isAnswer(event, waiting)) waiting = null;
      else if (event.type === 'SilencePrompted') {
        assert.equal(waiting, null, `turn ${waiting} is forgotten, and the caller is asked at ${atMs}`);
      }
    }
  },
};

/** Finals that came to a worker which still had the call; what isn't committed when it's killed may be lost. */
const understood = (call: SimulatedCall, attempt: SimulatedAttempt): readonly string[] => {
  const { conversation, lostAtMs, handedOverAtMs } = attempt;
  if (lostAtMs !== null) return [];
  const endedMs = handedOverAtMs ?? call.stored.find(({ event }) => event.type === 'CallEnded')?.atMs ?? 0;
  const byOperator = call.plan.operatorEndsAtMs === endedMs;
  if (byOperator) return [];
  return conversation.inputs.flatMap(({ input, takenAtMs }) =>
    input.type === 'transcript' && input.final && takenAtMs < endedMs && !hasEcho(input.text)
      ? numberedWords(input.text)
      : [],
  );
};

/** By an operator. */
const isAsked = (event: CallEvent): boolean =>
  event.type === 'CallEndRequested' || (event.type === 'TransferRequested' && event.data.by === 'operator');

/** A voice that fails in mid-frame leaves that frame, filled up, of which the reducer isn't told. */
const filledUpMs = ({ inputs }: Conversation): number =>
  inputs.filter(({ input }) => input.type === 'audio_failed').length * FRAME_MS;

const wordsIn = (text: string | null): string => text?.match(/\S+/g)?.join(' ') ?? '';

/** The agent's voice, or something newer, or why there is none. */
const isAnswer = ({ type, data }: CallEvent, turn: number): boolean => {
  if (type === 'AgentTurnStarted') return data.turn === turn;
  if (type === 'ProviderFailed') return data.capability === 'text_to_speech';
  return ['CallerTurnCommitted', 'DtmfReceived', 'NoticeGiven', 'TransferRequested', 'CallEnded'].includes(
    type,
  );
};
