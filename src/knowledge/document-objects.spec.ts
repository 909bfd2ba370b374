import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryKeyStore } from '../../test/support/memory-key-store.js';
import { MemoryObjects } from '../../test/support/memory-objects.js';
import { testMasterKey } from '../../test/support/secrets.js';
import { newId } from '../domain/ids.js';
import { documentStream } from '../domain/stream.js';
import { type DataKey, KeyRing } from '../ledger/keys/key-ring.js';
import { readVectors, writeVectors } from './document-content.js';
import { DocumentObjects } from './document-objects.js';

/** Several frames, and a part of one. */
const CONTENT = Buffer.from(Array.from({ length: 600_000 }, (_, at) => at % 251));

describe("a document's objects", () => {
  const tenantId = newId('tenant');
  const stream = documentStream(tenantId, newId('document'));
  let files: MemoryObjects;
  let keys: KeyRing;
  let objects: DocumentObjects;
  let key: DataKey;
  beforeEach(async () => {
    files = new MemoryObjects();
    keys = new KeyRing(new MemoryKeyStore(), testMasterKey);
    objects = new DocumentObjects({ objects: files, keys });
    key = await keys.tenantKey(tenantId);
  });

  it('are what was put, and nothing of it in the clear', async () => {
    const stored = await objects.put(stream, 'original', CONTENT, key);
    expect(await objects.open(stored)).toMatchObject({ content: CONTENT });
    expect(files.content.get(stored.object)?.includes(CONTENT.subarray(0, 16))).toBe(false);
  });

  it('keep their first content', async () => {
    const first = await objects.put(stream, 'text', CONTENT, key);
    expect(await objects.put(stream, 'text', Buffer.from('another'), key)).toEqual(first);
    const found = await objects.findOrMake(stream, 'text', key, () =>
      Promise.reject(new Error('made again')),
    );
    expect(found).toEqual({ stored: first, content: CONTENT });
  });

  it('are refused where they were changed, cut, or put in the place of another', async () => {
    const { object, sha256 } = await objects.put(stream, 'text', CONTENT, key);
    const sealed = files.content.get(object) ?? Buffer.alloc(0);
    const putAs = async (name: string, content: Buffer) => {
      files.content.set(name, content);
      // Who could change the hash in the ledger, too, still hasn't the key.
      const hash = createHash('sha256').update(content).digest('hex');
      return objects.open({ object: name, sha256: hash });
    };
    const other = object.replace('text', 'chunks');
    const frame = 256 * 1024 + 28;
    const start = sealed.indexOf(0x0a) + 1;
    await expect(putAs(other, sealed)).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(putAs(object, sealed.subarray(0, start + frame))).rejects.toMatchObject({
      code: 'INTERNAL',
    });
    files.content.set(object, Buffer.from(sealed).reverse());
    await expect(objects.open({ object, sha256 })).rejects.toThrow('was changed');
  });

  it('say whether they are gone, or nobody can open them any more', async () => {
    const stored = await objects.put(stream, 'text', CONTENT, key);
    expect(await objects.isErased(stream)).toBe(false);
    await keys.destroy({ tenantId, kind: 'tenant', subjectId: tenantId }, 1);
    expect([await objects.open(stored), await objects.isErased(stream)]).toEqual(['erased', true]);
    await objects.remove(stream);
    expect([await objects.open(stored), await objects.isErased(stream)]).toEqual(['missing', false]);
    expect(files.content.size).toBe(0);
  });

  it('have vectors as they were, to the last bit', () => {
    const space = { provider: 'sandbox', model: 'words', dimensions: 3 };
    const vectors = [Float32Array.of(0.1, -0.2, 1e-30), Float32Array.of(1, 0, -1)];
    const content = { space, batches: 1, vectors };
    expect(readVectors(writeVectors(content))).toEqual(content);
  });
});
