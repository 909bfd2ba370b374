import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { EventDefinition } from '../../src/domain/event.js';
import { exampleOf, type JsonSchema } from './example.js';

/** One version of one event type, as it was stored once: a file under `events/`, kept for ever. */
export interface GoldenEvent {
  readonly type: string;
  readonly version: number;
  /** The fields that are stored encrypted. */
  readonly personal: readonly string[];
  /** Of what was written, as JSON Schema. */
  readonly schema: JsonSchema;
  /**
   * Stored fields, in the clear. The first has every field that there was at first; each one after it also those that
   * were added since.
   */
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

/** What the code writes now. Throws for a schema that has no JSON form, such as one with a transformation. */
export const goldenOf = ({ type, version, personalFields, writeSchema }: EventDefinition): GoldenEvent => {
  const { $schema: _, ...schema } = z.toJSONSchema(writeSchema) as JsonSchema & { $schema?: string };
  const example = writeSchema.parse(exampleOf(schema, type)) as Record<string, unknown>;
  return {
    type,
    version,
    personal: [...personalFields].sort(),
    schema: withoutLibrarysPatterns(schema),
    examples: [example],
  };
};

/** The pattern behind a format (e-mail, time) is the library's, and may change with it. */
const withoutLibrarysPatterns = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (_, value) => {
    if (typeof value?.format !== 'string' || typeof value?.pattern !== 'string') return value;
    const { pattern: __, ...rest } = value;
    return rest;
  }) as JsonSchema;

export const isSameShape = (a: GoldenEvent, b: GoldenEvent): boolean =>
  isDeepStrictEqual([a.personal, ordered(a.schema)], [b.personal, ordered(b.schema)]);

/** Which fields are required, and which values there are, are sets. */
const ordered = (schema: JsonSchema): unknown =>
  JSON.parse(JSON.stringify(schema), (name, value) =>
    Array.isArray(value) && (name === 'required' || name === 'enum') ? value.toSorted() : value,
  );

/** The optional fields that `now` has more, where it's the same but for them; else `null`. Those in nested objects aren't free. */
export const addedOptionalFields = (before: GoldenEvent, now: GoldenEvent): readonly string[] | null => {
  const known = before.schema.properties ?? {};
  const added = Object.keys(now.schema.properties ?? {}).filter((name) => !Object.hasOwn(known, name));
  const isAdded = (name: string): boolean => added.includes(name);
  const withoutAdded = {
    ...now,
    personal: now.personal.filter((name) => !isAdded(name)),
    schema: {
      ...now.schema,
      properties: Object.fromEntries(
        Object.entries(now.schema.properties ?? {}).filter(([name]) => !isAdded(name)),
      ),
    },
  };
  return isSameShape(before, withoutAdded) ? added : null;
};
