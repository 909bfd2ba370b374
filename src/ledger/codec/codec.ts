import type { erasureEvents } from '../../domain/erasure/events.js';
import { AppError, ErrorCode, messageOf } from '../../domain/errors.js';
import type { DomainEvent, EventDefinition, EventMetadata, RecordedEvent } from '../../domain/event.js';
import type { EncodedEvent, StoredEvent } from '../event-store.js';
import type { DataKey, KeyRing, LoadedKeys } from '../keys/key-ring.js';
import { openBox, sealBox } from '../keys/secret-box.js';

/** Beside an event's plain fields: `<key id>.<base64 of the box>` with all its personal fields as JSON. */
const PERSONAL = '$personal';
const ERASURE: keyof typeof erasureEvents = 'SubjectErased';

type Fields = Record<string, unknown>;

/** A stored event that this code can't read. `error` names its stream, revision and type. */
export class UnreadableEvent {
  constructor(
    readonly stored: StoredEvent,
    readonly error: AppError,
  ) {}
}

export type Decoded<E extends DomainEvent> = RecordedEvent<E> | UnreadableEvent;

/**
 * Between domain events and stored bytes: validation by the type's schema, upcasting, and the encryption of personal
 * fields, one AES-256-GCM box an event. The event's id is authenticated with the box, so it opens only where it was put.
 */
export class Codec<E extends DomainEvent> {
  readonly #definitions: Readonly<Record<string, EventDefinition>>;
  readonly #keys: KeyRing;

  constructor(definitions: Readonly<Record<string, EventDefinition>>, keys: KeyRing) {
    this.#definitions = definitions;
    this.#keys = keys;
  }

  /** Whether an event of this type needs a key to be written. */
  hasPersonalFields(type: string): boolean {
    return this.#definition(type).personalFields.length > 0;
  }

  /** Throws `BAD_USER_INPUT` naming the type and the fields that its schema refuses. `key`: needed for personal fields. */
  encode(id: string, event: E, metadata: EventMetadata, key: DataKey | undefined): EncodedEvent {
    return this.#encode(id, event, metadata, key, 'writeSchema');
  }

  /** As `encode`, for an event that was read elsewhere: what is erased there is `null`, and stays so here. */
  encodeAgain(id: string, event: E, metadata: EventMetadata, key: DataKey | undefined): EncodedEvent {
    return this.#encode(id, event, metadata, key, 'readSchema');
  }

  #encode(
    id: string,
    event: E,
    metadata: EventMetadata,
    key: DataKey | undefined,
    schema: 'writeSchema' | 'readSchema',
  ): EncodedEvent {
    const definition = this.#definition(event.type);
    const checked = definition[schema].safeParse(event.data);
    if (!checked.success) {
      throw new AppError(
        ErrorCode.BAD_USER_INPUT,
        `${event.type} can't be appended: ${issuesOf(checked.error)}.`,
        { type: event.type },
      );
    }
    const fields = checked.data as Fields;
    const stored = definition.personalFields.length > 0 ? encrypt(id, fields, definition, key) : fields;
    const data = JSON.stringify(stored);
    return { id, type: event.type, schemaVersion: definition.version, data, metadata };
  }

  /** In the order given. An event that can't be read doesn't fail the others. */
  async decode(events: readonly StoredEvent[]): Promise<Decoded<E>[]> {
    // Before its batch: what was encrypted with destroyed keys reads the same for everybody, whatever they had cached.
    if (events.some(({ type }) => type === ERASURE)) this.#keys.forget();
    const parsed = events.map(parse);
    const keys = await this.#keys.load(keyIds(parsed));
    return events.map((stored, index) =>
      this.#decodeOne(stored, parsed[index] as Fields | SyntaxError, keys),
    );
  }

  #decodeOne(stored: StoredEvent, parsed: Fields | SyntaxError, keys: LoadedKeys): Decoded<E> {
    try {
      if (parsed instanceof SyntaxError) throw parsed;
      return recorded(stored, this.#fields(stored, parsed, keys)) as unknown as RecordedEvent<E>;
    } catch (cause) {
      return new UnreadableEvent(stored, unreadable(stored, cause));
    }
  }

  #fields(stored: StoredEvent, parsed: Fields, keys: LoadedKeys): Fields {
    const definition = this.#definitions[stored.type];
    const box = parsed[PERSONAL];
    if (!definition) {
      // Written by newer code: shown as it is, folded by nobody.
      delete parsed[PERSONAL];
      return parsed;
    }
    if (stored.schemaVersion > definition.version) throw needsUpgrade(stored, definition.version);
    const opened = typeof box === 'string' ? decrypt(stored.id, box, keys) : {};
    const erased = opened ? undefined : allNull(definition);
    // The schema drops what it doesn't know: the box too.
    let fields = Object.assign(parsed, opened ?? erased);
    for (let version = stored.schemaVersion; version < definition.version; version++) {
      const upcast = definition.upcasters[version];
      if (!upcast) throw new Error(`there is no upcaster from version ${version}`);
      // Nulls again: what is personal now may have had another name.
      fields = { ...upcast(fields), ...erased };
    }
    const checked = definition.readSchema.safeParse(fields);
    if (!checked.success) throw new Error(issuesOf(checked.error));
    return checked.data as Fields;
  }

  #definition(type: string): EventDefinition {
    const definition = this.#definitions[type];
    if (!definition)
      throw new AppError(ErrorCode.INTERNAL, `"${type}" is not a declared event type.`, { type });
    return definition;
  }
}

