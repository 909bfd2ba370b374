import { BYTES_PER_MS } from './voiced-spans.js';

/** What happens at the carrier's end of a media stream. All times are on one clock, in ms. */
export interface PlayoutListener {
  /** Audio begins where there was none. `gapMs`: for so long; `null`: since ever, or since the buffer was emptied. */
  onStart(atMs: number, gapMs: number | null): void;
  /** The caller heard this, from `fromMs` on. */
  onPlayed(fromMs: number, muLaw: Uint8Array): void;
  /** The platform throws away audio that wasn't played. */
  onCut(atMs: number): void;
  /** To be echoed: reached, or thrown away with the audio before it. */
  onMark(name: string): void;
}

type Item =
  | { readonly type: 'audio'; readonly fromMs: number; readonly muLaw: Uint8Array; playedBytes: number }
  | { readonly type: 'mark'; readonly atMs: number; readonly name: string };

/** A burst of messages is one delivery: its later ones say nothing about how well the buffer is kept filled. */
const BURST_MS = 10;
/** A sample is 0.125 ms: what is closer is the same moment, as far as fractions of it can be added up. */
const EPSILON_BYTES = 1e-6;

/**
 * What the carrier has received and not played yet. It plays in real time, in order; a mark is echoed when everything
 * before it was played, and all of them at once when the buffer is cleared (Twilio's documentation of `mark` and `clear`).
 */
export class PlayoutBuffer {
  readonly #listener: PlayoutListener;
  #items: Item[] = [];
  #endsAtMs = Number.NEGATIVE_INFINITY;
  #isFresh = true;
  #receivedAtMs = Number.NEGATIVE_INFINITY;
  /** The least that was left to play when more came; `null`: all came at once. */
  minLeadMs: number | null = null;

  constructor(listener: PlayoutListener) {
    this.#listener = listener;
  }

  isPlaying(nowMs: number): boolean {
    return this.#endsAtMs > nowMs;
  }

  receiveAudio(muLaw: Uint8Array, nowMs: number): void {
    this.advance(nowMs);
    if (this.#isFresh || this.#endsAtMs < nowMs) {
      this.#listener.onStart(nowMs, this.#isFresh ? null : nowMs - this.#endsAtMs);
      this.#endsAtMs = nowMs;
      this.#isFresh = false;
    } else if (nowMs - this.#receivedAtMs > BURST_MS) {
      this.minLeadMs = Math.min(this.minLeadMs ?? Number.POSITIVE_INFINITY, this.#endsAtMs - nowMs);
    }
    this.#receivedAtMs = nowMs;
    this.#items.push({ type: 'audio', fromMs: this.#endsAtMs, muLaw, playedBytes: 0 });
    this.#endsAtMs += muLaw.length / BYTES_PER_MS;
  }

  receiveMark(name: string, nowMs: number): void {
    this.advance(nowMs);
    if (this.#items.length === 0) this.#listener.onMark(name);
    else this.#items.push({ type: 'mark', atMs: this.#endsAtMs, name });
  }

  /** Plays up to `nowMs`. */
  advance(nowMs: number): void {
    for (;;) {
      const [next] = this.#items;
      if (!next) return;
      if (next.type === 'mark' ? next.atMs > nowMs : !this.#play(next, nowMs)) return;
      this.#items.shift();
      if (next.type === 'mark') this.#listener.onMark(next.name);
    }
  }

  /** The platform's `clear`: nothing more is played, and every mark comes back. */
  clear(nowMs: number): void {
    const items = this.#empty(nowMs);
    if (items.some(({ type }) => type === 'audio')) this.#listener.onCut(nowMs);
    for (const item of items) if (item.type === 'mark') this.#listener.onMark(item.name);
  }

  /** The stream is over: nothing more is played, and nobody asks for marks. Returns how much wasn't played, in ms. */
  close(nowMs: number): number {
    const unplayedMs = Math.max(0, this.#endsAtMs - nowMs);
    this.#empty(nowMs);
    return unplayedMs;
  }

  /** Whether all of it was played. */
  #play(item: Item & { type: 'audio' }, nowMs: number): boolean {
    const due = Math.floor((nowMs - item.fromMs) * BYTES_PER_MS + EPSILON_BYTES);
    const end = Math.min(due, item.muLaw.length);
    if (end > item.playedBytes) {
      const fromMs = item.fromMs + item.playedBytes / BYTES_PER_MS;
      this.#listener.onPlayed(fromMs, item.muLaw.subarray(item.playedBytes, end));
      item.playedBytes = end;
    }
    return end === item.muLaw.length;
  }

  #empty(nowMs: number): readonly Item[] {
    this.advance(nowMs);
    const items = this.#items;
    this.#items = [];
    this.#endsAtMs = nowMs;
    this.#isFresh = true;
    return items;
  }
}
