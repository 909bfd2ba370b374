import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Environment } from '../../config.js';
import { KnownObjectStore } from '../../database/known-object-store.js';
import { FileObjectStore } from '../../objects/file-object-store.js';
import type { ObjectStore } from '../../objects/object-store.js';
import { OwnObjectStore } from '../../objects/own-object-store.js';
import { StoreMarker } from '../../objects/store-marker.js';
import { StoreOwnership } from '../../objects/store-ownership.js';
import type { Storage } from '../storage.js';

export interface FoundObjects {
  readonly objects: ObjectStore;
  readonly ownership: StoreOwnership;
  /** The directory. */
  readonly place: string;
}

/** The object store of an environment, whosever it is. */
export const findObjects = (
  { DATA_DIR: dataDir }: Pick<Environment, 'DATA_DIR'>,
  storage: Pick<Storage, 'connection'>,
): FoundObjects => {
  const place = resolve(join(dataDir, 'objects'));
  const objects = new FileObjectStore(place);
  const known = new KnownObjectStore(storage.connection('ledger'));
  return {
    objects,
    ownership: new StoreOwnership({ marker: new StoreMarker(objects), known, place }),
    place,
  };
};

/** The database's own, for as long as it's there. Throws `UNAVAILABLE` where the environment's is none of it. */
export const openObjects = async (
  environment: Pick<Environment, 'DATA_DIR'>,
  storage: Pick<Storage, 'connection'>,
): Promise<ObjectStore> => {
  const found = findObjects(environment, storage);
  return ownOf(found, await found.ownership.claim(randomUUID()));
};

/** As `openObjects`, for who begins nothing: an installation from before stores had an id has what is there. */
export const openKnownObjects = async (
  environment: Pick<Environment, 'DATA_DIR'>,
  storage: Pick<Storage, 'connection'>,
): Promise<ObjectStore> => {
  const found = findObjects(environment, storage);
  const id = await found.ownership.check();
  return id === null ? found.objects : ownOf(found, id);
};

const ownOf = ({ objects, ownership }: FoundObjects, id: string): ObjectStore =>
  new OwnObjectStore(objects, () => ownership.require(id));
