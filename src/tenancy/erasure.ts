import { erasureDecider } from '../domain/erasure/decider.js';
import type { SubjectKind } from '../domain/erasure/events.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { erasureStream, SYSTEM_TENANT, tenantStream } from '../domain/stream.js';
import { tenantDecider } from '../domain/tenant/decider.js';
import { execute } from '../ledger/execute.js';
import type { KeyOwner } from '../ledger/keys/key-store.js';
import type { CommandContext } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import { existing, type TenancyOptions } from './tenancy.js';

export type ErasureOptions = Pick<TenancyOptions, 'ledger' | 'pseudonyms'>;

/** What is asked to be forgotten, and up to which of its keys. */
export interface ErasableSubject extends KeyOwner {
  readonly generation: number;
}

const E164 = /^\+[1-9]\d{1,14}$/;

/** Users are nobody's; a tenant is its own. */
const ownerOf = (
  { pseudonyms }: ErasureOptions,
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
 * are looked for; a contact's `id` may be its number, in E.164. Throws `NOT_FOUND`.
 */
export const findErasable = async (
  options: ErasureOptions,
  { tenantId, kind, id }: { readonly tenantId: string; readonly kind: SubjectKind; readonly id: string },
): Promise<ErasableSubject> => {
  const owner = ownerOf(options, tenantId, kind, id);
  const isPlatform = kind === 'tenant' && id === SYSTEM_TENANT;
  const generation = isPlatform ? null : await options.ledger.keys.generationOf(owner);
  if (generation !== null) return { ...owner, generation };
  // Without the id: it may be somebody's number.
  throw new AppError(ErrorCode.NOT_FOUND, `There is no such ${kind}.`, { field: 'id' });
};

/**
 * Forgets a subject: destroys its keys, then records it. In this order, because the event makes readers ask for the keys
 * anew, and they must find them gone; a crash in between is mended by doing it again, which is always safe. An erased tenant
 * is deactivated first: its numbers aren't answered. Returns the position of the erasure, also where it was done before.
 */
export const eraseSubject = async (
  { ledger }: ErasureOptions,
  { generation, ...owner }: ErasableSubject,
  context: CommandContext,
): Promise<string> => {
  const { tenantId, kind, subjectId } = owner;
  if (kind === 'tenant') await deactivate({ ledger }, tenantId, context);
  await ledger.keys.destroy(owner, generation);
  const command = { type: 'EraseSubject', kind, subjectId, generation } as const;
  return existing(await execute(ledger, erasureDecider, erasureStream(tenantId, subjectId), command, context))
    .position;
};

const deactivate = async (
  { ledger }: Pick<ErasureOptions, 'ledger'>,
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
