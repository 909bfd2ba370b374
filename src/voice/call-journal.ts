import { setTimeout as sleep } from 'node:timers/promises';
import { type CallCommand, callDecider } from '../domain/call/decider.js';
import type { CallEvent } from '../domain/call/events.js';
import type { CallState } from '../domain/call/state.js';
import { fold } from '../domain/decider.js';
import { AppError, ErrorCode, isAppError } from '../domain/errors.js';
import type { Actor } from '../domain/event.js';
import { parseStreamName } from '../domain/stream.js';
import type { EncodedEvent } from '../ledger/event-store.js';
import type { DataKey } from '../ledger/keys/key-ring.js';
import type { CommandContext, Ledger, LedgerRecord } from '../ledger/ledger.js';

/** What waits for the ledger while it's away; beyond it the call can't go on, since nothing of it would be known. */
const MAX_WAITING_EVENTS = 500;
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 1_000;
const EVENTS_AN_APPEND = 100;

interface Entry {
  readonly command: CallCommand;
  readonly context: CommandContext;
  events: readonly CallEvent[];
  /** Kept for a retry: encoding again gives other bytes. */
  encoded: readonly EncodedEvent[] | null;
  readonly whenStored: Promise<void>;
  readonly stored: () => void;
  readonly refused: (error: unknown) => void;
}

export interface JournalOptions {
  readonly ledger: Ledger;
  readonly stream: string;
  /** The call, in every event's `$correlationId`. */
  readonly correlationId: string;
  readonly actor: Actor;
  /** Ids of commands begin with it: unique for each writer of the call. */
  readonly writer: string;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
  /** Before the first append, until it succeeds: the call's key, and where the call is found. */
  readonly prepare: () => Promise<DataKey>;
  /** What this journal has appended: each event once, in order. Must not throw. */
  readonly onStored?: ((events: readonly CallEvent[]) => void) | undefined;
}

export interface JournalListener {
  /** Others recorded these: another process, or another part of this one. */
  foreign(events: readonly CallEvent[]): void;
  /** What waits here can't be stored any more, mostly since others wrote; nothing more may be recorded. */
  fenced(error: unknown): void;
}

/**
 * One writer's view of a call's stream. `record` decides and folds at once and appends in the background, in order: the
 * audio never waits for the ledger. While the ledger is away the events wait in memory. On a conflict what others wrote
 * is read, what waits is decided again on it, and appended behind it.
 */
export class CallJournal {
  readonly #options: JournalOptions;
  readonly #listeners = new Set<JournalListener>();
  readonly #waiting: Entry[] = [];
  /** At `#revision`: what is stored. */
  #stored: CallState;
  #revision: number;
  /** Of the event at it; `null`: there is none. */
  #lastId: string | null;
  /** With what waits. */
  #state: CallState;
  #key: DataKey | undefined;
  #commands = 0;
  #lastCommandId: string | null = null;
  /** An append under way, as long as nobody knows its outcome. */
  #sent: readonly Entry[] | null = null;
  #flushing: Promise<void> | undefined;
  /** The newest event that the tail told of. */
  #seenRevision = -1;
  #isFenced = false;

  private constructor(options: JournalOptions, past: readonly LedgerRecord[]) {
    this.#options = options;
    this.#stored = fold(callDecider, past as readonly unknown[] as readonly CallEvent[]);
    this.#revision = past.at(-1)?.revision ?? -1;
    this.#lastId = past.at(-1)?.id ?? null;
    this.#state = this.#stored;
  }

  /** Reads what is stored. Throws `UNAVAILABLE` when the ledger is away. */
  static async open(options: JournalOptions): Promise<CallJournal> {
    return new CallJournal(options, await options.ledger.readStream(options.stream));
  }

  /** For a call that nobody can have written to yet: the ledger may be away. */
  static begin(options: JournalOptions): CallJournal {
    return new CallJournal(options, []);
  }

  /** The call as it will be stored. */
  get state(): CallState {
    return this.#state;
  }

  get stream(): string {
    return this.#options.stream;
  }

