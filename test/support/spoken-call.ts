import { randomUUID } from 'node:crypto';
import type { CallEvent } from '../../src/domain/call/events.js';
import { callStream } from '../../src/domain/stream.js';
import { Pseudonyms } from '../../src/ledger/keys/pseudonyms.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { testCall } from './call-events.js';
import { testContext } from './ledger.js';
import { testIndexKey } from './secrets.js';

/** Who calls a tenant, as the platform names them. */
export const contactOf = (tenantId: string, number: string): string =>
  new Pseudonyms(testIndexKey).contactId(tenantId, number);

/** A call in which somebody says something, and the agent says it back. */
export class SpokenCall {
  readonly callId: string;
  readonly #stream: string;
  readonly #left: CallEvent[];
  #revision = -1;

  constructor(
    readonly ledger: Ledger,
    readonly tenantId: string,
    readonly caller: { readonly number: string; readonly words: string },
  ) {
    const { callId, events } = testCall(2);
    this.callId = callId;
    this.#stream = callStream(tenantId, callId);
    this.#left = events.map((event) => this.#spoken(event));
  }

  /** Appends its next events, up to the first of this type. */
  async until(type: CallEvent['type']): Promise<void> {
    const end = this.#left.findIndex((event) => event.type === type);
    await this.#append(this.#left.splice(0, end + 1));
  }

  /** Appends all that is left of it. Returns the position. */
  async toItsEnd(): Promise<string> {
    return this.#append(this.#left.splice(0));
  }

  async #append(events: readonly CallEvent[]): Promise<string> {
    const { ledger, tenantId, callId, caller } = this;
    const expected = this.#revision === -1 ? 'none' : this.#revision;
    if (expected === 'none') {
      await ledger.keys.createCallKey(tenantId, contactOf(tenantId, caller.number), callId);
    }
    const context = { ...testContext(randomUUID()), occurredAt: new Date().toISOString() };
    const { revision, position } = await ledger.append(this.#stream, events, expected, context);
    this.#revision = revision;
    return position;
  }

  #spoken(event: CallEvent): CallEvent {
    const { number, words } = this.caller;
    switch (event.type) {
      case 'CallReceived': {
        const contactId = contactOf(this.tenantId, number);
        return { ...event, data: { ...event.data, from: number, contactId } };
      }
      case 'CallerTurnCommitted':
        return { ...event, data: { ...event.data, text: `My word is ${words}` } };
      case 'AgentTurnComposed':
        return { ...event, data: { ...event.data, text: `You said ${words}, thank you` } };
      case 'AgentTurnSpoken':
        return { ...event, data: { ...event.data, heardText: `You said ${words}` } };
      default:
        return event;
    }
  }
}
