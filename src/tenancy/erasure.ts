import { erasureDecider } from '../domain/erasure/decider.js';
import type { SubjectKind } from '../domain/erasure/events.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { E164_HINT } from '../domain/phone-number.js';
import { erasureStream, SYSTEM_TENANT, tenantStream } from '../domain/stream.js';
import { tenantDecider } from '../domain/tenant/decider.js';
import { execute } from '../ledger/execute.js';
import type { KeyOwner } from '../ledger/keys/key-store.js';
import type { CommandContext } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import type { ErasureCopy } from './erasure-copies.js';
import { existing, type TenancyOptions } from './tenancy.js';

export type ErasureOptions = Pick<TenancyOptions, 'ledger' | 'pseudonyms' | 'copies'>;

/** What is asked to be forgotten, and up to which of its keys. */
export interface ErasableSubject extends KeyOwner {
  readonly generation: number;
}

const E164 = /^\+[1-9]\d{1,14}$/;
const CONTACT_ID = /^[0-9a-z]{26}$/;

/** Users are nobody's; a tenant is its own. */
const ownerOf = (
  { pseudonyms }: Pick<ErasureOptions, 'pseudonyms'>,
  tenantId: string,
  kind: SubjectKind,
  id: string,
): KeyOwner => {
  switch (kind) {
    case 'contact':
      return { tenantId, kind, subjectId: E164.test(id) ? pseudonyms.contactId(tenantId, id) : id };
    case 'call':
      return { tenantId, kind, subjectId: id };
    case 'user':
      return { tenantId: SYSTEM_TENANT, kind, subjectId: id };
    case 'tenant':
      return { tenantId: id, kind, subjectId: id };
  }
};

/**
 * Finds a subject by its keys: where there is none, nothing personal was ever stored. `tenantId`: where contacts and calls
 * are looked for; a contact's `id` may be its number, in E.164. Throws `NOT_FOUND`, and `BAD_USER_INPUT` for what names no
 * contact: that there is none would be taken for an answer.
 */
export const findErasable = async (
  options: Pick<ErasureOptions, 'ledger' | 'pseudonyms'>,
  { tenantId, kind, id }: { readonly tenantId: string; readonly kind: SubjectKind; readonly id: string },
): Promise<ErasableSubject> => {
  if (kind === 'contact' && !E164.test(id) && !CONTACT_ID.test(id)) {
    const message = `A contact is named by its contactId or its number: ${E164_HINT}.`;
    throw new AppError(ErrorCode.BAD_USER_INPUT, message, { field: 'id' });
  }
  const owner = ownerOf(options, tenantId, kind, id);
  const isPlatform = kind === 'tenant' && id === SYSTEM_TENANT;
  const generation = isPlatform ? null : await options.ledger.keys.generationOf(owner);
  if (generation !== null) return { ...owner, generation };
  // Without the id: it may be somebody's number.
  throw new AppError(ErrorCode.NOT_FOUND, `There is no such ${kind}.`, { field: 'id' });
};

/**
 * Forgets a subject. It's written to the object store first, which no backup of the database takes back: a process that
 * dies after that is finished by the next start (`reapplyErasures`), or by doing it again, which is always safe. Returns
 * the position of the erasure, also where it was done before.
 */
export const eraseSubject = async (
  { ledger, copies }: Pick<ErasureOptions, 'ledger' | 'copies'>,
  { tenantId, kind, subjectId, generation }: ErasableSubject,
  command: CommandContext,
): Promise<string> => {
  const copy: ErasureCopy = { format: 1, tenantId, kind, subjectId, generation, command };
  await copies.put(copy);
  return applyErasure(ledger, copy);
};

/**
 * Destroys the keys, then records it. In this order, because the event makes readers ask for the keys anew, and they must
 * find them gone. An erased tenant is deactivated first: its numbers aren't answered.
 */
export const applyErasure = async (
  ledger: ErasureOptions['ledger'],
  { tenantId, kind, subjectId, generation, command: context }: ErasureCopy,
): Promise<string> => {
  if (kind === 'tenant') await deactivate(ledger, tenantId, context);
  await ledger.keys.destroy({ tenantId, kind, subjectId }, generation);
  const command = { type: 'EraseSubject', kind, subjectId, generation } as const;
  return existing(await execute(ledger, erasureDecider, erasureStream(tenantId, subjectId), command, context))
    .position;
};

const deactivate = async (
  ledger: ErasureOptions['ledger'],
  tenantId: string,
  context: CommandContext,
): Promise<void> => {
  const stream = tenantStream(tenantId);
  const { status } = await load(ledger, tenantDecider, stream);
  if (status !== 'ACTIVE') return;
  const command = { type: 'SetStatus', status: 'INACTIVE' } as const;
  // Each command has its own id: they are two.
  await execute(ledger, tenantDecider, stream, command, {
    ...context,
    commandId: `${context.commandId}:deactivate`,
  });
};