  get tenantId(): string {
    return parseStreamName(this.#options.stream).tenantId;
  }

  /** Nothing more may be recorded here: whoever has something to say opens the call again. */
  get isFenced(): boolean {
    return this.#isFenced;
  }

  /** The newest command that had events; `null`: there was none. */
  get lastCommandId(): string | null {
    return this.#lastCommandId;
  }

  get waitingEvents(): number {
    return this.#waiting.reduce((sum, { events }) => sum + events.length, 0);
  }

  listen(listener: JournalListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Decides a command on the state, and queues its events. The promise resolves when they are stored, and all before
   * them that said the same already; it rejects when others made them impossible. Nobody has to wait for it.
   *
   * `commandId`: of what several processes may find out, so that its events have the same ids and are stored once.
   *
   * Throws what the decider throws, `CONFLICT` when the journal is fenced, and `LIMIT_EXCEEDED` when too much waits.
   */
  record(command: CallCommand, commandId?: string): Promise<void> {
    if (this.#isFenced) throw new AppError(ErrorCode.CONFLICT, 'Another worker has this call.');
    const events = callDecider.decide(command, this.#state);
    if (events.length === 0) return this.#waiting.at(-1)?.whenStored ?? Promise.resolve();
    if (this.waitingEvents + events.length > MAX_WAITING_EVENTS) {
      throw new AppError(
        ErrorCode.LIMIT_EXCEEDED,
        `${MAX_WAITING_EVENTS} events of this call wait for the ledger.`,
      );
    }
    this.#state = fold(callDecider, events, this.#state);
    const { correlationId, actor, writer, now } = this.#options;
    this.#lastCommandId = commandId ?? `${writer}:${++this.#commands}`;
    const context = {
      commandId: this.#lastCommandId,
      correlationId,
      actor,
      occurredAt: new Date(now()).toISOString(),
    };
    const { promise, resolve, reject } = withResolvers();
    this.#waiting.push({
      command,
      context,
      events,
      encoded: null,
      whenStored: promise,
      stored: resolve,
      refused: reject,
    });
    this.#flushing ??= this.#flush();
    // `Record` is what the call's own session says; everything else it learns here.
    if (command.type !== 'Record') this.#tellForeign(events);
    return promise;
  }

  /** Resolves when nothing waits any more. */
  async flushed(): Promise<void> {
    while (this.#flushing) await this.#flushing;
  }

  /** From the ledger's tail: somebody appended to this stream. */
  observe({ revision }: Pick<LedgerRecord, 'revision'>): void {
    this.#seenRevision = Math.max(this.#seenRevision, revision);
    this.#catchUp();
  }

  /** From the ledger's tail: the ledger has lost events. Reads whether this call's are there. */
  recheck(): void {
    this.observe({ revision: this.#revision + 1 });
  }

  /** Reads what others wrote. An append under way meets it as a conflict, or it's that append itself. */
  #catchUp(): void {
    if (this.#seenRevision <= this.#revision || this.#flushing || this.#isFenced) return;
    this.#flushing = this.#readNewer().then(
      () => this.#afterFlush(),
      (error: unknown) => {
        this.#fenceUnlessAway(error);
        this.#afterFlush();
      },
    );
  }

  #afterFlush(): void {
    this.#flushing = this.#waiting.length > 0 ? this.#flush() : undefined;
  }

  async #flush(): Promise<void> {
    let retryMs = RETRY_MIN_MS;
    while (this.#waiting.length > 0) {
      try {
        await this.#appendNext();
        retryMs = RETRY_MIN_MS;
      } catch (error) {
        if (isAppError(error, ErrorCode.CONFLICT)) {
          this.#sent = null;
          await this.#readNewer().catch((cause: unknown) => {
            this.#fenceUnlessAway(cause);
            return sleep(retryMs);
          });
        } else if (isLedgerAway(error)) {
          await sleep(retryMs);
          retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
        } else {
          this.#fence(error);
        }
      }
    }
    this.#flushing = undefined;
    this.#catchUp();
  }

