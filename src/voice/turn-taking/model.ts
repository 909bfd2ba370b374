import { sumOf, type ToolCall, type Usage } from '../../providers/language-model.js';
import { uncommittedText } from './caller.js';
import { evaluateTurn } from './end-of-turn.js';
import {
  countFailure,
  type Failure,
  hasFailedTooOften,
  lastResort,
  reportRanked,
  succeed,
} from './failures.js';
import { answerWhatWasSaid } from './giving-way.js';
import { type Ending, isHandover } from './handover.js';
import type { Input } from './input.js';
import { commitKeys } from './keys.js';
import {
  answeredBy,
  askNextModel,
  composeOn,
  hasHedgeFailed,
  hasLostByNothing,
  keepsOpening,
  saysNothing,
} from './model-choice.js';
import { policy } from './policy.js';
import { afterProgress, sayMore } from './replies.js';
import { holds } from './rules.js';
import { breakOffSpoken, finishSpoken } from './spoken-answer.js';
import type { Reply } from './state.js';
import { newToolCall } from './tool-ids.js';
import { fillLater, isWaitingForTools, runsSideEffect, watchTools } from './tool-time.js';
import type { Transition } from './transition.js';
import { hasWords } from './words.js';

const EMPTY_ANSWER: Failure = { error: 'an empty answer' };

export const onModelText = (t: Transition, model: string, delta: string): void => {
  if (keepsOpening(t, model, delta)) return;
  const reply = answeredBy(t, model);
  if (!reply) return;
  const stages = reply.stages && { ...reply.stages, firstTokenAtMs: reply.stages.firstTokenAtMs ?? t.nowMs };
  const hasModelText = reply.hasModelText || hasWords(delta);
  const text = reply.text + (reply.openings[model] ?? '') + delta;
  const grown = sayMore(t, t.patchReply(reply, { text, hasModelText, stages, openings: {} }));
  const saysMore = hasWords(delta) || !holds(t.state.settings, 'wordlessTextIsAStall');
  if (saysMore) t.setDeadline('model', t.nowMs + stallMs(t, grown));
  t.effect({ type: 'live', speaker: 'agent', turn: grown.turn, text: grown.text.trim() });
};

/** Nobody hears anything of an answer that the voice has nothing of: a stall is as silent as a first token that is late. */
const stallMs = ({ state: { settings } }: Transition, { chunks }: Reply): number =>
  chunks.length === 0 && holds(settings, 'unsaidStallsAreShort')
    ? policy.modelDeadlineMs
    : policy.modelStallMs;

export const onModelToolCall = (t: Transition, model: string, asked: ToolCall): void => {
  const reply = answeredBy(t, model);
  const call = reply && newToolCall(t, model, asked);
  if (!reply || !call) return;
  t.setDeadline('model', t.nowMs + policy.modelStallMs);
  const { turn } = t.patchReply(reply, { usesTools: true });
  const sideEffect = t.state.settings.sideEffectTools.includes(call.name);
  const run = { id: call.id, model, turn, calledAtMs: t.nowMs, returned: false, sideEffect };
  t.patch({ tools: [...t.state.tools, run] });
  watchTools(t);
  t.emit({
    type: 'ToolCalled',
    data: { turn, toolCallId: call.id, name: call.name, arguments: call.arguments },
  });
  t.effect({ type: 'run_tool', call });
};

type ToolResult = Extract<Input, { type: 'tool_result' }>;

export const onToolResult = (t: Transition, toolResult: ToolResult): void => {
  const { id, ok, result } = toolResult;
  const tool = t.state.tools.find((candidate) => candidate.id === id && !candidate.returned);
  if (!tool) return;
  const ms = Math.max(0, Math.round(t.nowMs - tool.calledAtMs));
  t.emit({ type: 'ToolReturned', data: { turn: tool.turn, toolCallId: id, result, ok, ms } });
  t.patch({ tools: t.state.tools.map((other) => (other === tool ? { ...tool, returned: true } : other)) });
  watchTools(t);
  evaluateTurn(t);
  if (t.state.keys?.isComplete && !runsSideEffect(t.state)) return commitKeys(t);
  const { reply } = t.state;
  // The answer that asked for it may be gone: the result stays in the history.
  if (!reply || reply.turn !== tool.turn || reply.composed) return;
  // Who was promised a person isn't hung up on.
  const ends = reply.ends && isHandover(reply.ends) ? null : endingOf(toolResult);
  const isCalledOff = reply.gaveWay !== null && uncommittedText(t.caller) !== '';
  goOn(t, ends && !isCalledOff ? t.patchReply(reply, { ends }) : reply);
};

/** A tool's result is there: for the caller's words since then, or for the answer that called it. */
export const goOn = (t: Transition, reply: Reply): void => {
  if (!answerWhatWasSaid(t, reply)) proceed(t, reply);
};

