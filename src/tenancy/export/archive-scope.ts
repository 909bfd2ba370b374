import { parseStreamName, SYSTEM_TENANT, userStream } from '../../domain/stream.js';
import type { StoredEvent } from '../../ledger/event-store.js';
import type { KeyOwner } from '../../ledger/keys/key-store.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Which events are about a subject. A contact's: its calls', and those that name it or one of them, as an erasure does. A
 * user's: its own, and memberships. A tenant's: all in it, and what the platform has for it: its reservations.
 */
export class ArchiveScope {
  readonly #subject: KeyOwner;
  /** The subject, and a contact's calls. */
  readonly #ids: Set<string>;

  constructor(subject: KeyOwner) {
    this.#subject = subject;
    this.#ids = new Set([subject.subjectId]);
  }

  /** To be asked in the ledger's order: a call's first event says whose it is. */
  has(event: StoredEvent): boolean {
    const { kind, tenantId, subjectId } = this.#subject;
    const place = parseStreamName(event.stream);
    switch (kind) {
      case 'tenant':
        return place.tenantId === subjectId || (place.tenantId === SYSTEM_TENANT && this.#isNamed(event));
      case 'user':
        return event.stream === userStream(subjectId) || this.#isNamed(event);
      case 'call':
      case 'contact':
        if (place.tenantId !== tenantId) return false;
        return place.category === 'call' ? this.#isOwnCall(event, place.id) : this.#isNamed(event);
    }
  }

  #isOwnCall(event: StoredEvent, callId: string): boolean {
    if (this.#ids.has(callId)) return true;
    if (event.revision !== 0 || fieldsOf(event).contactId !== this.#subject.subjectId) return false;
    this.#ids.add(callId);
    return true;
  }

  #isNamed(event: StoredEvent): boolean {
    const { userId, subjectId, subject, ownerStream } = fieldsOf(event);
    const named = [userId, subjectId, typeof subject === 'string' ? idIn(subject) : undefined];
    if (named.some((id) => typeof id === 'string' && this.#ids.has(id))) return true;
    return typeof ownerStream === 'string' && this.#ids.has(parseStreamName(ownerStream).tenantId);
  }
}

/** What a read was of: an id, "stream call-…", "recording:<id>" or "correlation <id>". */
const idIn = (subject: string): string => {
  const [, kind, of] = /^(\w+)[ :](\S+)$/.exec(subject) ?? [];
  if (of === undefined) return subject;
  return kind === 'stream' ? parseStreamName(of).id : of;
};

const fieldsOf = ({ data }: StoredEvent): Fields => JSON.parse(data) as Fields;
