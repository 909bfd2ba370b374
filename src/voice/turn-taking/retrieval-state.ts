import type { Hit } from '../../domain/call/conversation-events.js';
import type { RetrievalOutcome } from '../../domain/call/vocabulary.js';
import type { Effect } from './effect.js';

/** A look into the tenant's documents. */
export interface Retrieval {
  readonly id: string;
  readonly startedAtMs: number;
  /** `null`: it's under way. */
  readonly result: {
    readonly outcome: RetrievalOutcome;
    readonly hits: readonly Hit[];
    readonly endedAtMs: number;
  } | null;
}

/** For words that aren't committed: what they are answered from, should these be all. */
export interface PreparedRetrieval extends Retrieval {
  /** As a speculation's. */
  readonly key: string;
}

/** For a committed turn: all of its answers share it. */
export interface TurnRetrieval extends Retrieval {
  readonly turn: number;
  /** The model that is asked when it's over. */
  readonly waiting: Extract<Effect, { type: 'think' }> | null;
}
