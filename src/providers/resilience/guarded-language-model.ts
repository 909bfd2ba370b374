import type { AnswerPart, AnswerRequest, LanguageModel } from '../language-model.js';
import { answerThatEnds } from './answer-that-ends.js';
import type { Breaker } from './breaker.js';
import { guardedRequest } from './guarded-request.js';
import { guardedWarmUp } from './guarded-warm-up.js';

/** A language model behind its circuit breaker: throws at once what `Breaker.begin` throws. */
export class GuardedLanguageModel implements LanguageModel {
  readonly #model: LanguageModel;
  readonly #breaker: Breaker;

  constructor(model: LanguageModel, breaker: Breaker) {
    this.#model = model;
    this.#breaker = breaker;
  }

  get name(): string {
    return this.#model.name;
  }

  get defaultModel(): string | undefined {
    return this.#model.defaultModel;
  }

  answer(request: AnswerRequest): AsyncGenerator<AnswerPart, void> {
    return guardedRequest(this.#breaker, request.signal, () =>
      answerThatEnds({ provider: this.name, capability: 'languageModel' }, this.#model.answer(request)),
    );
  }

  warmUp(): Promise<void> {
    return guardedWarmUp(this.#breaker, () => this.#model.warmUp?.());
  }
}
