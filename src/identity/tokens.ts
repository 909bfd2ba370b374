import { createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { AppError, ErrorCode } from '../domain/errors.js';
import { tenantRoles } from '../domain/tenant/events.js';
import { platformRoles } from '../domain/user/events.js';
import type { Viewer } from './viewer.js';

export interface SigningKey {
  readonly kid: string;
  readonly secret: string;
}

const ALGORITHM = 'HS256';
const AUDIENCE = 'ledgerline-api';

const claimsSchema = z.object({
  sub: z.string(),
  tid: z.string().nullable(),
  role: z.enum(tenantRoles).nullable(),
  prole: z.enum(platformRoles).nullable(),
  exp: z.number(),
  typ: z.literal('access'),
});

/** Access tokens: JWTs signed by the first key of a ring, and verified by any of it. */
export class AccessTokens {
  readonly #keys: readonly { readonly kid: string; readonly key: KeyObject }[];
  readonly #lifetimeSeconds: number;

  constructor(keys: readonly SigningKey[], lifetimeSeconds: number) {
    // With a text jsonwebtoken tries each time whether it's a certificate: ten times the work of the check itself.
    this.#keys = keys.map(({ kid, secret }) => ({ kid, key: createSecretKey(Buffer.from(secret)) }));
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  issue(viewer: Omit<Viewer, 'expiresAt'>): {
    readonly accessToken: string;
    readonly expiresInSeconds: number;
  } {
    const [first] = this.#keys;
    if (!first) throw new AppError(ErrorCode.INTERNAL, 'There is no key to sign tokens with: set JWT_KEYS.');
    const claims = {
      tid: viewer.tenantId,
      role: viewer.tenantRole,
      prole: viewer.platformRole,
      typ: 'access',
    };
    const accessToken = jwt.sign(claims, first.key, {
      algorithm: ALGORITHM,
      keyid: first.kid,
      subject: viewer.userId,
      audience: AUDIENCE,
      jwtid: randomUUID(),
      expiresIn: this.#lifetimeSeconds,
    });
    return { accessToken, expiresInSeconds: this.#lifetimeSeconds };
  }

  /** Throws `TOKEN_EXPIRED`, or `UNAUTHENTICATED` for anything else that is wrong with it. */
  verify(token: string): Viewer {
    const kid = jwt.decode(token, { complete: true })?.header.kid;
    const known = this.#keys.find((candidate) => candidate.kid === kid);
    if (!known) throw unauthenticated();
    try {
      const claims = claimsSchema.parse(
        jwt.verify(token, known.key, { algorithms: [ALGORITHM], audience: AUDIENCE }),
      );
      return {
        userId: claims.sub,
        tenantId: claims.tid,
        tenantRole: claims.role,
        platformRole: claims.prole,
        expiresAt: claims.exp,
      };
    } catch (cause) {
      if (cause instanceof jwt.TokenExpiredError) {
        throw new AppError(
          ErrorCode.TOKEN_EXPIRED,
          'The access token has expired; log in again.',
          {},
          { cause },
        );
      }
      throw unauthenticated(cause);
    }
  }
}

const unauthenticated = (cause?: unknown): AppError =>
  new AppError(
    ErrorCode.UNAUTHENTICATED,
    'The access token is not valid; log in, and send it as "Authorization: Bearer <token>".',
    {},
    { cause },
  );
