import { randomUUID } from 'node:crypto';
import { findCall, findCallBySid } from '../../../projections/calls/queries.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { isId } from '../../domain/ids.js';
import { callStream } from '../../domain/stream.js';
import { recordAccess } from '../../identity/access.js';
import type { Storage } from '../storage.js';

export interface NotedCall {
  readonly callId: string;
  readonly stream: string;
}

const CALL_SID = /^CA[0-9a-f]{32}$/;

/**
 * The call that somebody at the terminal wants to read, by our id or the carrier's; that it's read is recorded. Throws
 * `NOT_FOUND`.
 */
export const notedCall = async (
  { ledger, readModels }: Pick<Storage, 'ledger' | 'readModels'>,
  id: string,
): Promise<NotedCall> => {
  const reader = readModels.forOperator();
  const row = CALL_SID.test(id)
    ? await findCallBySid(reader, id)
    : isId('call', id)
      ? await findCall(reader, id)
      : undefined;
  if (!row) {
    throw new AppError(
      ErrorCode.NOT_FOUND,
      `There is no call "${id}"; an id looks like call_01h455vb4pex5vsknk084sn02q.`,
    );
  }
  const { tenantId, callId } = row;
  await recordAccess(ledger, {
    tenantId,
    permission: 'calls:read',
    subject: callId,
    operatorId: 'command-line',
    correlationId: randomUUID(),
  });
  return { callId, stream: callStream(tenantId, callId) };
};
