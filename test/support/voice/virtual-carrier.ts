import type { Outgoing } from '../../../src/voice/playout.js';
import type { VirtualClock } from './virtual-clock.js';

/** A message's audio, as the caller hears it: from when to when. What a `clear` threw away isn't in it. */
export interface HeardPiece {
  fromMs: number;
  toMs: number;
}

/** Twilio's end of a media stream: a buffer that plays in real time, marks echoed when reached, `clear`. */
export class VirtualCarrier {
  readonly #clock: VirtualClock;
  readonly #latencyMs: number;
  readonly #onMark: (name: string) => void;
  #playsUntilMs = 0;
  #outstanding: { name: string; callOff: () => void }[] = [];
  #isGone = false;
  /** What the caller heard: [from, to] in ms, adjoining pieces joined. */
  readonly heard: [number, number][] = [];
  readonly #pieces: HeardPiece[] = [];
  /** Marks are lost from here on. */
  marksLost = false;

  /** `latencyMs`: of the line, each way. */
  constructor(clock: VirtualClock, latencyMs: number, onMark: (name: string) => void) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.#onMark = onMark;
  }

  /** Takes a message. Audio comes back as the piece that it will have been. */
  receive(item: Outgoing): HeardPiece | null {
    if (item.type === 'mark') {
      this.#arrives(() => this.#receiveMark(item.name));
      return null;
    }
    const piece = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
    this.#arrives(() => this.#receiveAudio(item.bytes.length / 8, piece));
    return piece;
  }

  /** Empties the buffer, and sends every outstanding mark back at once: as Twilio does. */
  clear(): void {
    this.#arrives(() => {
      this.#silence();
      const outstanding = this.#outstanding;
      this.#outstanding = [];
      for (const { name, callOff } of outstanding) {
        callOff();
        this.#clock.at(this.#clock.nowMs + this.#latencyMs + 30, () => this.#echo(name));
      }
    });
  }

  /** The caller is gone, and hears nothing more; no mark comes back. */
  hangUp(): void {
    this.#silence();
    this.#isGone = true;
  }

  isTalkingAt(atMs: number): boolean {
    return this.heard.some(([fromMs, toMs]) => fromMs <= atMs && atMs < toMs);
  }

  /** On the other end of the line. */
  #arrives(run: () => void): void {
    if (this.#latencyMs === 0) run();
    else this.#clock.at(this.#clock.nowMs + this.#latencyMs, run);
  }

  #receiveAudio(ms: number, piece: HeardPiece): void {
    if (this.#isGone) return;
    const fromMs = Math.max(this.#playsUntilMs, this.#clock.nowMs);
    this.#playsUntilMs = fromMs + ms;
    Object.assign(piece, { fromMs, toMs: this.#playsUntilMs });
    this.#pieces.push(piece);
    const last = this.heard.at(-1);
    if (last?.[1] === fromMs) last[1] = this.#playsUntilMs;
    else this.heard.push([fromMs, this.#playsUntilMs]);
  }

  #receiveMark(name: string): void {
    if (this.marksLost) return;
    const reachedMs = Math.max(this.#playsUntilMs, this.#clock.nowMs);
    const mark = {
      name,
      callOff: this.#clock.at(reachedMs, () => {
        this.#outstanding = this.#outstanding.filter((other) => other !== mark);
        this.#arrives(() => this.#echo(name));
      }),
    };
    this.#outstanding.push(mark);
  }

  #echo(name: string): void {
    if (!this.#isGone) this.#onMark(name);
  }

  #silence(): void {
    const { nowMs } = this.#clock;
    this.#playsUntilMs = nowMs;
    const last = this.heard.at(-1);
    if (last && last[1] > nowMs) last[1] = Math.max(last[0], nowMs);
    for (const piece of this.#pieces.splice(0)) {
      if (piece.toMs > nowMs) piece.toMs = Math.max(piece.fromMs, nowMs);
    }
  }
}
