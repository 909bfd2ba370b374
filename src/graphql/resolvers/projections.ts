import { Arg, Ctx, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { ApiContext } from '../context.js';
import { projectionProgress } from '../subscriptions/projection-progress.js';
import { payloadOf } from '../types/payload.js';
import { Projection, ProjectionPayload } from '../types/projection.js';

const nothing: { readonly projections: readonly Projection[] } = { projections: [] };

@Resolver()
export class ProjectionResolver {
  @Query(() => [Projection], { description: 'The read models, and how far behind the ledger they are.' })
  async projections(
    @Arg('name', () => String, { nullable: true }) name: string | null,
    @Ctx() context: ApiContext,
  ): Promise<readonly Projection[]> {
    context.require('projections:operate');
    return context.services.projections.status(name ?? null);
  }

  @Mutation(() => ProjectionPayload, {
    description:
      'Begins to fill new tables from the ledger, and switches to them while reads and writes go on. CONFLICT: a rebuild is under way, in this process or another, or what one made is held.',
  })
  async rebuildProjection(
    @Arg('name', () => String) name: string,
    @Ctx() context: ApiContext,
  ): Promise<ProjectionPayload> {
    context.require('projections:operate');
    return payloadOf(nothing, async () => {
      await context.services.projections.startRebuild(name);
      return operated(context, name);
    });
  }

  @Mutation(() => ProjectionPayload, {
    description: 'Applies a parked stream anew, once what it failed of is mended.',
  })
  async retryParked(
    @Arg('name', () => String) name: string,
    @Arg('stream', () => String) stream: string,
    @Ctx() context: ApiContext,
  ): Promise<ProjectionPayload> {
    context.require('projections:operate');
    return payloadOf(nothing, async () => {
      await context.services.projections.retry(name, stream);
      return operated(context, name);
    });
  }

  @Subscription(() => Projection, {
    description:
      'A rebuild as it goes on, in whichever process. It ends when the new generation is live, or held beside the live one, and at once where nothing is rebuilt; with UNAVAILABLE when the rebuild failed.',
    subscribe: ({ args, context }) =>
      projectionProgress(context as ApiContext, (args as { name: string }).name),
  })
  projectionProgress(@Root() status: Projection, @Arg('name', () => String) _name: string): Projection {
    return status;
  }
}

/** Nothing was appended: what is so now stands at the ledger's end. */
const operated = async ({ services }: ApiContext, name: string) => ({
  projections: await services.projections.status(name),
  position: (await services.ledger.store.head()) ?? '0',
});
