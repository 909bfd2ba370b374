import type { OpenAI } from 'openai';
import { z } from 'zod';
import type { ExchangeOptions } from '../exchange.js';
import type { HttpConnections } from '../http-connections.js';
import type { AnswerPart, AnswerRequest, LanguageModel } from '../language-model.js';
import { parseAnswer } from './answer-shape.js';
import { chatRequest } from './chat-request.js';
import { exchange } from './exchange.js';
import { type Operation, openAiError, type Server } from './failure.js';
import { hasOnlyResponses } from './model-traits.js';
import { answerByResponses } from './responses.js';
import { ToolCallAssembly, toolCallDelta } from './tool-calls.js';
import { WithoutThoughts } from './without-thoughts.js';

/** The last chunk has no choice, only the usage. */
const chatChunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            /** The model declines, in words: the caller is to hear them. */
            refusal: z.string().nullish(),
            tool_calls: z.array(toolCallDelta).nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
});

export interface OpenAiLanguageModelOptions {
  /** The client's. */
  readonly connections: HttpConnections;
  /** Where a request names none. */
  readonly model: string;
  /** As in `exchange`. How long the first token may take is the caller's business. */
  readonly patienceMs: number;
  /** Which of OpenAI's two APIs; models that have only one are asked by that. Compatible servers have `chat`. */
  readonly api: LanguageModelApi;
  /** Those that the server's prompt makes think, though their text says nothing of it; absent: none. */
  readonly thinkingModels?: readonly string[] | undefined;
  /** Whose it is, where it isn't OpenAI's. */
  readonly server?: Server;
}

export type LanguageModelApi = 'chat' | 'responses';

/** OpenAI's chat completions, as compatible servers have them too, and its responses. */
export class OpenAiLanguageModel implements LanguageModel {
  readonly name: string;
  readonly #client: OpenAI;
  readonly #options: OpenAiLanguageModelOptions;

  constructor(client: OpenAI, options: OpenAiLanguageModelOptions) {
    this.#client = client;
    this.#options = options;
    this.name = options.server?.provider ?? 'openai';
  }

  get defaultModel(): string {
    return this.#options.model;
  }

  answer(request: AnswerRequest): AsyncGenerator<AnswerPart, void> {
    const { api, patienceMs, server } = this.#options;
    const model = request.model ?? this.defaultModel;
    const operation = { capability: 'languageModel', model, server } as const;
    const options = { signal: request.signal, patienceMs };
    return api === 'responses' || (!server && hasOnlyResponses(model))
      ? answerByResponses(this.#client, operation, request, options)
      : this.#chat(operation, request, options);
  }

  warmUp(): Promise<void> {
    return this.#options.connections.warmUp(this.#client.baseURL);
  }

  async *#chat(
    operation: Operation,
    request: AnswerRequest,
    options: ExchangeOptions,
  ): AsyncGenerator<AnswerPart, void> {
    const chunks = exchange(operation, options, (signal) =>
      this.#client.chat.completions.create(chatRequest(operation.model, request), { signal }),
    );
    const calls = new ToolCallAssembly();
    const words = new WithoutThoughts(this.#options.thinkingModels?.includes(operation.model));
    let usage: z.infer<typeof chatChunk>['usage'] = null;
    let isFinished = false;
    for await (const chunk of chunks) {
      const parsed = parseAnswer(operation, chatChunk, chunk);
      usage = parsed.usage ?? usage;
      const choice = parsed.choices?.[0];
      const isLast = Boolean(choice?.finish_reason);
      const { content, refusal } = choice?.delta ?? {};
      const delta = words.push(content ?? '') + (isLast ? words.end() : '') + (refusal ?? '');
      if (delta !== '') yield { type: 'text', delta };
      for (const call of choice?.delta?.tool_calls ?? []) calls.add(call);
      if (!isLast) continue;
      isFinished = true;
      for (const call of calls.take()) yield { type: 'tool_call', call };
    }
    if (options.signal.aborted) return;
    // A tool call whose arguments are cut off must not run.
    if (!isFinished) throw openAiError(operation, 'ended its answer before it was finished.');
    yield {
      type: 'done',
      usage: usage ? { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens } : null,
    };
  }
}
