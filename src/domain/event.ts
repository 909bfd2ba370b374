import { z } from 'zod';

/**
 * Personal data, declared where the field is declared: the codec encrypts it under the subject's key, and it reads as
 * `null` once that key is destroyed. It can't be declared later: what was appended in the clear stays in the clear.
 * It is the outermost wrapper: `personal(z.string().optional())`.
 */
export const personal = <T extends z.ZodType>(field: T): z.ZodNullable<T> => {
  const marked = z.nullable(field);
  writeSchemaOf.set(marked, field);
  return marked;
};

const writeSchemaOf = new WeakMap<z.ZodType, z.ZodType>();

/** A wrapped `personal()` would be stored in the clear, silently: refuse it when the module loads. */
const refuseHiddenPersonal = (type: string, name: string, field: z.ZodType): void => {
  for (let inner: unknown = field; inner instanceof z.ZodOptional || inner instanceof z.ZodDefault; ) {
    inner = inner.unwrap();
    if (writeSchemaOf.has(inner as z.ZodType)) {
      throw new TypeError(`${type}.${name}: personal() must be the outermost wrapper.`);
    }
  }
};

type Shape = Record<string, z.ZodType>;

/** Turns the stored fields of version n into those of version n + 1. Kept for ever. */
export type Upcaster = (fields: Record<string, unknown>) => Record<string, unknown>;

export interface EventDefinition<T extends string = string, D = unknown> {
  readonly type: T;
  /** The shape that this code writes. */
  readonly version: number;
  /** Strict: what may be appended. */
  readonly writeSchema: z.ZodType<D>;
  /** What may come back: personal fields may be `null`. */
  readonly readSchema: z.ZodType<D>;
  readonly personalFields: readonly string[];
  /** By the version that they start from. */
  readonly upcasters: Readonly<Record<number, Upcaster>>;
}

/**
 * Declares an event type. Its name and its fields are for ever: a new optional field is free, any other change is a new
 * `version` with an upcaster from the one before.
 */
export const defineEvent = <const T extends string, S extends Shape>(
  type: T,
  shape: S,
  { version = 1, upcasters = {} }: { version?: number; upcasters?: Record<number, Upcaster> } = {},
): EventDefinition<T, z.infer<z.ZodObject<S>>> => {
  for (const [name, field] of Object.entries(shape)) refuseHiddenPersonal(type, name, field);
  const personalFields = Object.keys(shape).filter((name) => writeSchemaOf.has(shape[name] as z.ZodType));
  const writeShape = Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [name, writeSchemaOf.get(field) ?? field]),
  );
  return Object.freeze({
    type,
    version,
    writeSchema: z.strictObject(writeShape) as unknown as z.ZodType<z.infer<z.ZodObject<S>>>,
    readSchema: z.object(shape),
    personalFields: Object.freeze(personalFields),
    upcasters: Object.freeze({ ...upcasters }),
  });
};

/** The union of the events that a table of definitions declares. */
export type EventOf<Definitions extends Record<string, EventDefinition>> = {
  [K in keyof Definitions]: Definitions[K] extends EventDefinition<infer T, infer D>
    ? { readonly type: T; readonly data: Readonly<D> }
    : never;
}[keyof Definitions];

/** An event as a decider returns it: no id, no time, no place in a stream yet. */
export interface DomainEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export const actorTypes = ['user', 'caller', 'agent', 'platform', 'carrier', 'operator'] as const;
export type ActorType = (typeof actorTypes)[number];

export interface Actor {
  readonly type: ActorType;
  readonly id: string;
}

/** Who and why, beside every event. `$correlationId` and `$causationId` are EventStoreDB's reserved names. */
export interface EventMetadata {
  readonly $correlationId: string;
  /** The command that caused the event. */
  readonly $causationId: string;
  readonly tenantId: string;
  readonly actor: Actor;
  /** ISO 8601 in UTC: when it happened, which may be before it was stored. */
  readonly occurredAt: string;
  readonly traceparent?: string;
}

/** What the ledger adds to an event. */
export interface Recorded {
  readonly id: string;
  readonly stream: string;
  /** 0-based and dense within the stream. */
  readonly revision: number;
  /** Opaque; only the store compares positions. */
  readonly position: string;
  readonly schemaVersion: number;
  readonly metadata: EventMetadata;
  /** ISO 8601 in UTC, the store's own clock. */
  readonly createdAt: string;
}

/** An event as the ledger gives it back. */
export type RecordedEvent<E extends DomainEvent = DomainEvent> = E extends DomainEvent ? Recorded & E : never;
