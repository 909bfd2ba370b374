import type { CallEvent } from '../../domain/call/events.js';
import { resetCaller, uncommittedText } from './caller.js';
import { hasFinalOfEnd, isWhole } from './detectors.js';
import { isVoiced } from './end-of-turn.js';
import type { Ending } from './handover.js';
import { keepUnsettled } from './heard-again.js';
import { stagesOf } from './latency.js';
import { openAtEnd, openText } from './open-interims.js';
import { startReply } from './replies.js';
import { useRetrieval } from './retrieval.js';
import { holds } from './rules.js';
import { dropSpeculation, type Prepared, promote, takePrepared } from './speculation.js';
import { nothingSpeculated, type Speculation, type Stages } from './state.js';
import type { Transition } from './transition.js';
import { saysPhrase } from './words.js';

type Committed = Extract<CallEvent, { type: 'CallerTurnCommitted' }>['data'];
type Endpointing = Committed['endpointing'];

interface Answer {
  /** The turn could have been committed then at the earliest. */
  readonly dueAtMs: number;
  /** The agent begins with it; the caller may still be talking. */
  readonly cutIn?: string;
}

const nothing: Prepared = { speculation: null, retrieval: null };

/** Commits what the caller said, and answers it. */
export const answerTurn = (t: Transition, endpointing: Endpointing, { dueAtMs, cutIn }: Answer): void => {
  const { finalAtMs } = t.caller;
  const lastVoiceAtMs = voicedUntilMs(t);
  const text = uncommittedText({ ...t.caller, ...openAtEnd(t, endpointing).own });
  const isGoodbye = endPhraseIn(t, text);
  const { speculation: prepared, retrieval }: Prepared = isGoodbye ? nothing : takePrepared(t, text);
  const turn = commitTurn(t, endpointing, prepared);
  t.patch({ askedToRepeat: false });
  const stages = stagesOf({
    lastVoiceAtMs,
    finalAtMs,
    dueAtMs: Math.min(dueAtMs, t.nowMs),
    committedAtMs: t.nowMs,
    ...(prepared && {
      askedAtMs: prepared.askedAtMs ?? t.nowMs,
      firstTokenAtMs: prepared.firstTokenAtMs,
    }),
  });
  if (isGoodbye) return sayGoodbye(t, turn, stages);
  if (retrieval) useRetrieval(t, turn, retrieval, prepared);
  startReply(t, {
    kind: 'answer',
    turn,
    ...(cutIn === undefined ? {} : { cutIn }),
    ...(prepared ? { model: prepared.model } : {}),
    stages,
  });
  if (prepared) promote(t, prepared);
};

/** The caller didn't go on after all: what was said before is answered. Returns whether there was something. */
export const answerOwedTurn = (t: Transition): boolean => {
  const { owed, phase } = t.state;
  if (!owed || phase !== 'listening' || isVoiced(t) || uncommittedText(t.caller) !== '') return false;
  resetCaller(t);
  const { turn, text, ends } = owed;
  startReply(t, { kind: 'answer', turn, ...(text !== null && { text }), ...(ends && { ends }) });
  return true;
};

/** Whether the caller said what ends the call, by the agent's settings. */
export const endPhraseIn = (t: Transition, text: string): boolean =>
  t.state.settings.endPhrases?.some((phrase) => saysPhrase(text, phrase)) ?? false;

const sayGoodbye = (t: Transition, turn: number, stages: Stages): void => {
  const ends: Ending = { reason: 'agent_ended', by: 'agent' };
  const isTimed = holds(t.state.settings, 'goodbyesAreTimed');
  sayAsAnswer(t, turn, t.phrases.goodbye, { ends, ...(isTimed && { stages }) });
};

/** A sentence of the platform's own as the turn's answer. */
export const sayAsAnswer = (
  t: Transition,
  turn: number,
  text: string,
  how: { readonly ends?: Ending; readonly stages?: Stages } = {},
): void => {
  t.emit({ type: 'AgentTurnComposed', data: { turn, text, usage: null } });
  startReply(t, { kind: 'answer', turn, text, ...how });
};

/** When the turn's voice was heard last: where the turn ends in the middle of it, that's its end. */
const voicedUntilMs = (t: Transition): number | null => {
  const { onsetAtMs, endedAtMs, lastVoiceAtMs } = t.caller;
  const untilMs = endedAtMs ?? t.nowMs;
  const isOpen = isVoiced(t) && onsetAtMs !== null && onsetAtMs <= untilMs;
  return isOpen && holds(t.state.settings, 'openVoiceIsTimed') ? untilMs : lastVoiceAtMs;
};

/** Records what the caller said as the next turn. A final that didn't come in time may come later. */
export const commitTurn = (
  t: Transition,
  endpointing: Endpointing,
  prepared: Speculation | null = null,
): number => {
  dropSpeculation(t);
  const { caller } = t;
  const turn = t.state.turn + 1;
  const { own, next } = openAtEnd(t, endpointing);
  const its = { ...caller, ...own };
  const text = uncommittedText(its);
  const endedMs = voicedUntilMs(t) ?? caller.signalAtMs ?? t.nowMs;
  const startedMs = Math.min(caller.startedAtMs ?? endedMs, endedMs);
  t.emit({
    type: 'CallerTurnCommitted',
    data: {
      turn,
      text,
      startedMs,
      endedMs,
      confidence: caller.confidence,
      endpointing,
      ...speculationOf(t, prepared),
    },
  });
  t.patch({ turn, speculated: nothingSpeculated });
  resetCaller(t);
  t.patchCaller({ unconfirmed: isWhole(its) || hasFinalOfEnd(caller) ? '' : text });
  keepUnsettled(t, openText(own), startedMs, endedMs);
  if (openText(next) !== '') {
    const { interimAtMs } = caller;
    t.patchCaller({ ...next, interimAtMs, startedAtMs: t.nowMs, signalAtMs: t.nowMs });
  }
  return turn;
};

const speculationOf = (t: Transition, prepared: Speculation | null): Pick<Committed, 'speculation'> => {
  const { started, wastedOutputTokens, wastedRetrievals } = t.state.speculated;
  if (started === 0) return {};
  const promoted = prepared !== null;
  const leadMs = prepared ? t.nowMs - prepared.startedAtMs : null;
  const wasted = { wastedOutputTokens, ...(wastedRetrievals > 0 && { wastedRetrievals }) };
  return { speculation: { started, promoted, leadMs, ...wasted } };
};
