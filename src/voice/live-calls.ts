import { ErrorCode, isAppError } from '../domain/errors.js';
import { callStream, parseStreamName } from '../domain/stream.js';
import type { DataKey } from '../ledger/keys/key-ring.js';
import type { Ledger, LedgerRecord } from '../ledger/ledger.js';
import type { LedgerTail } from '../ledger/tail.js';
import { CallJournal, type JournalOptions } from './call-journal.js';
import type { VoiceSession } from './session.js';

/** While the ledger is away, so many events of all calls wait in memory; then no new call is taken. */
const MAX_WAITING_EVENTS = 10_000;
/** A call whose media never came is forgotten after so long: whoever needs it reads it again. */
const FORGET_AFTER_MS = 60_000;

interface LiveCall {
  readonly callId: string;
  readonly journal: CallJournal;
  readonly unfollow: () => void;
  session: VoiceSession | null;
  forget: NodeJS.Timeout | undefined;
}

/** A call that this process may be the first to hear of. */
export interface NewCall {
  readonly tenantId: string;
  readonly callId: string;
  /** Until it succeeds, before the first append: the call's key, and where the call is found. */
  readonly prepare: () => Promise<DataKey>;
}

export interface LiveCallsOptions {
  readonly ledger: Ledger;
  readonly tail: LedgerTail;
  /** Names this process in the ledger. */
  readonly worker: string;
  /** Unique for each journal. */
  readonly newWriter: () => string;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
  /** As of `JournalOptions`: for all calls. */
  readonly onStored?: JournalOptions['onStored'];
}

/** The calls that this process writes to: each has one journal, whoever asks for it, and at most one session. */
export class LiveCalls {
  readonly #options: LiveCallsOptions;
  readonly #calls = new Map<string, LiveCall>();
  readonly #opening = new Map<string, Promise<CallJournal>>();

  constructor(options: LiveCallsOptions) {
    this.#options = options;
  }

  get worker(): string {
    return this.#options.worker;
  }

  get sessions(): readonly VoiceSession[] {
    return [...this.#calls.values()].flatMap(({ session }) => session ?? []);
  }

  carries(callId: string): boolean {
    for (const call of this.#calls.values()) {
      if (call.callId === callId && call.session) return true;
    }
    return false;
  }

  /** Too much waits for the ledger already: a new call would lose its events. */
  get isFull(): boolean {
    const waiting = [...this.#calls.values()].reduce((sum, { journal }) => sum + journal.waitingEvents, 0);
    return waiting >= MAX_WAITING_EVENTS;
  }

  /** Whose a call is that is live here; `null`: it isn't. */
  tenantOf(callId: string): string | null {
    for (const { journal } of this.#calls.values()) {
      const { tenantId, id } = parseStreamName(journal.stream);
      if (id === callId) return tenantId;
    }
    return null;
  }

  /** The journal of a call that is live here. */
  find(tenantId: string, callId: string): CallJournal | undefined {
    return this.#calls.get(callStream(tenantId, callId))?.journal;
  }

  /** The call's journal, from the ledger where it isn't here. Throws `UNAVAILABLE` when the ledger is away. */
  open(tenantId: string, callId: string): Promise<CallJournal> {
    const { ledger } = this.#options;
    const stream = callStream(tenantId, callId);
    return this.#once(stream, () =>
      CallJournal.open(this.#journalOptions(stream, callId, () => ledger.keyOf(stream))),
    );
  }

  /** As `open`, for a call that just came in: while the ledger is away, it begins in memory. */
  begin({ tenantId, callId, prepare }: NewCall): Promise<CallJournal> {
    const stream = callStream(tenantId, callId);
    const options = this.#journalOptions(stream, callId, prepare);
    return this.#once(stream, () =>
      CallJournal.open(options).catch((error: unknown) => {
        if (isAppError(error, ErrorCode.UNAVAILABLE)) return CallJournal.begin(options);
        throw error;
      }),
    );
  }

  /** The session that carries the call here; when it's over, the call is forgotten once everything is stored. */
  attach(journal: CallJournal, session: VoiceSession): void {
    const call = this.#calls.get(journal.stream);
    if (call?.journal !== journal) return;
    clearTimeout(call.forget);
    call.session = session;
  }

  /** A session that the next attempt's has replaced takes nothing with it. */
  detach(journal: CallJournal, session: VoiceSession): void {
    const call = this.#calls.get(journal.stream);
    if (call?.session !== session) return;
    call.session = null;
    this.#forgetLater(journal.stream, call, 0);
  }

  /** Once nothing waits for the ledger any more. */
  async flushed(): Promise<void> {
    await Promise.all([...this.#calls.values()].map(({ journal }) => journal.flushed()));
  }

  #journalOptions(stream: string, callId: string, prepare: () => Promise<DataKey>) {
    const { ledger, worker, newWriter, now, onStored } = this.#options;
    const actor = { type: 'platform', id: worker } as const;
    return { ledger, stream, correlationId: callId, actor, writer: newWriter(), now, prepare, onStored };
  }

  #once(stream: string, open: () => Promise<CallJournal>): Promise<CallJournal> {
    const call = this.#calls.get(stream);
    if (call && !call.journal.isFenced) return Promise.resolve(call.journal);
    const opening = this.#opening.get(stream) ?? this.#open(stream, open);
    this.#opening.set(stream, opening);
    return opening;
  }

  async #open(stream: string, open: () => Promise<CallJournal>): Promise<CallJournal> {
    const missed: Pick<LedgerRecord, 'revision'>[] = [];
    let journal: CallJournal | undefined;
    let isLost = false;
    // Followed before it's read: what is appended in between is not missed.
    const observe = (event: Pick<LedgerRecord, 'revision'>): void => {
      if (journal) journal.observe(event);
      else missed.push(event);
    };
    // The journal reads for itself what there is, and finds out that it can't.
    const unfollow = this.#options.tail.follow(stream, {
      onEvent: observe,
      onUnreadable: ({ stored }) => observe(stored),
      onLost: () => {
        isLost = true;
        journal?.recheck();
      },
    });
    try {
      journal = await open();
      for (const event of missed) journal.observe(event);
      if (isLost) journal.recheck();
      const { id: callId } = parseStreamName(stream);
      const call: LiveCall = { callId, journal, unfollow, session: null, forget: undefined };
      this.#drop(stream);
      this.#calls.set(stream, call);
      this.#forgetLater(stream, call, FORGET_AFTER_MS);
      return journal;
    } catch (error) {
      unfollow();
      throw error;
    } finally {
      this.#opening.delete(stream);
    }
  }

  /** A fenced journal makes room for one that may write again. */
  #drop(stream: string): void {
    const call = this.#calls.get(stream);
    clearTimeout(call?.forget);
    call?.unfollow();
  }

  #forgetLater(stream: string, call: LiveCall, ms: number): void {
    clearTimeout(call.forget);
    call.forget = setTimeout(() => void this.#forget(stream, call), ms).unref();
  }

  async #forget(stream: string, call: LiveCall): Promise<void> {
    await call.journal.flushed();
    if (call.session) return;
    call.unfollow();
    if (this.#calls.get(stream) === call) this.#calls.delete(stream);
  }
}
