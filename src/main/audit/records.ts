import { readModelsAfter } from '../../../projections/as-of.js';
import { refuseUnknownTypes } from '../../../projections/audit/known-types.js';
import { auditCursor, listAuditEntries } from '../../../projections/audit/queries.js';
import type { ReadModels } from '../../../projections/views.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { parseStreamName } from '../../domain/stream.js';
import type { EventStore } from '../../ledger/event-store.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import { diff } from '../../replay/diff.js';
import { decodedUntil, type Moment } from '../../replay/moment.js';
import { stateAfter, withoutSecrets } from '../../replay/state.js';
import { refuseUnknownTenant } from '../../tenancy/known-tenant.js';
import { momentOf } from '../moment-option.js';
import { terminalColumns } from '../output.js';
import { printableJson } from '../printable.js';
import { parseTime } from '../time-option.js';
import { diffLines } from './diff-lines.js';
import { fieldLines } from './field-lines.js';
import { clock, print, TYPE_WIDTH } from './lines.js';
import { refuseNoPosition } from './position-option.js';
import { reading } from './reading.js';
import { trailLines } from './trail-lines.js';

export interface TrailCommand {
  readonly tenant?: string;
  readonly actor?: string;
  readonly stream?: string;
  readonly type?: readonly string[];
  readonly correlation?: string;
  readonly since?: string;
  readonly until?: string;
  /** A position of the ledger. */
  readonly before?: string;
  readonly limit: string;
}

/** As many as a page of the list has. */
const MAX_LINES = 100;

/** The stream's events up to a moment, as `decodedUntil`. */
type PastAt = (moment: Moment) => Promise<readonly LedgerRecord[]>;

const readingStream = (stream: string, show: (pastAt: PastAt) => Promise<void>): Promise<void> => {
  const { tenantId } = parseStreamName(stream);
  return reading(async ({ ledger }, noteAccess) => {
    const stored = await ledger.store.readStream(stream);
    // A tenant that isn't there has no records.
    if (stored.length > 0) await noteAccess([tenantId], `stream ${stream}`);
    await show((moment) => decodedUntil(ledger, stream, stored, moment));
  });
};

/** `ledgerline audit trail`: who did what, the newest at the bottom. */
export const showTrail = async (command: TrailCommand): Promise<void> => {
  const first = limitOf(command.limit);
  if (command.stream !== undefined) parseStreamName(command.stream);
  const storedAt = { gte: timeOf('since', command.since), lt: timeOf('until', command.until) };
  refuseNoPosition('before', command.before);
  const after = command.before === undefined ? null : auditCursor({ position: command.before });
  const { tenant: tenantId, actor: actorId, stream, type = [], correlation: correlationId } = command;
  const types = type.length > 0 ? type : undefined;
  const filter = { tenantId, actorId, stream, types, correlationId, storedAt };
  await reading(async ({ ledger, readModels }, noteAccess) => {
    if (tenantId !== undefined) await refuseUnknownTenant(ledger.store, tenantId);
    const reader = readModels.forOperator();
    await refuseUnknownTypes(reader, type);
    const page = await listAuditEntries(reader, { first, after }, filter);
    const shown = page.rows.map((row) => row.tenantId);
    await noteAccess(tenantId === undefined ? shown : [tenantId], 'auditTrail');
    const lines = trailLines([...page.rows].reverse(), terminalColumns());
    print(lines.length > 0 ? lines : [await nothing(ledger.store, readModels)]);
    // By position: several events may have been stored at the same time.
    if (page.hasNextPage) print([`There is more: --before ${page.rows.at(-1)?.position}`]);
  });
};

/** The trail is a read model, which nobody may have fed yet. */
const nothing = async (store: EventStore, readModels: ReadModels): Promise<string> => {
  const reached = await readModels.reached(['audit'], (a, b) => store.comparePositions(a, b));
  return reached === undefined
    ? 'The trail is empty yet: "ledgerline serve" fills it with what is in the ledger.'
    : 'Nothing in the ledger is so.';
};

/** `ledgerline audit stream <name>`: its events, each with its fields: on a line in a pipe, as JSON. */
export const showStream = (stream: string, { at }: { readonly at?: string }): Promise<void> => {
  const moment = momentOf(at);
  const columns = terminalColumns();
  return readingStream(stream, async (pastAt) =>
    print((await pastAt(moment)).flatMap((event) => eventLines(event, columns))),
  );
};

const FIELD_INDENT = ' '.repeat(7);

const eventLines = (event: LedgerRecord, columns: number | null): readonly string[] => {
  const { revision, createdAt, type } = event;
  const data = withoutSecrets(event.data) as object;
  const head = `${String(revision).padStart(5)}  ${clock(createdAt)}  `;
  if (columns === null) return [`${head}${type.padEnd(TYPE_WIDTH)}  ${printableJson(data)}`];
  const fields = fieldLines(data, columns - FIELD_INDENT.length);
  return [`${head}${type}`, ...fields.map((line) => `${FIELD_INDENT}${line}`)];
};

/** `ledgerline audit state <stream>`: what was so, as deciders and read models see it. */
export const showState = (stream: string, { at }: { readonly at?: string }): Promise<void> => {
  const moment = momentOf(at);
  return readingStream(stream, async (pastAt) => {
    const { state, readModels, last } = stateOf(stream, await pastAt(moment));
    print([
      `${stream}, revision ${last.revision}, stored ${last.createdAt}`,
      ...printableJson({ state, readModels }, 2).split('\n'),
    ]);
  });
};

/** `ledgerline audit diff <stream> <from> <to>`: what became different, value by value. */
export const showDiff = (stream: string, from: string, to: string): Promise<void> => {
  const moments = [momentOf(from), momentOf(to)] as const;
  return readingStream(stream, async (pastAt) => {
    const [before, after] = (await Promise.all(moments.map(pastAt))).map((past) => {
      const { state, readModels } = stateOf(stream, past);
      return { state, readModels };
    });
    const changes = diff(before, after);
    print(changes.length === 0 ? ['Nothing is different.'] : diffLines(changes, terminalColumns()));
  });
};

const stateOf = (stream: string, past: readonly LedgerRecord[]) => {
  const last = past.at(-1) as LedgerRecord;
  return { state: stateAfter(stream, past), readModels: readModelsAfter(past), last };
};

const limitOf = (text: string): number => {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LINES) return limit;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `--limit must be a whole number from 1 to ${MAX_LINES}, not "${text}".`,
  );
};

const timeOf = (option: string, text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const time = parseTime(text);
  if (time !== undefined) return time;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `--${option} must be a date, or a time with its zone, as 2026-11-21T12:00:00Z, not "${text}".`,
  );
};
