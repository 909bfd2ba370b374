import { fold } from '../../domain/decider.js';
import type { SubjectKind } from '../../domain/erasure/events.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { type ExportState, exportDecider } from '../../domain/export/decider.js';
import type { ExportEvent } from '../../domain/export/events.js';
import { isId } from '../../domain/ids.js';
import { exportStream } from '../../domain/stream.js';
import { execute } from '../../ledger/execute.js';
import type { CommandContext } from '../../ledger/ledger.js';
import { existing } from '../tenancy.js';
import type { DownloadGrant, DownloadTokens } from './download-tokens.js';
import {
  type ArchiveStoreOptions,
  ERASED,
  MISSING,
  type OpenArchive,
  openArchive,
} from './stored-archive.js';

export const exportStatuses = ['REQUESTED', 'READY', 'FAILED', 'ERASED', 'MISSING'] as const;
export type ExportStatus = (typeof exportStatuses)[number];

export interface FoundExport {
  readonly exportId: string;
  /** Where its stream is. */
  readonly tenantId: string;
  readonly kind: SubjectKind;
  readonly subjectId: string;
  /** `ERASED`: somebody in it was erased since; `MISSING`: its file isn't here. */
  readonly status: ExportStatus;
  readonly events: number | null;
  readonly bytes: number | null;
  readonly failure: string | null;
  /** ISO 8601. */
  readonly requestedAt: string;
  readonly endedAt: string | null;
}

export interface DataExportsOptions extends ArchiveStoreOptions {
  readonly tokens: DownloadTokens;
  /** Without a slash at its end. */
  readonly publicUrl: () => string;
}

/** Where `downloads` listens. */
export const DOWNLOAD_PATH = '/exports/';

/** Archives of everything about a subject: asked for here, made by `make-exports.ts`, downloaded by a link. */
export class DataExports {
  readonly #options: DataExportsOptions;

  constructor(options: DataExportsOptions) {
    this.#options = options;
  }

  /** Asks for one, under `tenantId`. Returns the position; done again, it changes nothing. */
  async request(
    {
      tenantId,
      exportId,
      kind,
      subjectId,
    }: Pick<FoundExport, 'tenantId' | 'exportId' | 'kind' | 'subjectId'>,
    context: CommandContext,
  ): Promise<string> {
    const command = { type: 'RequestExport', exportId, kind, subjectId } as const;
    const stream = exportStream(tenantId, exportId);
    return existing(await execute(this.#options.ledger, exportDecider, stream, command, context)).position;
  }

  /** `null`: there is no such export under that tenant. */
  async find({ tenantId, exportId }: DownloadGrant): Promise<FoundExport | null> {
    const { past, state } = await this.#read({ tenantId, exportId });
    const [first] = past;
    if (!first || !state.subject) return null;
    const isEnded = state.archive !== null || state.failure !== null;
    return {
      exportId,
      tenantId,
      kind: state.subject.kind,
      subjectId: state.subject.id,
      status: await this.#statusOf({ tenantId, exportId }, state),
      events: state.archive?.events ?? null,
      bytes: state.archive?.bytes ?? null,
      failure: state.failure,
      requestedAt: first.metadata.occurredAt,
      endedAt: isEnded ? (past[1]?.metadata.occurredAt ?? null) : null,
    };
  }

  /** A link that downloads it, for a quarter of an hour. */
  linkTo(grant: DownloadGrant): string {
    const { tokens, publicUrl } = this.#options;
    return `${publicUrl()}${DOWNLOAD_PATH}${tokens.issue(grant)}`;
  }

  /** What a link's token leads to. Throws `FORBIDDEN`, and `NOT_FOUND` for an export that isn't ready. */
  async open(
    token: string,
  ): Promise<{ readonly exportId: string; readonly archive: OpenArchive | typeof ERASED | typeof MISSING }> {
    const grant = this.#options.tokens.verify(token);
    const { state } = await this.#read(grant);
    if (!state.archive) throw new AppError(ErrorCode.NOT_FOUND, 'This export is not ready.');
    const stream = exportStream(grant.tenantId, grant.exportId);
    return { exportId: grant.exportId, archive: await openArchive(this.#options, stream, state.archive) };
  }

  async #read({ tenantId, exportId }: DownloadGrant) {
    const isPossible = isId('export', exportId);
    const past = isPossible ? await this.#options.ledger.readStream(exportStream(tenantId, exportId)) : [];
    const state = fold(exportDecider, past as readonly unknown[] as readonly ExportEvent[]);
    return { past, state };
  }

  async #statusOf(
    { tenantId, exportId }: DownloadGrant,
    { archive, failure }: ExportState,
  ): Promise<ExportStatus> {
    if (failure !== null) return 'FAILED';
    if (!archive) return 'REQUESTED';
    const opened = await openArchive(this.#options, exportStream(tenantId, exportId), archive);
    if (opened === ERASED) return 'ERASED';
    return opened === MISSING ? 'MISSING' : 'READY';
  }
}
