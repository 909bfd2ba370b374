import { AccessTokens } from '../identity/tokens.js';
import { Users } from '../identity/users.js';
import { Pseudonyms } from '../ledger/keys/pseudonyms.js';
import { platformCommand } from './demo-login.js';
import { openInstallation } from './installation.js';

export interface Superadmin {
  readonly email: string;
  readonly password: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** `ledgerline bootstrap superadmin`: the first one, whom nobody could make through the API. */
export const bootstrapSuperadmin = async (superadmin: Superadmin): Promise<void> => {
  const { environment, secrets, openStorage } = await openInstallation(process.env);
  const storage = await openStorage();
  try {
    const users = new Users({
      ledger: storage.ledger,
      pseudonyms: new Pseudonyms(secrets.indexKey),
      tokens: new AccessTokens(secrets.jwtKeys, environment.AUTH_ACCESS_TTL),
      tenantsOf: () => Promise.resolve([]),
    });
    const userId = await users.register({ ...superadmin, platformRole: 'SUPERADMIN' }, platformCommand());
    process.stdout.write(`${superadmin.email} is a superadmin now (${userId}).\n`);
  } finally {
    await storage.close();
  }
};
