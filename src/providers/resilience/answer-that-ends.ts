import { AppError, ErrorCode } from '../../domain/errors.js';
import type { AnswerPart } from '../language-model.js';

/** Twenty minutes of speech: nobody on a telephone listens for so long. */
const LONGEST_CHARS = 20_000;
/** So much counts a tool call, beside its arguments. */
const TOOL_CALL_CHARS = 500;

/**
 * An answer, up to where nobody would want more of it: some models, small ones above all, say the same again and again, and where their
 * server sets no limit for ever. All of it would be spoken, kept and paid for. Then it throws `UNAVAILABLE`.
 */
export async function* answerThatEnds(
  provider: string,
  answer: AsyncIterable<AnswerPart>,
): AsyncGenerator<AnswerPart, void> {
  let leftChars = LONGEST_CHARS;
  for await (const part of answer) {
    leftChars -= charsOf(part);
    if (leftChars < 0) throw endless(provider);
    yield part;
  }
}

const charsOf = (part: AnswerPart): number => {
  if (part.type === 'text') return part.delta.length;
  return part.type === 'tool_call' ? TOOL_CALL_CHARS + part.call.arguments.length : 0;
};

const endless = (provider: string): AppError =>
  new AppError(
    ErrorCode.UNAVAILABLE,
    `${provider} didn't end its answer, which has more than ${LONGEST_CHARS.toLocaleString('en-US')} characters.`,
    { provider, capability: 'languageModel', retryable: true },
  );
