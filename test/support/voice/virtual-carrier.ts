import type { Outgoing } from '../../../src/voice/playout.js';
import type { VirtualClock } from './virtual-clock.js';

/** A message's audio, as the caller hears it: from when to when. What a `clear` threw away isn't in it. */
export interface HeardPiece {
  fromMs: number;
  toMs: number;
}

/** One direction of a line: what is sent later doesn't arrive before, not even within a millisecond. */
class Lane {
  readonly #clock: VirtualClock;
  readonly #latencyMs: () => number;
  /** When the latest message arrives. */
  #latestMs = 0;
  #underWay = 0;

  constructor(clock: VirtualClock, latencyMs: () => number) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  /** Runs it at the other end, `afterMs` and the line's delay later. */
  send(run: () => void, afterMs = 0): void {
    const { nowMs } = this.#clock;
    this.#latestMs = Math.max(this.#latestMs, nowMs + afterMs + this.#latencyMs());
    if (this.#latestMs === nowMs && this.#underWay === 0) return run();
    this.#underWay++;
    this.#clock.at(this.#latestMs, () => {
      this.#underWay--;
      run();
    });
  }
}

/** Twilio's end of a media stream: a buffer that plays in real time, marks echoed when reached, `clear`. */
export class VirtualCarrier {
  readonly #clock: VirtualClock;
  /** A line delays, and keeps the order: there, and back. */
  readonly #there: Lane;
  readonly #back: Lane;
  readonly #onMark: (name: string) => void;
  #playsUntilMs = 0;
  #outstanding: { name: string; callOff: () => void }[] = [];
  #isGone = false;
  /** What the caller heard: [from, to] in ms, adjoining pieces joined. */
  readonly heard: [number, number][] = [];
  readonly #pieces: HeardPiece[] = [];
  /** Marks are lost from here on. */
  marksLost = false;

  /** `latencyMs`: of the line, each way; asked for each message. */
  constructor(clock: VirtualClock, latencyMs: () => number, onMark: (name: string) => void) {
    this.#clock = clock;
    this.#there = new Lane(clock, latencyMs);
    this.#back = new Lane(clock, latencyMs);
    this.#onMark = onMark;
  }

  /** Takes a message. Audio comes back as the piece that it will have been. */
  receive(item: Outgoing): HeardPiece | null {
    if (item.type === 'mark') {
      this.#there.send(() => this.#receiveMark(item.name));
      return null;
    }
    const piece = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
    this.#there.send(() => this.#receiveAudio(item.bytes.length / 8, piece));
    return piece;
  }

  /** Empties the buffer, and sends every outstanding mark back at once: as Twilio does. */
  clear(): void {
    this.#there.send(() => {
      this.#silence();
      const outstanding = this.#outstanding;
      this.#outstanding = [];
      for (const { name, callOff } of outstanding) {
        callOff();
        this.#back.send(() => this.#echo(name), 30);
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
        this.#back.send(() => this.#echo(name));
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
