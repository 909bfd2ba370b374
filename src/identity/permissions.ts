import { AppError, ErrorCode } from '../domain/errors.js';
import { SYSTEM_TENANT } from '../domain/stream.js';
import type { TenantRole } from '../domain/tenant/events.js';
import type { PlatformRole } from '../domain/user/events.js';
import type { Viewer } from './viewer.js';

type Role = PlatformRole | TenantRole;

const READERS: readonly Role[] = ['SUPERADMIN', 'OPERATOR', 'OWNER', 'ADMIN', 'MEMBER', 'VIEWER'];
const MANAGERS: readonly Role[] = ['SUPERADMIN', 'OWNER', 'ADMIN'];
/** Who works with a tenant's callers. */
const STAFF: readonly Role[] = ['SUPERADMIN', 'OWNER', 'ADMIN', 'MEMBER'];
const SUPERADMINS: readonly Role[] = ['SUPERADMIN'];
const AUDITORS: readonly Role[] = ['SUPERADMIN', 'OPERATOR', 'OWNER', 'ADMIN'];
const PLATFORM: readonly Role[] = ['SUPERADMIN', 'OPERATOR'];

/** Who may do what: the whole table. Tenant roles hold within the credential's tenant. */
export const permissions = {
  'tenants:readAll': PLATFORM,
  'tenants:create': SUPERADMINS,
  'tenants:setStatus': SUPERADMINS,
  'tenants:setCallLimit': SUPERADMINS,
  'agents:read': READERS,
  'agents:write': MANAGERS,
  'numbers:assign': MANAGERS,
  'calls:read': READERS,
  'calls:control': STAFF,
  'knowledge:read': READERS,
  'knowledge:write': MANAGERS,
  'contacts:erase': MANAGERS,
  'calls:erase': MANAGERS,
  'users:erase': SUPERADMINS,
  'tenants:erase': SUPERADMINS,
  'data:export': AUDITORS,
  'users:export': PLATFORM,
  'audit:read': AUDITORS,
  'projections:operate': PLATFORM,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;

export const may = (viewer: Viewer, permission: Permission): boolean => {
  const allowed: readonly Role[] = permissions[permission];
  return [viewer.platformRole, viewer.tenantRole].some((role) => role !== null && allowed.includes(role));
};

/** Throws `UNAUTHENTICATED` without a viewer, and `FORBIDDEN` naming the permission. */
export const requirePermission = (viewer: Viewer | null, permission: Permission): Viewer => {
  if (!viewer) {
    throw new AppError(ErrorCode.UNAUTHENTICATED, 'Log in first, and send "Authorization: Bearer <token>".');
  }
  if (may(viewer, permission)) return viewer;
  throw new AppError(ErrorCode.FORBIDDEN, `Your role may not do this: it needs ${permission}.`, {
    permission,
  });
};

/** Where a viewer reads: in the credential's tenant; a platform role without one reads what belongs to nobody. */
export const readableTenant = (viewer: Viewer): string =>
  viewer.tenantId === null && viewer.platformRole !== null ? SYSTEM_TENANT : requireTenant(viewer);

/** The credential's tenant. Throws `FORBIDDEN` when it's for none. */
export const requireTenant = (viewer: Viewer): string => {
  if (viewer.tenantId !== null) return viewer.tenantId;
  throw new AppError(
    ErrorCode.FORBIDDEN,
    'This credential is for no tenant; log in with the tenantId of the one that you mean.',
  );
};
