import type { Hit } from '../../../src/domain/call/conversation-events.js';
import type { Effect } from '../../../src/voice/turn-taking/effect.js';
import type { Input } from '../../../src/voice/turn-taking/input.js';
import type { VirtualClock } from './virtual-clock.js';

/** What the documents have when they're searched for the n-th time. Without anything that follows, nothing ever comes. */
export type RetrievalScript = (
  lookedUp: number,
) => { readonly afterMs: number } & (
  | { readonly found: number }
  | { readonly fails: true }
  | { readonly hangs: true }
);

/** The best of so many passages first. */
export const someHits = (count: number): readonly Hit[] =>
  Array.from({ length: count }, (_, at) => ({ documentId: 'doc_1', chunk: at, score: 0.9 - at / 10 }));

/** A tenant's documents by a script. */
export class VirtualRetriever {
  readonly #clock: VirtualClock;
  readonly #script: RetrievalScript;
  readonly #take: (input: Input) => void;
  readonly #forgotten = new Set<string>();
  #lookedUp = 0;

  constructor(clock: VirtualClock, script: RetrievalScript, take: (input: Input) => void) {
    this.#clock = clock;
    this.#script = script;
    this.#take = take;
  }

  retrieve({ retrieval }: Extract<Effect, { type: 'retrieve' }>): void {
    const script = this.#script(this.#lookedUp++);
    if ('hangs' in script) return;
    this.#clock.at(this.#clock.nowMs + script.afterMs, () => {
      if (this.#forgotten.has(retrieval)) return;
      if ('fails' in script) this.#take({ type: 'retrieval_failed', retrieval });
      else this.#take({ type: 'retrieved', retrieval, hits: someHits(script.found) });
    });
  }

  forget(retrieval: string): void {
    this.#forgotten.add(retrieval);
  }
}
