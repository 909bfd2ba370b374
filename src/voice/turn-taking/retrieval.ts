import type { Hit } from '../../domain/call/conversation-events.js';
import type { RetrievalOutcome } from '../../domain/call/vocabulary.js';
import type { Effect } from './effect.js';
import { policy } from './policy.js';
import { ask } from './replies.js';
import type { Retrieval, TurnRetrieval } from './retrieval-state.js';
import { holds } from './rules.js';
import { askPrepared } from './speculation.js';
import type { Speculation, State } from './state.js';
import type { Transition } from './transition.js';

type Think = Extract<Effect, { type: 'think' }>;

/** Begins to look up what the caller says. `uncommitted`: as in the effect. */
const lookUp = (t: Transition, uncommitted?: string): Retrieval => {
  const retrievals = t.state.retrievals + 1;
  const id = `${t.state.settings.attempt}.${retrievals}`;
  t.patch({ retrievals });
  t.effect({ type: 'retrieve', retrieval: id, ...(uncommitted !== undefined && { uncommitted }) });
  t.setDeadline('retrieval', t.nowMs + policy.retrievalDeadlineMs);
  return { id, startedAtMs: t.nowMs, result: null };
};

/** What was found is needed no more, and nobody waits for what isn't found yet. */
const forget = (t: Transition, { id, result }: Retrieval): void => {
  if (result?.outcome !== 'timeout') t.effect({ type: 'forget', retrieval: id });
  if (!result) t.clearDeadlines('retrieval');
};

/** Whether words that aren't committed are looked up, and what they are answered from isn't known yet. */
export const lookUpPrepared = (t: Transition, key: string, text: string): boolean => {
  if (!t.state.settings.retrieves) return false;
  // Of an answer that failed: the same words find the same.
  const known = t.state.preparedRetrieval;
  const retrieval = known?.key === key ? known : { ...lookUp(t, text), key };
  t.patch({ preparedRetrieval: retrieval });
  return !retrieval.result;
};

/** Other words are said, or none are answered: what was found for these is counted in the turn. `unless`: their key. */
export const dropPreparedRetrieval = (t: Transition, unless?: string): void => {
  const { preparedRetrieval, speculated } = t.state;
  if (!preparedRetrieval || preparedRetrieval.key === unless) return;
  forget(t, preparedRetrieval);
  t.patch({
    preparedRetrieval: null,
    speculated: { ...speculated, wastedRetrievals: speculated.wastedRetrievals + 1 },
  });
};

/** What was looked up before the commit is the turn's now. `prepared`: the answer to it that was. */
export const useRetrieval = (
  t: Transition,
  turn: number,
  { id, startedAtMs, result }: Retrieval,
  prepared: Speculation | null,
): void => {
  forgetRetrieval(t);
  const waiting: Think | null =
    prepared?.askedAtMs === null ? { type: 'think', model: prepared.model } : null;
  const retrieval: TurnRetrieval = { id, startedAtMs, result, turn, waiting };
  t.patch({ retrieval });
  tell(t, retrieval);
};

/**
 * Whether this question waits for what the tenant's documents have of the turn. An answer that's being heard doesn't: it
 * goes on as it began.
 */
export const waitsForRetrieval = (t: Transition, turn: number, think: Think): boolean => {
  const { settings, reply, retrieval: known } = t.state;
  if (!settings.retrieves || (think.speaks && !holds(settings, 'spokenAnswersLookUp'))) return false;
  if (known?.turn !== turn) {
    if (reply?.firstSentAtMs != null) return false;
    forgetRetrieval(t);
    t.patch({ retrieval: { ...lookUp(t), turn, waiting: think } });
    return true;
  }
  if (known.result) return false;
  t.patch({ retrieval: { ...known, waiting: think } });
  return true;
};

/** What the turn's answer is told beside the conversation, for the effect. */
export const passagesOf = ({ retrieval }: State, turn: number): Pick<Think, 'retrieval'> =>
  retrieval?.turn === turn && retrieval.result?.outcome === 'found' ? { retrieval: retrieval.id } : {};

/** The answer was cut before there was anything to answer from: should it be owed, that's looked up anew. */
export const stopRetrieval = (t: Transition): void => {
  if (t.state.retrieval && !t.state.retrieval.result) forgetRetrieval(t);
};

/** The latest turn's passages are needed no more. */
export const forgetRetrieval = (t: Transition): void => {
  const { retrieval } = t.state;
  if (!retrieval) return;
  forget(t, retrieval);
  t.patch({ retrieval: null });
};

export const onRetrieved = (t: Transition, id: string, hits: readonly Hit[]): void =>
  finish(t, id, hits.length > 0 ? 'found' : 'nothing', hits);

export const onRetrievalFailed = (t: Transition, id: string): void => finish(t, id, 'failed');

/** The caller waits: the model is asked without. */
export const onRetrievalLate = (t: Transition): void => {
  const late = [t.state.preparedRetrieval, t.state.retrieval].find((one) => one && !one.result);
  if (late) finish(t, late.id, 'timeout');
};

const finish = (t: Transition, id: string, outcome: RetrievalOutcome, hits: readonly Hit[] = []): void => {
  const { preparedRetrieval, retrieval } = t.state;
  const result = { outcome, hits, endedAtMs: t.nowMs };
  if (preparedRetrieval?.id === id && !preparedRetrieval.result) {
    t.patch({ preparedRetrieval: { ...preparedRetrieval, result } });
    stopWaiting(t, id, outcome);
    return askPrepared(t);
  }
  if (retrieval?.id === id && !retrieval.result) finishForTurn(t, { ...retrieval, result });
};

/** What comes later is for nobody. */
const stopWaiting = (t: Transition, id: string, outcome: RetrievalOutcome): void => {
  t.clearDeadlines('retrieval');
  if (outcome === 'timeout') t.effect({ type: 'forget', retrieval: id });
};

/** A slow model that speaks itself may have begun meanwhile: then nobody answers from it. */
const finishForTurn = (t: Transition, { waiting, ...retrieval }: TurnRetrieval): void => {
  const { reply } = t.state;
  const isWanted = waiting && (reply?.model === waiting.model || reply?.hedge?.model === waiting.model);
  if (!isWanted) return forgetRetrieval(t);
  t.patch({ retrieval: { ...retrieval, waiting: null } });
  if (retrieval.result) stopWaiting(t, retrieval.id, retrieval.result.outcome);
  tell(t, retrieval);
  ask(t, retrieval.turn, waiting);
  const { stages } = reply;
  // Its time is its own stage, and not the model's.
  if (stages && reply.askedRank === 0) t.patchReply(reply, { stages: { ...stages, askedAtMs: t.nowMs } });
};

const tell = (t: Transition, { turn, startedAtMs, result }: Omit<TurnRetrieval, 'waiting'>): void => {
  if (!result) return;
  const { outcome, hits, endedAtMs: atMs } = result;
  t.emit({
    type: 'KnowledgeRetrieved',
    data: { turn, hits: [...hits], ms: atMs - startedAtMs, outcome, atMs },
  });
};
