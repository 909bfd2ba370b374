import { z } from 'zod';
import { inShape } from '../message-shape.js';
import type { Failure } from '../service.js';

const envelope = z.object({ type: z.string() });

/**
 * Reads the events of these types, which all are the schema's; gives `null` for the many others, that tell nothing new.
 * Throws an `AppError` for another shape.
 */
export const eventReader = <T>(
  types: readonly string[],
  schema: z.ZodType<T>,
): ((message: unknown, failure: Failure) => T | null) => {
  const known = new Set(types);
  return (message, failure) =>
    known.has(inShape(envelope, message, failure).type) ? inShape(schema, message, failure) : null;
};
