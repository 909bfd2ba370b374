import type { Environment } from '../config.js';
import type { Logger } from '../domain/logger.js';
import type { Users } from '../identity/users.js';
import type { Providers } from '../providers/registry.js';
import { Doors } from './doors.js';
import { Drain } from './drain.js';
import { openObjects } from './objects/open-objects.js';
import { Parts } from './parts.js';
import type { Role } from './roles.js';
import type { Secrets } from './secrets.js';
import type { Storage } from './storage.js';

export interface PlatformOptions {
  readonly environment: Environment;
  readonly secrets: Secrets;
  readonly storage: Storage;
  readonly providers: Providers;
  readonly roles: ReadonlySet<Role>;
  readonly logger: Logger;
}

/** A running platform. */
export interface Platform {
  /** Where it listens, on this machine. */
  readonly url: string;
  readonly publicUrl: string;
  readonly users: Users;
  /** How many calls it carries now. */
  readonly calls: number;
  /** Takes no new call, waits for those under way, hands over the rest, and stops. The storage stays open. */
  close(): Promise<void>;
}

/**
 * Starts every part that the roles name, on storage that is open. Throws `UNAVAILABLE` where it can't listen, or the object
 * store isn't the database's.
 */
export const startPlatform = async (options: PlatformOptions): Promise<Platform> => {
  const { environment, roles, logger } = options;
  const objects = await openObjects(environment, options.storage);
  const drain = new Drain();
  const parts = new Parts({ ...options, objects }, drain);
  const doors = await Doors.build(options, parts, drain);
  const stop = async () => {
    await doors.close();
    await parts.stop();
  };
  try {
    await parts.start(roles);
    await doors.open(environment);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: doors.url,
    publicUrl: doors.address.publicUrl,
    users: parts.users,
    get calls() {
      return parts.calls.sessions.length;
    },
    close: async () => {
      await drain.run(parts.calls, environment.DRAIN_TIMEOUT_MS, logger);
      await stop();
    },
  };
};
