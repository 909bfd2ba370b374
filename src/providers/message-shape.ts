import type { z } from 'zod';
import type { Failure } from './service.js';

/** A provider's message, as the schema has it. Throws an `AppError` that names the first field of another shape. */
export const inShape = <T>(schema: z.ZodType<T>, message: unknown, failure: Failure): T => {
  const { success, data, error } = schema.safeParse(message);
  if (success) return data;
  const where = error.issues[0]?.path.join('.') || 'the whole';
  throw failure(`sent a message of an unknown shape (${where}).`, { retryable: true });
};