/** What a tool wants to come behind the answer; `null`: nothing. */
const endingOf = ({ endsCall, transferTo }: ToolResult): Ending | null => {
  if (transferTo !== undefined) return { request: { to: transferTo, by: 'agent' } };
  return endsCall ? { reason: 'agent_ended', by: 'agent' } : null;
};

export const onModelDone = (t: Transition, model: string, usage: Usage | null): void => {
  if (hasLostByNothing(t, model)) return onModelFailed(t, model, EMPTY_ANSWER);
  const reply = answeredBy(t, model);
  if (!reply) return;
  t.clearDeadlines('model');
  const finished = finishSpoken(t, reply);
  proceed(t, sayMore(t, t.patchReply(finished, { model: null, usage: sumOf(reply.usage, usage) })));
};

/** When the model and the tools are through: the model goes on with the results, or that was the answer. */
const proceed = (t: Transition, reply: Reply): void => {
  if (reply.model !== null) return;
  if (!reply.usesTools || reply.ends) return finishText(t, reply);
  if (isWaitingForTools(t, reply)) return fillLater(t);
  t.clearDeadlines('filler');
  if (callsForEver(t, reply)) return giveUp(t, reply, { error: 'calls tools again and again' });
  const text = /\S$/.test(reply.text) ? `${reply.text} ` : reply.text;
  composeOn(t, t.patchReply(reply, { text, toolRounds: reply.toolRounds + 1 }));
};

/** As models do that don't take it in that there is no such tool: the caller would hear nothing more. */
const callsForEver = ({ state: { settings } }: Transition, { toolRounds }: Reply): boolean =>
  holds(settings, 'toolRoundsAreLimited') && toolRounds >= policy.toolRoundsPerModel;

/** What is said already ends before the phrase: a model that speaks itself may say what has no words. */
const withPhrase = ({ text, chunkedChars }: Reply, phrase: string): string =>
  /\S$/.test(text) && chunkedChars === text.length ? `${text} ${phrase}` : text + phrase;

/** The model has said what it had to say. Nothing at all is a failure, but where it ends the call: then that is said. */
const finishText = (t: Transition, reply: Reply): void => {
  const isMute = saysNothing(reply);
  if (isMute && reply.ends) {
    const { transfer, goodbye } = t.phrases;
    return compose(t, reply, withPhrase(reply, isHandover(reply.ends) ? transfer : goodbye));
  }
  if (isMute) return giveUp(t, reply, EMPTY_ANSWER);
  succeed(t, 'language_model');
  compose(t, reply, reply.text);
};

/** Also the deadlines' way: of the first token, and of a stream that stalls. */
export const onModelFailed = (t: Transition, model: string, failure: Failure): void => {
  const { reply } = t.state;
  if (hasHedgeFailed(t, model, failure) || reply?.model !== model) return;
  t.clearDeadlines('model', 'hedge');
  t.effect({ type: 'abort', model, ...(failure.error === 'deadline' && { late: true }) });
  const stopped = breakOffSpoken(t, reply);
  // A goodbye needs no apology.
  if (stopped.ends) {
    reportRanked(t, 'language_model', stopped.rank, failure);
    return finishText(t, t.patchReply(stopped, { model: null }));
  }
  giveUp(t, stopped, failure);
};

/** The next model goes on; after the last one only an apology is left. */
const giveUp = (t: Transition, reply: Reply, failure: Failure): void => {
  if (askNextModel(t, reply, failure)) return;
  reportRanked(t, 'language_model', reply.rank, failure);
  countFailure(t, 'language_model');
  apologize(t, t.patchReply(reply, { model: null }));
};

/** What was composed is spoken as far as it goes; only silence needs an apology. After the last failure it's no longer the agent's call. */
const apologize = (t: Transition, reply: Reply): void => {
  const isMute = saysNothing(reply);
  if (!hasFailedTooOften(t, 'language_model')) {
    return compose(t, reply, isMute ? withPhrase(reply, t.phrases.apology) : reply.text);
  }
  const { ends, apology } = lastResort(t);
  compose(t, t.patchReply(reply, { ends }), isMute ? withPhrase(reply, apology) : `${reply.text} ${apology}`);
};

/** Nothing more is added to the reply's text. */
const compose = (t: Transition, reply: Reply, text: string): void => {
  const composed = sayMore(t, t.patchReply(reply, { text, composed: true }));
  const { turn, usage, abandonedAnswers } = reply;
  t.emit({
    type: 'AgentTurnComposed',
    data: { turn, text: text.trim(), usage, ...(abandonedAnswers > 0 && { abandonedAnswers }) },
  });
  afterProgress(t, composed);
};
