import type { FastifyInstance } from 'fastify';
import { messageOf } from '../domain/errors.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Admission } from '../telephony/admission.js';
import type { LiveCalls } from '../voice/live-calls.js';

export interface HealthOptions {
  readonly version: string;
  readonly startedAtMs: number;
  readonly ledger: Ledger;
  readonly calls: LiveCalls;
  readonly admission: Admission;
  /** No new call is taken any more. */
  readonly isDraining: () => boolean;
}

/** For load balancers and for people. `ready` is the one that asks the ledger and the keys. */
export const addHealthRoutes = (
  server: FastifyInstance,
  { version, startedAtMs, ledger, calls, admission, isDraining }: HealthOptions,
): void => {
  const report = (status: string) => ({
    status,
    timestamp: new Date().toISOString(),
    version,
    uptimeSeconds: Math.floor((Date.now() - startedAtMs) / 1_000),
    activeCalls: calls.sessions.length,
    /** Whether a new call hears that the lines are busy. */
    isFull: admission.isFull,
    load: {
      loopLagP99Ms: Math.round(admission.load.loopLagP99Ms * 10) / 10,
      cpuPercent: Math.round(admission.load.cpuPercent),
    },
  });

  for (const path of ['/health', '/webhooks/health']) {
    server.get(path, async () => report(isDraining() ? 'draining' : 'healthy'));
  }

  server.get('/health/live', async () => report('alive'));

  server.get('/health/ready', async (_request, reply) => {
    if (isDraining()) return reply.status(503).send(report('draining'));
    try {
      // The keys are in PostgreSQL, the ledger may be elsewhere.
      await Promise.all([ledger.store.head(), ledger.keys.reachable()]);
      return report('ready');
    } catch (error) {
      return reply.status(503).send({ ...report('unavailable'), reason: messageOf(error) });
    }
  });
};
