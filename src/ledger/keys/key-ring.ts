import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { AppError, ErrorCode, isAppError } from '../../domain/errors.js';
import { toBase32 } from '../../domain/ids.js';
import { SYSTEM_TENANT } from '../../domain/stream.js';
import type { KeyOwner, KeyStore, WrappedKey } from './key-store.js';
import { openBox, sealBox } from './secret-box.js';

/** A key to encrypt with. */
export interface DataKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** What is erased stays readable in a process's memory for so long at most. */
const CACHE_MS = 60_000;
const CACHED_KEYS = 50_000;
/** As `maxSize`, not as `max`: that would take the room of all of them at once, and 20 ms. */
const cacheLimits = { maxSize: CACHED_KEYS, sizeCalculation: () => 1, ttl: CACHE_MS };
const KEY_BYTES = 32;
/** Two processes may mint the same owner's key at once: the loser takes the winner's. */
const MINT_TRIES = 3;

const ownerName = ({ tenantId, kind, subjectId }: KeyOwner): string => `${tenantId}/${kind}/${subjectId}`;

/** `null`: destroyed. `damaged`: it doesn't open, or one above it. */
type Opened = { readonly key: KeyObject | null } | { readonly damaged: AppError };

const keyIn = (opened: Opened): KeyObject | null => {
  if ('damaged' in opened) throw opened.damaged;
  return opened.key;
};

/** Keys to decrypt with, as they were when they were loaded. */
export class LoadedKeys {
  readonly #opened: ReadonlyMap<string, Opened>;

  constructor(opened: ReadonlyMap<string, Opened>) {
    this.#opened = opened;
  }

  /** The key, or `null` when it's destroyed. Throws `INTERNAL` for a damaged one, and for one that wasn't loaded. */
  opened(keyId: string): KeyObject | null {
    const opened = this.#opened.get(keyId);
    if (!opened) throw new AppError(ErrorCode.INTERNAL, `The key ${keyId} was not loaded.`, { keyId });
    return keyIn(opened);
  }
}

/** The key tree in memory: opens what the store keeps wrapped, and mints what is missing. */
export class KeyRing {
  readonly #store: KeyStore;
  readonly #master: KeyObject;
  readonly #opened = new LRUCache<string, Opened>(cacheLimits);
  readonly #current = new LRUCache<string, DataKey>(cacheLimits);
  /** How often it was told to forget: what was asked of the store before that isn't kept. */
  #forgotten = 0;

  constructor(store: KeyStore, masterKey: KeyObject) {
    this.#store = store;
    this.#master = masterKey;
  }

  tenantKey(tenantId: string): Promise<DataKey> {
    return this.#currentKey([{ tenantId, kind: 'tenant', subjectId: tenantId }]);
  }

