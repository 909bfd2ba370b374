import { randomUUID } from 'node:crypto';
import type { CallEvent } from '../../src/domain/call/events.js';
import { callStream } from '../../src/domain/stream.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { testCall } from './call-events.js';
import { testContext } from './ledger.js';

/** A whole call's events, that a test appends when it likes: as another process of the platform would. */
export class WrittenCall {
  readonly callId: string;
  readonly callSid: string;
  readonly #ledger: Ledger;
  readonly #tenantId: string;
  readonly #contactId: string;
  readonly #left: CallEvent[];
  #revision = -1;

  constructor(ledger: Ledger, tenantId: string, turns: number) {
    const { callId, contactId, events } = testCall(turns);
    const [received] = events;
    this.callId = callId;
    this.callSid = received?.type === 'CallReceived' ? received.data.callSid : '';
    this.#ledger = ledger;
    this.#tenantId = tenantId;
    this.#contactId = contactId;
    this.#left = [...events];
  }

  /** Appends its next events, up to the first of this type. */
  async until(type: CallEvent['type']): Promise<void> {
    const end = this.#left.findIndex((event) => event.type === type);
    await this.append(this.#left.splice(0, end + 1));
  }

  /** Appends all that is left of it. */
  async toItsEnd(): Promise<void> {
    await this.append(this.#left.splice(0));
  }

  /** Appends events of the test's own. */
  async append(events: readonly CallEvent[]): Promise<void> {
    const expected = this.#revision === -1 ? 'none' : this.#revision;
    await this.#ledger.keys.createCallKey(this.#tenantId, this.#contactId, this.callId);
    const stream = callStream(this.#tenantId, this.callId);
    // By the clock of today: the platform ends calls that nobody carries.
    const context = { ...testContext(randomUUID()), occurredAt: new Date().toISOString() };
    const { revision } = await this.#ledger.append(stream, events, expected, context);
    this.#revision = revision;
  }
}
