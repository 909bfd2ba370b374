import type { ToolCall, Usage } from '../../providers/language-model.js';
import { fail, hasFailedTooOften, succeed } from './failures.js';
import type { Input } from './input.js';
import { policy } from './policy.js';
import { afterProgress, nextModel, sayMore } from './replies.js';
import type { Reply } from './state.js';
import type { Transition } from './transition.js';
import { hasWords } from './words.js';

const replyOf = (t: Transition, model: string): Reply | null =>
  t.state.reply?.model === model ? t.state.reply : null;

export const onModelText = (t: Transition, model: string, delta: string): void => {
  const reply = replyOf(t, model);
  if (!reply) return;
  t.setDeadline('model', t.nowMs + policy.modelStallMs);
  const stages = reply.stages && { ...reply.stages, firstTokenAtMs: reply.stages.firstTokenAtMs ?? t.nowMs };
  const grown = sayMore(t, t.patchReply(reply, { text: reply.text + delta, stages }));
  t.effect({ type: 'live', speaker: 'agent', turn: grown.turn, text: grown.text.trim() });
};

export const onModelToolCall = (t: Transition, model: string, call: ToolCall): void => {
  const reply = replyOf(t, model);
  const { tools } = t.state;
  if (!reply || tools.some(({ id }) => id === call.id)) return;
  t.setDeadline('model', t.nowMs + policy.modelStallMs);
  const { turn } = t.patchReply(reply, { usesTools: true });
  t.patch({ tools: [...tools, { id: call.id, turn, calledAtMs: t.nowMs, returned: false }] });
  t.emit({
    type: 'ToolCalled',
    data: { turn, toolCallId: call.id, name: call.name, arguments: call.arguments },
  });
  t.effect({ type: 'run_tool', call });
};

type ToolResult = Extract<Input, { type: 'tool_result' }>;

export const onToolResult = (t: Transition, { id, ok, result, endsCall }: ToolResult): void => {
  const tool = t.state.tools.find((candidate) => candidate.id === id && !candidate.returned);
  if (!tool) return;
  const ms = Math.max(0, Math.round(t.nowMs - tool.calledAtMs));
  t.emit({ type: 'ToolReturned', data: { turn: tool.turn, toolCallId: id, result, ok, ms } });
  t.patch({ tools: t.state.tools.map((other) => (other === tool ? { ...tool, returned: true } : other)) });
  const { reply } = t.state;
  // The answer that asked for it may be gone: the result stays in the history.
  if (!reply || reply.turn !== tool.turn || reply.composed) return;
  proceed(t, endsCall ? t.patchReply(reply, { ends: { reason: 'agent_ended', by: 'agent' } }) : reply);
};

export const onModelDone = (t: Transition, model: string, usage: Usage | null): void => {
  const reply = replyOf(t, model);
  if (!reply) return;
  t.clearDeadlines('model');
  proceed(t, sayMore(t, t.patchReply(reply, { model: null, usage: sum(reply.usage, usage) })));
};

const sum = (a: Usage | null, b: Usage | null): Usage | null =>
  a && b
    ? { inputTokens: a.inputTokens + b.inputTokens, outputTokens: a.outputTokens + b.outputTokens }
    : (a ?? b);

/** When the model and the tools are through: the model goes on with the results, or that was the answer. */
const proceed = (t: Transition, reply: Reply): void => {
  if (reply.model !== null) return;
  if (!reply.usesTools || reply.ends) return finishText(t, reply);
  if (t.state.tools.some(({ turn, returned }) => turn === reply.turn && !returned)) return;
  const text = /\S$/.test(reply.text) ? `${reply.text} ` : reply.text;
  t.patchReply(reply, { model: nextModel(t), usesTools: false, text });
};

/** The model has said what it had to say. Nothing at all is a failure, but where it ends the call: then it's a goodbye. */
const finishText = (t: Transition, reply: Reply): void => {
  const isMute = !hasWords(reply.text);
  if (isMute && reply.ends) return compose(t, reply, t.phrases.goodbye);
  if (isMute) {
    fail(t, 'language_model', 'an empty answer');
    return apologize(t, reply);
  }
  succeed(t, 'language_model');
  compose(t, reply, reply.text);
};

/** Also the deadlines' way: of the first token, and of a stream that stalls. */
export const onModelFailed = (t: Transition, model: string, error: string): void => {
  const reply = replyOf(t, model);
  if (!reply) return;
  t.clearDeadlines('model');
  t.effect({ type: 'abort', model });
  fail(t, 'language_model', error);
  const stopped = t.patchReply(reply, { model: null });
  // A goodbye needs no apology.
  if (reply.ends) finishText(t, stopped);
  else apologize(t, stopped);
};

/** What was composed is spoken as far as it goes; only silence needs an apology. After the last failure the call ends. */
const apologize = (t: Transition, reply: Reply): void => {
  const isMute = !hasWords(reply.text);
  if (!hasFailedTooOften(t, 'language_model')) {
    return compose(t, reply, isMute ? t.phrases.apology : reply.text);
  }
  const ending = t.patchReply(reply, { ends: { reason: 'failed', by: 'platform' } });
  compose(t, ending, isMute ? t.phrases.failure : `${reply.text} ${t.phrases.failure}`);
};

/** Nothing more is added to the reply's text. */
const compose = (t: Transition, reply: Reply, text: string): void => {
  const composed = sayMore(t, t.patchReply(reply, { text, composed: true }));
  t.emit({ type: 'AgentTurnComposed', data: { turn: reply.turn, text: text.trim(), usage: reply.usage } });
  afterProgress(t, composed);
};
