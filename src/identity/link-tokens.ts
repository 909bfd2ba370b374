import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { AppError, ErrorCode } from '../domain/errors.js';

const VALID_MS = 15 * 60_000;

const contentSchema = z.tuple([z.string(), z.string(), z.int()]);

/** What a link is for: a tenant's, and which. */
export interface LinkGrant {
  readonly tenantId: string;
  readonly id: string;
}

export interface LinkTokensOptions {
  /** A kind's own: a token of one opens nothing of another. */
  readonly key: KeyObject;
  /** What the links lead to, in a word. */
  readonly kind: string;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

/** Links that are good for a quarter of an hour, without a login: any process can tell, since the token says what it's for. */
export class LinkTokens {
  readonly #options: LinkTokensOptions;

  constructor(options: LinkTokensOptions) {
    this.#options = options;
  }

  issue({ tenantId, id }: LinkGrant): string {
    const content = JSON.stringify([tenantId, id, this.#options.now() + VALID_MS]);
    const body = Buffer.from(content).toString('base64url');
    return `${body}.${this.#mac(body).toString('base64url')}`;
  }

  /** Throws `FORBIDDEN` for a token that isn't ours, or that has expired. */
  verify(token: string): LinkGrant {
    const { kind, now } = this.#options;
    const [body = '', mac = ''] = token.split('.');
    const given = Buffer.from(mac, 'base64url');
    const expected = this.#mac(body);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new AppError(ErrorCode.FORBIDDEN, 'This link is not one that this platform gave out.');
    }
    const [tenantId, id, expiresAtMs] = contentSchema.parse(
      JSON.parse(Buffer.from(body, 'base64url').toString('utf8')),
    );
    if (expiresAtMs < now()) {
      throw new AppError(
        ErrorCode.FORBIDDEN,
        `This link has expired: ask for the ${kind} again to get a new one.`,
      );
    }
    return { tenantId, id };
  }

  #mac(body: string): Buffer {
    const { key, kind } = this.#options;
    return createHmac('sha256', key).update(`${kind} ${body}`).digest();
  }
}
