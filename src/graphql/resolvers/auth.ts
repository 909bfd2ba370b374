import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { findTenant } from '../../../projections/tenants/queries.js';
import { findUser } from '../../../projections/users/queries.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { ApiContext } from '../context.js';
import { AuthPayload, LoginInput, Me } from '../types/auth.js';
import { toTenant } from './rows.js';

@Resolver()
export class AuthResolver {
  @Mutation(() => AuthPayload, { description: 'A credential for one tenant, or for none.' })
  async login(
    @Arg('input', () => LoginInput) input: LoginInput,
    @Ctx() { services }: ApiContext,
  ): Promise<AuthPayload> {
    const { email, password, tenantId = null } = input;
    const { accessToken, expiresInSeconds, viewer } = await services.users.login(email, password, tenantId);
    return { accessToken, tokenType: 'Bearer', expiresIn: expiresInSeconds, tenantId: viewer.tenantId };
  }

  @Query(() => Me)
  async me(@Ctx() context: ApiContext): Promise<Me> {
    const { viewer, services } = context;
    if (!viewer) throw new AppError(ErrorCode.UNAUTHENTICATED, 'Log in first.');
    const reader = services.readModels.forOperator();
    const user = await findUser(reader, viewer.userId);
    const tenant = viewer.tenantId === null ? undefined : await findTenant(reader, viewer.tenantId);
    if (tenant) await context.noteAccess('tenants:readAll', tenant.tenantId, tenant.tenantId);
    return {
      id: viewer.userId,
      email: user?.email ?? null,
      firstName: user?.firstName ?? null,
      lastName: user?.lastName ?? null,
      platformRole: viewer.platformRole,
      tenantRole: viewer.tenantRole,
      tenant: tenant ? toTenant(tenant) : null,
    };
  }
}
