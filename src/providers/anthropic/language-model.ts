import type { Anthropic } from '@anthropic-ai/sdk';
import { exchangeWith } from '../exchange.js';
import type { HttpConnections } from '../http-connections.js';
import type { AnswerPart, AnswerRequest, LanguageModel } from '../language-model.js';
import { AnswerStream } from './answer-stream.js';
import { anthropicFailure, isPassing } from './failure.js';
import { messagesRequest } from './messages-request.js';

export interface AnthropicLanguageModelOptions {
  /** The client's. */
  readonly connections: HttpConnections;
  /** Where a request names none. */
  readonly model: string;
  /** How long it may send nothing, in ms. How long the first token may take is the caller's business. */
  readonly patienceMs: number;
}

/** Anthropic's Messages API. */
export class AnthropicLanguageModel implements LanguageModel {
  readonly name = 'anthropic';
  readonly #client: Anthropic;
  readonly #options: AnthropicLanguageModelOptions;

  constructor(client: Anthropic, options: AnthropicLanguageModelOptions) {
    this.#client = client;
    this.#options = options;
  }

  get defaultModel(): string {
    return this.#options.model;
  }

  async *answer(request: AnswerRequest): AsyncGenerator<AnswerPart, void> {
    const { signal } = request;
    const { patienceMs } = this.#options;
    const model = request.model ?? this.defaultModel;
    const stream = new AnswerStream(model);
    const errors = { failureOf: (error: unknown) => anthropicFailure(model, error), isPassing };
    const events = exchangeWith(errors, { signal, patienceMs }, (signal) =>
      this.#client.messages.create(messagesRequest(model, request), { signal }),
    );
    for await (const event of events) yield* stream.parts(event);
    if (!signal.aborted) yield stream.done();
  }

  warmUp(): Promise<void> {
    return this.#options.connections.warmUp(this.#client.baseURL);
  }
}
