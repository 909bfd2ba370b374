import { AppError, ErrorCode } from '../domain/errors.js';
import type { ErasedUsers } from './erased-users.js';
import type { AccessTokens } from './tokens.js';
import type { Viewer } from './viewer.js';

/** What people come with: an access token, good until it expires or its user is erased. */
export class Credentials {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly erasedUsers: ErasedUsers,
  ) {}

  /** Throws what `AccessTokens.verify` throws, and `UNAUTHENTICATED` for an erased user's. */
  verify(token: string): Viewer {
    const viewer = this.tokens.verify(token);
    if (!this.erasedUsers.has(viewer.userId)) return viewer;
    throw new AppError(ErrorCode.UNAUTHENTICATED, 'The user of this access token was erased.');
  }

  /** Calls `end` with the reason once a verified credential is over. Returns how to stop. */
  whenOver({ userId, expiresAt }: Viewer, end: (reason: string) => void): () => void {
    const expiry = setTimeout(() => end('Token expired'), expiresAt * 1_000 - Date.now());
    const stop = this.erasedUsers.whenErased(userId, () => end('User erased'));
    return () => {
      clearTimeout(expiry);
      stop();
    };
  }
}
