import type { CallEvent } from '../../domain/call/events.js';
import type { Caller } from './caller-state.js';
import type { Effect } from './effect.js';
import { type Phrases, phrasesOf } from './phrases.js';
import type { DeadlineName, Reply, State } from './state.js';

/**
 * One step under way: the state so far, and what the step wants. It lives within one call of `step`, which stays pure: the
 * state that came in is copied at the first change, and only that copy is written to.
 */
export class Transition {
  readonly effects: Effect[] = [];
  readonly events: CallEvent[] = [];
  #state: State;
  #copy: State | null = null;

  constructor(
    state: State,
    /** On the call's clock. */
    readonly nowMs: number,
  ) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  get caller(): Caller {
    return this.#state.caller;
  }

  get phrases(): Phrases {
    return phrasesOf(this.#state.settings.language);
  }

  patch(changes: Partial<State>): void {
    // One copy a step: one a change took a fifth of a simulated call's time.
    this.#copy ??= { ...this.#state };
    Object.assign(this.#copy, changes);
    this.#state = this.#copy;
  }

  patchCaller(changes: Partial<Caller>): void {
    this.patch({ caller: { ...this.caller, ...changes } });
  }

  patchReply(reply: Reply, changes: Partial<Reply>): Reply {
    const patched = { ...reply, ...changes };
    this.patch({ reply: patched });
    return patched;
  }

  emit(...events: readonly CallEvent[]): void {
    this.events.push(...events);
    this.patch({ revision: this.#state.revision + events.length });
  }

  effect(...effects: readonly Effect[]): void {
    this.effects.push(...effects);
  }

  setDeadline(name: DeadlineName, atMs: number): void {
    this.patch({ deadlines: { ...this.#state.deadlines, [name]: atMs } });
  }

  clearDeadlines(...names: readonly DeadlineName[]): void {
    const { deadlines } = this.#state;
    if (!names.some((name) => name in deadlines)) return;
    // Without `delete`, which makes an object slow.
    const left = Object.entries(deadlines).filter(([name]) => !names.includes(name as DeadlineName));
    this.patch({ deadlines: Object.fromEntries(left) });
  }
}
