import { createSecretKey } from 'node:crypto';
import { eventDefinitions } from '../../src/domain/events.js';
import { Codec } from '../../src/ledger/codec/codec.js';
import type { EventStore } from '../../src/ledger/event-store.js';
import { KeyRing } from '../../src/ledger/keys/key-ring.js';
import { Pseudonyms } from '../../src/ledger/keys/pseudonyms.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { eventFiles } from '../../src/main/event-files.js';
import { ErasureCopies } from '../../src/tenancy/erasure-copies.js';
import { MemoryEventStore } from './memory-event-store.js';
import { MemoryKeyStore } from './memory-key-store.js';
import { MemoryObjects } from './memory-objects.js';

const keyOf = (text: string) => createSecretKey(Buffer.alloc(32, text));

/** One in memory, with its own keys, as a process of it has it; `store`: what the process reaches its ledger by. */
export class Installation {
  readonly store = new MemoryEventStore();
  readonly objects = new MemoryObjects();
  readonly pseudonyms: Pseudonyms;
  readonly #keys = new MemoryKeyStore();

  constructor(
    private readonly masterKey = keyOf('another master'),
    indexKey = keyOf('another index'),
  ) {
    this.pseudonyms = new Pseudonyms(indexKey);
  }

  process(store: EventStore = this.store) {
    const { objects, pseudonyms } = this;
    const keys = new KeyRing(this.#keys, this.masterKey);
    const ledger = new Ledger(store, new Codec(eventDefinitions, keys), keys);
    const copies = new ErasureCopies(objects);
    return { ledger, objects, pseudonyms, copies, files: eventFiles({ ledger, objects }) };
  }
}
