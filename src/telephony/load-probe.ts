import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** What this process has to do. */
export interface Load {
  /** How late the event loop is, at the 99th percentile of a quarter of a second. */
  readonly loopLagP99Ms: number;
  /** Of one core, in the last second. */
  readonly cpuPercent: number;
}

const PROBE_EVERY_MS = 250;
const CPU_PROBES = 4;
const RESOLUTION_MS = 2;

interface CpuMark {
  readonly atMs: number;
  readonly cpuMs: number;
}

const mark = (): CpuMark => {
  const { user, system } = process.cpuUsage();
  return { atMs: performance.now(), cpuMs: (user + system) / 1_000 };
};

/** Measures this process every 250 ms. */
export class LoadProbe {
  readonly #onLoad: (load: Load) => void;
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #marks: CpuMark[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(onLoad: (load: Load) => void) {
    this.#onLoad = onLoad;
  }

  start(): void {
    this.#delay.enable();
    this.#marks = [mark()];
    this.#timer = setInterval(() => this.#probe(), PROBE_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }

  #probe(): void {
    const now = mark();
    const [first = now] = this.#marks;
    const cpuPercent = ((now.cpuMs - first.cpuMs) / Math.max(1, now.atMs - first.atMs)) * 100;
    // The timer itself waits its resolution.
    const lagMs = this.#delay.count > 0 ? this.#delay.percentile(99) / 1e6 - RESOLUTION_MS : 0;
    this.#delay.reset();
    this.#marks = [...this.#marks, now].slice(-CPU_PROBES);
    this.#onLoad({ loopLagP99Ms: Math.max(0, lagMs), cpuPercent });
  }
}
