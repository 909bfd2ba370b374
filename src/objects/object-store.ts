/** A key is a path of lower-case letters, digits, `-`, `.` and `_`, as in `seals/000000/0000000001-9f2c.json`. */
const KEY = /^[a-z0-9_-][a-z0-9._-]*(\/[a-z0-9_-][a-z0-9._-]*)*$/;

/** Whether a store may be asked for it: no way leads out of the store. */
export const isObjectKey = (key: string): boolean => KEY.test(key);

/**
 * Where large and lasting things are kept, outside the database. An object never changes: its first content stays, until the
 * object is removed. Every method throws `UNAVAILABLE` when the store can't be reached or written.
 */
export interface ObjectStore {
  /** Whole or not at all, and on disk when it resolves. `false`: the key has its object already, which stays. */
  put(key: string, content: Uint8Array): Promise<boolean>;
  /** `null`: there is no such object. */
  get(key: string): Promise<Buffer | null>;
  /** For good when it resolves; removed before, it changes nothing. */
  remove(key: string): Promise<void>;
  /** The names directly under a folder, objects and folders, in the order of their characters. Empty where there is none. */
  list(folder: string): Promise<readonly string[]>;
}
