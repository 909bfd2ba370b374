import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { AgentVersionResolver } from './resolvers/agent-versions.js';
import { AgentResolver } from './resolvers/agents.js';
import { AuditResolver } from './resolvers/audit.js';
import { AuthResolver } from './resolvers/auth.js';
import { CallMediaResolver, CallRecordingResolver } from './resolvers/call-media.js';
import { CallOperationsResolver } from './resolvers/call-operations.js';
import { CallConnectionResolver, CallResolver } from './resolvers/calls.js';
import { DocumentResolver } from './resolvers/documents.js';
import { ErasureResolver } from './resolvers/erasure.js';
import { ExportResolver } from './resolvers/export.js';
import { LatencyResolver } from './resolvers/latencies.js';
import { NodeResolver } from './resolvers/node.js';
import { NumberResolver } from './resolvers/numbers.js';
import { ProjectionResolver } from './resolvers/projections.js';
import { ProviderHealthResolver } from './resolvers/provider-health.js';
import { SubscriptionResolver } from './resolvers/subscriptions.js';
import { TenantResolver } from './resolvers/tenants.js';

const unused = (): never => {
  throw new Error('Every subscription has a source of its own.');
};

/** type-graphql wants one, though no subscription of ours uses it. */
const noPubSub = { publish: unused, subscribe: unused };

let built: GraphQLSchema | undefined;

/** The API's schema, from the resolvers: it has no state, and so all servers of a process share it. */
export const apiSchema = (): GraphQLSchema => {
  built ??= buildApiSchema();
  return built;
};

const buildApiSchema = (): GraphQLSchema =>
  buildSchemaSync({
    resolvers: [
      AuthResolver,
      TenantResolver,
      AgentResolver,
      AgentVersionResolver,
      NumberResolver,
      DocumentResolver,
      CallResolver,
      CallOperationsResolver,
      CallConnectionResolver,
      CallMediaResolver,
      CallRecordingResolver,
      LatencyResolver,
      SubscriptionResolver,
      NodeResolver,
      AuditResolver,
      ProjectionResolver,
      ProviderHealthResolver,
      ErasureResolver,
      ExportResolver,
    ],
    pubSub: noPubSub,
    // Apollo checks it again, and `npm run check` each change of it.
    skipCheck: true,
    // `whitelist` would silently delete inputs without a validation decorator.
    validate: { validationError: { target: false, value: false } },
  });
