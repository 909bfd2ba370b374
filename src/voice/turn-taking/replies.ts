import type { SpeechCut } from '../../domain/call/vocabulary.js';
import { forgetWordlessVoice } from './caller.js';
import { nextChunk } from './chunker.js';
import { answerOwedTurn } from './commit-turn.js';
import type { Effect } from './effect.js';
import { evaluateTurn } from './end-of-turn.js';
import { leave } from './ending.js';
import { choices } from './failures.js';
import type { Ending } from './handover.js';
import { heardText, wordsBetween } from './heard.js';
import { policy } from './policy.js';
import { passagesOf, stopRetrieval, waitsForRetrieval } from './retrieval.js';
import { holds } from './rules.js';
import { armSilence } from './silence.js';
import { dropSpeculation } from './speculation.js';
import { askToSpeak, forgetUnheard, growSpoken, isSpokenByModel, speaksItself } from './spoken-answer.js';
import { spokenEvents } from './spoken-events.js';
import type { Reply, ReplyKind, Stages } from './state.js';
import type { Transition } from './transition.js';
import { lastSentenceOf } from './words.js';

/** Marks are this far apart: what is heard is known so finely. */
export const MARK_EVERY_MS = 200;

type Think = Extract<Effect, { type: 'think' }>;

export interface ReplyStart {
  readonly kind: ReplyKind;
  readonly turn: number;
  /** The whole text; without it the model composes one. */
  readonly text?: string;
  /** Without it a model is asked now. */
  readonly model?: string;
  /** Said before what the model composes, and to its end though the caller talks. */
  readonly cutIn?: string;
  readonly stages?: Stages;
  /** It begins with the sentence that the call is recorded, though it's no greeting. */
  readonly saysConsent?: boolean;
  readonly ends?: Ending | undefined;
}

/** Begins to speak. There must be no reply under way: `cutReply` ends one. */
export const startReply = (
  t: Transition,
  { kind, turn, text, model, cutIn, stages, saysConsent = false, ends }: ReplyStart,
): void => {
  dropSpeculation(t);
  if (kind === 'answer') t.patch({ owed: null });
  const generation = t.state.generation + 1;
  const id = t.state.replies + 1;
  const speaks = text === undefined && model === undefined && speaksItself(t, 0);
  const asked = text === undefined && !speaks ? (model ?? askModel(t, turn)) : null;
  const reply: Reply = {
    id,
    kind,
    turn,
    model: asked,
    rank: 0,
    askedRank: 0,
    hedge: null,
    openings: {},
    abandonedAnswers: 0,
    goesOn: false,
    voiceFailOvers: 0,
    usesTools: false,
    toolRounds: 0,
    composed: text !== undefined,
    text: text ?? (cutIn === undefined ? '' : `${cutIn} `),
    hasModelText: false,
    fillers: 0,
    cutsIn: cutIn !== undefined,
    saysConsent,
    chunkedChars: 0,
    chunks: [],
    generation,
    sentMs: 0,
    playedMs: 0,
    playedAtMs: null,
    echoed: false,
    firstSentAtMs: null,
    talksSinceMs: null,
    firstMarkAtMs: null,
    stages: stages ?? null,
    usage: null,
    resumes: 0,
    heldAtMs: null,
    holdTookMs: null,
    gaveWay: null,
    ends: ends ?? null,
  };
  t.patch({ reply, generation, replies: id, phase: 'thinking' });
  if (kind !== 'prompt') t.patch({ silence: null });
  t.clearDeadlines('silence', 'turn', 'force', 'limit', 'speculate');
  t.effect({ type: 'play', reply: id, generation, fromMs: 0 });
  const isAsked = model !== undefined && t.state.retrieval?.waiting?.model !== model;
  if (isAsked) {
    const askedAtMs = stages?.askedAtMs ?? t.nowMs;
    const timedFromMs = holds(t.state.settings, 'preparedIsTimed') ? askedAtMs : t.nowMs;
    t.setDeadline('model', Math.max(t.nowMs, timedFromMs + policy.modelDeadlineMs));
    hedgeLater(t, askedAtMs);
  }
  const begun = sayMore(t, reply);
  if (speaks) askToSpeak(t, begun);
  if (text !== undefined) afterProgress(t, begun);
};

/**
 * Asks a model for a turn's answer, once it's known what the tenant's documents have of it; its id tells this answer's
 * parts from stale ones. `rank`, `said` and `speaks`: as in the effect.
 */
export const askModel = (
  t: Transition,
  turn: number,
  { rank = 0, ...rest }: Pick<Think, 'rank' | 'said' | 'speaks'> = {},
): string => {
  const model = newModelId(t);
  const think: Think = { type: 'think', model, ...(rank > 0 && { rank }), ...rest };
  if (!waitsForRetrieval(t, turn, think)) ask(t, turn, think);
  return model;
};

export const ask = (t: Transition, turn: number, think: Think): void => {
  t.effect({ ...think, ...passagesOf(t.state, turn) });
  const { reply } = t.state;
  // Beside a slow one the first deadline stays.
  const isFirst = reply?.model == null || reply.model === think.model;
  if (isFirst) t.setDeadline('model', t.nowMs + policy.modelDeadlineMs);
  if (think.rank === undefined) hedgeLater(t, t.nowMs);
};

