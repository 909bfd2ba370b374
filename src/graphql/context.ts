import { randomUUID } from 'node:crypto';
import DataLoader from 'dataloader';
import {
  type AgentRow,
  type AgentVersionKey,
  type AgentVersionRow,
  findAgents,
  findAgentVersions,
  listAgentVersions,
} from '../../projections/agents/queries.js';
import { listTransfers, listTurns, type TransferRow, type TurnRow } from '../../projections/calls/queries.js';
import { listMediaStreams, type MediaStreamRow } from '../../projections/media/queries.js';
import { listNumbers, type NumberRow } from '../../projections/numbers/queries.js';
import { waitForPosition } from '../../projections/runtime/min-position.js';
import type { ProjectionOperations } from '../../projections/runtime/operations.js';
import type { ReadModels, ReadModelsReader } from '../../projections/views.js';
import type { Logger } from '../domain/logger.js';
import { SYSTEM_TENANT } from '../domain/stream.js';
import { recordAccess } from '../identity/access.js';
import {
  type Permission,
  readableTenant,
  requirePermission,
  requireTenant,
} from '../identity/permissions.js';
import type { Users } from '../identity/users.js';
import type { Viewer } from '../identity/viewer.js';
import type { Documents } from '../knowledge/documents.js';
import type { KnowledgeBase } from '../knowledge/knowledge-base.js';
import type { CommandContext, Ledger } from '../ledger/ledger.js';
import type { LedgerTail } from '../ledger/tail.js';
import type { LiveChannel } from '../live/live-channel.js';
import type { ProviderHealth } from '../live/provider-health.js';
import type { DataExports } from '../tenancy/export/data-exports.js';
import { refuseUnknownTenant } from '../tenancy/known-tenant.js';
import type { TenancyOptions } from '../tenancy/tenancy.js';
import type { IdempotencyStore } from './idempotency.js';
import type { RecordingLinks } from './recording-links.js';

/** What the API is made of. */
export interface ApiServices {
  readonly ledger: Ledger;
  readonly tail: LedgerTail;
  readonly live: LiveChannel;
  readonly readModels: ReadModels;
  readonly projections: ProjectionOperations;
  readonly users: Users;
  readonly tenancy: TenancyOptions;
  readonly exports: DataExports;
  readonly documents: Documents;
  readonly knowledge: KnowledgeBase;
  readonly recordings: RecordingLinks;
  readonly idempotency: IdempotencyStore;
  readonly providerHealth: ProviderHealth;
  readonly logger: Logger;
}

/** How one thing is found, in the tenant where the viewer reads. */
export interface OneThing<Row> {
  find(reader: ReadModelsReader, tenantId: string): Promise<Row | undefined>;
  idOf(row: Row): string;
  readonly minPosition?: string | null;
}

/** A request's own: who asks, and what was read for it already. */
export class ApiContext {
  // Not a #private one: Apollo copies the context, and a copy hasn't those.
  private readonly loaders = new Map<string, unknown>();

  constructor(
    readonly services: ApiServices,
    /** `null`: not logged in. */
    readonly viewer: Viewer | null,
    readonly requestId: string,
    /** The header `x-min-position`. */
    readonly minPosition: string | null,
  ) {}

  /** The viewer, who may do this. Throws `UNAUTHENTICATED` and `FORBIDDEN`. */
  require(permission: Permission): Viewer {
    return requirePermission(this.viewer, permission);
  }

  /** The viewer, who may do this in a tenant, and that tenant. */
  requireInTenant(permission: Permission): { readonly viewer: Viewer; readonly tenantId: string } {
    const viewer = this.require(permission);
    return { viewer, tenantId: requireTenant(viewer) };
  }

  /** Where the viewer reads, who may do this: its tenant, or what belongs to nobody. */
  readable(permission: Permission): string {
    return readableTenant(this.require(permission));
  }

  /** Reads many things there, of projections that have the position asked for. */
  async reader(
    permission: Permission,
    projections: readonly string[],
    minPosition: string | null = null,
  ): Promise<ReadModelsReader> {
    const tenantId = await this.readableNoted(permission);
    await this.waitFor(projections, minPosition);
    return this.services.readModels.forTenant(tenantId);
  }

  /**
   * One thing there, of projections that have the position asked for. A read by a platform role alone is recorded with the
   * thing's id once it's found: one that was typed, and that is no id of anything, isn't kept.
   */
  async findNoted<Row>(
    permission: Permission,
    projections: readonly string[],
    { find, idOf, minPosition = null }: OneThing<Row>,
  ): Promise<Row | undefined> {
    const tenantId = this.readable(permission);
    await this.waitFor(projections, minPosition);
    const row = await find(this.services.readModels.forTenant(tenantId), tenantId);
    await this.noteAccess(permission, tenantId, row ? idOf(row) : null);
    return row;
  }

  /** As `readable`; a read of many things by a platform role alone is recorded before it's answered. */
  async readableNoted(permission: Permission): Promise<string> {
    const tenantId = this.readable(permission);
    await this.noteAccess(permission, tenantId, null);
    return tenantId;
  }

  /**
   * Reads of the audit trail: the credential's tenant, or all (`tenantId`: one of them) by a platform role without one. What
   * is read is to be noted by `noteAudit`. Throws `NOT_FOUND` for a tenant that isn't there.
   */
  async auditReader(
    tenantId: string | null,
    minPosition: string | null = null,
  ): Promise<{ readonly reader: ReadModelsReader; readonly scope: string | null }> {
    const scope = this.require('audit:read').tenantId ?? tenantId;
    const { readModels, ledger } = this.services;
    if (scope !== null && scope !== SYSTEM_TENANT) await refuseUnknownTenant(ledger.store, scope);
    await this.waitFor(['audit'], minPosition);
    return { scope, reader: scope === null ? readModels.forOperator() : readModels.forTenant(scope) };
  }

