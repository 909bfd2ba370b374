import type { HistoryEntry } from '../domain/call/history.js';
import type { Message, ToolCall } from '../providers/language-model.js';

/** What the model is told where a text was erased, or nobody knows what was heard. */
const UNKNOWN = '[inaudible]';
const CUT_OFF = ' —';
/** Providers refuse a tool call without a result: the caller went on before it came. */
const NO_RESULT = '{"error":"interrupted before a result came"}';

/** OpenAI refuses longer ones. */
const MAX_NAME_CHARS = 64;
const MAX_ID_CHARS = 40;

/** What the caller says is not in the history yet where an answer is only prepared. */
export const withUncommitted = (
  history: readonly HistoryEntry[],
  uncommitted: string | undefined,
): readonly HistoryEntry[] =>
  uncommitted === undefined ? history : [...history, { role: 'caller', text: uncommitted }];

/** The call's history as a model's conversation. An interrupted answer ends in a dash, so that the model knows. */
export const messagesOf = (history: readonly HistoryEntry[]): readonly Message[] => {
  const results = new Map<string, string | null>();
  for (const entry of history) {
    if (entry.role === 'tool_result') results.set(entry.toolCallId, entry.result);
  }
  return questionLast(history).flatMap((entry) => messagesOfEntry(entry, results));
};

/**
 * What the agent said since without answering, that the call is recorded, stands before the caller's words: providers answer
 * the last message, and some refuse a conversation that ends with their own.
 */
const questionLast = (history: readonly HistoryEntry[]): readonly HistoryEntry[] => {
  const asked = history.findLastIndex(({ role }) => role === 'caller' || role === 'keys');
  const unanswering = history.findLastIndex(({ role }) => role !== 'agent') + 1;
  return asked < 0 || unanswering === history.length
    ? history
    : [...history.slice(0, asked), ...history.slice(unanswering), ...history.slice(asked, unanswering)];
};

const messagesOfEntry = (
  entry: HistoryEntry,
  results: ReadonlyMap<string, string | null>,
): readonly Message[] => {
  switch (entry.role) {
    case 'caller':
      return [{ role: 'user', text: entry.text ?? UNKNOWN }];
    case 'keys':
      return [{ role: 'user', text: `[The caller pressed ${entry.digits ?? 'keys'} on the keypad.]` }];
    case 'agent':
      return [assistant(`${entry.text ?? UNKNOWN}${entry.interrupted ? CUT_OFF : ''}`)];
    case 'tool_call': {
      const { toolCallId, name } = entry;
      const result = results.has(toolCallId) ? (results.get(toolCallId) ?? UNKNOWN) : NO_RESULT;
      const id = identifier(toolCallId, MAX_ID_CHARS);
      const call = { id, name: identifier(name, MAX_NAME_CHARS), arguments: objectIn(entry.arguments) };
      return [assistant('', [call]), { role: 'tool', toolCallId: id, result }];
    }
    case 'tool_result':
      // It stands behind its call.
      return [];
  }
};

const assistant = (text: string, toolCalls: readonly ToolCall[] = []): Message => ({
  role: 'assistant',
  text,
  toolCalls,
});

/**
 * A name or an id as every provider takes it, whoever made it up: another provider may be told, and one that refuses it would
 * refuse every answer from here on. What tells ids apart is mostly at their end.
 */
const identifier = (text: string, maxChars: number): string =>
  text.replace(/[^a-zA-Z0-9_-]/g, '_').slice(-maxChars) || '_';

/** Compatible servers read the arguments of earlier calls, and refuse a conversation with a call that is no JSON object. */
const objectIn = (args: string | null): string => {
  try {
    const parsed: unknown = JSON.parse(args ?? '');
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (args ?? '{}') : '{}';
  } catch {
    return '{}';
  }
};
