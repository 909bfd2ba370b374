import type { Environment } from '../config.js';
import type { PublicAddress } from '../telephony/signature.js';

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/** The platform's address as Twilio and clients see it; on its own machine where PUBLIC_URL isn't set. */
export const publicAddress = (
  { PUBLIC_URL, WEBSOCKET_BASE_URL }: Pick<Environment, 'PUBLIC_URL' | 'WEBSOCKET_BASE_URL'>,
  /** Known once the server listens. */
  port: () => number,
): PublicAddress => ({
  get publicUrl() {
    return withoutSlash(PUBLIC_URL ?? `http://localhost:${port()}`);
  },
  get websocketBaseUrl() {
    return withoutSlash(WEBSOCKET_BASE_URL ?? this.publicUrl.replace(/^http/, 'ws'));
  },
});