/** The personal fields; `null` when their key is destroyed. */
const decrypt = (eventId: string, box: string, keys: LoadedKeys): Fields | null => {
  const dot = box.indexOf('.');
  const key = keys.opened(box.slice(0, dot));
  if (!key) return null;
  return JSON.parse(
    openBox(key, Buffer.from(box.slice(dot + 1), 'base64'), eventId).toString('utf8'),
  ) as Fields;
};

/** Which key a stored event's personal fields are encrypted with; `null`: it has none. */
export const keyIdOf = ({ data }: Pick<StoredEvent, 'data'>): string | null =>
  // A quote within a text is escaped: this one can only be a field's.
  /"\$personal":"([^".]+)\./.exec(data)?.[1] ?? null;

const allNull = ({ personalFields }: EventDefinition): Fields =>
  Object.fromEntries(personalFields.map((name) => [name, null]));

const encrypt = (
  id: string,
  fields: Fields,
  definition: EventDefinition,
  key: DataKey | undefined,
): Fields => {
  if (!key)
    throw new AppError(ErrorCode.INTERNAL, `${definition.type} has personal fields, but no key was given.`);
  const plain: Fields = { ...fields };
  const secret: Fields = {};
  for (const name of definition.personalFields) {
    if (plain[name] !== undefined) secret[name] = plain[name];
    delete plain[name];
  }
  plain[PERSONAL] = `${key.id}.${sealBox(key.key, JSON.stringify(secret), id).toString('base64')}`;
  return plain;
};

const parse = (stored: StoredEvent): Fields | SyntaxError => {
  try {
    return JSON.parse(stored.data) as Fields;
  } catch (error) {
    return error as SyntaxError;
  }
};

function* keyIds(parsed: Iterable<Fields | SyntaxError>): Iterable<string> {
  for (const fields of parsed) {
    const box = fields instanceof SyntaxError ? undefined : fields[PERSONAL];
    if (typeof box === 'string') yield box.slice(0, box.indexOf('.'));
  }
}

/** Field by field: copies of whatever is there are the larger part of a decode. */
const recorded = (stored: StoredEvent, data: Fields) => ({
  id: stored.id,
  type: stored.type,
  schemaVersion: stored.schemaVersion,
  stream: stored.stream,
  revision: stored.revision,
  position: stored.position,
  createdAt: stored.createdAt,
  metadata: stored.metadata,
  data,
});

const issuesOf = (error: { issues: readonly { path: PropertyKey[]; message: string }[] }): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`).join('; ');

const where = ({ type, stream, revision }: StoredEvent): string =>
  `${type} at ${stream}, revision ${revision}`;

const needsUpgrade = (stored: StoredEvent, known: number): AppError =>
  new AppError(
    ErrorCode.NEEDS_UPGRADE,
    `${where(stored)} has version ${stored.schemaVersion}; this process knows ${known}: upgrade it.`,
    { stream: stored.stream, revision: stored.revision, type: stored.type },
  );

const unreadable = (stored: StoredEvent, cause: unknown): AppError =>
  cause instanceof AppError && cause.code === ErrorCode.NEEDS_UPGRADE
    ? cause
    : new AppError(
        ErrorCode.INTERNAL,
        `${where(stored)} can't be read: ${messageOf(cause)}.`,
        { stream: stored.stream, revision: stored.revision, type: stored.type },
        { cause },
      );
