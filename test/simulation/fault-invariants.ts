import assert from 'node:assert/strict';
import type { CallEvent } from '../../src/domain/call/events.js';
import { policy } from '../../src/voice/turn-taking/policy.js';
import type { Capability } from '../../src/voice/turn-taking/state.js';
import type { Conversation } from '../support/voice/conversation.js';
import { type MadeSpeech, timedWordsOf } from '../support/voice/made-speech.js';
import type { CallPlan } from './call-plan.js';
import type { Invariant, SimulatedCall } from './simulated-call.js';

/** What holds beside them whatever the line and the providers fail at. */
export const faultInvariants: Readonly<Record<string, Invariant>> = {
  'ends soon after its media are gone': (call) => {
    for (const attempt of call.attempts) {
      const { line, inputs, effects } = attempt.conversation;
      const gone = line.gaps.find((gap) => line.goneAtMs(gap) < gap.toMs);
      if (!gone) continue;
      // Where the socket is gone too, the carrier has its time to come back.
      const closed = inputs.find(({ input }) => input.type === 'socket' && input.state === 'closed');
      const isClosed = closed !== undefined && closed.takenAtMs <= line.goneAtMs(gone);
      const goneAtMs = isClosed ? closed.takenAtMs + policy.goneAfterMs : line.goneAtMs(gone);
      const latestMs = goneAtMs + policy.lastWordsMs;
      // A socket that breaks meanwhile is another one's to end.
      if (attempt.lostAtMs !== null && attempt.lostAtMs <= latestMs) continue;
      // A call that was left to a person goes on without it.
      if (effects.some(({ type, atMs }) => type === 'close' && atMs <= latestMs)) continue;
      const endedAtMs = endOf(call)?.atMs ?? Number.POSITIVE_INFINITY;
      assert.ok(endedAtMs <= latestMs, `ended at ${endedAtMs}, not by ${latestMs}`);
    }
  },

  'asks nobody whether he is there on a line that hangs': ({ attempts }) => {
    for (const { conversation } of attempts) {
      const changes = conversation.inputs.filter(({ input }) => input.type === 'media');
      if (changes.length === 0) continue;
      for (const { type, recordedAtMs } of conversation.events) {
        if (type !== 'SilencePrompted') continue;
        const last = changes.findLast(({ takenAtMs }) => takenAtMs <= recordedAtMs)?.input;
        assert.ok(last?.type !== 'media' || last.flows, `asked at ${recordedAtMs}`);
      }
    }
  },

  'fails only where one capability failed three times': (call) => {
    const end = endOf(call)?.event;
    if (end?.type !== 'CallEnded' || end.data.reason !== 'failed') return;
    const last = call.attempts.at(-1)?.conversation;
    const failed = last?.of('ProviderFailed') ?? [];
    const timesOf = (of: Capability) => failed.filter(({ capability }) => capability === of).length;
    // Of those that aren't even asked no event says that they failed.
    const unheard = last?.inputs.filter(({ input }) => 'exhausted' in input && input.exhausted).length ?? 0;
    const mostTimes = Math.max(timesOf('speech_to_text'), unheard, timesOf('language_model'));
    // Without a voice that's asked at all nobody could say why.
    const isVoiceless = isShut(call.plan, 'text_to_speech') && timesOf('text_to_speech') > 0;
    const times = Math.max(mostTimes, timesOf('text_to_speech'));
    assert.ok(isVoiceless || times >= policy.failuresInARow, `after ${times} failures`);
  },

  'names only providers that the agent has': (call) => {
    for (const { event } of call.stored) {
      for (const [capability, name] of providersIn(event)) {
        const speakers = event.type === 'AgentTurnSpoken' ? speakersOf(call.plan) : [];
        const names = [...namesOf(call.plan, capability), ...speakers];
        assert.ok(names.includes(name), `${event.type} names ${name}`);
      }
    }
    for (const { conversation } of call.attempts) {
      for (const effect of conversation.effects) {
        if (effect.type === 'think') assert.ok((effect.rank ?? 0) < modelsOf(call), 'a model that is none');
        if (effect.type === 'say') assert.ok(effect.rank < voicesOf(call), 'a voice that is none');
      }
    }
  },

  'fails over in the order of the agent, from who had it': (call) => {
    for (const { conversation } of call.attempts) {
      const now = { speech_to_text: 0, text_to_speech: 0 };
      for (const { capability, from, to } of conversation.of('ProviderFailedOver')) {
        const names = namesOf(call.plan, capability);
        const [fromRank, toRank] = [names.indexOf(from), names.indexOf(to)];
        if (capability === 'language_model') {
          assert.ok(toRank > fromRank, `${from} to ${to}`);
          continue;
        }
        assert.equal(fromRank, now[capability], `${from} to ${to}, and it had it not`);
        assert.equal(toRank, (fromRank + 1) % names.length, `${from} to ${to}`);
        now[capability] = toRank;
      }
    }
  },

  'goes on with an answer from what was said of it': ({ attempts }) => {
    for (const { conversation } of attempts) {
      for (const effect of conversation.effects) {
        if (effect.type !== 'think' || effect.said === undefined) continue;
        const reply = replyAt(conversation, effect);
        if (hasSpoken(conversation, reply)) continue;
        const before = conversation.effects.slice(0, conversation.effects.indexOf(effect));
        assert.equal(inWords(effect.said), saidOf(before, reply), `at ${effect.atMs}`);
      }
    }
  },

  'says all of an answer that is said to its end, whichever model it is of': ({ attempts }) => {
    for (const { conversation } of attempts) {
      const composed = conversation.of('AgentTurnComposed');
      for (const { type, data, replyId } of conversation.events) {
        if (type !== 'AgentTurnSpoken' || data.interrupted || hasSpoken(conversation, replyId ?? 0)) continue;
        if (gaveWay(conversation, replyId ?? 0)) continue;
        const text = composed.findLast(({ turn }) => turn === data.turn)?.text;
        if (text == null) continue;
        assert.equal(saidOf(conversation.effects, replyId ?? 0), inWords(text), `turn ${data.turn}`);
      }
    }
  },

  'says no word of an answer twice, whichever voice says it': ({ attempts }) => {
    for (const { conversation } of attempts) {
      const rewound = conversation.effects.filter((effect) => effect.type === 'rewind');
      for (const reply of new Set(rewound.map(({ reply }) => reply))) {
        checkSaidOnce(conversation.mouth.madeOf(reply));
      }
    }
  },
};

