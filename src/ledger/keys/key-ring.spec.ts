import { createSecretKey } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryKeyStore } from '../../../test/support/memory-key-store.js';
import { testMasterKey } from '../../../test/support/secrets.js';
import { KeyRing } from './key-ring.js';
import type { KeyOwner } from './key-store.js';

const tenant = 'tnt_00000000000000000000000001';

describe('the key ring', () => {
  let store: MemoryKeyStore;
  const ring = () => new KeyRing(store, testMasterKey);
  const bytesOf = (key: { export(): Buffer } | null | undefined) => key?.export().toString('hex');

  beforeEach(() => {
    store = new MemoryKeyStore();
  });

  it('gives a call one key, in every process', async () => {
    const made = await ring().createCallKey(tenant, 'contact', 'call_1');
    const found = await ring().callKey(tenant, 'call_1');
    expect(found.id).toBe(made.id);
    expect(bytesOf(found.key)).toBe(bytesOf(made.key));
    expect(store.keys.map(({ kind }) => kind)).toEqual(['tenant', 'contact', 'call']);
  });

  it('keeps no key that can be read without the master key', async () => {
    const { key } = await ring().tenantKey(tenant);
    expect(store.keys.some(({ wrapped }) => wrapped && Buffer.from(wrapped).includes(key.export()))).toBe(
      false,
    );
    const wrong = new KeyRing(store, createSecretKey(Buffer.alloc(32, 'wrong')));
    await expect(wrong.tenantKey(tenant)).rejects.toThrow(/LEDGERLINE_MASTER_KEY is not the one/);
  });

  const call = (subjectId: string): KeyOwner => ({ tenantId: tenant, kind: 'call', subjectId });
  const contact: KeyOwner = { tenantId: tenant, kind: 'contact', subjectId: 'contact' };
  const wholeTenant: KeyOwner = { tenantId: tenant, kind: 'tenant', subjectId: tenant };

  it.each([call('call_1'), contact, wholeTenant])(
    'cannot open a call any more once the keys of $kind are destroyed',
    async (owner) => {
      const made = await ring().createCallKey(tenant, 'contact', 'call_1');
      await ring().destroy(owner, 1);
      const later = await ring().load([made.id]);
      expect(later.opened(made.id)).toBeNull();
      // Not only out of reach: whoever has an old parent key finds nothing to open with it.
      expect(store.keys.find(({ keyId }) => keyId === made.id)?.wrapped).toBeNull();
    },
  );

  it('opens the others where one is damaged, and says so of that and what is beneath it', async () => {
    const mine = await ring().createCallKey(tenant, 'contact', 'call_1');
    const other = await ring().createCallKey(tenant, 'another', 'call_2');
    const damaged = store.keys.find(({ subjectId }) => subjectId === 'contact');
    if (!damaged?.wrapped) throw new Error('There is a key of the contact.');
    damaged.wrapped[0] = (damaged.wrapped[0] ?? 0) ^ 1;
    const later = await ring().load([mine.id, other.id]);
    expect(bytesOf(later.opened(other.id))).toBe(bytesOf(other.key));
    expect(() => later.opened(mine.id)).toThrow(/contact key .* doesn't open: it's damaged/);
  });

  it('leaves the calls of others readable', async () => {
    const mine = await ring().createCallKey(tenant, 'contact', 'call_1');
    const other = await ring().createCallKey(tenant, 'another', 'call_2');
    await ring().destroy(contact, 1);
    const later = await ring().load([mine.id, other.id]);
    expect(later.opened(mine.id)).toBeNull();
    expect(bytesOf(later.opened(other.id))).toBe(bytesOf(other.key));
  });

  it('gives a caller who comes back a new key, and brings nothing old back', async () => {
    const before = await ring().createCallKey(tenant, 'contact', 'call_1');
    await ring().destroy(contact, 1);
    const after = await ring().createCallKey(tenant, 'contact', 'call_2');
    // The erasure again, as after a crash or of an old backup: it's of those days.
    await ring().destroy(contact, 1);
    const later = await ring().load([before.id, after.id]);
    expect(later.opened(before.id)).toBeNull();
    expect(bytesOf(later.opened(after.id))).toBe(bytesOf(after.key));
    expect(await ring().generationOf(contact)).toBe(2);
  });

  it.each([call('call_1'), contact])('keeps a call erased that goes on after $kind was', async (owner) => {
    const made = await ring().createCallKey(tenant, 'contact', 'call_1');
    await ring().destroy(owner, 1);
    const writer = ring();
    const later = await writer.callKey(tenant, 'call_1');
    expect(bytesOf(later.key)).not.toBe(bytesOf(made.key));
    expect((await writer.load([later.id])).opened(later.id)).toBeNull();
    expect(store.keys).toHaveLength(3);
  });

  it('takes the key of another process that made it at the same moment', async () => {
    const keys = await Promise.all(
      Array.from({ length: 8 }, () => ring().createCallKey(tenant, 'contact', 'call_1')),
    );
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
  });

  it('drops what it knows when it is told to forget', async () => {
    const subject = ring();
    const made = await subject.createCallKey(tenant, 'contact', 'call_1');
    await ring().destroy(contact, 1);
    const opened = async () => (await subject.load([made.id])).opened(made.id);
    expect(await opened()).not.toBeNull();
    subject.forget();
    expect(await opened()).toBeNull();
  });

  it('keeps no key that it asked for before somebody was erased', async () => {
    const made = await ring().createCallKey(tenant, 'contact', 'call_1');
    const subject = ring();
    const find = store.findWithParents.bind(store);
    store.findWithParents = async (ids) => {
      const found = await find(ids);
      store.findWithParents = find;
      // By another process, while the answer is on its way.
      await store.destroy(contact, 1);
      subject.forget();
      return found;
    };
    expect((await subject.load([made.id])).opened(made.id)).toBeNull();
  });

  it('says so when a call has no key yet', async () => {
    await expect(ring().callKey(tenant, 'call_1')).rejects.toThrow(/call_1 has no key/);
  });
});
