import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { AppError, ErrorCode } from '../domain/errors.js';

/** What a media socket may carry: any process can tell, since the token says it and is signed. */
export interface MediaGrant {
  readonly tenantId: string;
  readonly callId: string;
  readonly attempt: number;
}

/** Twilio dials at once; a call that waits in its queue dials a little later. */
const VALID_MS = 5 * 60_000;
const MAC_BYTES = 16;

const grantSchema = z.tuple([z.string(), z.string(), z.int().min(1), z.int()]);

export class MediaTokens {
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  issue({ tenantId, callId, attempt }: MediaGrant, nowMs: number): string {
    const body = Buffer.from(JSON.stringify([tenantId, callId, attempt, nowMs + VALID_MS])).toString(
      'base64url',
    );
    return `${body}.${this.#mac(body).toString('base64url')}`;
  }

  /** Throws `FORBIDDEN` for a token that isn't ours, or that has expired. */
  verify(token: string, nowMs: number): MediaGrant {
    const [body = '', mac = ''] = token.split('.');
    const given = Buffer.from(mac, 'base64url');
    const expected = this.#mac(body);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new AppError(ErrorCode.FORBIDDEN, 'The media path is not one that this platform gave out.');
    }
    const [tenantId, callId, attempt, expiresAtMs] = grantSchema.parse(
      JSON.parse(Buffer.from(body, 'base64url').toString('utf8')),
    );
    if (expiresAtMs < nowMs) throw new AppError(ErrorCode.FORBIDDEN, 'The media path has expired.');
    return { tenantId, callId, attempt };
  }

  #mac(body: string): Buffer {
    return createHmac('sha256', this.#key).update(`media ${body}`).digest().subarray(0, MAC_BYTES);
  }
}
