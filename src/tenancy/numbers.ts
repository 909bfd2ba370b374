import { agentDecider } from '../domain/agent/decider.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { numberDecider } from '../domain/number/decider.js';
import { agentStream, numberStream, parseStreamName } from '../domain/stream.js';
import { execute } from '../ledger/execute.js';
import type { CommandContext } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import { ownerOf, reserve } from '../ledger/reserve.js';
import { existing, type TenancyOptions } from './tenancy.js';

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
 * of its last event. Throws `ALREADY_EXISTS` for another tenant's number, and `NOT_FOUND` for an unknown agent.
 */
export const assignPhoneNumber = async (
  options: TenancyOptions,
  { tenantId, number, agentId, numberId, assignedBy }: NumberAssignment,
  context: CommandContext,
): Promise<{ readonly numberId: string; readonly position: string }> => {
  const { ledger } = options;
  const agent = await load(ledger, agentDecider, agentStream(tenantId, agentId));
  if (agent.agentId === null) {
    throw new AppError(ErrorCode.NOT_FOUND, `There is no agent ${agentId}.`, { field: 'agentId' });
  }
  const owner = await ownerOf(options, 'number', number);
  const isOurs = owner !== null && parseStreamName(owner).tenantId === tenantId;
  const stream = isOurs ? owner : numberStream(tenantId, numberId);
  const what = `The number ${number}`;
  await reserve(
    options,
    { kind: 'number', value: number, ownerStream: stream, what, field: 'phoneNumber' },
    context,
  );
  const id = parseStreamName(stream).id;
  // Each command has its own id: they write to the same stream.
  const add = { ...context, commandId: `${context.commandId}:add` };
  await execute(
    ledger,
    numberDecider,
    stream,
    { type: 'AddNumber', numberId: id, number, addedBy: assignedBy },
    add,
  );
  const assigned = await execute(ledger, numberDecider, stream, { type: 'AssignAgent', agentId }, context);
  return { numberId: id, position: existing(assigned).position };
};
