import type pg from 'pg';
import { asUnavailable } from '../../src/database/connection-lost.js';
import { AppError, ErrorCode, reasonOf } from '../../src/domain/errors.js';
import type { Logger } from '../../src/domain/logger.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { Projection } from './projection.js';
import { rebuild } from './rebuild.js';
import { retryParked } from './retry-parked.js';
import { SharedLook } from './shared-look.js';
import { type ProjectionStatus, readStatus, statusPool } from './status.js';

export interface ProjectionOperationsOptions {
  readonly projections: readonly Projection[];
  readonly ledger: Ledger;
  readonly projector: pg.ClientConfig;
  readonly operator: pg.ClientConfig;
  readonly logger: Logger;
}

/** Throws `NOT_FOUND` naming those that there are. */
export const projectionNamed = (projections: readonly Projection[], name: string): Projection => {
  const found = projections.find((projection) => projection.name === name);
  if (found) return found;
  const known = projections.map((projection) => projection.name).join(', ');
  throw new AppError(ErrorCode.NOT_FOUND, `There is no projection "${name}"; there are ${known}.`, { name });
};

/** So often a rebuild is looked at, however many watch it. */
const LOOK_EVERY_MS = 500;

/** What operators do with the read models while reads and writes go on. */
export class ProjectionOperations {
  readonly #options: ProjectionOperationsOptions;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #pool: pg.Pool;
  readonly #looks: ReadonlyMap<string, SharedLook<readonly ProjectionStatus[]>>;

  constructor(options: ProjectionOperationsOptions) {
    this.#options = options;
    this.#pool = statusPool(options.operator);
    const lookAt = ({ name }: Projection) => new SharedLook(() => this.status(name), LOOK_EVERY_MS);
    this.#looks = new Map(options.projections.map((projection) => [projection.name, lookAt(projection)]));
  }

  /** `name`: one of them; `null`: all. Throws `NOT_FOUND`. */
  status(name: string | null = null): Promise<readonly ProjectionStatus[]> {
    const { projections, ledger } = this.#options;
    const wanted = name === null ? projections : [projectionNamed(projections, name)];
    return readStatus(wanted, { ledger, pool: this.#pool });
  }

  /** The next status of one, for who watches it: all who do share a look, twice a second at most. Throws as `status`. */
  nextStatus(name: string): Promise<readonly ProjectionStatus[]> {
    return this.#looks.get(name)?.next() ?? this.status(name);
  }

  /**
   * Resolves once a rebuild has begun, which goes on in the background. Throws `NOT_FOUND`, `CONFLICT` while one is under way
   * in whichever process or held, and `UNAVAILABLE`.
   */
  async startRebuild(name: string): Promise<void> {
    const { projections, ledger, projector: connection, logger } = this.#options;
    const projection = projectionNamed(projections, name);
    const { signal } = this.#stop;
    let hasBegun = false;
    await new Promise<void>((resolve, reject) => {
      const onBegun = () => {
        hasBegun = true;
        resolve();
      };
      const running = rebuild(projection, { ledger, connection, signal, onBegun })
        .then(({ generation, events }) => logger.info({ projection: name, generation, events }, 'Rebuilt.'))
        .catch((error: unknown) => {
          if (!hasBegun) return reject(asUnavailable('The read models', error));
          logger.error({ projection: name, error: reasonOf(error) }, 'A rebuild failed; the live one stays.');
        })
        .finally(() => this.#running.delete(running));
      this.#running.add(running);
    });
  }

  /** Throws what `retryParked` throws, and `NOT_FOUND` for an unknown projection. */
  async retry(name: string, stream: string): Promise<void> {
    const { projections, ledger, projector: connection } = this.#options;
    await retryParked(projectionNamed(projections, name), stream, { ledger, connection });
  }

  /** Rebuilds under way end without a switch; the next one begins anew. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
    await this.#pool.end();
  }
}
