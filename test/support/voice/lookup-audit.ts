import assert from 'node:assert/strict';
import type { CallEvent } from '../../../src/domain/call/events.js';
import type { Effect } from '../../../src/voice/turn-taking/effect.js';
import { policy } from '../../../src/voice/turn-taking/policy.js';
import type { State } from '../../../src/voice/turn-taking/state.js';
import type { Step } from '../../../src/voice/turn-taking/step.js';
import { wordsOf } from '../../../src/voice/turn-taking/words.js';

type Committed = Extract<CallEvent, { type: 'CallerTurnCommitted' }>['data'];

/** Holds the reducer to what must be true of what it looks up in the tenant's documents. */
export class LookupAudit {
  /** Those that aren't forgotten, with what they are for. */
  readonly #kept = new Map<string, string>();
  /** Begun before the turn that is still to be committed. */
  #prepared = new Set<string>();
  readonly #told = new Set<number>();
  #turn = 0;
  #words = '';

  check({ state, effects, events }: Step, before: State, atMs: number): void {
    for (const event of events) this.#checkEvent(event, before, atMs);
    for (const effect of effects) this.#checkEffect(effect, state);
    const committed = events.find(({ type }) => type === 'CallerTurnCommitted')?.data;
    if (committed) this.#checkWaste(committed as Committed, state);
    const underWay = [state.preparedRetrieval, state.retrieval].filter((one) => one && !one.result);
    assert.ok(underWay.length <= 1, 'two lookups at once');
    const latestMs = underWay.map((one) => (one?.startedAtMs ?? 0) + policy.retrievalDeadlineMs);
    assert.equal(state.deadlines.retrieval, latestMs[0], 'a lookup without its end');
    if (state.phase === 'ended') assert.equal(this.#kept.size, 0, 'passages are kept after the end');
  }

  #checkEvent(event: CallEvent, { settings }: State, nowMs: number): void {
    if (event.type === 'CallerTurnCommitted') {
      this.#turn = event.data.turn;
      this.#words = wordsOf(event.data.text ?? '').join(' ');
    } else if (event.type === 'DtmfReceived') {
      this.#turn = event.data.turn;
      this.#words = '';
    } else if (event.type === 'KnowledgeRetrieved') {
      assert.equal(settings.retrieves, true, 'told of documents that there are none of');
      assert.ok(!this.#told.has(event.data.turn), 'a turn is told twice what was found');
      assert.ok(event.data.atMs <= nowMs, 'found in the future');
      assert.equal(event.data.hits.length > 0, event.data.outcome === 'found');
      this.#told.add(event.data.turn);
    }
  }

  #checkEffect(effect: Effect, state: State): void {
    if (effect.type === 'retrieve') {
      assert.equal(state.settings.retrieves, true, 'looked up in documents that there are none of');
      const isPrepared = effect.uncommitted !== undefined;
      const key = isPrepared
        ? `${this.#turn + 1} ${wordsOf(effect.uncommitted ?? '').join(' ')}`
        : `${this.#turn} ${this.#words}`;
      assert.ok(![...this.#kept.values()].includes(key), `looked up twice: ${key}`);
      this.#kept.set(effect.retrieval, key);
      if (isPrepared) this.#prepared.add(effect.retrieval);
    } else if (effect.type === 'forget') {
      assert.ok(this.#kept.delete(effect.retrieval), 'forgotten what nobody knew');
    } else if (effect.type === 'think' && effect.retrieval !== undefined) {
      assert.ok(this.#kept.has(effect.retrieval), 'an answer from what is forgotten');
    }
  }

  /** What was prepared for a turn is its own, or in vain: each once. */
  #checkWaste({ speculation }: Committed, { retrieval }: State): void {
    const used = retrieval && this.#prepared.has(retrieval.id) ? 1 : 0;
    assert.equal(speculation?.wastedRetrievals ?? 0, this.#prepared.size - used, 'lookups counted wrongly');
    this.#prepared = new Set();
  }
}
