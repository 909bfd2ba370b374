import { AppError, ErrorCode, isAppError } from '../domain/errors.js';
import { tenantStream } from '../domain/stream.js';
import { type TenantStatus, tenantDecider } from '../domain/tenant/decider.js';
import { execute } from '../ledger/execute.js';
import type { CommandContext } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import { reserve } from '../ledger/reserve.js';
import { refuseOtherKind } from './known-kind.js';
import { addNumber, type NumberOptions, numberReservation } from './numbers.js';
import { existing, type TenancyOptions } from './tenancy.js';
import { finishedInTime } from './workflows/patience.js';

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
 * Makes a tenant, with its creator as the owner, and its first number: a workflow. The number is reserved before, so that
 * there's no tenant for one that somebody has (`ALREADY_EXISTS`); the tenant's first event says all that is needed to add it
 * after, and the reactor does so where this process dies in between (`workflows/first-number.ts`). Done again it changes
 * nothing. Returns the position of the last event. Throws `RETRY_LATER` where the number isn't added after 5 s, and
 * `ALREADY_EXISTS` where another has taken it over.
 */
export const createTenant = async (
  options: NumberOptions,
  { tenantId, name, description, language, phoneNumber, createdBy }: NewTenant,
  context: CommandContext,
): Promise<string> => {
  const { ledger } = options;
  const number = phoneNumber && { ...phoneNumber, tenantId, by: createdBy };
  const isNew = (await load(ledger, tenantDecider, tenantStream(tenantId))).tenantId === null;
  if (number && isNew) await reserve(options, numberReservation(number), context);
  const command = {
    type: 'CreateTenant',
    tenantId,
    name,
    description: description ?? undefined,
    language: language ?? undefined,
    createdBy,
    ...(phoneNumber && { phoneNumber: phoneNumber.number, numberId: phoneNumber.numberId }),
  } as const;
  const tenant = await execute(ledger, tenantDecider, tenantStream(tenantId), command, context);
  if (!number) return existing(tenant).position;
  const added = await finishedInTime(
    `Tenant ${tenantId} is made, and its number isn't added yet: that is done soon. Look at it again in a moment.`,
    () => addNumber(options, number, context),
  ).catch((error: unknown) => {
    throw isTaken(error) ? madeWithout(tenantId, number.number, error) : error;
  });
  return existing(added).position;
};

const isTaken = (error: unknown): boolean =>
  isAppError(error, ErrorCode.ALREADY_EXISTS) || isAppError(error, ErrorCode.CONFLICT);

/** It took so long that another has the number: the tenant stays. */
const madeWithout = (tenantId: string, number: string, cause: unknown): AppError =>
  new AppError(
    ErrorCode.ALREADY_EXISTS,
    `Tenant ${tenantId} is made, but the number ${number} is another's by now: assign it one that is free.`,
    { field: 'phoneNumber', tenantId },
    { cause },
  );

/** `null`: no limit. Throws `NOT_FOUND`. Returns the position of the tenant's last event. */
export const setTenantCallLimit = async (
  { ledger }: TenancyOptions,
  { tenantId, maxConcurrentCalls }: { tenantId: string; maxConcurrentCalls: number | null },
  context: CommandContext,
): Promise<string> => {
  refuseOtherKind('tenant', tenantId);
  const command = { type: 'SetCallLimit', maxConcurrentCalls } as const;
  return existing(await execute(ledger, tenantDecider, tenantStream(tenantId), command, context)).position;
};

/** Throws `NOT_FOUND`. Returns the position of the tenant's last event. */
export const setTenantStatus = async (
  { ledger }: TenancyOptions,
  { tenantId, status, reason }: { tenantId: string; status: TenantStatus; reason: string | null },
  context: CommandContext,
): Promise<string> => {
  refuseOtherKind('tenant', tenantId);
  const command = { type: 'SetStatus', status, reason: reason ?? undefined } as const;
  return existing(await execute(ledger, tenantDecider, tenantStream(tenantId), command, context)).position;
};
