import { agentDecider } from '../domain/agent/decider.js';
import { type CallCommand, callDecider } from '../domain/call/decider.js';
import type { CallState } from '../domain/call/state.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { isId } from '../domain/ids.js';
import { agentStream, callStream } from '../domain/stream.js';
import { execute } from '../ledger/execute.js';
import type { CommandContext, Ledger } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import { existing, type TenancyOptions } from './tenancy.js';

type Options = Pick<TenancyOptions, 'ledger'>;
type EndOptions = Pick<TenancyOptions, 'ledger' | 'reachesCarrier'>;

export interface CallOfTenant {
  readonly tenantId: string;
  readonly callId: string;
}

/**
 * Asks whoever carries a call to put its caller through: to a number in E.164, or to the agent's (`null`). Returns the
 * position of the call's last event. Throws `NOT_FOUND`, `CONFLICT` for a call that can't be put through now, and
 * `BAD_USER_INPUT` where there is no number.
 */
export const transferCall = async (
  { ledger }: Options,
  { to, ...call }: CallOfTenant & { readonly to: string | null },
  context: CommandContext,
): Promise<string> => {
  const state = await stateOf(ledger, call);
  const number = to ?? (await numberOfAgent(ledger, call.tenantId, state));
  if (number === null) {
    const message = "The call's agent has no transferTo: say to whom the caller is to be put through.";
    throw new AppError(ErrorCode.BAD_USER_INPUT, message, { field: 'to' });
  }
  const atMs = callMs(state, context);
  return tell(ledger, call, { type: 'RequestTransfer', to: number, atMs }, context);
};

/**
 * Asks whoever carries a call to end it, and else whoever decides next what becomes of it; where a person has it, the carrier
 * is told to. As `transferCall`, and `CONFLICT` where a person has the call and the carrier can't be told.
 */
export const endCall = async (
  { ledger, reachesCarrier }: EndOptions,
  call: CallOfTenant,
  context: CommandContext,
): Promise<string> => {
  const atMs = callMs(await stateOf(ledger, call), context);
  return tell(ledger, call, { type: 'RequestEnd', reachesCarrier, atMs }, context);
};

const tell = async (
  ledger: Ledger,
  { tenantId, callId }: CallOfTenant,
  command: CallCommand,
  context: CommandContext,
): Promise<string> =>
  existing(await execute(ledger, callDecider, callStream(tenantId, callId), command, context)).position;

const stateOf = async (ledger: Ledger, { tenantId, callId }: CallOfTenant): Promise<CallState> => {
  // A stream's name has the bare id, which another kind's may have, too.
  const state = isId('call', callId) && (await load(ledger, callDecider, callStream(tenantId, callId)));
  if (state && state.phase !== 'none') return state;
  throw new AppError(ErrorCode.NOT_FOUND, `There is no call "${callId}".`, { field: 'callId' });
};

/** Of the version that the call began with. */
const numberOfAgent = async (
  ledger: Ledger,
  tenantId: string,
  { agentId, agentVersion }: CallState,
): Promise<string | null> => {
  if (agentId === null || agentVersion === null) return null;
  const { versions } = await load(ledger, agentDecider, agentStream(tenantId, agentId));
  return versions[agentVersion - 1]?.transferTo ?? null;
};

/** When the command came, on the call's clock. */
const callMs = ({ receivedAt }: CallState, { occurredAt }: CommandContext): number =>
  receivedAt === null ? 0 : Math.max(0, Date.parse(occurredAt) - Date.parse(receivedAt));
