import type { KeyOwner, KeyStore, WrappedKey } from '../../src/ledger/keys/key-store.js';

const sameOwner = (a: KeyOwner, b: KeyOwner): boolean =>
  a.tenantId === b.tenantId && a.kind === b.kind && a.subjectId === b.subjectId;

/** Keys in memory, which a test can destroy. */
export class MemoryKeyStore implements KeyStore {
  keys: WrappedKey[] = [];

  async findCurrent(owners: readonly KeyOwner[]): Promise<readonly WrappedKey[]> {
    return owners.flatMap((owner) => {
      const [newest] = this.keys
        .filter((key) => sameOwner(key, owner))
        .sort((a, b) => b.generation - a.generation);
      return newest ?? [];
    });
  }

  async findDestroyed({ tenantId, kind }: Omit<KeyOwner, 'subjectId'>): Promise<readonly string[]> {
    const destroyed = this.keys.filter(
      (key) => key.tenantId === tenantId && key.kind === kind && key.wrapped === null,
    );
    return [...new Set(destroyed.map(({ subjectId }) => subjectId))];
  }

  async findWithParents(keyIds: readonly string[]): Promise<readonly WrappedKey[]> {
    const found = new Map<string, WrappedKey>();
    const visit = (id: string | null): void => {
      const key = this.keys.find(({ keyId }) => keyId === id);
      if (!key) return;
      found.set(key.keyId, key);
      visit(key.parentKeyId);
    };
    for (const id of keyIds) visit(id);
    return [...found.values()];
  }

  async insert(keys: readonly WrappedKey[]): Promise<readonly string[]> {
    const fresh = keys.filter(
      (key) => !this.keys.some((known) => sameOwner(known, key) && known.generation === key.generation),
    );
    const there = new Set([...this.keys, ...fresh].map(({ keyId }) => keyId));
    if (fresh.some(({ parentKeyId }) => parentKeyId !== null && !there.has(parentKeyId))) return [];
    this.keys.push(...fresh);
    return fresh.map(({ keyId }) => keyId);
  }

  async destroy(owner: KeyOwner, generation: number): Promise<void> {
    const gone = new Set(
      this.keys
        .filter((key) => sameOwner(key, owner) && key.generation <= generation)
        .map(({ keyId }) => keyId),
    );
    const isBeneath = ({ keyId, parentKeyId }: WrappedKey) =>
      parentKeyId !== null && gone.has(parentKeyId) && !gone.has(keyId);
    for (let found = this.keys.filter(isBeneath); found.length > 0; found = this.keys.filter(isBeneath)) {
      for (const { keyId } of found) gone.add(keyId);
    }
    this.keys = this.keys.map((key) => (gone.has(key.keyId) ? { ...key, wrapped: null } : key));
    if (this.keys.some((key) => sameOwner(key, owner) && key.generation >= generation)) return;
    const keyId = `gone-${this.keys.length}`;
    this.keys.push({ ...owner, keyId, parentKeyId: null, generation, wrapped: null });
  }
}
