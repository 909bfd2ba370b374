import { randomBytes, randomUUID } from 'node:crypto';
import { toBase32 } from '../domain/ids.js';
import { accessStream } from '../domain/stream.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Permission } from './permissions.js';

export interface Access {
  /** Whose records. */
  readonly tenantId: string;
  readonly permission: Permission;
  /** What was asked for, by a name or an id that is in the ledger already: what somebody typed may be anybody's number. */
  readonly subject: string | null;
  /** Who reads: a user's id, or `command-line`. */
  readonly operatorId: string;
  readonly correlationId: string;
}

/**
 * Records that somebody of the platform reads what is a tenant's. A stream each, so that nobody waits for another.
 * Throws what an append throws: what can't be recorded must not be shown.
 */
export const recordAccess = async (ledger: Ledger, access: Access): Promise<void> => {
  const { tenantId, permission, subject, operatorId, correlationId } = access;
  await ledger.append(
    accessStream(tenantId, toBase32(randomBytes(16))),
    [{ type: 'RecordsRead', data: { permission, subject } }],
    'none',
    {
      commandId: randomUUID(),
      correlationId,
      actor: { type: 'operator', id: operatorId },
      occurredAt: new Date().toISOString(),
    },
  );
};
