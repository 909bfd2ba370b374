import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { findCall } from '../../../projections/calls/queries.js';
import type { CommandContext } from '../../ledger/ledger.js';
import { endCall, transferCall } from '../../tenancy/calls.js';
import type { ApiContext } from '../context.js';
import type { Call } from '../types/call.js';
import { CallPayload, EndCallInput, TransferCallInput } from '../types/call-operations.js';
import { payloadOf } from '../types/payload.js';
import { toCall } from './rows.js';

/** What operators do to a call under way. */
@Resolver()
export class CallOperationsResolver {
  @Mutation(() => CallPayload, {
    description: 'Puts the caller through to a person: the agent says so, and leaves. CONFLICT: not now.',
  })
  transferCall(
    @Arg('input', () => TransferCallInput) { callId, to = null, idempotencyKey }: TransferCallInput,
    @Ctx() context: ApiContext,
  ): Promise<CallPayload> {
    const request = { operation: 'transferCall', key: idempotencyKey, input: { callId, to }, callId };
    return operate(context, request, (tenantId, command) =>
      transferCall(context.services.tenancy, { tenantId, callId, to }, command),
    );
  }

  @Mutation(() => CallPayload, {
    description:
      'Ends the call at once, whatever is being said, also where a person has it. CONFLICT: not now.',
  })
  endCall(
    @Arg('input', () => EndCallInput) { callId }: EndCallInput,
    @Ctx() context: ApiContext,
  ): Promise<CallPayload> {
    const request = { operation: 'endCall', key: null, input: { callId }, callId };
    return operate(context, request, (tenantId, command) =>
      endCall(context.services.tenancy, { tenantId, callId }, command),
    );
  }
}

interface Operation {
  readonly operation: string;
  readonly key: string | null;
  readonly input: object;
  readonly callId: string;
}

const operate = (
  context: ApiContext,
  { callId, ...request }: Operation,
  work: (tenantId: string, command: CommandContext) => Promise<string>,
): Promise<CallPayload> => {
  const { viewer, tenantId } = context.requireInTenant('calls:control');
  const { idempotency, readModels } = context.services;
  return payloadOf({ call: null as Call | null }, async () => {
    const { commandId } = await idempotency.begin({ viewer, ...request, mint: () => ({}) });
    const position = await work(tenantId, context.command(viewer, commandId));
    await context.waitFor(['calls'], position);
    const row = await findCall(readModels.forTenant(tenantId), callId);
    return { position, call: row ? toCall(row) : null };
  });
};
