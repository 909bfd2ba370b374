import { hash, verify } from '@node-rs/argon2';
import { AppError, ErrorCode } from '../domain/errors.js';

const MIN_CHARS = 8;
/** Longer ones only cost time. */
const MAX_CHARS = 200;

/** argon2id in PHC form, with the library's defaults (19 MiB, 2 passes: OWASP's minimum). Throws `BAD_USER_INPUT`. */
export const hashPassword = async (password: string): Promise<string> => {
  if (password.length < MIN_CHARS || password.length > MAX_CHARS) {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `A password has ${MIN_CHARS} to ${MAX_CHARS} characters; this one has ${password.length}.`,
      { field: 'password' },
    );
  }
  return hash(password);
};

let decoy: Promise<string> | undefined;

/** `passwordHash: null` for a user who doesn't exist: it takes as long, so that nobody learns who does. */
export const passwordMatches = async (passwordHash: string | null, password: string): Promise<boolean> => {
  decoy ??= hash('nobody has this password');
  const matches = await verify(passwordHash ?? (await decoy), password);
  return passwordHash !== null && matches;
};
