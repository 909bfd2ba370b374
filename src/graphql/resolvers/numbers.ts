import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { newId } from '../../domain/ids.js';
import { assignPhoneNumber } from '../../tenancy/numbers.js';
import type { ApiContext } from '../context.js';
import { AssignPhoneNumberInput, AssignPhoneNumberPayload, type PhoneNumberEntry } from '../types/number.js';
import { payloadOf } from '../types/payload.js';
import { toNumber } from './rows.js';

@Resolver()
export class NumberResolver {
  @Mutation(() => AssignPhoneNumberPayload, { description: 'Lets an agent answer a number.' })
  async assignPhoneNumber(
    @Arg('input', () => AssignPhoneNumberInput) input: AssignPhoneNumberInput,
    @Ctx() context: ApiContext,
  ): Promise<AssignPhoneNumberPayload> {
    const { viewer, tenantId } = context.requireInTenant('numbers:assign');
    const { idempotencyKey = null, phoneNumber, agentId } = input;
    return payloadOf({ phoneNumber: null as PhoneNumberEntry | null }, async () => {
      const { commandId, ids } = await context.services.idempotency.begin({
        viewer,
        operation: 'assignPhoneNumber',
        key: idempotencyKey,
        input,
        mint: () => ({ numberId: newId('number') }),
      });
      const { numberId, position } = await assignPhoneNumber(
        context.services.tenancy,
        { tenantId, number: phoneNumber, agentId, numberId: ids.numberId, assignedBy: viewer.userId },
        context.command(viewer, commandId),
      );
      await context.waitFor(['numbers'], position);
      const row = (await context.numbers().load(tenantId)).find((number) => number.numberId === numberId);
      return { position, phoneNumber: row ? toNumber(row) : null };
    });
  }
}
