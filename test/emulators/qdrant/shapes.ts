import { z } from 'zod';

/** What a field must be for a point to be meant. */
const condition = z.union([
  z.strictObject({ key: z.string(), match: z.strictObject({ value: z.string() }) }),
  z.strictObject({ key: z.string(), match: z.strictObject({ any: z.array(z.string()) }) }),
  z.strictObject({ key: z.string(), range: z.strictObject({ gte: z.number() }) }),
]);

export type Condition = z.infer<typeof condition>;

/** Not Qdrant's rule but ours: nothing is read or deleted without its tenant. */
const filter = z
  .strictObject({ must: z.array(condition) })
  .refine(
    ({ must }) =>
      must.some(({ key, ...its }) => key === 'tenantId' && 'match' in its && 'value' in its.match),
    'the filter has no tenant',
  );

export const createCollection = z.strictObject({
  vectors: z.strictObject({ size: z.number().int().positive(), distance: z.literal('Cosine') }),
});

export const createIndex = z.discriminatedUnion('field_name', [
  z.strictObject({
    field_name: z.literal('tenantId'),
    field_schema: z.strictObject({ type: z.literal('keyword'), is_tenant: z.literal(true) }),
  }),
  z.strictObject({ field_name: z.literal('documentId'), field_schema: z.literal('keyword') }),
]);

const point = z.strictObject({
  id: z.uuid(),
  vector: z.array(z.number()),
  payload: z.strictObject({ tenantId: z.string(), documentId: z.string(), chunk: z.number().int() }),
});

export type Point = z.infer<typeof point>;

export const upsertPoints = z.strictObject({ points: z.array(point).min(1) });
export const deletePoints = z.strictObject({ filter });
export const queryPoints = z.strictObject({
  query: z.array(z.number()),
  filter,
  limit: z.number().int().positive(),
  score_threshold: z.number(),
  with_payload: z.literal(true),
});