  async #appendNext(): Promise<void> {
    const { ledger, stream, prepare } = this.#options;
    this.#key ??= await prepare();
    // After an unknown outcome exactly the same events are sent again: only so the store knows its copy of them.
    this.#sent ??= this.#nextEntries();
    const entries = this.#sent;
    for (const entry of entries) {
      entry.encoded ??= await ledger.encode(stream, entry.events, entry.context, this.#key);
    }
    const events = entries.flatMap(({ encoded }) => encoded ?? []);
    if (events.length > 0) {
      const expected = this.#revision < 0 ? 'none' : this.#revision;
      this.#revision = (await ledger.appendEncoded(stream, events, expected)).revision;
      this.#lastId = events.at(-1)?.id ?? null;
    }
    this.#sent = null;
    this.#waiting.splice(0, entries.length);
    for (const entry of entries) {
      this.#stored = fold(callDecider, entry.events, this.#stored);
      entry.stored();
      this.#options.onStored?.(entry.events);
    }
  }

  #nextEntries(): readonly Entry[] {
    let count = 0;
    const end = this.#waiting.findIndex(({ events }, at) => {
      count += events.length;
      return at > 0 && count > EVENTS_AN_APPEND;
    });
    return this.#waiting.slice(0, end < 0 ? undefined : end);
  }

  /** Folds what others wrote, and decides again what waits. Throws `EVENTS_LOST` where what was stored isn't any more. */
  async #readNewer(): Promise<void> {
    const { ledger, stream } = this.#options;
    const read = await ledger.readStream(stream, Math.max(this.#revision, 0));
    const isAnew = this.#lastId === null;
    if (!isAnew && read[0]?.id !== this.#lastId) throw eventsLost(stream, this.#revision);
    const newer = isAnew ? read : read.slice(1);
    const events = newer as readonly unknown[] as readonly CallEvent[];
    this.#revision = newer.at(-1)?.revision ?? this.#revision;
    this.#lastId = newer.at(-1)?.id ?? this.#lastId;
    this.#stored = fold(callDecider, events, this.#stored);
    this.#tellForeign(events);
    try {
      this.#state = this.#waiting.reduce((state, entry) => redecide(entry, state), this.#stored);
    } catch (error) {
      this.#fence(error);
    }
  }

  #tellForeign(events: readonly CallEvent[]): void {
    for (const listener of [...this.#listeners]) listener.foreign(events);
  }

  /**
   * While the ledger is away, the next event or append brings it up again. What can't be read, as an event of a newer
   * program, can't be decided about: the call is another worker's, who knows it.
   */
  #fenceUnlessAway(error: unknown): void {
    if (!isLedgerAway(error)) this.#fence(error);
  }

  #fence(error: unknown): void {
    this.#isFenced = true;
    this.#state = this.#stored;
    this.#sent = null;
    for (const entry of this.#waiting.splice(0)) entry.refused(error);
    for (const listener of [...this.#listeners]) listener.fenced(error);
  }
}

/** A promise and its ends. Whoever doesn't wait for it hears of its rejection by `fenced`. */
const withResolvers = () => {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((onStored, onRefused) => {
    resolve = onStored;
    reject = onRefused;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
};

const eventsLost = (stream: string, revision: number): AppError =>
  new AppError(
    ErrorCode.EVENTS_LOST,
    `The ledger has lost ${stream}@${revision}, which was stored: the call can't go on from there.`,
    { stream, revision },
  );

const isLedgerAway = (error: unknown): boolean =>
  isAppError(error, ErrorCode.UNAVAILABLE) ||
  isAppError(error, ErrorCode.OUTCOME_UNKNOWN) ||
  isAppError(error, ErrorCode.RETRY_LATER);

/** Throws what the decider throws when the command isn't possible any more. */
const redecide = (entry: Entry, state: CallState): CallState => {
  const events = callDecider.decide(entry.command, state);
  if (JSON.stringify(events) !== JSON.stringify(entry.events)) {
    entry.events = events;
    entry.encoded = null;
  }
  return fold(callDecider, events, state);
};
