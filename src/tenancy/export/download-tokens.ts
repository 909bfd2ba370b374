import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { AppError, ErrorCode } from '../../domain/errors.js';

/** Which export may be downloaded: any process can tell, since the token says it and is signed. */
export interface DownloadGrant {
  /** Where the export's stream is. */
  readonly tenantId: string;
  readonly exportId: string;
}

const VALID_MS = 15 * 60_000;
const MAC_BYTES = 32;

const grantSchema = z.tuple([z.string(), z.string(), z.int()]);

/** Links that are good for a quarter of an hour, without a login. */
export class DownloadTokens {
  readonly #key: KeyObject;
  readonly #now: () => number;

  /** `now`: the wall clock, in ms since the epoch. */
  constructor(key: KeyObject, now: () => number) {
    this.#key = key;
    this.#now = now;
  }

  issue({ tenantId, exportId }: DownloadGrant): string {
    const grant = JSON.stringify([tenantId, exportId, this.#now() + VALID_MS]);
    const body = Buffer.from(grant).toString('base64url');
    return `${body}.${this.#mac(body).toString('base64url')}`;
  }

  /** Throws `FORBIDDEN` for a token that isn't ours, or that has expired. */
  verify(token: string): DownloadGrant {
    const [body = '', mac = ''] = token.split('.');
    const given = Buffer.from(mac, 'base64url');
    const expected = this.#mac(body);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new AppError(ErrorCode.FORBIDDEN, 'This link is not one that this platform gave out.');
    }
    const [tenantId, exportId, expiresAtMs] = grantSchema.parse(
      JSON.parse(Buffer.from(body, 'base64url').toString('utf8')),
    );
    if (expiresAtMs < this.#now()) {
      throw new AppError(
        ErrorCode.FORBIDDEN,
        'This link has expired: ask for the export again to get a new one.',
      );
    }
    return { tenantId, exportId };
  }

  #mac(body: string): Buffer {
    return createHmac('sha256', this.#key).update(`export ${body}`).digest().subarray(0, MAC_BYTES);
  }
}
