import type { TenantRole } from '../domain/tenant/events.js';
import type { PlatformRole } from '../domain/user/events.js';

/** Who asks, by a verified credential. */
export interface Viewer {
  readonly userId: string;
  /** The one tenant that the credential is for; `null`: none. */
  readonly tenantId: string | null;
  readonly tenantRole: TenantRole | null;
  readonly platformRole: PlatformRole | null;
  /** When the credential ends, in seconds since the epoch. */
  readonly expiresAt: number;
}