/** A first choice that is slow isn't waited for alone, where the agent has it so. */
const hedgeLater = (t: Transition, askedAtMs: number): void => {
  const { hedgeAfterMs } = t.state.settings;
  if (!hedgeAfterMs || choices(t, 'language_model') === 1) return;
  t.setDeadline('hedge', Math.max(t.nowMs, askedAtMs + hedgeAfterMs));
};

/** Names an answer that a model is asked for. */
export const newModelId = (t: Transition): string => {
  const models = t.state.models + 1;
  t.patch({ models });
  return `${t.state.settings.attempt}.${models}`;
};

/** Nothing will be added to its last sentence: what the platform says waits for no model's words. */
const isComplete = ({ state }: Transition, { model, hasModelText }: Reply): boolean =>
  model === null || (!hasModelText && holds(state.settings, 'piecesAreSentences'));

/** Hands the synthesis what of the text is ready. */
export const sayMore = (t: Transition, from: Reply): Reply => {
  if (isSpokenByModel(from)) return growSpoken(t, from);
  let reply = from;
  for (;;) {
    const rest = reply.text.slice(reply.chunkedChars);
    const text = nextChunk(rest, reply.chunks.length === 0, isComplete(t, reply), t.state.settings);
    if (text === null) return reply;
    const chunk = reply.chunks.length;
    t.effect({ type: 'say', reply: reply.id, chunk, text: text.trim(), rank: t.state.voiceRank });
    if (t.state.deadlines.synthesis === undefined)
      t.setDeadline('synthesis', t.nowMs + synthesisDeadlineMs(t, reply));
    reply = t.patchReply(reply, {
      chunkedChars: reply.chunkedChars + text.length,
      chunks: [...reply.chunks, { text, ms: 0, leadMs: 0, tailMs: 0, done: false }],
      stages: reply.stages && { ...reply.stages, firstSayAtMs: reply.stages.firstSayAtMs ?? t.nowMs },
    });
  }
};

/** How long the voice may give nothing: less where another one can speak instead. */
export const synthesisDeadlineMs = (t: Transition, reply: Reply): number =>
  reply.voiceFailOvers + 1 < choices(t, 'text_to_speech')
    ? policy.synthesisDeadlineMs
    : policy.lastSynthesisDeadlineMs;

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
  const aheadMs = marksLate ? sinceMs : reply.echoed ? Math.min(sinceMs, untilNextMarkMs(t, reply)) : 0;
  return Math.min(reply.playedMs + aheadMs, reply.sentMs);
};

/** A piece's end has a mark, too. */
const untilNextMarkMs = ({ state: { settings } }: Transition, { chunks, playedMs }: Reply): number => {
  if (!holds(settings, 'piecesAreMarked')) return MARK_EVERY_MS;
  let endMs = 0;
  for (const { done, ms } of chunks) {
    if (!done) break;
    endMs += ms;
    if (endMs > playedMs) return Math.min(MARK_EVERY_MS, endMs - playedMs);
  }
  return MARK_EVERY_MS;
};

const REPLY_DEADLINES = [
  'model',
  'hedge',
  'filler',
  'synthesis',
  'marks',
  'hold',
  'resume',
  'goodbye',
] as const;

/** It was said to its end. */
export const finishReply = (t: Transition, reply: Reply): void => {
  const heard = totalMs(reply);
  t.emit(...spokenEvents(t, reply, { heardMs: heard, cutBy: null }));
  noteSaid(t, reply, heard);
  t.patch({ reply: null, phase: 'listening' });
  t.clearDeadlines(...REPLY_DEADLINES);
  t.effect({ type: 'drop', reply: reply.id });
  if (reply.ends) return leave(t, reply.ends, reply);
  armSilence(t);
  listen(t, reply);
};

/** The agent is done: what the caller said meanwhile is a turn now; without any, an answer may wait behind the consent. */
export const listen = (t: Transition, { saysConsent }: Reply): void => {
  forgetWordlessVoice(t);
  if (saysConsent && answerOwedTurn(t)) return;
  evaluateTurn(t);
};

/** Ends it where it is: what was heard is kept, what was not is forgotten. */
export const cutReply = (t: Transition, cutBy: SpeechCut): void => {
  const { reply, phase, socket } = t.state;
  if (!reply) return;
  const at = heardMs(t, reply);
  if (phase !== 'held' && reply.sentMs > 0 && socket === 'open') t.effect({ type: 'clear' });
  abortModels(t, reply);
  stopRetrieval(t);
  forgetUnheard(t, reply, at);
  t.effect({ type: 'drop', reply: reply.id });
  t.emit(...spokenEvents(t, reply, { heardMs: at, cutBy }));
  noteSaid(t, reply, at);
  t.patch({ reply: null, phase: 'listening' });
  t.clearDeadlines(...REPLY_DEADLINES);
  armSilence(t);
};

export const abortModels = (t: Transition, { model, hedge }: Reply): void => {
  if (model) t.effect({ type: 'abort', model });
  if (hedge) t.effect({ type: 'abort', model: hedge.model });
};

/** What the caller may be answering now, and what may come back as an echo. */
const noteSaid = (t: Transition, reply: Reply, at: number): void => {
  if (reply.firstSentAtMs === null) return;
  const recent = wordsBetween(reply.chunks, at - policy.echoWindowMs, at);
  const lastSentence = lastSentenceOf(heardText(reply.chunks, at));
  t.patch({ said: { atMs: t.nowMs, lastSentence, recent } });
};
