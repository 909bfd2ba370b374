import { createHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { parseEnvironment } from '../../src/config.js';
import { silentLogger } from '../../src/domain/logger.js';
import { ensureDemoLogin } from '../../src/main/demo-login.js';
import { startPlatform } from '../../src/main/platform.js';
import { roles } from '../../src/main/roles.js';
import { loadSecrets } from '../../src/main/secrets.js';
import { openStorage } from '../../src/main/storage.js';
import { Providers } from '../../src/providers/registry.js';
import { createSandboxProviders } from '../../src/providers/sandbox/index.js';
import { VoiceSession } from '../../src/voice/session.js';
import { InterruptionProbe, type SeenClear } from './interruption-probe.js';

/** What the platform's process saw of itself within a window. */
export interface ServerWindow {
  /** Of one core. */
  readonly cpuPercent: number;
  readonly loopLagP99Ms: number;
  /** How late a frame was taken, against the earliest of its call. */
  readonly frameAgeP99Ms: number;
  readonly sessions: number;
  readonly residentMb: number;
  readonly clears: readonly SeenClear[];
}

/** What the platform's process holds after a collection, in bytes. */
export interface ServerMemory {
  readonly heapBytes: number;
  /** Outside of V8's heap: buffers, and what libraries keep. */
  readonly externalBytes: number;
}

/** The media's own clock tells when a frame was due; the platform keeps no such figure yet, so it's measured around it. */
class FrameAges {
  readonly #earliestMs = new WeakMap<VoiceSession, number>();
  /** In microseconds: kept one by one they would be work for the garbage collector that the platform hasn't. */
  readonly #ages = createHistogram();

  install(): void {
    const ages = this;
    const { onMedia } = VoiceSession.prototype;
    VoiceSession.prototype.onMedia = function (this: VoiceSession, payload: Uint8Array, timestampMs: number) {
      ages.#add(this, performance.now() - timestampMs);
      onMedia.call(this, payload, timestampMs);
    };
  }

  /** Since the last time; 0: no frame came. */
  takeP99Ms(): number {
    const ageMs = this.#ages.count > 0 ? this.#ages.percentile(99) / 1_000 : 0;
    this.#ages.reset();
    return ageMs;
  }

  #add(session: VoiceSession, offsetMs: number): void {
    const earliestMs = Math.min(this.#earliestMs.get(session) ?? offsetMs, offsetMs);
    this.#earliestMs.set(session, earliestMs);
    // It counts from 1 on.
    this.#ages.record(Math.max(1, Math.round((offsetMs - earliestMs) * 1_000)));
  }
}

const environment = parseEnvironment({
  HOST: '127.0.0.1',
  PORT: '0',
  DATA_DIR: process.env.DATA_DIR,
  DATABASE_URL: process.env.DATABASE_URL,
  DRAIN_TIMEOUT_MS: '0',
  MAX_LOOP_LAG_MS: process.env.MAX_LOOP_LAG_MS,
  MAX_CPU_PERCENT: process.env.MAX_CPU_PERCENT,
});
const secrets = await loadSecrets(environment);
const storage = await openStorage({
  databaseUrl: environment.DATABASE_URL,
  dataDir: environment.DATA_DIR,
  secrets,
  logger: silentLogger,
});
const providers = new Providers({ sandbox: createSandboxProviders({ espeakNg: null }) }, 'sandbox');
const platform = await startPlatform({
  environment,
  secrets,
  storage,
  providers,
  roles: new Set(roles),
  logger: silentLogger,
});
await ensureDemoLogin(platform.users, secrets.demoPassword);

const ages = new FrameAges();
ages.install();
const interruptions = new InterruptionProbe();
interruptions.install();
const lag = monitorEventLoopDelay({ resolution: 1 });
lag.enable();
let cpu = process.cpuUsage();
let sinceMs = performance.now();

const reset = (): void => {
  lag.reset();
  ages.takeP99Ms();
  interruptions.take();
  cpu = process.cpuUsage();
  sinceMs = performance.now();
};

const report = (): ServerWindow => {
  const used = process.cpuUsage(cpu);
  return {
    cpuPercent: ((used.user + used.system) / 1_000 / (performance.now() - sinceMs)) * 100,
    // The timer itself waits its resolution of 1 ms.
    loopLagP99Ms: Math.max(0, lag.percentile(99) / 1e6 - 1),
    frameAgeP99Ms: ages.takeP99Ms(),
    sessions: platform.calls,
    residentMb: process.memoryUsage.rss() / 1e6,
    clears: interruptions.take(),
  };
};

/** Collects first: that needs `--expose-gc`. What was measured until then isn't kept: it isn't the platform's. */
const memory = (): ServerMemory => {
  reset();
  // What a first collection finalizes only a second one frees.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { heapBytes: heapUsed, externalBytes: external };
};

process.on('message', (message) => {
  if (message === 'reset') reset();
  else if (message === 'report') process.send?.(report());
  else if (message === 'memory') process.send?.(memory());
  else
    void platform
      .close()
      .then(() => storage.close())
      .then(() => process.exit(0));
});

process.send?.({ url: platform.url, authToken: secrets.twilioAuthToken, password: secrets.demoPassword });
