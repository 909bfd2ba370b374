/**
 * The conversation as the model sees it, folded from the events: what the caller said and what the caller heard, never
 * what was merely generated. Texts are `null` once erased, or where nobody knows what was heard.
 */
export type HistoryEntry =
  | { readonly role: 'caller'; readonly text: string | null }
  | { readonly role: 'keys'; readonly digits: string | null }
  | { readonly role: 'agent'; readonly text: string | null; readonly interrupted: boolean }
  | {
      readonly role: 'tool_call';
      readonly toolCallId: string;
      readonly name: string;
      readonly arguments: string | null;
    }
  | { readonly role: 'tool_result'; readonly toolCallId: string; readonly result: string | null };

/** Nothing said or nothing heard adds nothing. */
const isEmpty = (entry: HistoryEntry): boolean =>
  (entry.role === 'caller' || entry.role === 'agent') && entry.text === '';

export const withEntry = (history: readonly HistoryEntry[], entry: HistoryEntry): readonly HistoryEntry[] =>
  isEmpty(entry) ? history : [...history, entry];
