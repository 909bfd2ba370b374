import { agentsProjection } from './agents/projection.js';
import { auditProjection } from './audit/projection.js';
import { callsProjection } from './calls/projection.js';
import { documentsProjection } from './documents/projection.js';
import { latenciesProjection } from './latencies/projection.js';
import { mediaProjection } from './media/projection.js';
import { numbersProjection } from './numbers/projection.js';
import type { Projection } from './runtime/projection.js';
import { tenantsProjection } from './tenants/projection.js';
import { usersProjection } from './users/projection.js';

/** Every read model there is. */
export const projections: readonly Projection[] = [
  tenantsProjection,
  usersProjection,
  agentsProjection,
  numbersProjection,
  callsProjection,
  mediaProjection,
  latenciesProjection,
  documentsProjection,
  auditProjection,
];
