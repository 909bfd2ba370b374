import { SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { AnswerPart } from '../language-model.js';
import type { SpokenAnswerPart } from '../speech-to-speech.js';

/** Twenty minutes of speech: nobody on a telephone listens for so long. */
const LONGEST_CHARS = 20_000;
const LONGEST_MINUTES = 20;
const LONGEST_BYTES = LONGEST_MINUTES * 60 * SAMPLE_RATE_HZ;
/** So much counts a tool call, beside its arguments. */
const TOOL_CALL_CHARS = 500;

/** Who answers, as its errors name it. */
export interface Answering {
  readonly provider: string;
  readonly capability: 'languageModel' | 'speechToSpeech';
}

/**
 * An answer, up to where nobody would want more of it: some models, small ones above all, say the same again and again, and where their
 * server sets no limit for ever. All of it would be spoken, kept and paid for. Then it throws `UNAVAILABLE`.
 */
export async function* answerThatEnds<Part extends AnswerPart | SpokenAnswerPart>(
  who: Answering,
  answer: AsyncIterable<Part>,
): AsyncGenerator<Part, void> {
  let leftChars = LONGEST_CHARS;
  let leftBytes = LONGEST_BYTES;
  for await (const part of answer) {
    leftChars -= charsOf(part);
    leftBytes -= part.type === 'audio' ? part.audio.length : 0;
    if (leftChars < 0) throw endless(who, `${LONGEST_CHARS.toLocaleString('en-US')} characters`);
    if (leftBytes < 0) throw endless(who, `${LONGEST_MINUTES} minutes of audio`);
    yield part;
  }
}

const charsOf = (part: SpokenAnswerPart): number => {
  if (part.type === 'text') return part.delta.length;
  return part.type === 'tool_call' ? TOOL_CALL_CHARS + part.call.arguments.length : 0;
};

const endless = ({ provider, capability }: Answering, length: string): AppError =>
  new AppError(ErrorCode.UNAVAILABLE, `${provider} didn't end its answer, which has more than ${length}.`, {
    provider,
    capability,
    retryable: true,
  });
