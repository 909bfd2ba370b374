import type { HistoryEntry } from '../domain/call/history.js';
import { messageOf } from '../domain/errors.js';
import type { LanguageModel } from '../providers/language-model.js';
import { messagesOf } from './messages.js';
import { builtInTools } from './tools.js';
import type { Take } from './turn-taking/input.js';

export interface MindOptions {
  readonly provider: LanguageModel;
  readonly model: string | null;
  readonly temperature: number | null;
  readonly maxTokens: number | null;
  readonly language: string;
  readonly systemPrompt: string;
}

/** The call's language model: each answer is a stream of its own, and may be aborted. */
export class Mind {
  readonly #options: MindOptions;
  readonly #take: Take;
  readonly #signal: AbortSignal;
  readonly #answers = new Map<string, AbortController>();

  /** `signal` ends every answer. */
  constructor(options: MindOptions, take: Take, signal: AbortSignal) {
    this.#options = options;
    this.#take = take;
    this.#signal = signal;
  }

  /** Answers the conversation so far. `id` goes with each part. */
  async think(id: string, history: readonly HistoryEntry[]): Promise<void> {
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.#signal]);
    this.#answers.set(id, abort);
    try {
      const { provider, ...settings } = this.#options;
      const request = { ...settings, messages: messagesOf(history), tools: builtInTools, signal };
      for await (const part of provider.answer(request)) {
        if (signal.aborted) return;
        if (part.type === 'text') this.#take({ type: 'model_text', model: id, delta: part.delta });
        else if (part.type === 'tool_call')
          this.#take({ type: 'model_tool_call', model: id, call: part.call });
        else this.#take({ type: 'model_done', model: id, usage: part.usage });
      }
    } catch (error) {
      this.#take({ type: 'model_failed', model: id, error: messageOf(error) });
    } finally {
      this.#answers.delete(id);
    }
  }

  abort(id: string): void {
    this.#answers.get(id)?.abort();
  }
}
