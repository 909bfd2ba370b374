import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { rowsAfter } from '../../../projections/as-of.js';
import { tenantsProjection } from '../../../projections/tenants/projection.js';
import { findTenant, listTenants, tenantCursor } from '../../../projections/tenants/queries.js';
import { tenantsTable } from '../../../projections/tenants/tables.js';
import { newId } from '../../domain/ids.js';
import { tenantStream } from '../../domain/stream.js';
import { may } from '../../identity/permissions.js';
import { createTenant, setTenantCallLimit, setTenantStatus } from '../../tenancy/tenants.js';
import type { ApiContext } from '../context.js';
import { connectionOf, PageArgs, pageRequest } from '../types/connections.js';
import { PhoneNumberEntry } from '../types/number.js';
import { payloadOf } from '../types/payload.js';
import {
  CreateTenantInput,
  CreateTenantPayload,
  SetTenantCallLimitInput,
  SetTenantCallLimitPayload,
  SetTenantStatusInput,
  SetTenantStatusPayload,
  Tenant,
  TenantConnection,
} from '../types/tenant.js';
import { AsOfArgs, eventsAsOf, instantOf } from './as-of.js';
import { numbersAsOf } from './linked-as-of.js';
import { requireViewer } from './require-viewer.js';
import { toNumber, toTenant } from './rows.js';

/** `pastAt`: the tenant is as it was then. */
type TenantRoot = Tenant & { readonly pastAt?: string | null };

@Resolver(() => Tenant)
export class TenantResolver {
  @Query(() => TenantConnection, {
    description: "The viewer's tenants; all of them for platform roles. Oldest first.",
  })
  async tenants(@Args(() => PageArgs) page: PageArgs, @Ctx() context: ApiContext) {
    const viewer = requireViewer(context);
    await context.waitFor(['tenants'], null);
    const userId = may(viewer, 'tenants:readAll') ? null : viewer.userId;
    const found = await listTenants(context.services.readModels.forOperator(), pageRequest(page), userId);
    const shown = found.rows.map(({ tenantId }) => tenantId);
    await context.noteAccessOf('tenants:readAll', shown);
    return connectionOf(found, tenantCursor, toTenant);
  }

  @Query(() => Tenant, {
    nullable: true,
    description:
      "The credential's tenant, any for platform roles: as it is, or was at a time or after a revision.",
  })
  async tenant(
    @Arg('id', () => ID) id: string,
    @Args(() => AsOfArgs) moment: AsOfArgs,
    @Ctx() context: ApiContext,
  ): Promise<Tenant | null> {
    const viewer = requireViewer(context);
    if (viewer.tenantId !== id && !may(viewer, 'tenants:readAll')) return null;
    const row = await findTenant(context.services.readModels.forOperator(), id);
    if (!row) return null;
    await context.noteAccess('tenants:readAll', id, id);
    const past = await eventsAsOf(context, tenantStream(id), moment);
    if (!past) return toTenant(row);
    const [before] = rowsAfter(tenantsProjection, tenantsTable, past);
    return before ? ({ ...toTenant(before), pastAt: instantOf(moment, past) } as TenantRoot) : null;
  }

  @FieldResolver(() => [PhoneNumberEntry], {
    description:
      "Of a tenant as it was: those that it had then, by the ledger's clock; after a revision: when that was stored.",
  })
  async phoneNumbers(
    @Root() { id, pastAt }: TenantRoot,
    @Ctx() context: ApiContext,
  ): Promise<PhoneNumberEntry[]> {
    const rows = pastAt ? await numbersAsOf(context, id, pastAt) : await context.numbers().load(id);
    return rows.map(toNumber);
  }

  @Mutation(() => CreateTenantPayload, { description: 'Its creator becomes the owner.' })
  async createTenant(
    @Arg('input', () => CreateTenantInput) input: CreateTenantInput,
    @Ctx() context: ApiContext,
  ): Promise<CreateTenantPayload> {
    const viewer = context.require('tenants:create');
    const { idempotencyKey = null, phoneNumber, name, description = null, language = null } = input;
    return payloadOf({ tenant: null as Tenant | null }, async () => {
      const { commandId, ids } = await context.services.idempotency.begin({
        viewer,
        operation: 'createTenant',
        key: idempotencyKey,
        input,
        mint: () => ({ tenantId: newId('tenant'), numberId: newId('number') }),
      });
      const number = phoneNumber ? { number: phoneNumber, numberId: ids.numberId } : null;
      const command = context.command(viewer, commandId);
      const tenant = {
        tenantId: ids.tenantId,
        name,
        description,
        language,
        phoneNumber: number,
        createdBy: viewer.userId,
      };
      const position = await createTenant(context.services.tenancy, tenant, command);
      return { position, tenant: await readTenant(context, ids.tenantId, position) };
    });
  }

  @Mutation(() => SetTenantStatusPayload, {
    description: "Calls to a tenant that isn't active hear a sentence.",
  })
  async setTenantStatus(
    @Arg('input', () => SetTenantStatusInput) { tenantId, status, reason = null }: SetTenantStatusInput,
    @Ctx() context: ApiContext,
  ): Promise<SetTenantStatusPayload> {
    const viewer = context.require('tenants:setStatus');
    return payloadOf({ tenant: null as Tenant | null }, async () => {
      const change = { tenantId, status, reason };
      const position = await setTenantStatus(context.services.tenancy, change, context.command(viewer));
      return { position, tenant: await readTenant(context, tenantId, position) };
    });
  }

  @Mutation(() => SetTenantCallLimitPayload, {
    description: 'A call beyond it hears that the lines are busy, in the language of its agent.',
  })
  async setTenantCallLimit(
    @Arg('input', () => SetTenantCallLimitInput)
    { tenantId, maxConcurrentCalls = null }: SetTenantCallLimitInput,
    @Ctx() context: ApiContext,
  ): Promise<SetTenantCallLimitPayload> {
    const viewer = context.require('tenants:setCallLimit');
    return payloadOf({ tenant: null as Tenant | null }, async () => {
      const change = { tenantId, maxConcurrentCalls };
      const position = await setTenantCallLimit(context.services.tenancy, change, context.command(viewer));
      return { position, tenant: await readTenant(context, tenantId, position) };
    });
  }
}

/** The tenant as the read model has it after a write. */
const readTenant = async (
  context: ApiContext,
  tenantId: string,
  position: string,
): Promise<Tenant | null> => {
  await context.waitFor(['tenants', 'numbers'], position);
  const row = await findTenant(context.services.readModels.forOperator(), tenantId);
  return row ? toTenant(row) : null;
};
