import type { CallEvent } from '../../domain/call/events.js';
import { forgetWordlessVoice } from './caller.js';
import { nextChunk } from './chunker.js';
import { evaluateTurn } from './end-of-turn.js';
import { endCall } from './ending.js';
import { heardText } from './heard.js';
import { latencyOf } from './latency.js';
import { policy } from './policy.js';
import { armSilence } from './silence.js';
import type { Ending, Reply, ReplyKind, Stages } from './state.js';
import type { Transition } from './transition.js';

/** Marks are this far apart: what is heard is known so finely. */
export const MARK_EVERY_MS = 200;

interface ReplyStart {
  readonly kind: ReplyKind;
  readonly turn: number;
  /** The whole text; without it the model composes one. */
  readonly text?: string;
  readonly stages?: Stages;
  readonly ends?: Ending;
}

/** Begins to speak. There must be no reply under way: `cutReply` ends one. */
export const startReply = (t: Transition, { kind, turn, text, stages, ends }: ReplyStart): void => {
  const generation = t.state.generation + 1;
  const id = t.state.replies + 1;
  const reply: Reply = {
    id,
    kind,
    turn,
    model: text === undefined ? nextModel(t) : null,
    usesTools: false,
    composed: text !== undefined,
    text: text ?? '',
    chunkedChars: 0,
    chunks: [],
    generation,
    sentMs: 0,
    playedMs: 0,
    playedAtMs: null,
    echoed: false,
    firstSentAtMs: null,
    firstMarkAtMs: null,
    stages: stages ?? null,
    usage: null,
    resumes: 0,
    heldAtMs: null,
    ends: ends ?? null,
  };
  t.patch({ reply, generation, replies: id, phase: 'thinking' });
  if (kind !== 'prompt') t.patch({ silence: null });
  t.clearDeadlines('silence', 'turn', 'force');
  t.effect({ type: 'play', reply: id, generation, fromMs: 0 });
  if (text !== undefined) afterProgress(t, sayMore(t, reply));
};

/** Asks the model; its id tells this answer's parts from stale ones. */
export const nextModel = (t: Transition): string => {
  const models = t.state.models + 1;
  const model = `${t.state.settings.attempt}.${models}`;
  t.patch({ models });
  t.effect({ type: 'think', model });
  t.setDeadline('model', t.nowMs + policy.modelDeadlineMs);
  return model;
};

/** Hands the synthesis what of the text is ready. */
export const sayMore = (t: Transition, from: Reply): Reply => {
  let reply = from;
  for (;;) {
    const rest = reply.text.slice(reply.chunkedChars);
    const text = nextChunk(rest, reply.chunks.length === 0, reply.model === null);
    if (text === null) return reply;
    const chunk = reply.chunks.length;
    t.effect({ type: 'say', reply: reply.id, chunk, text: text.trim() });
    if (t.state.deadlines.synthesis === undefined)
      t.setDeadline('synthesis', t.nowMs + policy.synthesisDeadlineMs);
    reply = t.patchReply(reply, {
      chunkedChars: reply.chunkedChars + text.length,
      chunks: [...reply.chunks, { text, ms: 0, leadMs: 0, tailMs: 0, done: false }],
      stages: reply.stages && { ...reply.stages, firstSayAtMs: reply.stages.firstSayAtMs ?? t.nowMs },
    });
  }
};

export const totalMs = ({ chunks }: Reply): number => chunks.reduce((sum, { ms }) => sum + ms, 0);

/** The reply's text or audio grew, or it was sent or played a bit further: it may be over. */
export const afterProgress = (t: Transition, reply: Reply): void => {
  if (reply.ends) t.setDeadline('goodbye', t.nowMs + policy.goodbyeMs);
  const isWhole = reply.composed && reply.chunks.every(({ done }) => done);
  if (!isWhole || t.state.phase === 'held') return t.clearDeadlines('marks');
  const total = totalMs(reply);
  if (reply.playedMs >= total) return finishReply(t, reply);
  if (reply.sentMs >= total && reply.playedAtMs !== null) {
    t.setDeadline('marks', reply.playedAtMs + (total - reply.playedMs) + policy.lateMarkMs);
  }
};

/** Where the carrier's playout is now: the last mark, and the clock since, but not past the mark that is still to come. */
export const heardMs = (t: Transition, reply: Reply): number => {
  if (reply.heldAtMs !== null) return reply.heldAtMs;
  if (reply.playedAtMs === null) return reply.playedMs;
  const sinceMs = t.nowMs - reply.playedAtMs;
  const marksLate = sinceMs > MARK_EVERY_MS + policy.lateMarkMs;
  // Before the first mark nothing proves that anything was played.
  const aheadMs = marksLate ? sinceMs : reply.echoed ? Math.min(sinceMs, MARK_EVERY_MS) : 0;
  return Math.min(reply.playedMs + aheadMs, reply.sentMs);
};

const REPLY_DEADLINES = ['model', 'synthesis', 'marks', 'hold', 'resume', 'goodbye'] as const;

/** It was said to its end. */
export const finishReply = (t: Transition, reply: Reply): void => {
  const heard = totalMs(reply);
  t.emit(...spoken(t, reply, { heardMs: heard, interrupted: false }));
  t.patch({ reply: null, phase: 'listening' });
  t.clearDeadlines(...REPLY_DEADLINES);
  t.effect({ type: 'drop', reply: reply.id });
  if (reply.ends) return endCall(t, reply.ends);
  armSilence(t);
  listen(t);
};

/** The agent is done: what the caller said meanwhile is a turn now. */
export const listen = (t: Transition): void => {
  forgetWordlessVoice(t);
  evaluateTurn(t);
};

/** Ends it where it is: what was heard is kept, what was not is forgotten. */
export const cutReply = (t: Transition): void => {
  const { reply, phase, socket } = t.state;
  if (!reply) return;
  const at = heardMs(t, reply);
  if (phase !== 'held' && reply.sentMs > 0 && socket === 'open') t.effect({ type: 'clear' });
  if (reply.model) t.effect({ type: 'abort', model: reply.model });
  t.effect({ type: 'drop', reply: reply.id });
  t.emit(...spoken(t, reply, { heardMs: at, interrupted: true }));
  t.patch({ reply: null, phase: 'listening' });
  t.clearDeadlines(...REPLY_DEADLINES);
  armSilence(t);
};

/** The event of a reply that was played at all. */
const spoken = (
  t: Transition,
  reply: Reply,
  { heardMs: at, interrupted }: { heardMs: number; interrupted: boolean },
): readonly CallEvent[] => {
  if (reply.firstSentAtMs === null || reply.kind === 'prompt') return [];
  const heard = { heardText: heardText(reply.chunks, at), heardMs: Math.round(at), interrupted };
  if (reply.kind === 'greeting') return [{ type: 'GreetingSpoken', data: { ...heard, atMs: t.nowMs } }];
  const onsetAtMs = interrupted ? t.caller.onsetAtMs : null;
  return [
    {
      type: 'AgentTurnSpoken',
      data: {
        turn: reply.turn,
        ...heard,
        startedMs: reply.firstSentAtMs,
        endedMs: t.nowMs,
        latency: latencyOf(reply, onsetAtMs === null ? null : t.nowMs - onsetAtMs),
      },
    },
  ];
};
