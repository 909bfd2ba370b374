import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { SubjectKind } from '../../domain/erasure/events.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { newId } from '../../domain/ids.js';
import { SYSTEM_TENANT } from '../../domain/stream.js';
import { may } from '../../identity/permissions.js';
import type { Viewer } from '../../identity/viewer.js';
import { findErasable } from '../../tenancy/erasure.js';
import type { FoundExport } from '../../tenancy/export/data-exports.js';
import type { ApiContext } from '../context.js';
import { DataExport, RequestDataExportInput, RequestDataExportPayload } from '../types/export.js';
import { payloadOf } from '../types/payload.js';
import { requireViewer } from './require-viewer.js';

@Resolver()
export class ExportResolver {
  @Mutation(() => RequestDataExportPayload, {
    description:
      'Collects everything about a subject in a file: a contact with all its calls, a tenant with everything. Ask `dataExport` when it is ready.',
  })
  async requestDataExport(
    @Arg('input', () => RequestDataExportInput) { kind, id, idempotencyKey = null }: RequestDataExportInput,
    @Ctx() context: ApiContext,
  ): Promise<RequestDataExportPayload> {
    const { tenancy, exports, idempotency } = context.services;
    return payloadOf({ dataExport: null as DataExport | null }, async () => {
      const { viewer, tenantId } = placeOf(context, kind, id);
      const subject = await findErasable(tenancy, { tenantId, kind, id });
      await noteExport(context, viewer, { kind, tenantId: subject.tenantId, subjectId: subject.subjectId });
      const asked = { tenantId, kind, subjectId: subject.subjectId };
      const { commandId, ids } = await idempotency.begin({
        viewer,
        operation: 'requestDataExport',
        key: idempotencyKey,
        // Not the input itself: its hash is kept for a day, and a number's can be guessed.
        input: asked,
        mint: () => ({ exportId: newId('export') }),
      });
      const position = await exports.request({ ...asked, ...ids }, context.command(viewer, commandId));
      return { position, dataExport: await shown(context, { tenantId, ...ids }) };
    });
  }

  @Query(() => DataExport, { nullable: true, description: 'An export that the viewer may have.' })
  async dataExport(@Arg('id', () => ID) id: string, @Ctx() context: ApiContext): Promise<DataExport | null> {
    const viewer = requireViewer(context);
    for (const tenantId of new Set([viewer.tenantId ?? SYSTEM_TENANT, SYSTEM_TENANT])) {
      const found = await context.services.exports.find({ tenantId, exportId: id });
      if (!found) continue;
      if (!mayHave(viewer, found)) return null;
      const { kind, subjectId } = found;
      await noteExport(context, viewer, { kind, subjectId, tenantId: ownerTenantOf(found) });
      return toDataExport(context, found);
    }
    return null;
  }
}

/**
 * Under which tenant an export is asked for: the viewer's, or `sys` for users and for a tenant that only a platform role may
 * have. Throws `FORBIDDEN`, and `NOT_FOUND` for another tenant.
 */
const placeOf = (
  context: ApiContext,
  kind: SubjectKind,
  id: string,
): { readonly viewer: Viewer; readonly tenantId: string } => {
  if (kind === 'user') {
    const isSelf = requireViewer(context).userId === id;
    return {
      viewer: isSelf ? requireViewer(context) : context.require('users:export'),
      tenantId: SYSTEM_TENANT,
    };
  }
  const viewer = context.require('data:export');
  if (kind !== 'tenant') return { viewer, tenantId: context.readable('data:export') };
  if (viewer.tenantId === id) return { viewer, tenantId: id };
  // As for a tenant that isn't there.
  if (viewer.platformRole === null) throw new AppError(ErrorCode.NOT_FOUND, 'There is no such tenant.');
  return { viewer, tenantId: SYSTEM_TENANT };
};

const mayHave = (viewer: Viewer, { tenantId, kind, subjectId }: FoundExport): boolean => {
  if (kind === 'user') return viewer.userId === subjectId || may(viewer, 'users:export');
  if (tenantId === SYSTEM_TENANT && viewer.platformRole === null) return false;
  return may(viewer, 'data:export');
};

const ownerTenantOf = ({ tenantId, kind, subjectId }: FoundExport): string =>
  kind === 'tenant' ? subjectId : tenantId;

/** A platform role's; everybody may have what is his own. */
const noteExport = async (
  context: ApiContext,
  viewer: Viewer,
  {
    kind,
    tenantId,
    subjectId,
  }: { readonly kind: SubjectKind; readonly tenantId: string; readonly subjectId: string },
): Promise<void> => {
  if (kind === 'user' && viewer.userId === subjectId) return;
  await context.noteAccess(kind === 'user' ? 'users:export' : 'data:export', tenantId, subjectId);
};

const shown = async (
  context: ApiContext,
  grant: Pick<FoundExport, 'tenantId' | 'exportId'>,
): Promise<DataExport | null> => {
  const found = await context.services.exports.find(grant);
  return found && toDataExport(context, found);
};

const toDataExport = (context: ApiContext, found: FoundExport): DataExport => {
  const { exportId: id, tenantId: _, endedAt, ...rest } = found;
  return {
    id,
    ...rest,
    readyAt: found.failure === null ? endedAt : null,
    downloadUrl: found.status === 'READY' ? context.services.exports.linkTo(found) : null,
  };
};
