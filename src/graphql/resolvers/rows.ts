import type { AgentRow } from '../../../projections/agents/queries.js';
import type { CallRow, TransferRow } from '../../../projections/calls/queries.js';
import type { DocumentRow } from '../../../projections/documents/queries.js';
import type { NumberRow } from '../../../projections/numbers/queries.js';
import type { TenantRow } from '../../../projections/tenants/queries.js';
import { agentStatusOf } from '../../domain/agent/vocabulary.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import type { Agent } from '../types/agent.js';
import type { Call, CallFailure, CallTransfer, LedgerEvent } from '../types/call.js';
import type { KnowledgeDocument } from '../types/document.js';
import type { PhoneNumberEntry } from '../types/number.js';
import type { Tenant } from '../types/tenant.js';

/** Rows have the API's shape, but for their ids' names. */
export const toTenant = ({ tenantId: id, ...row }: TenantRow): Tenant => ({ id, ...row });
export const toAgent = ({ agentId: id, ...row }: AgentRow): Agent & { tenantId: string } => ({
  id,
  status: agentStatusOf(row),
  ...row,
});
export const toNumber = ({ numberId: id, ...row }: NumberRow): PhoneNumberEntry => ({ id, ...row });
export const toDocument = ({
  documentId: id,
  failedStep: step,
  failureCode: code,
  failureMessage: message,
  ...row
}: DocumentRow): KnowledgeDocument => ({
  id,
  failure: step !== null && code !== null ? { step, code, message } : null,
  ...row,
});
export const toCall = ({ callId: id, fromNumber: from, toNumber: to, failure, ...row }: CallRow): Call => ({
  id,
  from,
  to,
  // Failures that a call got over are in its events.
  failure: row.status === 'FAILED' && failure ? toFailure(failure) : null,
  ...row,
});

export const toTransfer = ({ toNumber: to, ...row }: TransferRow): CallTransfer => ({ to, ...row });

const toFailure = ({ capability, provider, error }: NonNullable<CallRow['failure']>): CallFailure => ({
  code: `${capability.toUpperCase()}_FAILED`,
  message: `${provider}: ${error}`,
});

export const toLedgerEvent = ({
  id,
  type,
  revision,
  position,
  metadata,
  createdAt,
  data,
}: LedgerRecord): LedgerEvent => ({
  id,
  type,
  revision,
  position,
  occurredAt: metadata.occurredAt,
  storedAt: createdAt,
  actor: metadata.actor,
  data,
});
