import type { HistoryEntry } from '../domain/call/history.js';
import { messageOf } from '../domain/errors.js';
import type { AnswerPart, LanguageModel, Message, Tool } from '../providers/language-model.js';
import { type QuotedPassage, withPassages } from '../providers/quoted-passages.js';
import { isCircuitOpen } from '../providers/resilience/breaker.js';
import { TookTooLong } from '../providers/resilience/took-too-long.js';
import { Continuation } from './continuation.js';
import { messagesOf, withUncommitted } from './messages.js';
import { usageOf } from './odd-numbers.js';
import type { Effect } from './turn-taking/effect.js';
import type { Take } from './turn-taking/input.js';
import { policy } from './turn-taking/policy.js';

export interface ModelChoice {
  readonly provider: LanguageModel;
  readonly model: string | null;
}

export interface MindOptions {
  /** The agent's first choice, and its fallbacks. */
  readonly choices: readonly [ModelChoice, ...ModelChoice[]];
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly maxTokens: number | null;
  readonly language: string;
  readonly systemPrompt: string;
  readonly tools: readonly Tool[];
}

type Think = Omit<Extract<Effect, { type: 'think' }>, 'type'>;
type Abort = Extract<Effect, { type: 'abort' }>;

/** Models that take a conversation's end as theirs to go on with are few: the others are told. */
const GO_ON =
  '[A technical fault cut your answer off; the caller has heard it up to here. Go on exactly where it ends: repeat nothing, and say nothing about the fault.]';

interface Answer {
  readonly abort: AbortController;
  /** When it's too late for its first part, on the clock of `performance`. */
  readonly dueAtMs: number;
  hasBegun: boolean;
  /** Another model was quicker: whether it begins in time is all that's still of interest. */
  overdue?: NodeJS.Timeout;
}

/** The call's language model: each answer is a stream of its own, and may be aborted. */
export class Mind {
  readonly #options: MindOptions;
  readonly #take: Take;
  readonly #signal: AbortSignal;
  readonly #answers = new Map<string, Answer>();

  /** `signal` ends every answer. */
  constructor(options: MindOptions, take: Take, signal: AbortSignal) {
    this.#options = options;
    this.#take = take;
    this.#signal = signal;
  }

  /**
   * Answers the conversation so far, as the effect asks for it, and from these passages. Its `model` goes with each part.
   */
  async think(
    effect: Think,
    history: readonly HistoryEntry[],
    passages: readonly QuotedPassage[] = [],
  ): Promise<void> {
    const { model: id, rank = 0, said, uncommitted } = effect;
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.#signal]);
    const answer: Answer = { abort, dueAtMs: performance.now() + policy.modelDeadlineMs, hasBegun: false };
    this.#answers.set(id, answer);
    try {
      const { choices, ...settings } = this.#options;
      const { provider, model } = choices[rank] ?? choices[0];
      const messages = [...messagesOf(withUncommitted(history, uncommitted)), ...cutOff(said)];
      const systemPrompt = withPassages(settings.systemPrompt, passages);
      const request = { ...settings, systemPrompt, model, messages, signal };
      for await (const part of newParts(provider.answer(request), said)) {
        answer.hasBegun = true;
        if (answer.overdue) abort.abort();
        if (signal.aborted) return;
        this.#takePart(id, part);
      }
    } catch (error) {
      if (answer.overdue) return;
      const circuitOpen = isCircuitOpen(error) && { circuitOpen: true };
      this.#take({ type: 'model_failed', model: id, error: messageOf(error), ...circuitOpen });
    } finally {
      clearTimeout(answer.overdue);
      this.#answers.delete(id);
    }
  }

  /** Opens the first choice's connection in advance. */
  warmUp(): void {
    void this.#options.choices[0].provider.warmUp?.();
  }

  /** `late` and `beaten` as in the effect. */
  abort(id: string, { late = false, beaten = false }: Pick<Abort, 'late' | 'beaten'> = {}): void {
    const answer = this.#answers.get(id);
    if (!answer) return;
    const { abort, dueAtMs, hasBegun } = answer;
    if (!beaten || hasBegun) return abort.abort(late ? new TookTooLong() : undefined);
    // Its breaker hears of a model that hangs though nobody waits for it.
    const leftMs = Math.max(0, dueAtMs - performance.now());
    answer.overdue ??= setTimeout(() => abort.abort(new TookTooLong()), leftMs).unref();
  }

  #takePart(model: string, part: AnswerPart): void {
    if (part.type === 'text') this.#take({ type: 'model_text', model, delta: part.delta });
    else if (part.type === 'tool_call') this.#take({ type: 'model_tool_call', model, call: part.call });
    else this.#take({ type: 'model_done', model, usage: usageOf(part.usage) });
  }
}

/** An answer that another model began, and the word to go on with it. */
const cutOff = (said: string | undefined): readonly Message[] =>
  said === undefined
    ? []
    : [
        { role: 'assistant', text: said, toolCalls: [] },
        { role: 'user', text: GO_ON },
      ];

/** An answer's parts, without what it repeats of its beginning. */
async function* newParts(
  parts: AsyncIterable<AnswerPart>,
  said: string | undefined,
): AsyncGenerator<AnswerPart, void> {
  if (said === undefined) return yield* parts;
  const continuation = new Continuation(said);
  for await (const part of parts) {
    const delta = part.type === 'text' ? continuation.push(part.delta) : continuation.end();
    if (delta !== '') yield { type: 'text', delta };
    if (part.type !== 'text') yield part;
  }
}
