import { type ExchangeOptions, exchangeWith } from '../exchange.js';
import { isPassing, type Operation, openAiFailure } from './failure.js';

/** One request to OpenAI, and its answer piece by piece: as `exchangeWith`, with OpenAI's errors. */
export const exchange = <T>(
  operation: Operation,
  options: ExchangeOptions,
  send: (signal: AbortSignal) => PromiseLike<AsyncIterable<T> | Iterable<T>>,
): AsyncGenerator<T, void> =>
  exchangeWith({ failureOf: (error) => openAiFailure(operation, error), isPassing }, options, send);
