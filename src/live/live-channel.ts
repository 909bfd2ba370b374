import type pg from 'pg';
import { NotifyConnection } from '../database/notify-connection.js';

/** What is being said right now: never stored, and no harm done when it's lost. */
export interface LiveText {
  readonly speaker: 'caller' | 'agent';
  readonly turn: number;
  readonly text: string;
}

type Listener = (live: LiveText) => void;

const TEXT_CHANNEL = 'ledgerline_live';
const INTEREST_CHANNEL = 'ledgerline_live_interest';
/** At most five a second and call; the newest replaces the older. */
const EVERY_MS = 200;
/** NOTIFY refuses 8,000 bytes. A long text loses its beginning, which was shown already. */
const MAX_TEXT_BYTES = 6_500;
const INTEREST_EVERY_MS = 10_000;
const INTEREST_LASTS_MS = 30_000;

interface Pending {
  latest: LiveText | null;
  readonly timer: NodeJS.Timeout;
}

/**
 * Interim words, from the process that carries a call to those whose clients follow it. Within a process they go
 * directly; across processes by LISTEN and NOTIFY, and only while another process says that somebody there follows.
 */
export class LiveChannel {
  readonly #connection: NotifyConnection;
  readonly #processId: string;
  readonly #listeners = new Map<string, Set<Listener>>();
  /** Calls that are followed in other processes, and until when that holds. */
  readonly #remoteInterest = new Map<string, number>();
  readonly #pending = new Map<string, Pending>();
  readonly #renewal: NodeJS.Timeout;

  /** `processId` is unique among the processes of an installation. */
  constructor(connection: pg.ClientConfig, processId: string) {
    this.#processId = processId;
    this.#connection = new NotifyConnection({
      connection,
      applicationName: 'ledgerline-live',
      channels: [TEXT_CHANNEL, INTEREST_CHANNEL],
      onNotification: (channel, payload) => this.#onNotification(channel, payload),
      onConnected: () => this.#announceInterest(),
    });
    this.#connection.connect();
    this.#renewal = setInterval(() => this.#announceInterest(), INTEREST_EVERY_MS).unref();
  }

  /** At most five a second of a call go out, the last one always. */
  publish(callId: string, live: LiveText): void {
    if (!this.#isFollowed(callId)) return;
    const pending = this.#pending.get(callId);
    if (pending) {
      pending.latest = live;
      return;
    }
    this.#send(callId, live);
    const timer = setTimeout(() => this.#sendLatest(callId), EVERY_MS).unref();
    this.#pending.set(callId, { latest: null, timer });
  }

  /** Follows a call. Returns how to stop. */
  follow(callId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(callId) ?? new Set();
    this.#listeners.set(callId, listeners.add(listener));
    if (listeners.size === 1) this.#announce([callId]);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(callId);
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#renewal);
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    await this.#connection.close();
  }

  #isFollowed(callId: string): boolean {
    return this.#listeners.has(callId) || (this.#remoteInterest.get(callId) ?? 0) > Date.now();
  }

  #sendLatest(callId: string): void {
    const latest = this.#pending.get(callId)?.latest;
    this.#pending.delete(callId);
    if (latest) this.publish(callId, latest);
  }

  #send(callId: string, live: LiveText): void {
    for (const listener of this.#listeners.get(callId) ?? []) listener(live);
    if ((this.#remoteInterest.get(callId) ?? 0) <= Date.now()) return;
    const message = { from: this.#processId, callId, ...live, text: lastBytes(live.text, MAX_TEXT_BYTES) };
    void this.#connection.notify(TEXT_CHANNEL, JSON.stringify(message));
  }

  #announceInterest(): void {
    const now = Date.now();
    for (const [callId, untilMs] of this.#remoteInterest) {
      if (untilMs <= now) this.#remoteInterest.delete(callId);
    }
    this.#announce([...this.#listeners.keys()]);
  }

  #announce(callIds: readonly string[]): void {
    for (const callId of callIds) {
      void this.#connection.notify(INTEREST_CHANNEL, JSON.stringify({ from: this.#processId, callId }));
    }
  }

  #onNotification(channel: string, payload: string): void {
    const message = parse(payload);
    if (!message || message.from === this.#processId) return;
    if (channel === INTEREST_CHANNEL) {
      this.#remoteInterest.set(message.callId, Date.now() + INTEREST_LASTS_MS);
      return;
    }
    const { callId, speaker, turn, text } = message;
    for (const listener of this.#listeners.get(callId) ?? []) listener({ speaker, turn, text });
  }
}

type Message = { readonly from: string; readonly callId: string } & LiveText;

/** Anybody may notify on a database's channels. */
const parse = (payload: string): Message | null => {
  try {
    return JSON.parse(payload) as Message;
  } catch {
    return null;
  }
};

/** JSON may double a text's bytes by escapes; words don't. */
const lastBytes = (text: string, maxBytes: number): string => {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  // A character is at most 4 bytes, so what is left is short enough, and cut between characters.
  return `…${[...text].slice(-Math.floor(maxBytes / 4)).join('')}`;
};
