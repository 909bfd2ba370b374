import { z } from 'zod';
import { subjectKinds } from '../domain/erasure/events.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { actorTypes } from '../domain/event.js';
import type { ObjectStore } from '../objects/object-store.js';

const FOLDER = 'erasures';

/**
 * An erasure as the object store keeps it, so that it's known where the database is an older backup's. Nothing in it is
 * personal: a contact's id is a pseudonym.
 */
const erasureCopySchema = z.strictObject({
  format: z.literal(1),
  tenantId: z.string(),
  kind: z.enum(subjectKinds),
  subjectId: z.string(),
  generation: z.int().min(1),
  command: z.strictObject({
    commandId: z.string(),
    correlationId: z.string(),
    actor: z.strictObject({ type: z.enum(actorTypes), id: z.string() }),
    occurredAt: z.iso.datetime(),
  }),
});

export type ErasureCopy = Readonly<z.infer<typeof erasureCopySchema>>;

/** The copies of all erasures, outside the database. Every method throws `UNAVAILABLE` when the object store is away. */
export class ErasureCopies {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /** Durable when it resolves. The same erasure again changes nothing. */
  async put(copy: ErasureCopy): Promise<void> {
    const { tenantId, kind, subjectId, generation } = copy;
    const name = `${tenantId}.${kind}.${subjectId}.${generation}.json`;
    await this.#objects.put(`${FOLDER}/${name}`, Buffer.from(JSON.stringify(copy)));
  }

  names(): Promise<readonly string[]> {
    return this.#objects.list(FOLDER);
  }

  /** Throws `INTERNAL` for a copy that isn't as it was written. */
  async get(name: string): Promise<ErasureCopy> {
    const content = await this.#objects.get(`${FOLDER}/${name}`);
    const parsed = erasureCopySchema.safeParse(jsonOf(content));
    if (parsed.success) return parsed.data;
    throw new AppError(
      ErrorCode.INTERNAL,
      `The erasure ${FOLDER}/${name} in the object store is damaged: restore it from a copy, since whom it names may be readable again.`,
      { name },
    );
  }
}

const jsonOf = (content: Buffer | null): unknown => {
  try {
    return JSON.parse(String(content));
  } catch {
    return undefined;
  }
};
