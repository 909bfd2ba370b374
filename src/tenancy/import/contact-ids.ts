import type { LedgerEvent } from '../../domain/events.js';
import { parseStreamName, streamName } from '../../domain/stream.js';
import type { Pseudonyms } from '../../ledger/keys/pseudonyms.js';

/**
 * The contacts of a moved tenant. A contact's id is an HMAC under the installation's own key, so it gets another one here:
 * from its number, wherever in the file it's still readable; so it's the same contact when it calls again. A contact whose
 * every call is erased keeps the id that it had: nobody can tell its number.
 */
export class ContactIds {
  readonly #ids = new Map<string, string>();

  constructor(
    private readonly tenantId: string,
    private readonly pseudonyms: Pick<Pseudonyms, 'contactId'>,
  ) {}

  /** To be told of every event before any is rewritten. */
  learn({ type, data }: LedgerEvent): void {
    if (type !== 'CallReceived' && type !== 'CallRejected') return;
    if (data.from !== null && !this.#ids.has(data.contactId)) {
      this.#ids.set(data.contactId, this.pseudonyms.contactId(this.tenantId, data.from));
    }
  }

  /** The id here; the same for what isn't a contact's id. */
  of(id: string): string {
    return this.#ids.get(id) ?? id;
  }

  /** A stream's name here: an erasure's has its subject's id in it. */
  streamOf(stream: string): string {
    const { category, tenantId, id } = parseStreamName(stream);
    return category === 'erasure' ? streamName(category, tenantId, this.of(id)) : stream;
  }

  /** The event with the ids that its contacts have here. */
  rewrite(event: LedgerEvent): LedgerEvent {
    switch (event.type) {
      case 'CallReceived':
        return { ...event, data: { ...event.data, contactId: this.of(event.data.contactId) } };
      case 'CallRejected':
        return { ...event, data: { ...event.data, contactId: this.of(event.data.contactId) } };
      case 'SubjectErased':
        return { ...event, data: { ...event.data, subjectId: this.of(event.data.subjectId) } };
      case 'DataExportRequested':
        return { ...event, data: { ...event.data, subjectId: this.of(event.data.subjectId) } };
      case 'RecordsRead': {
        const { subject } = event.data;
        return { ...event, data: { ...event.data, subject: subject === null ? null : this.of(subject) } };
      }
      default:
        return event;
    }
  }
}
