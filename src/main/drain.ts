import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../domain/logger.js';
import type { LiveCalls } from '../voice/live-calls.js';

const LOOK_EVERY_MS = 100;
/** The carrier's last report of a call follows its end at once; when nobody is there to take it, it's lost. */
const LAST_REPORTS_MS = 2_000;

/** No new work, while what is under way goes on. */
export class Drain {
  isOn = false;

  /** Waits for the calls to end, and hands over those that don't in time. */
  async run(calls: LiveCalls, timeoutMs: number, logger: Logger): Promise<void> {
    this.isOn = true;
    const { length } = calls.sessions;
    if (length > 0) {
      logger.info({ calls: length }, 'Waiting for the calls under way.');
      const deadlineMs = performance.now() + timeoutMs;
      while (calls.sessions.length > 0 && performance.now() < deadlineMs) await sleep(LOOK_EVERY_MS);
      await Promise.all(calls.sessions.map((session) => session.handOver()));
      await sleep(Math.min(LAST_REPORTS_MS, timeoutMs));
    }
    await calls.flushed();
  }
}
