import { AppError, ErrorCode } from '../domain/errors.js';
import { isId } from '../domain/ids.js';
import { tenantStream } from '../domain/stream.js';
import type { EventStore } from '../ledger/event-store.js';

/** Throws `NOT_FOUND` for what isn't a tenant's id, and for one that isn't here. */
export const refuseUnknownTenant = async (store: EventStore, tenantId: string): Promise<void> => {
  const isKnown = isId('tenant', tenantId) && (await store.readStream(tenantStream(tenantId))).length > 0;
  if (!isKnown) throw new AppError(ErrorCode.NOT_FOUND, `There is no tenant "${tenantId}".`);
};