  userKey(userId: string): Promise<DataKey> {
    const tenantId = SYSTEM_TENANT;
    return this.#currentKey([
      { tenantId, kind: 'tenant', subjectId: tenantId },
      { tenantId, kind: 'user', subjectId: userId },
    ]);
  }

  /**
   * The call's key under its contact's, minted where it's missing. Durable when it resolves. An erased call stays so,
   * also while it's still on the line: its key is one that nobody keeps, and what it encrypts reads as `null`.
   */
  createCallKey(tenantId: string, contactId: string, callId: string): Promise<DataKey> {
    return this.#currentKey([
      { tenantId, kind: 'tenant', subjectId: tenantId },
      { tenantId, kind: 'contact', subjectId: contactId },
      { tenantId, kind: 'call', subjectId: callId },
    ]);
  }

  /** The key that `createCallKey` made. */
  async callKey(tenantId: string, callId: string): Promise<DataKey> {
    const owner: KeyOwner = { tenantId, kind: 'call', subjectId: callId };
    const cached = this.#current.get(ownerName(owner));
    if (cached) return cached;
    const [row] = await this.#store.findCurrent([owner]);
    const chain = row ? await this.#store.findWithParents([row.keyId]) : [];
    const contact = chain.find((key) => key.kind === 'contact');
    if (!contact) {
      throw new AppError(ErrorCode.INTERNAL, `Call ${callId} has no key: one is made when it's received.`, {
        callId,
      });
    }
    return this.createCallKey(tenantId, contact.subjectId, callId);
  }

  /**
   * These keys, in one query for all that aren't known yet. They are the caller's to use: in the ring, a minute may be over
   * the moment after, or somebody erased, and a key that isn't there any more would read as a destroyed one.
   */
  async load(keyIds: Iterable<string>): Promise<LoadedKeys> {
    const wanted = [...new Set(keyIds)];
    for (;;) {
      const forgotten = this.#forgotten;
      const known = wanted.map((id) => [id, this.#opened.get(id)] as const);
      const missing = known.flatMap(([id, opened]) => (opened ? [] : [id]));
      const found = missing.length > 0 ? await this.#store.findWithParents(missing) : [];
      // Somebody was erased meanwhile: these may be the keys as they were before.
      if (forgotten !== this.#forgotten) continue;
      const rows = new Map(found.map((row) => [row.keyId, row]));
      return new LoadedKeys(new Map(known.map(([id, opened]) => [id, opened ?? this.#open(id, rows)])));
    }
  }

  /** Throws `UNAVAILABLE` when the keys can't be read. */
  async reachable(): Promise<void> {
    await this.#store.findCurrent([]);
  }

  /** The newest generation of somebody's keys; `null`: nothing was ever encrypted for them. */
  async generationOf(owner: KeyOwner): Promise<number | null> {
    const [newest] = await this.#store.findCurrent([owner]);
    return newest?.generation ?? null;
  }

  /** Every user who was ever erased, by whichever process. */
  erasedUsers(): Promise<readonly string[]> {
    return this.#store.findDestroyed({ tenantId: SYSTEM_TENANT, kind: 'user' });
  }

  /** Destroys somebody's keys up to this generation, and all beneath them. Done before, it changes nothing. */
  async destroy(owner: KeyOwner, generation: number): Promise<void> {
    await this.#store.destroy(owner, generation);
    this.forget();
  }

  /** Forgets everything at once: called when somebody was erased. */
  forget(): void {
    this.#forgotten++;
    this.#opened.clear();
    this.#current.clear();
  }

  /** Opens a key by its chain of parents; a destroyed or missing parent destroys its children. */
  #open(keyId: string, rows: ReadonlyMap<string, WrappedKey>): Opened {
    const known = this.#opened.get(keyId);
    if (known) return known;
    const opened = this.#unwrapped(rows.get(keyId), rows);
    this.#opened.set(keyId, opened);
    return opened;
  }

  #unwrapped(row: WrappedKey | undefined, rows: ReadonlyMap<string, WrappedKey>): Opened {
    if (!row?.wrapped) return { key: null };
    try {
      const parent = row.parentKeyId === null ? this.#master : keyIn(this.#open(row.parentKeyId, rows));
      return { key: parent && unwrap(row, row.wrapped, parent) };
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { damaged: error };
    }
  }

  /** `path` runs from the tenant down to the owner whose key is wanted. */
  async #currentKey(path: readonly KeyOwner[]): Promise<DataKey> {
    const name = ownerName(path.at(-1) as KeyOwner);
    const cached = this.#current.get(name);
    if (cached) return cached;
    for (let tries = 0; tries < MINT_TRIES; tries++) {
      const forgotten = this.#forgotten;
      const { key, minted, isErased } = await this.#descend(path);
      const inserted = minted.length === 0 ? [] : await this.#store.insert(minted);
      if (inserted.length < minted.length) continue;
      if (forgotten === this.#forgotten) {
        if (!isErased) this.#opened.set(key.id, { key: key.key });
        this.#current.set(name, key);
      }
      return key;
    }
    throw new AppError(ErrorCode.CONFLICT, `The key of ${name} could not be made: others keep making it.`);
  }

  async #descend(path: readonly KeyOwner[]): Promise<Descended> {
    const current = await this.#store.findCurrent(path);
    const rows = path.map((owner) => current.find((row) => ownerName(row) === ownerName(owner)));
    const last = rows.at(-1);
    if (last?.kind === 'call' && !rows.every((row, at) => isUsable(row, rows[at - 1]?.keyId))) {
      return { key: { id: last.keyId, key: randomKey() }, minted: [], isErased: true };
    }
    const minted: WrappedKey[] = [];
    let parent: DataKey | undefined;
    for (const [at, owner] of path.entries()) {
      const row = rows[at];
      const wrapping: KeyObject = parent?.key ?? this.#master;
      if (isUsable(row, parent?.id)) {
        parent = { id: row.keyId, key: unwrap(row, row.wrapped, wrapping) };
      } else {
        const fresh = mint(owner, row, parent, wrapping);
        minted.push(fresh.row);
        parent = fresh.key;
      }
    }
    return { key: parent as DataKey, minted, isErased: false };
  }
}

interface Descended {
  readonly key: DataKey;
  /** To be inserted before it's used. */
  readonly minted: readonly WrappedKey[];
  /** The key opens nothing, and is kept nowhere. */
  readonly isErased: boolean;
}

/** A key whose parent was destroyed can't be opened again: its owner gets the next generation. */
const isUsable = (
  row: WrappedKey | undefined,
  parentKeyId: string | undefined,
): row is WrappedKey & { readonly wrapped: Uint8Array } =>
  row !== undefined && row.wrapped !== null && row.parentKeyId === (parentKeyId ?? null);

const randomKey = (): KeyObject => createSecretKey(randomBytes(KEY_BYTES));

const mint = (
  owner: KeyOwner,
  previous: WrappedKey | undefined,
  parent: DataKey | undefined,
  wrapping: KeyObject,
): { row: WrappedKey; key: DataKey } => {
  const secret = randomBytes(KEY_BYTES);
  const keyId = toBase32(randomBytes(16));
  const generation = (previous?.generation ?? 0) + 1;
  const wrapped = sealBox(wrapping, secret, keyId);
  return {
    row: { ...owner, keyId, parentKeyId: parent?.id ?? null, generation, wrapped },
    key: { id: keyId, key: createSecretKey(secret) },
  };
};

const unwrap = (row: WrappedKey, wrapped: Uint8Array, wrapping: KeyObject): KeyObject => {
  try {
    return createSecretKey(openBox(wrapping, wrapped, row.keyId));
  } catch (cause) {
    throw new AppError(
      ErrorCode.INTERNAL,
      `The ${row.kind} key ${row.keyId} doesn't open: it's damaged, or LEDGERLINE_MASTER_KEY is not the one that it was made with.`,
      { keyId: row.keyId },
      { cause },
    );
  }
};
