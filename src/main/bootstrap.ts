import type { PlatformRole } from '../domain/user/events.js';
import { AccessTokens } from '../identity/tokens.js';
import { type NewUser, Users } from '../identity/users.js';
import { Pseudonyms } from '../ledger/keys/pseudonyms.js';
import { platformCommand } from './demo-login.js';
import { openInstallation } from './installation.js';

const roleNames = {
  SUPERADMIN: 'a superadmin',
  OPERATOR: 'an operator',
} as const satisfies Record<PlatformRole, string>;

/** `ledgerline bootstrap`: makes somebody with a role on the platform. Throws what `Users.register` throws. */
export const bootstrapUser = async (
  user: NewUser & { readonly platformRole: PlatformRole },
): Promise<void> => {
  const { environment, secrets, openStorage } = await openInstallation(process.env);
  const storage = await openStorage();
  try {
    const users = new Users({
      ledger: storage.ledger,
      pseudonyms: new Pseudonyms(secrets.indexKey),
      tokens: new AccessTokens(secrets.jwtKeys, environment.AUTH_ACCESS_TTL),
      tenantsOf: () => Promise.resolve([]),
    });
    const userId = await users.register(user, platformCommand());
    process.stdout.write(`${user.email} is ${roleNames[user.platformRole]} now (${userId}).\n`);
  } finally {
    await storage.close();
  }
};
