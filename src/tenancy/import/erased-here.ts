import type { ErasureCopies } from '../erasure-copies.js';

/**
 * Who of a tenant was erased in this installation, by the object store: it knows also what a restored database doesn't.
 * Each question looks anew, since the platform may run meanwhile. Every method throws what `ErasureCopies` throws.
 */
export class ErasedHere {
  readonly #copies: ErasureCopies;
  readonly #tenantId: string;
  readonly #known = new Set<string>();
  /** By contact, when its last erasure was asked for: ms since the epoch. */
  readonly #contacts = new Map<string, number>();
  #hasTenant = false;

  constructor(copies: ErasureCopies, tenantId: string) {
    this.#copies = copies;
    this.#tenantId = tenantId;
  }

  async hasTenant(): Promise<boolean> {
    await this.#look();
    return this.#hasTenant;
  }

  /** Whether a contact's call that began then was before its erasure. Who called later came back. */
  async isErased(contactId: string, occurredAt: string): Promise<boolean> {
    await this.#look();
    const atMs = this.#contacts.get(contactId);
    return atMs !== undefined && Date.parse(occurredAt) <= atMs;
  }

  async #look(): Promise<void> {
    const own = (await this.#copies.names()).filter((name) => name.startsWith(`${this.#tenantId}.`));
    for (const name of own.filter((each) => !this.#known.has(each))) {
      const { kind, subjectId, command } = await this.#copies.get(name);
      if (kind === 'tenant') this.#hasTenant = true;
      if (kind === 'contact') this.#add(subjectId, Date.parse(command.occurredAt));
      this.#known.add(name);
    }
  }

  #add(contactId: string, atMs: number): void {
    this.#contacts.set(contactId, Math.max(atMs, this.#contacts.get(contactId) ?? atMs));
  }
}
