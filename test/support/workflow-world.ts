import { eventDefinitions } from '../../src/domain/events.js';
import { newId } from '../../src/domain/ids.js';
import { silentLogger } from '../../src/domain/logger.js';
import { Codec } from '../../src/ledger/codec/codec.js';
import type { EventStore } from '../../src/ledger/event-store.js';
import { KeyRing } from '../../src/ledger/keys/key-ring.js';
import { Pseudonyms } from '../../src/ledger/keys/pseudonyms.js';
import { type CommandContext, Ledger, type LedgerRecord } from '../../src/ledger/ledger.js';
import { ownerOf } from '../../src/ledger/reserve.js';
import type { ReactorCheckpoint } from '../../src/tenancy/workflows/checkpoint.js';
import { firstNumber } from '../../src/tenancy/workflows/first-number.js';
import { WorkflowReactor } from '../../src/tenancy/workflows/reactor.js';
import { releaseErased } from '../../src/tenancy/workflows/release-erased.js';
import type { DyingEventStore } from './dying-event-store.js';
import { MemoryEventStore } from './memory-event-store.js';
import { MemoryKeyStore } from './memory-key-store.js';
import { until } from './postgres/until.js';
import { testIndexKey, testMasterKey } from './secrets.js';

/** What everybody wants. */
export const NUMBER = '+14155550100';
export const HOUR_MS = 3_600_000;
const pseudonyms = new Pseudonyms(testIndexKey);

/** Processes of a platform meet in its store and its keys, and in nothing else. */
export class World {
  readonly store = new MemoryEventStore();
  readonly #keys = new MemoryKeyStore();

  process(store: EventStore = this.store) {
    const keys = new KeyRing(this.#keys, testMasterKey);
    return { ledger: new Ledger(store, new Codec(eventDefinitions, keys), keys), pseudonyms };
  }

  async events(): Promise<readonly LedgerRecord[]> {
    const events: LedgerRecord[] = [];
    for await (const batch of this.process().ledger.readAll())
      events.push(...(batch.events as LedgerRecord[]));
    return events;
  }

  /** A reactor whose clock is ahead by so much, until it has read all that there is, or dies. */
  async react(dying?: DyingEventStore, aheadMs = HOUR_MS): Promise<void> {
    const saved: string[] = [];
    const checkpoint: ReactorCheckpoint = {
      read: async () => undefined,
      write: async ({ position }) => {
        saved.push(position);
      },
    };
    const { ledger } = this.process(dying);
    const reactor = new WorkflowReactor({
      ledger,
      checkpoint,
      workflows: [
        firstNumber({ ledger, pseudonyms }),
        releaseErased({ ledger, numbersOf: (tenantId) => this.numbersOf(tenantId) }),
      ],
      logger: silentLogger,
      now: laterAndLater(aheadMs),
    });
    reactor.start();
    await until('the reactor has seen everything', async () => {
      const head = await this.store.head();
      return head === undefined || saved.at(-1) === head || dying?.isDead;
    });
    // The dead don't come to their end.
    await Promise.race([reactor.stop(), ...(dying ? [dying.died] : [])]);
  }

  async numbersOf(tenantId: string): Promise<readonly string[]> {
    return (await this.events()).flatMap((event) =>
      event.type === 'PhoneNumberAdded' && event.metadata.tenantId === tenantId ? event.data.numberId : [],
    );
  }

  /** The streams in which the number was added, and whose it is. */
  async owners(number = NUMBER) {
    const streams = (await this.events())
      .filter((event) => event.type === 'PhoneNumberAdded' && event.data.number === number)
      .map(({ stream }) => stream);
    return { streams, owner: await ownerOf(this.process(), 'number', number) };
  }
}

/** So far from now, and a minute later at each look: the reactor saves where it is. */
const laterAndLater = (aheadMs: number) => {
  let looks = 0;
  return () => Date.now() + aheadMs + 60_000 * ++looks;
};

/** Of a user, whose clock is late by so much. */
export const command = (laterMs = 0, commandId: string = newId('call')): CommandContext => ({
  commandId,
  correlationId: commandId,
  actor: { type: 'user', id: 'usr_1' },
  occurredAt: new Date(Date.now() + laterMs).toISOString(),
});

export type Process = ReturnType<World['process']>;

export const newTenant = (number = NUMBER) => ({
  tenantId: newId('tenant'),
  name: 'Acme',
  description: null,
  language: null,
  phoneNumber: { number, numberId: newId('number') },
  createdBy: 'usr_1',
});
