import type { AnswerPart, AnswerRequest, LanguageModel } from '../language-model.js';
import { splitPassages } from '../quoted-passages.js';
import { answerTo } from './answer.js';
import { delay } from './delay.js';
import { readPrompt, withFacts } from './prompt.js';

export interface SandboxLanguageModelOptions {
  readonly firstTokenMs: number;
  /** From one word to the next. */
  readonly wordMs: number;
}

/** Answers by rules from the system prompt, what was looked up, and the history: always the same to the same. Its tokens are words. */
export const createSandboxLanguageModel = (options: SandboxLanguageModelOptions): LanguageModel => ({
  name: 'sandbox',
  async *answer(request) {
    const { messages, signal } = request;
    const { prompt: own, passages } = splitPassages(request.systemPrompt);
    const prompt = withFacts(readPrompt(own), passages);
    const { text, tool } = answerTo(request, prompt);
    const words = (text.match(/\S+\s*/g) ?? []).slice(0, request.maxTokens ?? undefined);
    for (const [n, delta] of words.entries()) {
      if (!(await delay(n === 0 ? options.firstTokenMs : options.wordMs, signal))) return;
      yield { type: 'text', delta };
      if (signal.aborted) return;
    }
    if (tool !== null && mayCall(tool, request)) {
      yield {
        type: 'tool_call',
        call: { id: `sandbox_${messages.length}`, name: tool, arguments: '{}' },
      };
      if (signal.aborted) return;
    }
    const usage = { inputTokens: prompt.length + wordsIn(messages), outputTokens: words.length };
    yield { type: 'done', usage } satisfies AnswerPart;
  },
});

/** Not when it was called already: a tool's result is the latest message then. */
const mayCall = (tool: string, { tools, messages }: AnswerRequest): boolean =>
  tools.some(({ name }) => name === tool) && messages.at(-1)?.role !== 'tool';

const wordsIn = (messages: AnswerRequest['messages']): number =>
  messages.reduce((sum, message) => {
    const text = message.role === 'tool' ? message.result : message.text;
    return sum + (text.match(/\S+/g)?.length ?? 0);
  }, 0);
