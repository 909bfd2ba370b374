import { numberDecider } from '../domain/number/decider.js';
import { numberStream, tenantStream } from '../domain/stream.js';
import { type TenantStatus, tenantDecider } from '../domain/tenant/decider.js';
import { execute } from '../ledger/execute.js';
import type { CommandContext } from '../ledger/ledger.js';
import { reserve } from '../ledger/reserve.js';
import { existing, type TenancyOptions } from './tenancy.js';

export interface NewTenant {
  readonly tenantId: string;
  readonly name: string;
  readonly description: string | null;
  /** BCP 47; `null`: the default. */
  readonly language: string | null;
  /** Its first number, in E.164, with the id that it gets. */
  readonly phoneNumber: { readonly number: string; readonly numberId: string } | null;
  readonly createdBy: string;
}

/**
 * Makes a tenant, with its creator as the owner, and its first number. Each step may be done again: the same command
 * finishes what a crash left undone. Returns the position of the last event. Throws `ALREADY_EXISTS` for a number that
 * somebody has.
 */
export const createTenant = async (
  options: TenancyOptions,
  { tenantId, name, description, language, phoneNumber, createdBy }: NewTenant,
  context: CommandContext,
): Promise<string> => {
  const { ledger } = options;
  const owner = phoneNumber && numberStream(tenantId, phoneNumber.numberId);
  if (phoneNumber && owner) {
    const what = `The number ${phoneNumber.number}`;
    await reserve(
      options,
      { kind: 'number', value: phoneNumber.number, ownerStream: owner, what, field: 'phoneNumber' },
      context,
    );
  }
  const command = {
    type: 'CreateTenant',
    tenantId,
    name,
    description: description ?? undefined,
    language: language ?? undefined,
    createdBy,
  } as const;
  const tenant = await execute(ledger, tenantDecider, tenantStream(tenantId), command, context);
  if (!phoneNumber || !owner) return existing(tenant).position;
  const addNumber = { type: 'AddNumber', ...phoneNumber, addedBy: createdBy } as const;
  return existing(await execute(ledger, numberDecider, owner, addNumber, context)).position;
};

/** Throws `NOT_FOUND`. Returns the position of the tenant's last event. */
export const setTenantStatus = async (
  { ledger }: TenancyOptions,
  { tenantId, status, reason }: { tenantId: string; status: TenantStatus; reason: string | null },
  context: CommandContext,
): Promise<string> => {
  const command = { type: 'SetStatus', status, reason: reason ?? undefined } as const;
  return existing(await execute(ledger, tenantDecider, tenantStream(tenantId), command, context)).position;
};
