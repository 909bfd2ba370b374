import { uncommittedText } from './caller.js';
import { isVoiced } from './end-of-turn.js';
import { goOn, onToolResult } from './model.js';
import { policy } from './policy.js';
import { heardMs, sayMore, totalMs } from './replies.js';
import { holds } from './rules.js';
import type { Reply } from './state.js';
import type { Transition } from './transition.js';

/** A tool that the model doesn't know the result of runs for this reply. */
export const isWaitingForTools = (t: Transition, { turn }: Reply): boolean =>
  t.state.tools.some((tool) => tool.turn === turn && !tool.returned);

/** What is under way outside of the call is waited for, so that it's neither undone nor done again. */
export const runsSideEffect = ({ tools }: Transition['state']): boolean =>
  tools.some(({ sideEffect, returned }) => sideEffect && !returned);

/** The first tool that has no result yet has the deadline. */
export const watchTools = (t: Transition): void => {
  const first = t.state.tools.find(({ returned }) => !returned);
  if (first) t.setDeadline('tool', first.calledAtMs + policy.toolDeadlineMs);
  else t.clearDeadlines('tool');
};

const TOO_LATE = `{"error":"no result within ${policy.toolDeadlineMs / 1_000} s; what it does may still happen"}`;

/** The model goes on without a result; should one come, nobody waits for it any more. */
export const onToolLate = (t: Transition): void => {
  const late = t.state.tools.find(({ returned }) => !returned);
  if (late)
    onToolResult(t, { type: 'tool_result', id: late.id, ok: false, result: TOO_LATE, endsCall: false });
};

const ABANDONED = '{"error":"no result before the agent left the call; what it does may still happen"}';

/** Nobody waits for what still runs: the ledger says so, and who has the call next knows. */
export const abandonTools = (t: Transition): void => {
  if (!holds(t.state.settings, 'abandonedToolsAreTold')) return;
  const running = t.state.tools.filter(({ returned }) => !returned);
  for (const { turn, id, calledAtMs } of running) {
    const ms = Math.max(0, Math.round(t.nowMs - calledAtMs));
    t.emit({ type: 'ToolReturned', data: { turn, toolCallId: id, result: ABANDONED, ok: false, ms } });
  }
};

/** The caller isn't left in silence while a tool runs. */
export const fillLater = (t: Transition): void => {
  if (t.state.deadlines.filler === undefined) t.setDeadline('filler', t.nowMs + policy.fillerAfterMs);
};

/** What of its speech so far is still to be played. */
export const unheardMsOf = (t: Transition, reply: Reply): number =>
  Math.ceil(totalMs(reply) - heardMs(t, reply));

export const onFillerDue = (t: Transition): void => {
  const { reply, phase } = t.state;
  if (reply?.gaveWay && !isWaitingForTools(t, reply)) return goOn(t, reply);
  const text = t.phrases.fillers[reply?.fillers ?? 0];
  if (!reply || reply.model !== null || text === undefined || reply.fillers >= policy.fillersPerReply) return;
  if (!isWaitingForTools(t, reply)) return;
  // A caller in the middle of saying something knows that the agent is there.
  const isHeardOut = reply.gaveWay && isVoiced(t) && uncommittedText(t.caller) !== '';
  if (isHeardOut) return t.setDeadline('filler', t.nowMs + policy.fillerAfterMs);
  const unheardMs = unheardMsOf(t, reply);
  const isSpeaking = phase === 'held' || unheardMs > 0 || reply.chunks.some(({ done }) => !done);
  if (isSpeaking) return t.setDeadline('filler', t.nowMs + Math.max(0, unheardMs) + policy.fillerAfterMs);
  const before = /\S$/.test(reply.text) ? `${reply.text} ` : reply.text;
  const filled = t.patchReply(reply, { text: `${before}${text} `, fillers: reply.fillers + 1 });
  sayMore(t, filled);
  t.effect({ type: 'live', speaker: 'agent', turn: reply.turn, text: filled.text.trim() });
  t.setDeadline('filler', t.nowMs + policy.fillerEveryMs);
};
