/** A streamed conversation model. */
export interface LanguageModel {
  readonly name: string;
  /** What is taken where a request names no model; absent: its models have no names. */
  readonly defaultModel?: string | undefined;
  /**
   * One answer, as it's composed. Ends with `done`. Throws when the provider fails: an `AppError` whose message has none
   * of the conversation. Its signal ends it at once, without an error.
   */
  answer(request: AnswerRequest): AsyncIterable<AnswerPart>;
  /**
   * Opens a connection in advance where none is open, so that the next answer needn't wait for it; absent: it has nothing to
   * open. Asks the model nothing. Resolves within 5 s, when it has done what it can. What it fails with is of no
   * interest, since the next answer will tell: behind its breaker it never rejects.
   */
  warmUp?(): Promise<void>;
}

export interface AnswerRequest {
  /** `null`: the provider's default. */
  readonly model: string | null;
  readonly systemPrompt: string;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  /** `null`: the provider's default. */
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly maxTokens: number | null;
  /** BCP 47: what the caller speaks. */
  readonly language: string;
  readonly signal: AbortSignal;
}

export type Message =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly toolCalls: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly toolCallId: string; readonly result: string };

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export type AnswerPart =
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'tool_call'; readonly call: ToolCall }
  | { readonly type: 'done'; readonly usage: Usage | null };

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Both together; `null`: neither was counted. */
export const sumOf = (a: Usage | null, b: Usage | null): Usage | null =>
  a && b
    ? { inputTokens: a.inputTokens + b.inputTokens, outputTokens: a.outputTokens + b.outputTokens }
    : (a ?? b);
