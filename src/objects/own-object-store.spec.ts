import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryObjects } from '../../test/support/memory-objects.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { OwnObjectStore } from './own-object-store.js';

describe("a database's own object store", () => {
  let mounted: MemoryObjects;
  let isThere: boolean;
  let own: OwnObjectStore;
  beforeEach(async () => {
    mounted = new MemoryObjects();
    isThere = true;
    own = new OwnObjectStore(mounted, async () => {
      if (!isThere) throw new AppError(ErrorCode.UNAVAILABLE, 'It is not mounted.');
    });
    await own.put('a/one', Buffer.from('first'));
  });

  it('is a store as any other while it is there', async () => {
    expect(await own.put('a/one', Buffer.from('later'))).toBe(false);
    expect([String(await own.get('a/one')), await own.get('a/two')]).toEqual(['first', null]);
    expect([await own.list('a'), await own.list('b')]).toEqual([['one'], []]);
    await own.remove('a/one');
    expect(await own.get('a/one')).toBeNull();
  });

  it('lacks nothing, takes nothing and loses nothing once it is gone', async () => {
    isThere = false;
    for (const use of [
      () => own.get('a/two'),
      () => own.list('b'),
      () => own.put('a/two', Buffer.from('x')),
      () => own.remove('a/one'),
    ])
      await expect(use()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect([...mounted.content.keys()]).toEqual(['a/one']);
  });

  it('is not asked for twice where it has what is wanted', async () => {
    isThere = false;
    expect([String(await own.get('a/one')), await own.list('a')]).toEqual(['first', ['one']]);
  });
});
