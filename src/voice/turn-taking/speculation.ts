import { uncommittedText } from './caller.js';
import { endPhraseIn } from './commit-turn.js';
import { isVoiced } from './end-of-turn.js';
import type { Input } from './input.js';
import { onModelDone, onModelText, onModelToolCall } from './model.js';
import { policy } from './policy.js';
import { newModelId } from './replies.js';
import { dropPreparedRetrieval, lookUpPrepared } from './retrieval.js';
import type { Retrieval } from './retrieval-state.js';
import { speaksItself } from './spoken-answer.js';
import type { Speculation } from './state.js';
import type { Transition } from './transition.js';
import { finishOf, wordsOf } from './words.js';

/** A token is about four characters of English: for answers that were stopped before the provider counted. */
const CHARACTERS_A_TOKEN = 4;

/** The same words in the same conversation have the same answer. A call's tools are the same throughout. */
const keyOf = (t: Transition, text = uncommittedText(t.caller)): string =>
  `${t.state.revision} ${wordsOf(text).join(' ')}`;

/** A model that speaks itself would be heard at once. */
const canPrepare = (t: Transition): boolean =>
  t.state.settings.speculates && t.state.phase === 'listening' && !speaksItself(t, 0);

/** Other words are there: what is prepared answers others, and when these stay, they are worth an answer. */
export const onWordsChanged = (t: Transition): void => {
  if (!canPrepare(t)) return;
  dropSpeculation(t, keyOf(t));
  t.setDeadline('speculate', t.nowMs + policy.stableInterimMs);
};

/** Prepares the answer to what the caller has said so far, as if that were all. */
export const speculate = (t: Transition): void => {
  t.clearDeadlines('speculate');
  if (!canPrepare(t)) return;
  const text = uncommittedText(t.caller);
  const key = keyOf(t);
  if (text === '' || t.state.speculation?.key === key) return;
  dropSpeculation(t, key);
  if (!isWorthwhile(t, text)) return;
  const { speculated } = t.state;
  t.patch({
    speculated: { ...speculated, started: speculated.started + 1 },
    speculation: {
      model: newModelId(t),
      key,
      startedAtMs: t.nowMs,
      askedAtMs: null,
      firstTokenAtMs: null,
      text: '',
      toolCalls: [],
      done: false,
      usage: null,
    },
  });
  if (!lookUpPrepared(t, key, text)) askPrepared(t);
};

/** Asks the model for what is to be prepared, now that it's known what it can answer from. */
export const askPrepared = (t: Transition): void => {
  const { speculation, preparedRetrieval } = t.state;
  if (!speculation) return;
  // Something has happened in the call since: it would answer another one.
  if (speculation.key !== keyOf(t)) return dropSpeculation(t);
  t.patch({ speculation: { ...speculation, askedAtMs: t.nowMs } });
  const found = preparedRetrieval?.result?.outcome === 'found' && { retrieval: preparedRetrieval.id };
  t.effect({ type: 'think', model: speculation.model, uncommitted: uncommittedText(t.caller), ...found });
};

const isWorthwhile = (t: Transition, text: string): boolean => {
  const { settings, speculated, tools } = t.state;
  // A tool's result will change the conversation; a goodbye needs no model.
  if (tools.some(({ returned }) => !returned) || endPhraseIn(t, text)) return false;
  if (!isVoiced(t)) return speculated.started < policy.speculationsPerTurn;
  // In the middle of speech every word would be worth one: only what sounds finished is.
  const soundsFinished = finishOf(text, settings) === 'complete';
  return soundsFinished && speculated.started < policy.speculationsWhileVoiced;
};

type ModelPart = Extract<Input, { type: 'model_text' | 'model_tool_call' | 'model_done' | 'model_failed' }>;

/** Keeps a part of a prepared answer for when the turn is committed. Nothing of it is said, shown or done before. */
export const onPreparedPart = (t: Transition, prepared: Speculation, part: ModelPart): void => {
  // Of nobody: its model isn't asked yet.
  if (prepared.askedAtMs === null) return;
  const keep = (changes: Partial<Speculation>): void =>
    t.patch({ speculation: { ...prepared, firstTokenAtMs: prepared.firstTokenAtMs ?? t.nowMs, ...changes } });
  switch (part.type) {
    case 'model_text':
      return keep({ text: prepared.text + part.delta });
    case 'model_tool_call':
      return keep({ toolCalls: [...prepared.toolCalls, part.call] });
    case 'model_done':
      return t.patch({ speculation: { ...prepared, done: true, usage: part.usage } });
    case 'model_failed':
      // Nobody waits for it: when the turn is committed, the model is asked as usual, and may fail as usual.
      return stopPreparing(t);
  }
};

/** Stops what is prepared, and drops what was looked up for it; what that cost is counted in the turn. `unless`: its key. */
export const dropSpeculation = (t: Transition, unless?: string): void => {
  if (t.state.speculation?.key !== unless) stopPreparing(t);
  dropPreparedRetrieval(t, unless);
};

/** Stops the model alone: should the words stay, what was looked up for them is used. */
export const stopPreparing = (t: Transition): void => {
  const { speculation, speculated } = t.state;
  if (!speculation) return;
  if (speculation.askedAtMs !== null && !speculation.done)
    t.effect({ type: 'abort', model: speculation.model });
  const tokens = speculation.usage?.outputTokens ?? Math.ceil(speculation.text.length / CHARACTERS_A_TOKEN);
  t.patch({
    speculation: null,
    speculated: { ...speculated, wastedOutputTokens: speculated.wastedOutputTokens + tokens },
  });
};

/** What is prepared for a turn. */
export interface Prepared {
  readonly speculation: Speculation | null;
  readonly retrieval: Retrieval | null;
}

/** What is prepared for what is being committed; what is for other words is stopped. */
export const takePrepared = (t: Transition, committed: string): Prepared => {
  const key = keyOf(t, committed);
  dropSpeculation(t, key);
  const { speculation, preparedRetrieval: retrieval } = t.state;
  t.patch({ speculation: null, preparedRetrieval: null });
  return { speculation, retrieval };
};

/** What was prepared is the reply's: from here on it's said, and its tools run. */
export const promote = (t: Transition, { model, text, toolCalls, done, usage }: Speculation): void => {
  if (text !== '') onModelText(t, model, text);
  for (const call of toolCalls) onModelToolCall(t, model, call);
  if (done) onModelDone(t, model, usage);
};
