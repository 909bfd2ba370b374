import { AppError, ErrorCode } from './errors.js';
import { type IdKind, idPrefix } from './ids.js';

/** The tenant of what belongs to nobody: users, reservations, calls to unknown numbers. Only platform roles read it. */
export const SYSTEM_TENANT = 'sys';

/** Those whose streams aren't named by an id of ours: their names are bare. */
const bareCategories = ['reservation', 'access', 'seal', 'erasure', 'circuit'] as const;
type BareCategory = (typeof bareCategories)[number];

export type StreamCategory = IdKind | BareCategory;

/** Every one that there is. */
export const streamCategories: readonly StreamCategory[] = [
  ...(Object.keys(idPrefix) as IdKind[]),
  ...bareCategories,
];

const isBare = (category: string): category is BareCategory =>
  (bareCategories as readonly string[]).includes(category);

export interface StreamParts {
  readonly category: StreamCategory;
  /** `tnt_…`, or `sys`. */
  readonly tenantId: string;
  /** With its prefix, where it's an id of ours. */
  readonly id: string;
}

const bare = (id: string): string => id.slice(id.indexOf('_') + 1);

/** `<category>-<tenant>_<id>`, as in `call-01h…_7b2…`: ids are bare here, the category says what they name. */
export const streamName = (category: StreamCategory, tenantId: string, id: string): string =>
  `${category}-${bare(tenantId)}_${bare(id)}`;

const NAME = new RegExp(`^(${streamCategories.join('|')})-([a-z0-9]+)_([a-z0-9]+)$`);

/** The parts of a stream's name. Throws `BAD_USER_INPUT` on a name that isn't ours. */
export const parseStreamName = (name: string): StreamParts => {
  const [, category, tenant, id] = NAME.exec(name) ?? [];
  if (!category || !tenant || !id) {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `"${name}" is not a stream's name; one looks like call-<tenant>_<id>.`,
      { stream: name },
    );
  }
  return {
    category: category as StreamCategory,
    tenantId: tenant === SYSTEM_TENANT ? SYSTEM_TENANT : `${idPrefix.tenant}_${tenant}`,
    id: isBare(category) ? id : `${idPrefix[category as IdKind]}_${id}`,
  };
};

export const tenantStream = (tenantId: string): string => streamName('tenant', tenantId, tenantId);
export const userStream = (userId: string): string => streamName('user', SYSTEM_TENANT, userId);
export const agentStream = (tenantId: string, agentId: string): string =>
  streamName('agent', tenantId, agentId);
export const numberStream = (tenantId: string, numberId: string): string =>
  streamName('number', tenantId, numberId);
export const callStream = (tenantId: string, callId: string): string => streamName('call', tenantId, callId);
/** `hash`: base32 of the HMAC of the reserved value. */
export const reservationStream = (hash: string): string => streamName('reservation', SYSTEM_TENANT, hash);
/** One for each access: `id` is the request's, as base32. */
export const accessStream = (tenantId: string, id: string): string => streamName('access', tenantId, id);
/** One for each subject of a tenant's; users are in `sys`. */
export const erasureStream = (tenantId: string, subjectId: string): string =>
  streamName('erasure', tenantId, subjectId);
/** One for what a provider does: its circuit breakers, of every process. */
export const circuitStream = (provider: string, capability: string): string =>
  streamName('circuit', SYSTEM_TENANT, `${provider}${capability}`.toLowerCase().replace(/[^a-z0-9]/g, ''));
export const documentStream = (tenantId: string, documentId: string): string =>
  streamName('document', tenantId, documentId);
/** Of contacts and calls in their tenant; `sys`: of users, and what the platform asked for. */
export const exportStream = (tenantId: string, exportId: string): string =>
  streamName('export', tenantId, exportId);
