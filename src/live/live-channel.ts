import type pg from 'pg';
import { NotifyConnection } from '../database/notify-connection.js';
import type { MediaQuality } from '../domain/call/media-events.js';

/** What is being said right now: never stored, and no harm done when it's lost. */
export interface LiveText {
  readonly speaker: 'caller' | 'agent';
  readonly turn: number;
  readonly text: string;
}

/** A media stream, as it has been so far. */
export interface LiveQuality extends MediaQuality {
  readonly attempt: number;
}

type Live = LiveText | LiveQuality;
type Listener<T extends Live> = (live: T) => void;

const TEXT_CHANNEL = 'ledgerline_live';
const INTEREST_CHANNEL = 'ledgerline_live_interest';
/** At most five a second and call; the newest replaces the older. */
const EVERY_MS = 200;
/** NOTIFY refuses 8,000 bytes. A long text loses its beginning, which was shown already. */
const MAX_TEXT_BYTES = 6_500;
const INTEREST_EVERY_MS = 10_000;
const INTEREST_LASTS_MS = 30_000;

/** What is followed: a call's words by its id, its quality beside them. */
const qualityOf = (callId: string): string => `quality:${callId}`;

interface Pending {
  latest: Live | null;
  readonly timer: NodeJS.Timeout;
}

/**
 * Interim words and a line's quality, from the process that carries a call to those whose clients follow it. Within a process they go
 * directly; across processes by LISTEN and NOTIFY, and only while another process says that somebody there follows.
 */
export class LiveChannel {
  readonly #connection: NotifyConnection;
  readonly #processId: string;
  readonly #listeners = new Map<string, Set<Listener<Live>>>();
  /** What is followed in other processes, and until when that holds. */
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
    this.#publish(callId, live);
  }

  /** As `publish`. */
  publishQuality(callId: string, live: LiveQuality): void {
    this.#publish(qualityOf(callId), live);
  }

  /** Follows a call's words. Returns how to stop. */
  follow(callId: string, listener: Listener<LiveText>): () => void {
    return this.#follow(callId, listener as Listener<Live>);
  }

  /** Follows a call's quality. Returns how to stop. */
  followQuality(callId: string, listener: Listener<LiveQuality>): () => void {
    return this.#follow(qualityOf(callId), listener as Listener<Live>);
  }

  async close(): Promise<void> {
    clearInterval(this.#renewal);
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    await this.#connection.close();
  }

  #follow(topic: string, listener: Listener<Live>): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    if (listeners.size === 1) this.#announce([topic]);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(topic);
    };
  }

  #isFollowed(topic: string): boolean {
    return this.#listeners.has(topic) || (this.#remoteInterest.get(topic) ?? 0) > Date.now();
  }

  #publish(topic: string, live: Live): void {
    if (!this.#isFollowed(topic)) return;
    const pending = this.#pending.get(topic);
    if (pending) {
      pending.latest = live;
      return;
    }
    this.#send(topic, live);
    const timer = setTimeout(() => this.#sendLatest(topic), EVERY_MS).unref();
    this.#pending.set(topic, { latest: null, timer });
  }

  #sendLatest(topic: string): void {
    const latest = this.#pending.get(topic)?.latest;
    this.#pending.delete(topic);
    if (latest) this.#publish(topic, latest);
  }

  #send(topic: string, live: Live): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener(live);
    if ((this.#remoteInterest.get(topic) ?? 0) <= Date.now()) return;
    const short = 'text' in live ? { ...live, text: lastBytes(live.text, MAX_TEXT_BYTES) } : live;
    // The name is the one that processes before this version know.
    const message = { from: this.#processId, callId: topic, ...short };
    void this.#connection.notify(TEXT_CHANNEL, JSON.stringify(message));
  }

  #announceInterest(): void {
    const now = Date.now();
    for (const [topic, untilMs] of this.#remoteInterest) {
      if (untilMs <= now) this.#remoteInterest.delete(topic);
    }
    this.#announce([...this.#listeners.keys()]);
  }

  #announce(topics: readonly string[]): void {
    for (const callId of topics) {
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
    const { from: _, callId, ...live } = message;
    for (const listener of this.#listeners.get(callId) ?? []) listener(live);
  }
}

type Message = { readonly from: string; readonly callId: string } & Live;

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
