import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { readModelsAfter } from '../../../projections/as-of.js';
import { refuseUnknownTypes } from '../../../projections/audit/known-types.js';
import {
  type AuditFilter,
  type AuditRow,
  auditCursor,
  listAuditEntries,
  listCorrelated,
} from '../../../projections/audit/queries.js';
import { parseStreamName } from '../../domain/stream.js';
import type { StoredEvent } from '../../ledger/event-store.js';
import { causationOf } from '../../replay/causation.js';
import { diff } from '../../replay/diff.js';
import { decodedUntil, type Moment } from '../../replay/moment.js';
import { stateAfter, withoutSecrets } from '../../replay/state.js';
import type { ApiContext } from '../context.js';
import { DateTime } from '../scalars.js';
import {
  type AuditEntry,
  AuditEntryConnection,
  AuditFilterInput,
  type CausedEvents,
  Correlation,
  Stream,
  StreamDiff,
  StreamState,
} from '../types/audit.js';
import { LedgerEventConnection } from '../types/call.js';
import { connectionOf, PageArgs, pageRequest } from '../types/connections.js';
import { ledgerEventPage } from './ledger-events.js';
import { toLedgerEvent } from './rows.js';

/** More than any request or call causes. */
const MAX_CORRELATED = 1_000;

@Resolver(() => Stream)
export class AuditResolver {
  @Query(() => AuditEntryConnection, {
    description:
      'Who did what, newest first: in the tenant of the credential, or everywhere for platform roles. BAD_USER_INPUT: a type of event that nobody knows, or what is no name of a stream.',
  })
  async auditTrail(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AuditFilterInput, { nullable: true }) filter: AuditFilterInput | null,
    @Arg('minPosition', () => String, { nullable: true }) minPosition: string | null,
    @Ctx() context: ApiContext,
  ) {
    const { reader, scope } = await context.auditReader(filter?.tenantId ?? null, minPosition);
    const wanted = filterOf({ ...filter, tenantId: filter?.tenantId ?? scope });
    if (wanted.stream !== undefined) parseStreamName(wanted.stream);
    await refuseUnknownTypes(reader, wanted.types ?? []);
    const found = await listAuditEntries(reader, pageRequest(page), wanted);
    await context.noteAudit(scope, found.rows, 'auditTrail');
    return connectionOf(found, auditCursor, toAuditEntry);
  }

  @Query(() => Correlation, { nullable: true, description: 'All that has this correlationId.' })
  async correlation(
    @Arg('id', () => ID) id: string,
    @Ctx() context: ApiContext,
  ): Promise<Correlation | null> {
    const { reader, scope } = await context.auditReader(null);
    const found = await listCorrelated(reader, id, MAX_CORRELATED + 1);
    await context.noteAudit(scope, found, found.length > 0 ? `correlation ${id}` : 'correlation');
    if (found.length === 0) return null;
    const rows = found.slice(0, MAX_CORRELATED);
    const nodes = await causationOf(context.services.ledger, rows);
    return {
      id,
      nodes: nodes.map((node) => ({ ...node, event: node.event && toAuditEntry(node.event) })),
      commands: byCommand(rows),
      isCut: found.length > rows.length,
    };
  }

  @Query(() => Stream, { nullable: true, description: 'By its name, as the audit trail has it.' })
  async stream(@Arg('name', () => String) name: string, @Ctx() context: ApiContext): Promise<Stream | null> {
    const last = (await readAudited(context, name)).at(-1);
    return last
      ? { name, tenantId: last.metadata.tenantId, revision: last.revision, events: undefined }
      : null;
  }

  @FieldResolver(() => LedgerEventConnection)
  async events(@Root() { name }: Stream, @Args(() => PageArgs) page: PageArgs, @Ctx() context: ApiContext) {
    const events = await context.services.ledger.decode(await readAudited(context, name));
    return ledgerEventPage(events, page, (event) => {
      const shown = toLedgerEvent(event);
      return { ...shown, data: withoutSecrets(shown.data) };
    });
  }

  @Query(() => StreamState, {
    description:
      'What was so after a revision, or at a time by the clock of the ledger; now, where neither is given.',
  })
  async stateAt(
    @Arg('stream', () => String) stream: string,
    @Arg('revision', () => Int, { nullable: true }) revision: number | null,
    @Arg('time', () => DateTime, { nullable: true }) time: Date | null,
    @Ctx() context: ApiContext,
  ): Promise<StreamState> {
    const stored = await readAudited(context, stream);
    return stateOf(context, stream, stored, { revision, time: time?.toISOString() });
  }

  @Query(() => StreamDiff, { description: 'What became different from one revision of a stream to another.' })
  async diff(
    @Arg('stream', () => String) stream: string,
    @Arg('from', () => Int) from: number,
    @Arg('to', () => Int) to: number,
    @Ctx() context: ApiContext,
  ): Promise<StreamDiff> {
    const stored = await readAudited(context, stream);
    const states = await Promise.all(
      [from, to].map((revision) => stateOf(context, stream, stored, { revision })),
    );
    const [before, after] = states.map(({ state, readModels }) => ({ state, readModels }));
    return { stream, from, to, changes: diff(before, after) };
  }
}

/** The stream's events, where the viewer may audit it: another tenant's has none, as one that isn't there. */
const readAudited = async (context: ApiContext, name: string): Promise<readonly StoredEvent[]> => {
  const { tenantId } = parseStreamName(name);
  if (!context.mayAudit(tenantId)) return [];
  const events = await context.services.ledger.store.readStream(name);
  // A tenant that isn't there has no records.
  if (events.length > 0) await context.noteAccess('audit:read', tenantId, `stream ${name}`);
  return events;
};

const stateOf = async (
  { services }: ApiContext,
  stream: string,
  stored: readonly StoredEvent[],
  moment: Moment,
): Promise<StreamState> => {
  const past = await decodedUntil(services.ledger, stream, stored, moment);
  const { revision = 0, createdAt = '' } = past.at(-1) ?? {};
  return {
    stream,
    revision,
    storedAt: createdAt,
    state: stateAfter(stream, past),
    readModels: readModelsAfter(past),
  };
};

const filterOf = ({
  tenantId,
  actorId,
  stream,
  type,
  correlationId,
  storedAt,
}: AuditFilterInput): AuditFilter => ({
  tenantId: tenantId ?? undefined,
  actorId: actorId ?? undefined,
  stream: stream ?? undefined,
  types: type?.in,
  correlationId: correlationId ?? undefined,
  storedAt: storedAt ? { gte: storedAt.gte?.toISOString(), lt: storedAt.lt?.toISOString() } : undefined,
});

const toAuditEntry = ({ eventId: id, actorType, actorId, ...row }: AuditRow): AuditEntry => ({
  id,
  actor: { type: actorType, id: actorId },
  ...row,
});

const byCommand = (rows: readonly AuditRow[]): CausedEvents[] => {
  const commands = new Map<string, CausedEvents>();
  for (const row of rows) {
    const { actor, ...entry } = toAuditEntry(row);
    const known = commands.get(row.causationId) ?? { commandId: row.causationId, actor, events: [] };
    known.events.push({ actor, ...entry });
    commands.set(row.causationId, known);
  }
  return [...commands.values()];
};
