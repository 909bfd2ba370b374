import { choices, type Failure, passOn, reportRanked } from './failures.js';
import { policy } from './policy.js';
import { askModel } from './replies.js';
import { holds } from './rules.js';
import { askToSpeak, breakOffSpoken, speaksItself } from './spoken-answer.js';
import type { Reply } from './state.js';
import type { Transition } from './transition.js';
import { hasWords } from './words.js';

/** A model of a race has said something without a word: that decides nothing, and is kept for its first words. */
export const keepsOpening = (t: Transition, model: string, delta: string): boolean => {
  const { reply, settings } = t.state;
  if (!reply || hasWords(delta) || !holds(settings, 'wordsWinRaces') || !races(t, reply, model)) return false;
  const openings = { ...reply.openings, [model]: (reply.openings[model] ?? '') + delta };
  // Of an answer that was prepared the line break is known already.
  const stages = reply.stages && { ...reply.stages, firstTokenAtMs: null };
  t.patchReply(reply, { openings, stages });
  return true;
};

/** Whether a model is asked beside another one, or will be. */
const races = ({ state: { deadlines } }: Transition, { model, hedge }: Reply, id: string): boolean =>
  hedge?.model === id || (model === id && (hedge !== null || deadlines.hedge !== undefined));

/** A model that races is done, and there is no answer of it: the other one's is still to come. */
export const hasLostByNothing = (t: Transition, model: string): boolean => {
  const { reply, settings } = t.state;
  if (!reply?.hedge || !holds(settings, 'wordsWinRaces') || !saysNothing(reply)) return false;
  return races(t, reply, model);
};

/** All of its text is the platform's own, or there is none. */
export const saysNothing = ({ hasModelText, text }: Reply): boolean => !hasModelText || !hasWords(text);

/** The reply that a model composes, now that something came of it: of two models that race, it's the winner. */
export const answeredBy = (t: Transition, model: string): Reply | null => {
  const { reply } = t.state;
  if (!reply) return null;
  if (reply.model === model) return withoutHedge(t, reply);
  if (reply.hedge?.model !== model) return null;
  const { rank } = reply.hedge;
  if (reply.model !== null) t.effect({ type: 'abort', model: reply.model, beaten: true });
  passOn(t, 'language_model', { fromRank: reply.rank, toRank: rank }, 'slower');
  const abandonedAnswers = reply.abandonedAnswers + 1;
  const stopped = breakOffSpoken(t, reply);
  return t.patchReply(stopped, { model, rank, hedge: null, abandonedAnswers });
};

/** The first choice answers after all. */
const withoutHedge = (t: Transition, reply: Reply): Reply => {
  t.clearDeadlines('hedge');
  if (!reply.hedge) return reply;
  t.effect({ type: 'abort', model: reply.hedge.model, beaten: true });
  return t.patchReply(reply, { hedge: null, abandonedAnswers: reply.abandonedAnswers + 1 });
};

/** The first choice is slow: the next one is asked, too. */
export const onHedgeDue = (t: Transition): void => {
  const { reply } = t.state;
  if (!reply?.model || reply.hedge || reply.askedRank + 1 >= choices(t, 'language_model')) return;
  const rank = reply.askedRank + 1;
  const model = askModel(t, reply.turn, { rank });
  t.patchReply(reply, { askedRank: rank, hedge: { model, rank, askedAtMs: t.nowMs } });
};

/** The one that was asked beside a slow one failed: the slow one goes on. `true`: it was that one. */
export const hasHedgeFailed = (t: Transition, model: string, failure: Failure): boolean => {
  const { reply } = t.state;
  if (reply?.hedge?.model !== model) return false;
  if (!failure.circuitOpen) reportRanked(t, 'language_model', reply.hedge.rank, failure);
  t.patchReply(reply, { hedge: null });
  return true;
};

/** The model of the reply failed: the next one goes on from what is said already. `false`: there is none left. */
export const askNextModel = (t: Transition, reply: Reply, failure: Failure): boolean => {
  const hedge = reply.hedge;
  const toRank = hedge?.rank ?? reply.askedRank + 1;
  if (toRank >= choices(t, 'language_model')) return false;
  passOn(t, 'language_model', { fromRank: reply.rank, toRank }, failure);
  const moved = { rank: toRank, askedRank: Math.max(toRank, reply.askedRank), hedge: null, toolRounds: 0 };
  if (hedge) {
    t.setDeadline('model', Math.max(t.nowMs, hedge.askedAtMs + policy.modelDeadlineMs));
    t.patchReply(reply, { ...moved, model: hedge.model });
    return true;
  }
  // What isn't with the voice yet isn't said: it's forgotten, and nothing is said twice.
  const said = reply.text.slice(0, reply.chunkedChars);
  const text = /\S$/.test(said) ? `${said} ` : said;
  const stopped = t.patchReply(reply, { ...moved, model: null, text, goesOn: text !== '' });
  const { tools } = t.state;
  const waitsForTool = tools.some(({ turn, returned }) => turn === reply.turn && !returned);
  if (!waitsForTool) composeOn(t, stopped);
  return true;
};

/** Asks the reply's model, with the results of its tools, and where another one failed with what is said already. */
export const composeOn = (t: Transition, reply: Reply): void => {
  if (speaksItself(t, reply.rank)) {
    askToSpeak(t, reply);
    return;
  }
  const said = reply.goesOn ? { said: reply.text.trim() } : {};
  t.patchReply(reply, { model: askModel(t, reply.turn, { rank: reply.rank, ...said }), usesTools: false });
};