  /** Notes what `auditReader` read with its tenant; where it was for all, with each whose records are shown. */
  async noteAudit(
    scope: string | null,
    rows: readonly { readonly tenantId: string }[],
    subject: string,
  ): Promise<void> {
    const shown = rows.length > 0 ? rows.map(({ tenantId }) => tenantId) : [SYSTEM_TENANT];
    await this.noteAccessOf('audit:read', scope === null ? shown : [scope], subject);
  }

  /** Whether the viewer may audit what is this tenant's. */
  mayAudit(tenantId: string): boolean {
    const viewer = this.require('audit:read');
    return viewer.tenantId === null || viewer.tenantId === tenantId;
  }

  /** `noteAccess` for each of the tenants. */
  async noteAccessOf(
    permission: Permission,
    tenantIds: readonly string[],
    subject: string | null = null,
  ): Promise<void> {
    await Promise.all(tenantIds.map((tenantId) => this.noteAccess(permission, tenantId, subject)));
  }

  /**
   * Records once a request that somebody read by a platform role alone: who has a role in the tenant reads his own. The
   * tenant is there, and `subject` an id that is in the ledger already: what somebody typed may be anybody's number.
   * Throws what an append throws: what can't be recorded isn't shown.
   */
  async noteAccess(permission: Permission, tenantId: string, subject: string | null): Promise<void> {
    const { viewer, requestId } = this;
    if (!viewer || viewer.platformRole === null) return;
    if (viewer.tenantRole !== null && viewer.tenantId === tenantId) return;
    const name = `access:${permission}:${tenantId}:${subject}`;
    const access = { tenantId, permission, subject, operatorId: viewer.userId, correlationId: requestId };
    const noted = this.loaders.get(name) ?? recordAccess(this.services.ledger, access);
    this.loaders.set(name, noted);
    await noted;
  }

  async waitFor(projections: readonly string[], minPosition: string | null): Promise<void> {
    const position = minPosition ?? this.minPosition;
    const { readModels, ledger } = this.services;
    if (position !== null) await waitForPosition(readModels, ledger.store, position, projections);
  }

  /** How a command of the viewer's is recorded. */
  command({ userId }: Viewer, commandId: string = randomUUID()): CommandContext {
    return {
      commandId,
      correlationId: this.requestId,
      actor: { type: 'user', id: userId },
      occurredAt: new Date().toISOString(),
    };
  }

  agents(tenantId: string): DataLoader<string, AgentRow | undefined> {
    return this.loader(`agents:${tenantId}`, async (ids) => {
      const rows = await findAgents(this.services.readModels.forTenant(tenantId), ids);
      return ids.map((id) => rows.find((row) => row.agentId === id));
    });
  }

  agentVersions(tenantId: string): DataLoader<string, readonly AgentVersionRow[]> {
    return this.loader(`agentVersions:${tenantId}`, async (ids) => {
      const rows = await listAgentVersions(this.services.readModels.forTenant(tenantId), ids);
      return ids.map((id) => rows.filter((row) => row.agentId === id));
    });
  }

  agentVersion(tenantId: string): DataLoader<AgentVersionKey, AgentVersionRow | undefined, string> {
    return this.loader(
      `agentVersion:${tenantId}`,
      async (keys) => {
        const rows = await findAgentVersions(this.services.readModels.forTenant(tenantId), keys);
        return keys.map((key) => rows.find((row) => nameOf(row) === nameOf(key)));
      },
      nameOf,
    );
  }

  turns(tenantId: string): DataLoader<string, readonly TurnRow[]> {
    return this.loader(`turns:${tenantId}`, async (ids) => {
      const rows = await listTurns(this.services.readModels.forTenant(tenantId), ids);
      return ids.map((id) => rows.filter((row) => row.callId === id));
    });
  }

  transfers(tenantId: string): DataLoader<string, readonly TransferRow[]> {
    return this.loader(`transfers:${tenantId}`, async (ids) => {
      const rows = await listTransfers(this.services.readModels.forTenant(tenantId), ids);
      return ids.map((id) => rows.filter((row) => row.callId === id));
    });
  }

  mediaStreams(tenantId: string): DataLoader<string, readonly MediaStreamRow[]> {
    return this.loader(`mediaStreams:${tenantId}`, async (ids) => {
      const rows = await listMediaStreams(this.services.readModels.forTenant(tenantId), ids);
      return ids.map((id) => rows.filter((row) => row.callId === id));
    });
  }

  /** By tenant, for those who may see several. */
  numbers(): DataLoader<string, readonly NumberRow[]> {
    return this.loader('numbers', async (tenantIds) => {
      const rows = await listNumbers(this.services.readModels.forOperator(), tenantIds);
      return tenantIds.map((id) => rows.filter((row) => row.tenantId === id));
    });
  }

  private loader<Value, Key = string>(
    name: string,
    load: (keys: readonly Key[]) => Promise<Value[]>,
    cacheKeyFn: (key: Key) => string = String,
  ): DataLoader<Key, Value, string> {
    const known = this.loaders.get(name) as DataLoader<Key, Value, string> | undefined;
    const loader = known ?? new DataLoader<Key, Value, string>(load, { cacheKeyFn });
    this.loaders.set(name, loader);
    return loader;
  }
}

const nameOf = ({ agentId, version }: AgentVersionKey): string => `${agentId}:${version}`;
