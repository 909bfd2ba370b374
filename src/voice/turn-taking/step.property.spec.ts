import assert from 'node:assert/strict';
import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import { type AnyCall, anyCall, playCall } from '../../../test/support/voice/any-call.js';
import { anyInputs, anySettings } from '../../../test/support/voice/any-input.js';
import { Audit } from '../../../test/support/voice/audit.js';
import type { Conversation } from '../../../test/support/voice/conversation.js';
import { FRAME_MS } from '../../audio/mu-law.js';
import type { CallEvent } from '../../domain/call/events.js';
import { initialState } from './state.js';

describe('the conversation, whatever comes in', () => {
  it('makes sense, and ends at most once', () => {
    fc.assert(
      fc.property(anySettings, anyInputs, fc.boolean(), (settings, inputs, timely) => {
        const audit = new Audit(initialState(settings));
        let atMs = 0;
        for (const { afterMs, of } of inputs) {
          atMs += afterMs;
          audit.take(of, atMs, timely);
        }
      }),
      { numRuns: runs(1_000) },
    );
  });
});

/** The slowest model and voice there are begin to answer, or fail, within this time. */
const ANSWERED_WITHIN_MS = 30_000;
/** The longest that an agent may still have to say: all that three models begin and break off, one behind the other. */
const LONGEST_ANSWER_MS = 110_000;
/** A goodbye's watchdog; a stream that closes without a word; last words. */
const GOODBYE_MS = 15_000;
const GONE_MS = 5_000;
const LAST_WORDS_MS = 1_500;
/** Marks are less than this apart. */
const MARKS_APART_MS = 300;
/** Going on after a hold begins at most so far before what was heard already. */
const RESUME_BACK_MS = 300;

describe('a whole call, whatever caller, model, voice and line do', () => {
  const holds = (name: string, check: (any: AnyCall, call: Conversation, lastActMs: number) => void) =>
    it(name, () => {
      fc.assert(
        fc.property(anyCall, (any) => {
          const { call, lastActMs } = playCall(any);
          check(any, call, lastActMs);
        }),
        { numRuns: runs(150) },
      );
    });

  holds('ends in time', ({ lineEnds, maxDurationMs, silenceTimeoutMs }, call, lastActMs) => {
    const drainMs = LAST_WORDS_MS + (lineEnds?.how === 'closed' ? GONE_MS : 0);
    const latestMs = Math.min(
      maxDurationMs + GOODBYE_MS + drainMs,
      Math.max(lastActMs, 2_000) + 2 * LONGEST_ANSWER_MS + silenceTimeoutMs,
      lineEnds ? lineEnds.atMs + drainMs : Number.POSITIVE_INFINITY,
    );
    const ended = call.events.at(-1);
    assert.ok(ended?.type === 'CallEnded' || ended?.type === 'TransferRequested');
    assert.ok(ended.recordedAtMs <= latestMs, `ended at ${ended.recordedAtMs}, not by ${latestMs}`);
  });

  holds('makes sense, and gives the same events when it is replayed', (_, call) => {
    const audit = new Audit(initialState(call.state.settings));
    for (const { input, takenAtMs } of call.inputs) audit.step(input, takenAtMs);
    assert.deepEqual(
      audit.events,
      call.events.map(({ type, data }) => ({ type, data })),
    );
  });

  holds('lets nothing be heard of a reply that is over', (any, call) => {
    if (any.marksLostFromMs !== null) return;
    // A voice that fails in mid-frame leaves that frame, filled up, of which the reducer isn't told.
    const filledUpMs = call.inputs.filter(({ input }) => input.type === 'audio_failed').length * FRAME_MS;
    for (const effect of call.effects) {
      if (effect.type !== 'drop') continue;
      const untilMs = call.mouth.playedUntilMs(effect.reply);
      const overMs = untilMs - effect.atMs - any.latencyMs;
      assert.ok(overMs <= filledUpMs, `heard until ${untilMs}, over at ${effect.atMs}`);
    }
  });

  holds('records what was heard: never more than was played, and hardly less', (any, call) => {
    if (any.marksLostFromMs !== null) return;
    for (const { type, data, replyId, recordedAtMs } of call.events) {
      if (type !== 'AgentTurnSpoken' && type !== 'GreetingSpoken' && type !== 'PromptSpoken') continue;
      const playedMs = call.mouth.playedMs(replyId ?? 0, recordedAtMs);
      const plays = call.effects.filter((effect) => effect.type === 'play' && effect.reply === replyId);
      const backMs = plays.length > 1 ? RESUME_BACK_MS : 0;
      const about = `${data.heardMs} ms heard, ${playedMs} ms played at ${recordedAtMs}`;
      // The clock knows of a gap that is shorter than the line's delay only by the next mark.
      assert.ok(data.heardMs <= playedMs + any.latencyMs, about);
      assert.ok(data.heardMs >= playedMs - MARKS_APART_MS - backMs - 2 * any.latencyMs, about);
    }
  });

  holds('records words as heard in their order, from the first one on', (_, call) => {
    if (call.inputs.some(({ input }) => input.type === 'audio_failed')) return;
    for (const { turn, heardText } of call.of('AgentTurnSpoken')) {
      const composed = call.of('AgentTurnComposed').find((other) => other.turn === turn);
      if (composed) assert.ok(`${wordsIn(composed.text)} `.startsWith(wordsIn(heardText)));
    }
    for (const { heardText } of call.of('GreetingSpoken'))
      assert.ok(`${wordsIn(call.state.settings.greeting)} `.startsWith(wordsIn(heardText)));
  });

  holds('answers every turn', (_, call) => {
    for (const [at, event] of call.events.entries()) {
      if (event.type !== 'CallerTurnCommitted' && event.type !== 'DtmfReceived') continue;
      const { turn } = event.data;
      const next = call.events.slice(at + 1).find((later) => isAnswer(later, turn));
      assert.ok(next, `nothing after turn ${turn}`);
      assert.ok(next.recordedAtMs - event.recordedAtMs <= ANSWERED_WITHIN_MS, `turn ${turn} is not answered`);
    }
  });

  holds('loses no word, and takes none twice', (any, call) => {
    // Both end a turn in the middle of words: which of the two the next words are of, no transcript says.
    if (any.conduct.callerTurnLimitMs) return;
    const endedMs = call.events.at(-1)?.recordedAtMs ?? 0;
    const said = call.inputs.flatMap(({ input, takenAtMs }) =>
      input.type === 'transcript' && input.final && takenAtMs < endedMs ? callersWords(input.text) : [],
    );
    const taken = call.of('CallerTurnCommitted').flatMap(({ text }) => callersWords(text));
    for (const word of said) assert.ok(taken.includes(word), `${word} is lost`);
    const isInTime = any.finalAfterMs !== null && any.finalAfterMs < any.finalWithinMs;
    if (isInTime) assert.equal(new Set(taken).size, taken.length, `taken twice: ${taken}`);
  });
});

const wordsIn = (text: string | null): string => text?.match(/\S+/g)?.join(' ') ?? '';

const callersWords = (text: string | null): readonly string[] => text?.match(/w\d+/g) ?? [];

/** The agent's voice, or something newer, or why there is none. */
const isAnswer = ({ type, data }: CallEvent, turn: number): boolean => {
  if (type === 'AgentTurnStarted') return data.turn === turn;
  if (type === 'ProviderFailed') return data.capability === 'text_to_speech';
  return ['CallerTurnCommitted', 'DtmfReceived', 'NoticeGiven', 'TransferRequested', 'CallEnded'].includes(
    type,
  );
};
