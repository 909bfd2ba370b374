import { createHmac, type KeyObject } from 'node:crypto';
import { idFromHash, toBase32 } from '../../domain/ids.js';

/**
 * Names derived from personal or foreign values under `LEDGERLINE_INDEX_KEY`: the same value has the same name, and the
 * name doesn't tell the value. The key is never rotated: streams are named by it.
 */
export class Pseudonyms {
  readonly #key: KeyObject;

  constructor(indexKey: KeyObject) {
    this.#key = indexKey;
  }

  #hash(...parts: readonly string[]): Buffer {
    return createHmac('sha256', this.#key).update(JSON.stringify(parts)).digest();
  }

  /** An inbound call's id: a webhook delivered twice is one call. */
  callId(accountSid: string, callSid: string): string {
    return idFromHash('call', this.#hash('call', accountSid, callSid));
  }

  /** Who calls or is called, within one tenant. */
  contactId(tenantId: string, number: string): string {
    return toBase32(this.#hash('contact', tenantId, number));
  }

  /** The reservation of a value that is unique on the whole platform. */
  reservation(kind: 'email' | 'number', value: string): string {
    return toBase32(this.#hash('reservation', kind, value.toLowerCase()));
  }
}
