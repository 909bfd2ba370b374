import type {
  Appended,
  AppendOptions,
  EncodedEvent,
  EventBatch,
  EventStore,
  StoredEvent,
} from '../../src/ledger/event-store.js';

/** When a process dies: instead of its nth append (0: its first), or after it was done and before it's told. */
export interface Death {
  readonly atAppend: number;
  readonly isDone: boolean;
}

/** A process's way to a store that others go on with when it's dead: it does nothing more, and hears nothing more. */
export class DyingEventStore implements EventStore {
  readonly #inner: EventStore;
  readonly #death: Death;
  #appends = 0;
  #isDead = false;
  #die: () => void = () => undefined;
  /** Resolves when it does. */
  readonly died = new Promise<'died'>((resolve) => {
    this.#die = () => resolve('died');
  });

  constructor(inner: EventStore, death: Death) {
    this.#inner = inner;
    this.#death = death;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  async append(stream: string, events: readonly EncodedEvent[], options: AppendOptions): Promise<Appended> {
    if (!this.#isDead && this.#appends++ === this.#death.atAppend) {
      this.#isDead = true;
      if (this.#death.isDone) await this.#inner.append(stream, events, options).catch(() => undefined);
      this.#die();
    }
    return this.#unlessDead(() => this.#inner.append(stream, events, options));
  }

  readStream(stream: string, options?: { readonly fromRevision?: number }): Promise<readonly StoredEvent[]> {
    return this.#unlessDead(() => this.#inner.readStream(stream, options));
  }

  readAll(options?: { readonly from?: string; readonly signal?: AbortSignal }): AsyncIterable<EventBatch> {
    return this.#inner.readAll(options);
  }

  subscribeAll(options: { readonly after?: string | undefined; readonly signal: AbortSignal }) {
    return this.#inner.subscribeAll(options);
  }

  has(position: string, eventId?: string): Promise<boolean> {
    return this.#unlessDead(() => this.#inner.has(position, eventId));
  }

  head(): Promise<string | undefined> {
    return this.#unlessDead(() => this.#inner.head());
  }

  comparePositions(a: string, b: string): number {
    return this.#inner.comparePositions(a, b);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #unlessDead<T>(work: () => Promise<T>): Promise<T> {
    return this.#isDead ? new Promise(() => undefined) : work();
  }
}
