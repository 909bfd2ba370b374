import { randomUUID } from 'node:crypto';
import { ErrorCode, isAppError } from '../domain/errors.js';
import type { Users } from '../identity/users.js';

export const DEMO_EMAIL = 'demo@ledgerline.example';

/** Makes the demo's superadmin where there is none; not for production. */
export const ensureDemoLogin = async (users: Users, password: string): Promise<void> => {
  if (await users.exists(DEMO_EMAIL)) return;
  const user = {
    email: DEMO_EMAIL,
    password,
    firstName: 'Demo',
    lastName: 'User',
    platformRole: 'SUPERADMIN',
  } as const;
  await users.register(user, platformCommand()).catch((error: unknown) => {
    // Another process that started at the same time made it.
    if (!isAppError(error, ErrorCode.ALREADY_EXISTS)) throw error;
  });
};

/** How a command is recorded that an operator gave on the machine itself. */
export const platformCommand = () => {
  const commandId = randomUUID();
  return {
    commandId,
    correlationId: commandId,
    actor: { type: 'operator', id: 'command-line' },
    occurredAt: new Date().toISOString(),
  } as const;
};
