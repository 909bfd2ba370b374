import { Ctx, Query, Resolver } from 'type-graphql';
import type { ApiContext } from '../context.js';
import { ProviderHealth } from '../types/provider-health.js';

@Resolver()
export class ProviderHealthResolver {
  @Query(() => [ProviderHealth], {
    description: 'How the providers of this installation are, in each of its processes.',
  })
  async providerHealth(@Ctx() context: ApiContext): Promise<readonly ProviderHealth[]> {
    const { platformRole, tenantId } = context.require('calls:read');
    const isPlatform = platformRole !== null && tenantId === null;
    const circuits = await context.services.providerHealth.read();
    // All tenants share the providers: an error may name what one of them has chosen.
    return circuits.map(({ lastError, sinceMs, ...circuit }) => ({
      ...circuit,
      lastError: isPlatform ? lastError : null,
      since: new Date(sinceMs).toISOString(),
    }));
  }
}
