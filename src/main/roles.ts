import { AppError, ErrorCode } from '../domain/errors.js';

/** What a process can do. They meet in the ledger, in PostgreSQL and on the live channel: never in memory. */
export const roles = ['api', 'telephony', 'media', 'projector', 'reactor'] as const;
export type Role = (typeof roles)[number];

/** `api,media` as a set. Throws `BAD_USER_INPUT` naming what isn't a role. */
export const parseRoles = (text: string): ReadonlySet<Role> => {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !roles.includes(name as Role));
  if (unknown !== undefined) {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `"${unknown}" is not a role; there are ${roles.join(', ')}.`,
    );
  }
  return new Set(names as Role[]);
};
