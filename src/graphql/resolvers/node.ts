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
        const row = await context.findNoted('agents:read', ['agents'], {
          find: (_, tenantId) => context.agents(tenantId).load(id),
          idOf: ({ agentId }) => agentId,
        });
        return row ? toAgent(row) : null;
      }
      case 'number': {
        const row = await context.findNoted('agents:read', ['numbers'], {
          find: async (_, tenantId) =>
            (await context.numbers().load(tenantId)).find(({ numberId }) => numberId === id),
          idOf: ({ numberId }) => numberId,
        });
        return row ? toNumber(row) : null;
      }
      case 'call': {
        const row = await context.findNoted('calls:read', ['calls'], {
          find: (reader) => findCall(reader, id),
          idOf: ({ callId }) => callId,
        });
        return row ? toCall(row) : null;
      }
      case 'document': {
        const row = await context.findNoted('knowledge:read', ['documents'], {
          find: (reader) => findDocument(reader, id),
          idOf: ({ documentId }) => documentId,
        });
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
  await context.noteAccess('tenants:readAll', id, id);
  return toTenant(row);
};
