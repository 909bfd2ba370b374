import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KnownObjectStore } from '../../src/database/known-object-store.js';
import { loginConfig } from '../../src/database/roles.js';
import { FileObjectStore } from '../../src/objects/file-object-store.js';
import type { ObjectStore } from '../../src/objects/object-store.js';
import { MARKER, StoreMarker } from '../../src/objects/store-marker.js';
import { type KnownStore, StoreOwnership } from '../../src/objects/store-ownership.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { testMasterKey } from '../support/secrets.js';

describe("a database's object store", () => {
  let database: TestDatabase;
  let directory: string;
  let objects: FileObjectStore;
  let known: KnownObjectStore;
  let own: StoreOwnership;
  beforeEach(async () => {
    database = await createTestDatabase();
    known = new KnownObjectStore(loginConfig(database.url, testMasterKey, 'ledger'));
    directory = await makeTestDirectory();
    objects = new FileObjectStore(directory);
    own = ownershipOf({});
  });
  afterEach(async () => {
    await removeTestDirectory(directory);
    await database.drop();
  });

  interface Process {
    readonly objects?: ObjectStore;
    readonly known?: KnownStore;
  }
  const ownershipOf = ({ objects: store = objects, known: rows = known }: Process) =>
    new StoreOwnership({ marker: new StoreMarker(store), known: rows, place: directory });
  /** For a process in which one thing is otherwise. */
  const asItIs = (): KnownStore => ({
    read: () => known.read(),
    keep: (id) => known.keep(id),
    replace: (id) => known.replace(id),
  });
  const claim = () => own.claim(randomUUID());
  const empty = async (): Promise<void> => {
    await rm(join(directory, MARKER));
  };
  const markerId = async (): Promise<unknown> => JSON.parse(String(await objects.get(MARKER))).id;

  it.each(['is new', 'has files from before'])('is that which is there first, where it %s', async (what) => {
    if (what !== 'is new') await objects.put('erasures/one.json', Buffer.from('{}'));
    await own.check();
    expect([await objects.get(MARKER), await known.read()]).toEqual([null, null]);
    const id = await claim();
    expect([await markerId(), await known.read()]).toEqual([id, id]);
    expect(await claim()).toBe(id);
    await own.check();
  });

  it('is one for all processes that start at once', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, claim));
    expect(new Set(ids)).toEqual(new Set([await markerId()]));
    expect(await known.read()).toBe(ids[0]);
  });

  it('is that whose marker was first, though another process is the first at the database', async () => {
    let isFirstLook = true;
    const overtaking: ObjectStore = {
      put: (key, content) => objects.put(key, content),
      // From before the other's was there.
      get: async (key) => {
        const content = isFirstLook ? null : await objects.get(key);
        isFirstLook = false;
        return content;
      },
      remove: (key) => objects.remove(key),
      list: (folder) => objects.list(folder),
    };
    const second = ownershipOf({ objects: overtaking });
    const first = ownershipOf({
      known: {
        ...asItIs(),
        keep: async (id) => {
          await second.claim(randomUUID());
          return known.keep(id);
        },
      },
    });
    const id = await first.claim(randomUUID());
    expect([await markerId(), await known.read()]).toEqual([id, id]);
  });

  it('is not the one of a process that starts at the same time on another', async () => {
    const id = await claim();
    const elsewhere = new FileObjectStore(join(directory, 'elsewhere'));
    const late = ownershipOf({ objects: elsewhere, known: { ...asItIs(), read: async () => null } });
    await expect(late.claim(randomUUID())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await claim()).toBe(id);
  });

  it('is known to the process after one that died before the database had it', async () => {
    const dying = ownershipOf({
      known: { ...asItIs(), keep: () => Promise.reject(new Error('killed')) },
    });
    await expect(dying.claim(randomUUID())).rejects.toThrow('killed');
    const id = await markerId();
    // A backup from before has none of it either, and who looks at that writes nothing.
    await own.check();
    expect(await known.read()).toBeNull();
    expect(await claim()).toBe(id);
    expect(await known.read()).toBe(id);
  });

  it('is missed where there is none, until the database is told to take what is there', async () => {
    const id = await claim();
    await empty();
    const refused = {
      code: 'UNAVAILABLE',
      message: `The object store in ${directory} isn't this database's: it has no store.json, and so is probably not mounted. Mount it, or set DATA_DIR to where it is; where its files are lost, "ledgerline objects adopt" goes on without them.`,
    };
    for (const look of [claim, () => own.check(), () => own.require(id)])
      await expect(look()).rejects.toMatchObject(refused);
    expect(await objects.get(MARKER)).toBeNull();
    await own.refuseAnothers();
    await own.adopt(randomUUID());
    const adopted = await claim();
    expect(adopted).not.toBe(id);
    // Whoever began with the one that is lost doesn't take this for it.
    await expect(own.require(id)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await own.adopt(randomUUID());
    expect(await claim()).toBe(adopted);
  });

  it("is not another's, until the database is told so", async () => {
    const id = await claim();
    const other = randomUUID();
    await empty();
    await new StoreMarker(objects).readOrMake(other);
    const refused = {
      code: 'UNAVAILABLE',
      message: `The object store in ${directory} is another installation's: its store.json says ${other}, and this database's is ${id}. Set DATA_DIR to where that is; where its files are lost, "ledgerline objects adopt" goes on with these.`,
    };
    for (const look of [claim, () => own.check(), () => own.refuseAnothers()])
      await expect(look()).rejects.toMatchObject(refused);
    await own.adopt(randomUUID());
    expect([await claim(), await markerId()]).toEqual([other, other]);
  });

  it('is not guessed at where its marker is damaged', async () => {
    await claim();
    const file = join(directory, MARKER);
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, 20));
    for (const look of [claim, () => own.adopt(randomUUID())])
      await expect(look()).rejects.toMatchObject({
        code: 'INTERNAL',
        message: expect.stringMatching(/^store\.json in the object store is damaged: bring it back/),
      });
  });
});
