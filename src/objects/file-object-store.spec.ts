import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FileObjectStore } from './file-object-store.js';

describe('an object store of files', () => {
  let directory: string;
  let objects: FileObjectStore;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ledgerline-objects-'));
    objects = new FileObjectStore(join(directory, 'objects'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('gives back what was put, and null for what was not', async () => {
    expect(await objects.put('a/b/one.json', Buffer.from('first'))).toBe(true);
    expect(String(await objects.get('a/b/one.json'))).toBe('first');
    expect(await objects.get('a/b/two.json')).toBeNull();
    expect(await objects.get('nothing/here')).toBeNull();
  });

  it('keeps the first content of a key, also when many put at once', async () => {
    const puts = Array.from({ length: 20 }, (_, at) => objects.put('a/one', Buffer.from(`content ${at}`)));
    const winners = (await Promise.all(puts)).flatMap((isStored, at) => (isStored ? [`content ${at}`] : []));
    expect(winners).toHaveLength(1);
    expect(String(await objects.get('a/one'))).toBe(winners[0]);
    expect(await objects.put('a/one', Buffer.from('later'))).toBe(false);
    expect(await readdir(join(directory, 'objects', 'a'))).toEqual(['one']);
  });

  it('removes an object, once more too, and takes another one in its place', async () => {
    await objects.put('a/one', Buffer.from('first'));
    await objects.remove('a/one');
    await objects.remove('a/one');
    await objects.remove('nothing/here');
    expect(await objects.get('a/one')).toBeNull();
    expect(await objects.list('a')).toEqual([]);
    expect(await objects.put('a/one', Buffer.from('second'))).toBe(true);
    expect(String(await objects.get('a/one'))).toBe('second');
  });

  it('lists the names of a folder in order, without what a dead process left half written', async () => {
    for (const key of ['a/2', 'a/10', 'a/1/deep', 'b/1']) await objects.put(key, Buffer.from('x'));
    await writeFile(join(directory, 'objects', 'a', '.half'), 'x');
    expect(await objects.list('a')).toEqual(['1', '10', '2']);
    expect(await objects.list('c')).toEqual([]);
  });

  it.each(['', '../secrets.json', 'a/../../b', '/etc/passwd', 'a//b', 'a/.hidden', 'A'])(
    'has no object called %p',
    async (key) => {
      await expect(objects.remove(key)).rejects.toMatchObject({ code: 'INTERNAL' });
      await expect(objects.get(key)).rejects.toMatchObject({ code: 'INTERNAL' });
      await expect(objects.put(key, Buffer.from('x'))).rejects.toMatchObject({ code: 'INTERNAL' });
    },
  );

  it('says which directory it is when that cannot be used', async () => {
    await mkdir(join(directory, 'objects'));
    await writeFile(join(directory, 'objects', 'a'), 'a file');
    await expect(objects.put('a/one', Buffer.from('x'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^The object store in .*objects can't be written \(.*\): check/),
    });
  });
});
