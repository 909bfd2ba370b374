import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { CallMetrics } from './call-metrics.js';

/** Of the whole process: its memory, collections, event loop and CPU. */
const processMetrics = new Registry();
let isCollecting = false;

const PATHS = ['/metrics', '/health/metrics'];

export interface MetricsOptions {
  readonly metrics: CallMetrics;
  /** Whoever asks must know it; absent: everybody who reaches the port may ask. */
  readonly token: string | undefined;
}

/** What Prometheus asks for, in its text format. */
export const addMetricsRoutes = (server: FastifyInstance, { metrics, token }: MetricsOptions): void => {
  collectOnce();
  const registry = Registry.merge([processMetrics, metrics.registry]);
  for (const path of PATHS) {
    server.get(path, async ({ headers }, reply) => {
      if (token !== undefined && !isBearer(headers.authorization, token)) {
        throw new AppError(
          ErrorCode.UNAUTHENTICATED,
          'The metrics need the header "Authorization: Bearer" with METRICS_TOKEN.',
        );
      }
      return reply.type(registry.contentType).send(await registry.metrics());
    });
  }
};

/** Several platforms may run in one process, as in tests; its watchers can't be taken away again. */
const collectOnce = (): void => {
  if (isCollecting) return;
  isCollecting = true;
  collectDefaultMetrics({ register: processMetrics });
};

const isBearer = (header: string | undefined, token: string): boolean => {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
};
