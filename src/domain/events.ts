import { accessEvents } from './access/events.js';
import { agentEvents } from './agent/events.js';
import { callEvents } from './call/events.js';
import { circuitEvents } from './circuit/events.js';
import { documentEvents } from './document/events.js';
import { erasureEvents } from './erasure/events.js';
import type { EventDefinition, EventOf } from './event.js';
import { exportEvents } from './export/events.js';
import { numberEvents } from './number/events.js';
import { reservationEvents, reservationOwnerEvents } from './reservation/events.js';
import { sealEvents } from './seal/events.js';
import { tenantEvents } from './tenant/events.js';
import { userEvents } from './user/events.js';

/** Every event type there is, by name: what the codec may write and read. */
export const eventDefinitions = {
  ...tenantEvents,
  ...userEvents,
  ...agentEvents,
  ...numberEvents,
  ...reservationEvents,
  ...reservationOwnerEvents,
  ...callEvents,
  ...accessEvents,
  ...erasureEvents,
  ...sealEvents,
  ...circuitEvents,
  ...exportEvents,
  ...documentEvents,
} satisfies Record<string, EventDefinition>;

export type LedgerEvent = EventOf<typeof eventDefinitions>;
