/** One session's next moment. */
export interface Alarm {
  /** By the alarms' clock, in ms; `null`: it isn't set. */
  dueMs: number | null;
  readonly ring: () => void;
}

/**
 * The moments that a process's calls wait for, behind one timer. A busy event loop takes every frame that has come before it
 * looks at its timers, so whoever takes a frame rings what became due meanwhile: with hundreds of calls an interruption
 * is confirmed milliseconds sooner.
 */
export class Alarms {
  readonly #now: () => number;
  readonly #alarms = new Set<Alarm>();
  /** None is due before it. */
  #earliestMs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #timerMs = Number.POSITIVE_INFINITY;

  /** `now`: in ms, never going back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** One that isn't set yet. `ring` is called once each time that it's set, and must not throw. */
  add(ring: () => void): Alarm {
    const alarm: Alarm = { dueMs: null, ring };
    this.#alarms.add(alarm);
    return alarm;
  }

  remove(alarm: Alarm): void {
    alarm.dueMs = null;
    this.#alarms.delete(alarm);
    if (this.#alarms.size > 0) return;
    clearTimeout(this.#timer);
    this.#timerMs = Number.POSITIVE_INFINITY;
    this.#earliestMs = Number.POSITIVE_INFINITY;
  }

  /** So many milliseconds from now, in place of what it was set to; `null`: never. */
  set(alarm: Alarm, inMs: number | null): void {
    alarm.dueMs = inMs === null ? null : this.#now() + inMs;
    if (alarm.dueMs === null || alarm.dueMs >= this.#earliestMs) return;
    this.#earliestMs = alarm.dueMs;
    this.#wait();
  }

  /** Rings what is due, the earliest first, without waiting for the timer. */
  ringDue(): void {
    const nowMs = this.#now();
    if (nowMs < this.#earliestMs) return;
    // What is set anew while others ring counts as well.
    this.#earliestMs = Number.POSITIVE_INFINITY;
    for (const alarm of this.#takeDue(nowMs)) {
      // One that rang before it may have set it anew.
      if (alarm.dueMs === null || alarm.dueMs > nowMs) continue;
      alarm.dueMs = null;
      alarm.ring();
    }
    this.#wait();
  }

  /** What is due, in order; of all others the earliest is noted. It's called for every other frame: nothing is copied. */
  #takeDue(nowMs: number): readonly Alarm[] {
    const due: Alarm[] = [];
    for (const alarm of this.#alarms) {
      const { dueMs } = alarm;
      if (dueMs === null) continue;
      if (dueMs <= nowMs) due.push(alarm);
      else if (dueMs < this.#earliestMs) this.#earliestMs = dueMs;
    }
    return due.length < 2 ? due : due.sort(byTime);
  }

  /** A timer that is too early does no harm, and saves another: mostly a frame rings first. */
  #wait(): void {
    if (this.#timerMs <= this.#earliestMs) return;
    clearTimeout(this.#timer);
    this.#timerMs = this.#earliestMs;
    const ring = () => {
      this.#timerMs = Number.POSITIVE_INFINITY;
      this.ringDue();
      this.#wait();
    };
    this.#timer = setTimeout(ring, Math.max(0, Math.ceil(this.#timerMs - this.#now())));
  }
}

const byTime = (a: Alarm, b: Alarm): number => (a.dueMs ?? 0) - (b.dueMs ?? 0);
