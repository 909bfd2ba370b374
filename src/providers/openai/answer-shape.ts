import type { z } from 'zod';
import { type Operation, openAiError } from './failure.js';

/**
 * What the server sent, as the schema has it. Compatible servers take liberties with the API, and the client checks
 * nothing. Throws UNAVAILABLE that names the field.
 */
export const parseAnswer = <T>(operation: Operation, schema: z.ZodType<T>, answer: unknown): T => {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') || 'the answer itself';
  throw openAiError(operation, `sent an answer of an unknown shape (${field}).`);
};
