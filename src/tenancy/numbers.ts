import { agentDecider } from '../domain/agent/decider.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { type NumberState, numberDecider } from '../domain/number/decider.js';
import { agentStream, numberStream, parseStreamName } from '../domain/stream.js';
import type { Executed } from '../ledger/execute.js';
import type { CommandContext } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import { isLost } from '../ledger/lost-owner.js';
import { createOwner, ownerOf, type Reservation, reservationOf } from '../ledger/reserve.js';
import { existing, type TenancyOptions } from './tenancy.js';

export type NumberOptions = Pick<TenancyOptions, 'ledger' | 'pseudonyms'>;

export interface NewNumber {
  readonly tenantId: string;
  readonly numberId: string;
  /** In E.164. */
  readonly number: string;
  /** The user who asks for it. */
  readonly by: string;
}

/** What a number is reserved with, before its stream is created. */
export const numberReservation = ({ tenantId, numberId, number }: Omit<NewNumber, 'by'>): Reservation => ({
  kind: 'number',
  value: number,
  ownerStream: numberStream(tenantId, numberId),
  what: `The number ${number}`,
  field: 'phoneNumber',
});

/**
 * Makes a number the tenant's, in one append with the agent that answers it, where there is one. Done again it changes
 * nothing. Throws `ALREADY_EXISTS` for a number that somebody has, and `CONFLICT` where another took the reservation over.
 */
export const addNumber = (
  options: NumberOptions,
  { agentId, ...number }: NewNumber & { readonly agentId?: string },
  context: CommandContext,
): Promise<Executed<NumberState>> => {
  const reserved = numberReservation(number);
  const reservation = reservationOf(options, reserved);
  const { tenantId: _, ...added } = number;
  const command = { type: 'AddNumber', ...added, reservation, ...(agentId && { agentId }) } as const;
  return createOwner(options, reserved, numberDecider, command, context);
};

export interface NumberAssignment {
  readonly tenantId: string;
  /** In E.164. */
  readonly number: string;
  readonly agentId: string;
  /** The number's id, where it's new. */
  readonly numberId: string;
  readonly assignedBy: string;
}

/**
 * Lets an agent answer a number, which becomes the tenant's where it's nobody's. Returns the number's id and the position
 * of its last event. Throws `NOT_FOUND` for an unknown agent, and what `addNumber` throws.
 */
export const assignPhoneNumber = async (
  options: NumberOptions,
  { tenantId, number, agentId, numberId, assignedBy }: NumberAssignment,
  context: CommandContext,
): Promise<{ readonly numberId: string; readonly position: string }> => {
  // As it's stored: a stream's name has the bare id, which another kind's may have, too.
  const agent = await load(options.ledger, agentDecider, agentStream(tenantId, agentId));
  if (agent.agentId !== agentId) {
    throw new AppError(ErrorCode.NOT_FOUND, `There is no agent "${agentId}".`, { field: 'agentId' });
  }
  const id = (await idInTenant(options, tenantId, number)) ?? numberId;
  const assigned = { tenantId, numberId: id, number, agentId, by: assignedBy };
  return { numberId: id, position: existing(await addNumber(options, assigned, context)).position };
};

/** The id of a number that is the tenant's, or is becoming so; `null`: it isn't. */
const idInTenant = async (
  options: NumberOptions,
  tenantId: string,
  number: string,
): Promise<string | null> => {
  const owner = await ownerOf(options, 'number', number);
  if (owner === null || parseStreamName(owner).tenantId !== tenantId) return null;
  return isLost(await options.ledger.readStream(owner)) ? null : parseStreamName(owner).id;
};
