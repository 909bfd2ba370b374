import type { HistoryEntry } from '../../domain/call/history.js';
import { lastSentenceOf, wordsOf } from '../turn-taking/words.js';

/** Fewer words than this seldom say what they're about: "Yes.", "And on Sundays?" */
const ENOUGH_WORDS = 4;
/** What was wanted stands at the end of a long turn; models that embed texts take little more. */
const MAX_CHARS = 1_000;

/**
 * What is looked up for the caller's latest turn: its words. Where these are few, or keys, what the caller said before and
 * the agent's last sentence, as heard, stand before them. Empty: there is nothing to look up.
 */
export const queryOf = (history: readonly HistoryEntry[]): string => {
  const at = history.findLastIndex(({ role }) => role === 'caller' || role === 'keys');
  const text = textOf(history[at]);
  if (wordsOf(text).length >= ENOUGH_WORDS) return text.slice(-MAX_CHARS);
  const before = history.slice(0, Math.max(0, at));
  const asked = textOf(before.findLast(({ role }) => role === 'caller'));
  const answered = lastSentenceOf(textOf(before.findLast(({ role }) => role === 'agent')));
  return [asked, answered, text]
    .filter((part) => part !== '')
    .join(' ')
    .slice(-MAX_CHARS);
};

/** Nothing of keys, and of what was erased. */
const textOf = (entry: HistoryEntry | undefined): string =>
  (entry && 'text' in entry ? entry.text : null) ?? '';
