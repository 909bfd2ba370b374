import type { HistoryEntry } from '../../domain/call/history.js';
import { reasonOf } from '../../domain/errors.js';
import type { Logger } from '../../domain/logger.js';
import { withUncommitted } from '../messages.js';
import type { Effect } from '../turn-taking/effect.js';
import type { Take } from '../turn-taking/input.js';
import { queryOf } from './query.js';
import type { Passage, Retriever } from './retriever.js';

/** About 1,500 tokens: what a model reads in some 50 ms. */
const MAX_CHARS = 6_000;

interface Lookup {
  readonly abort: AbortController;
  passages: readonly Passage[];
}

type Retrieve = Omit<Extract<Effect, { type: 'retrieve' }>, 'type'>;

/**
 * What a call looks up in its tenant's documents. The passages stay here until the conversation needs them no more: it
 * knows them by the retrieval that found them.
 */
export class Lookups {
  readonly #retriever: Retriever | null;
  readonly #take: Take;
  readonly #signal: AbortSignal;
  readonly #logger: Logger;
  readonly #lookups = new Map<string, Lookup>();
  #hasWarned = false;

  /** `retriever`: `null` where nothing is ever looked up. `signal` ends every lookup. */
  constructor(retriever: Retriever | null, take: Take, signal: AbortSignal, logger: Logger) {
    this.#retriever = retriever;
    this.#take = take;
    this.#signal = signal;
    this.#logger = logger;
  }

  /** Tells what was found, or that it failed, unless it's forgotten by then. */
  async lookUp({ retrieval, uncommitted }: Retrieve, history: readonly HistoryEntry[]): Promise<void> {
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.#signal]);
    const lookup: Lookup = { abort, passages: [] };
    this.#lookups.set(retrieval, lookup);
    try {
      const text = queryOf(withUncommitted(history, uncommitted));
      const found = text === '' ? [] : await this.#retriever?.retrieve(text, signal);
      if (signal.aborted) return;
      lookup.passages = withinBound(found ?? []);
      this.#take({ type: 'retrieved', retrieval, hits: lookup.passages.map(hitOf) });
    } catch (error) {
      if (signal.aborted) return;
      this.#warn(error);
      this.#take({ type: 'retrieval_failed', retrieval });
    }
  }

  /** Once: the events tell of each. */
  #warn(error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#logger.warn({ error: reasonOf(error) }, 'Documents can not be searched: a call goes on without.');
  }

  /** None, where it isn't known. */
  passagesOf(retrieval: string | undefined): readonly Passage[] {
    return (retrieval !== undefined && this.#lookups.get(retrieval)?.passages) || [];
  }

  forget(retrieval: string): void {
    this.#lookups.get(retrieval)?.abort.abort();
    this.#lookups.delete(retrieval);
  }
}

/** The best, as many as fit whole; of one that fits nowhere its beginning. */
const withinBound = (passages: readonly Passage[]): readonly Passage[] => {
  let left = MAX_CHARS;
  const kept = passages.filter(({ text }) => {
    const fits = text.length <= left;
    if (fits) left -= text.length;
    return fits;
  });
  const [best] = passages;
  return kept.length === 0 && best ? [{ ...best, text: best.text.slice(0, MAX_CHARS) }] : kept;
};

/** The likeness of what has no direction is no number, which the ledger takes as little as JSON does. */
const hitOf = ({ documentId, chunk, score }: Passage) => ({
  documentId,
  chunk,
  score: Number.isFinite(score) ? score : 0,
});
