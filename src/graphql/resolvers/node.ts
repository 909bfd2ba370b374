import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { findCall } from '../../../projections/calls/queries.js';
import { findDocument } from '../../../projections/documents/queries.js';
import { findTenant } from '../../../projections/tenants/queries.js';
import { kindOf } from '../../domain/ids.js';
import { may } from '../../identity/permissions.js';
import type { ApiContext } from '../context.js';
import { Node } from '../types/node.js';
import { requireViewer } from './require-viewer.js';
import { toAgent, toCall, toDocument, toNumber, toTenant } from './rows.js';

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: "Whatever has this id, where the viewer may see it: another tenant's is null.",
  })
  async node(@Arg('id', () => ID) id: string, @Ctx() context: ApiContext): Promise<Node | null> {
    switch (kindOf(id)) {
      case 'tenant':
        return tenantOf(id, context);
      case 'agent': {
        const row = await context.agents(await context.readableNoted('agents:read')).load(id);
        return row ? toAgent(row) : null;
      }
      case 'number': {
        const numbers = await context.numbers().load(await context.readableNoted('agents:read'));
        const row = numbers.find(({ numberId }) => numberId === id);
        return row ? toNumber(row) : null;
      }
      case 'call': {
        const row = await findCall(await context.reader('calls:read', ['calls']), id);
        return row ? toCall(row) : null;
      }
      case 'document': {
        const row = await findDocument(await context.reader('knowledge:read', ['documents']), id);
        return row ? toDocument(row) : null;
      }
      default:
        return null;
    }
  }
}

/** The tenant of the viewer's credential; any one for platform roles. */
const tenantOf = async (id: string, context: ApiContext): Promise<Node | null> => {
  const viewer = requireViewer(context);
  if (viewer.tenantId !== id && !may(viewer, 'tenants:readAll')) return null;
  const row = await findTenant(context.services.readModels.forOperator(), id);
  if (!row) return null;
  await context.noteAccess('tenants:readAll', id, null);
  return toTenant(row);
};
