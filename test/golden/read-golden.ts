import { z } from 'zod';
import type { EventDefinition, EventMetadata } from '../../src/domain/event.js';
import { Codec, UnreadableEvent } from '../../src/ledger/codec/codec.js';
import { KeyRing } from '../../src/ledger/keys/key-ring.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import { MemoryKeyStore } from '../support/memory-key-store.js';
import { testMasterKey } from '../support/secrets.js';
import type { GoldenEvent } from './golden-event.js';

const tenantId = 'tnt_00000000000000000000000001';
const STREAM = 'call-00000000000000000000000001_00000000000000000000000002';
const contact = { tenantId, kind: 'contact', subjectId: 'contact' } as const;
const metadata: EventMetadata = {
  $correlationId: 'c',
  $causationId: 'k',
  tenantId,
  actor: { type: 'platform', id: 'test' },
  occurredAt: '2026-11-21T12:00:00.000Z',
};

/** The type as the code had it that wrote this version. */
const definitionThen = ({ type, version, personal }: GoldenEvent): EventDefinition => ({
  type,
  version,
  writeSchema: z.looseObject({}),
  readSchema: z.looseObject({}),
  personalFields: personal,
  upcasters: {},
});

/**
 * The golden file's examples, and what was stored of each at least, as they read now: encrypted as they were, decrypted
 * and brought up to the present version by the real codec. `erased`: after their key was destroyed. Throws what the codec
 * can't read.
 */
export const readGoldenEvent = async (
  golden: GoldenEvent,
  definitions: Readonly<Record<string, EventDefinition>>,
  { erased = false } = {},
): Promise<readonly LedgerRecord[]> => {
  const keys = new MemoryKeyStore();
  const key = await new KeyRing(keys, testMasterKey).createCallKey(tenantId, contact.subjectId, 'call_1');
  const writer = new Codec({ [golden.type]: definitionThen(golden) }, new KeyRing(keys, testMasterKey));
  const required = new Set(golden.schema.required);
  const stored = golden.examples
    .flatMap((example) => [example, only(required, example)])
    .map((data, revision) => ({
      ...writer.encode(`event-${revision}`, { type: golden.type, data }, metadata, key),
      stream: STREAM,
      revision,
      position: String(revision),
      createdAt: '2026-11-21T12:00:01.000Z',
    }));
  if (erased) await keys.destroy(contact, 1);
  const decoded = await new Codec(definitions, new KeyRing(keys, testMasterKey)).decode(stored);
  return decoded.map((event) => {
    if (event instanceof UnreadableEvent) throw event.error;
    return event as LedgerRecord;
  });
};

const only = (names: ReadonlySet<string>, fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)));
