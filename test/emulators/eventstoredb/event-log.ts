import { randomUUID } from 'node:crypto';

/** An event as the server keeps it. */
export interface LogRecord extends ProposedEvent {
  /** Where it stands in the log: its commit and its prepare position. */
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  /** Since 1970, in units of 100 ns. */
  readonly createdTicks: bigint;
}

export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** A revision, or what the protocol has instead. */
export type Expectation = number | 'no stream' | 'stream exists' | 'any';

export type AppendOutcome =
  | { readonly kind: 'written'; readonly revision: number; readonly position: bigint }
  | { readonly kind: 'wrong version'; readonly actual: number }
  | { readonly kind: 'deleted' };

const TICKS_PER_MS = 10_000n;
/** What a record takes beside its texts. */
const RECORD_BYTES = 64;

/** The server's log: it outlives restarts, as a disk does. */
export class EventLog {
  readonly records: LogRecord[] = [];
  readonly #streams = new Map<string, LogRecord[]>();
  readonly #tombstones = new Set<string>();
  readonly #readers = new Set<() => void>();
  /** Added to the clock: a test sets it back as a failover may. */
  clockOffsetMs = 0;
  #end = 0n;

  stream(name: string): readonly LogRecord[] {
    return this.#streams.get(name) ?? [];
  }

  isDeleted(stream: string): boolean {
    return this.#tombstones.has(stream);
  }

  /** As the server decides: with a revision, the same ids at the same place are a copy that is there already. */
  append(stream: string, expected: Expectation, events: readonly ProposedEvent[]): AppendOutcome {
    if (this.isDeleted(stream)) return { kind: 'deleted' };
    const past = this.stream(stream);
    const copy = copyOf(past, expected, events);
    if (copy) return { kind: 'written', revision: copy.revision, position: copy.position };
    if (!meets(expected, past.length - 1)) return { kind: 'wrong version', actual: past.length - 1 };
    let last = past.at(-1);
    for (const event of events) last = this.#write(stream, event);
    for (const wake of [...this.#readers]) wake();
    return { kind: 'written', revision: last?.revision ?? -1, position: last?.position ?? -1n };
  }

  tombstone(stream: string): void {
    this.#tombstones.add(stream);
  }

  /** Something of the server's own, among the ledger's events. */
  appendSystemEvent(): void {
    this.append('$scavenges', 'any', [
      {
        id: randomUUID(),
        type: '$scavengeStarted',
        contentType: 'application/json',
        data: Buffer.from('{}'),
        metadata: new Uint8Array(),
      },
    ]);
  }

  /** Forgets the newest events, as a failover to a node does that didn't have them yet. */
  truncate(count: number): void {
    const lost = this.records.splice(this.records.length - count);
    for (const { stream } of lost) this.#streams.get(stream)?.pop();
    // Others take their places.
    this.#end = lost[0]?.position ?? this.#end;
  }

  /** Until the next append, or the signal. */
  appended(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#readers.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#readers.add(done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  #write(stream: string, event: ProposedEvent): LogRecord {
    const past = this.#streams.get(stream) ?? [];
    const createdTicks = BigInt(Date.now() + this.clockOffsetMs) * TICKS_PER_MS;
    const record = { ...event, stream, revision: past.length, position: this.#end, createdTicks };
    this.#end += BigInt(RECORD_BYTES + stream.length + event.data.length + event.metadata.length);
    this.#streams.set(stream, past);
    past.push(record);
    this.records.push(record);
    return record;
  }
}

const meets = (expected: Expectation, actual: number): boolean => {
  if (expected === 'any') return true;
  if (expected === 'stream exists') return actual >= 0;
  return actual === (expected === 'no stream' ? -1 : expected);
};

const copyOf = (
  past: readonly LogRecord[],
  expected: Expectation,
  events: readonly ProposedEvent[],
): LogRecord | undefined => {
  if (expected === 'any' || expected === 'stream exists') return undefined;
  const first = expected === 'no stream' ? 0 : expected + 1;
  const there = past.slice(first, first + events.length);
  const isCopy = there.length === events.length && there.every(({ id }, at) => id === events[at]?.id);
  return isCopy ? there.at(-1) : undefined;
};
