import type { Load } from './load-probe.js';

export interface AdmissionLimits {
  /** Calls at a time in this process; 0: by load only. */
  readonly maxCalls: number;
  /** More is too much for another call; 0: not looked at. */
  readonly maxLoopLagMs: number;
  /** Of one core; 0: not looked at. */
  readonly maxCpuPercent: number;
}

/** As `LiveCalls` has it. */
export interface Carried {
  readonly sessions: readonly unknown[];
  carries(callId: string): boolean;
}

export interface AdmissionOptions {
  readonly limits: AdmissionLimits;
  /** What this process carries. */
  readonly calls: Carried;
  /** On a clock that never goes back, in ms. */
  readonly now: () => number;
}

/** One bad probe is a garbage collection; two in a row are a load. */
const PROBES_TO_CLOSE = 2;
/** It opens again once the load has been well below the limits for about two seconds: else it would flicker. */
const PROBES_TO_OPEN = 8;
const WELL_BELOW = 0.9;
/** A call that was let in and whose media didn't come by now goes elsewhere, or nowhere. */
const COMES_WITHIN_MS = 10_000;
/** For so long the measured load doesn't have a new call's part yet. */
const UNSEEN_MS = 2_000;
/** Of one core: what a call costs until it's measured, about as the benchmark found it. */
const CALL_CPU_PERCENT = 0.35;
const ENOUGH_TO_MEASURE = 20;

/** Beyond a limit, or near to one. */
interface Probe {
  readonly isOver: boolean;
  readonly isNear: boolean;
}

/**
 * Whether another call may come: live calls keep their quality, and a new one hears that the lines are busy. A call that
 * comes back after its worker was lost isn't asked about: it's a live one.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  /** Let in lately. */
  readonly #letIn = new Map<string, { readonly atMs: number; hasCome: boolean }>();
  #load: Load = { loopLagP99Ms: 0, cpuPercent: 0 };
  #callCpuPercent = CALL_CPU_PERCENT;
  /** The last ones. */
  #probes: readonly Probe[] = [];
  #isOverloaded = false;
  /** `null`: it was full when somebody last looked. */
  #openSinceMs: number | null = null;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get load(): Load {
    return this.#load;
  }

  /** No new call is let in now. */
  get isFull(): boolean {
    this.#lookAtLetIn();
    return this.#isOverloaded || this.#callsLeft() <= 0 || this.#willBeOverloaded();
  }

  /**
   * So many calls may come now, as far as anybody knows: what is left of them and of the core. One at least where it isn't
   * full, and where there is no call to protect.
   */
  get places(): number {
    if (this.isFull) return this.#carried + this.#stillComing() === 0 ? 1 : 0;
    return Math.max(1, Math.min(this.#callsLeft(), this.#callsByCpu()));
  }

  /** For so long at least it has had room. */
  get openForMs(): number {
    return this.#openSinceMs === null ? 0 : this.#options.now() - this.#openSinceMs;
  }

  /** A new measurement. */
  observe(load: Load): void {
    this.#load = load;
    this.#lookAtLetIn();
    const carried = this.#carried;
    this.#callCpuPercent = carried < ENOUGH_TO_MEASURE ? CALL_CPU_PERCENT : load.cpuPercent / carried;
    const { maxLoopLagMs, maxCpuPercent } = this.#options.limits;
    const isOver = (share: number) =>
      (maxLoopLagMs > 0 && load.loopLagP99Ms > maxLoopLagMs * share) ||
      (maxCpuPercent > 0 && load.cpuPercent > maxCpuPercent * share);
    const probe = { isOver: isOver(1), isNear: isOver(WELL_BELOW) };
    this.#probes = [...this.#probes, probe].slice(-PROBES_TO_OPEN);
    const latest = this.#probes.slice(-PROBES_TO_CLOSE);
    if (latest.length === PROBES_TO_CLOSE && latest.every((one) => one.isOver)) this.#isOverloaded = true;
    else if (this.#probes.filter((one) => one.isNear).length < PROBES_TO_CLOSE) this.#isOverloaded = false;
    this.#lookForRoom();
  }

  /** Lets the call in, or doesn't. A process without calls has nothing to protect: it takes its first one in any case. */
  admit(callId: string): boolean {
    const isIn = this.places > 0;
    if (isIn) this.#letIn.set(callId, { atMs: this.#options.now(), hasCome: false });
    this.#lookForRoom();
    return isIn;
  }

  /** A call that was let in doesn't come after all: its place is free at once. */
  release(callId: string): void {
    this.#letIn.delete(callId);
  }

  get #carried(): number {
    return this.#options.calls.sessions.length;
  }

  #callsLeft(): number {
    const { maxCalls } = this.#options.limits;
    return maxCalls === 0 ? Number.POSITIVE_INFINITY : maxCalls - this.#carried - this.#stillComing();
  }

  #willBeOverloaded(): boolean {
    return this.#unseen > 0 && this.#cpuPercentLeft() < 0;
  }

  #callsByCpu(): number {
    return Math.floor(this.#cpuPercentLeft() / this.#callCpuPercent);
  }

  /** With the calls that were let in so lately that they aren't in the load yet. */
  #cpuPercentLeft(): number {
    const { maxCpuPercent } = this.#options.limits;
    if (maxCpuPercent === 0) return Number.POSITIVE_INFINITY;
    return maxCpuPercent - this.#load.cpuPercent - this.#unseen * this.#callCpuPercent;
  }

  get #unseen(): number {
    const { now } = this.#options;
    return [...this.#letIn.values()].filter(({ atMs }) => now() - atMs < UNSEEN_MS).length;
  }

  #lookForRoom(): void {
    if (this.places === 0) this.#openSinceMs = null;
    else this.#openSinceMs ??= this.#options.now();
  }

  #stillComing(): number {
    return [...this.#letIn.values()].filter(({ hasCome }) => !hasCome).length;
  }

  #lookAtLetIn(): void {
    const { calls, now } = this.#options;
    const oldMs = now() - COMES_WITHIN_MS;
    for (const [callId, call] of this.#letIn) {
      if (call.atMs < oldMs) this.#letIn.delete(callId);
      else call.hasCome ||= calls.carries(callId);
    }
  }
}
