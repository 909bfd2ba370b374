/** Whose data a key protects; a key is wrapped by the one before it in `tenant → contact or user → call`. */
export type KeyKind = 'tenant' | 'contact' | 'user' | 'call';

export interface KeyOwner {
  readonly tenantId: string;
  readonly kind: KeyKind;
  readonly subjectId: string;
}

/** A key at rest. */
export interface WrappedKey extends KeyOwner {
  readonly keyId: string;
  /** `null`: wrapped by the master key. */
  readonly parentKeyId: string | null;
  /** Counts up when somebody who was erased comes back. */
  readonly generation: number;
  /** `null`: destroyed. What it encrypted can't be read by anybody again. */
  readonly wrapped: Uint8Array | null;
}

/** Where wrapped keys live: outside the ledger, so that they can be destroyed. */
export interface KeyStore {
  /** Each owner's newest generation, destroyed or not. */
  findCurrent(owners: readonly KeyOwner[]): Promise<readonly WrappedKey[]>;
  /** Who of a tenant has lost a key of this kind. */
  findDestroyed(owners: Omit<KeyOwner, 'subjectId'>): Promise<readonly string[]>;
  /** The keys and all that they are wrapped by. Unknown ids are left out. */
  findWithParents(keyIds: readonly string[]): Promise<readonly WrappedKey[]>;
  /**
   * Durable when it resolves. Another's key of the same owner and generation stays, and then nothing is inserted that
   * it should have wrapped. The answer tells which were new.
   */
  insert(keys: readonly WrappedKey[]): Promise<readonly string[]>;
  /**
   * Destroys the owner's keys up to this generation, and all keys beneath them, at once. Who has no key of it, as in an
   * older backup, gets a destroyed one: the next that is made is of a later generation. Durable when it resolves; done
   * before, it changes nothing.
   */
  destroy(owner: KeyOwner, generation: number): Promise<void>;
}
