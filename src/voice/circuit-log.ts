import { randomUUID } from 'node:crypto';
import type { CircuitEvent } from '../domain/circuit/events.js';
import type { Decider } from '../domain/decider.js';
import { reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import { circuitStream } from '../domain/stream.js';
import { execute } from '../ledger/execute.js';
import type { Ledger } from '../ledger/ledger.js';
import type { CircuitChange } from '../providers/resilience/breaker.js';
import type { Breakers, CircuitListener } from '../providers/resilience/breakers.js';

export interface CircuitLogOptions {
  readonly ledger: Ledger;
  readonly breakers: Breakers;
  readonly worker: string;
  readonly logger: Logger;
}

/** Whatever a breaker does is recorded as it is. */
const decider: Decider<CircuitEvent, null, CircuitEvent> = {
  initial: null,
  evolve: () => null,
  decide: (event) => [event],
};

/** Records when this process' circuit breakers open and close. Where the ledger fails, too, the log alone has it. */
export class CircuitLog {
  readonly #options: CircuitLogOptions;
  readonly #pending = new Set<Promise<void>>();
  #unlisten = () => {};

  constructor(options: CircuitLogOptions) {
    this.#options = options;
  }

  start(): void {
    this.#unlisten = this.#options.breakers.listen((circuit, change) => {
      const recording = this.#record(circuit, change).finally(() => this.#pending.delete(recording));
      this.#pending.add(recording);
    });
  }

  /** Waits for what is being recorded. */
  async stop(): Promise<void> {
    this.#unlisten();
    await Promise.all(this.#pending);
  }

  async #record(circuit: Parameters<CircuitListener>[0], change: CircuitChange): Promise<void> {
    const { ledger, worker, logger } = this.#options;
    const event = eventOf({ ...circuit, worker }, change);
    logger.warn(
      { ...event.data },
      event.type === 'CircuitOpened' ? 'A provider fails.' : 'A provider is back.',
    );
    try {
      const commandId = randomUUID();
      await execute(ledger, decider, circuitStream(circuit.provider, circuit.capability), event, {
        commandId,
        correlationId: commandId,
        actor: { type: 'platform', id: worker },
        occurredAt: new Date().toISOString(),
      });
    } catch (error) {
      logger.error({ error: reasonOf(error) }, "A circuit breaker's change could not be recorded.");
    }
  }
}

const eventOf = (
  circuit: Pick<CircuitEvent['data'], 'provider' | 'capability' | 'worker'>,
  change: CircuitChange,
): CircuitEvent => {
  if (change.type === 'closed') {
    return { type: 'CircuitClosed', data: { ...circuit, openMs: Math.round(change.openMs) } };
  }
  const { failures, error, retryInMs } = change;
  return { type: 'CircuitOpened', data: { ...circuit, failures, error, retryInMs } };
};