const inWords = (text: string): string => text.match(/\S+/g)?.join(' ') ?? '';

/** What the voice was first asked to say of a reply: another voice is asked for the same again. */
const saidOf = (effects: Conversation['effects'], reply: number): string => {
  const texts: string[] = [];
  for (const effect of effects) {
    if (effect.type === 'say' && effect.reply === reply) texts[effect.chunk] ??= effect.text;
  }
  return inWords(texts.join(' '));
};

/** The reply that is under way at an effect. */
const replyAt = ({ effects }: Conversation, effect: Conversation['effects'][number]): number => {
  const play = effects.slice(0, effects.indexOf(effect)).findLast(({ type }) => type === 'play');
  return play?.type === 'play' ? play.reply : 0;
};

/** Whether a reply was stopped, and gone on with by other words. */
const gaveWay = ({ effects }: Conversation, reply: number): boolean =>
  effects.some((effect) => effect.type === 'rewind' && effect.ends && effect.reply === reply);

/** Whether a model has said something of a reply itself: what, no effect tells. */
const hasSpoken = ({ effects }: Conversation, reply: number): boolean =>
  effects.some((effect) => effect.type === 'think' && effect.speaks?.reply === reply);

/** A voice that doesn't time its words is cut where they're thought to be, and may begin late. */
const ESTIMATE_IS_OFF_BY = 0.1;
const LONGEST_EDGE_MS = 300;
const FRAME_MS = 20;

/** Each voice goes on where the one before it was cut. */
const checkSaidOnce = (made: readonly MadeSpeech[]): void => {
  for (const chunk of new Set(made.map((part) => part.chunk))) {
    const parts = made.filter((part) => part.chunk === chunk);
    for (const [at, next] of parts.entries()) {
      const before = parts[at - 1];
      if (before) checkGoesOn(before, next, parts.slice(0, at));
    }
  }
};

const checkGoesOn = (before: MadeSpeech, next: MadeSpeech, parts: readonly MadeSpeech[]): void => {
  const words = timedWordsOf(before);
  const keptMs = Math.min(before.madeMs, before.keptMs);
  const again = timedWordsOf(next);
  const twice = words.slice(words.length - again.length).filter(({ endMs }) => endMs <= keptMs);
  // Once too often is better than never: the last word, where what is left has none.
  if (twice.length === 0 || again.length === 1) return;
  const isTimed = parts.every((part) => part.isTimed);
  const mayBeOffByMs = isTimed ? -1 : ESTIMATE_IS_OFF_BY * keptMs + parts.length * LONGEST_EDGE_MS + FRAME_MS;
  // The word was taken for one that ends behind the cut.
  const offByMs = keptMs - (twice[0]?.endMs ?? keptMs);
  const text = twice.map((word) => word.text).join(' ');
  assert.ok(offByMs <= mayBeOffByMs, `"${text}" of "${before.text}" is said twice, by ${offByMs} ms`);
};

const endOf = ({ stored }: SimulatedCall) => stored.findLast(({ event }) => event.type === 'CallEnded');

const namesOf = ({ settings, listeners }: CallPlan, capability: Capability): readonly string[] =>
  capability === 'speech_to_text'
    ? listeners.map(({ provider }) => provider)
    : [settings.providers[capability], ...settings.fallbacks[capability]];

/** A model that speaks itself is the voice of its answers, too. */
const speakersOf = ({ settings }: CallPlan): readonly string[] =>
  settings.speechToSpeech ? [settings.providers.language_model] : [];

const modelsOf = ({ plan }: SimulatedCall): number => namesOf(plan, 'language_model').length;
const voicesOf = ({ plan }: SimulatedCall): number => namesOf(plan, 'text_to_speech').length;

const isShut = ({ outages }: CallPlan, capability: Capability): boolean =>
  outages[capability].some(({ how }) => how === 'circuit_open');

const providersIn = ({ type, data }: CallEvent): readonly (readonly [Capability, string])[] => {
  if (type === 'ProviderFailedOver')
    return [
      [data.capability, data.from],
      [data.capability, data.to],
    ];
  if (type === 'ProviderFailed' && data.capability !== 'tool') return [[data.capability, data.provider]];
  if (type !== 'AgentTurnSpoken' || !data.providers) return [];
  return [
    ['speech_to_text', data.providers.speechToText],
    ['language_model', data.providers.languageModel],
    ['text_to_speech', data.providers.textToSpeech],
  ];
};
