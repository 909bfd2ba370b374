import type { MediaGrant, MediaTokens } from './media-token.js';
import type { PublicAddress } from './signature.js';
import type { StreamAddress } from './twiml.js';

/** The addresses that TwiML names, of a call's next media stream. */
export class StreamAddresses {
  constructor(
    private readonly address: PublicAddress,
    private readonly tokens: MediaTokens,
    private readonly now: () => number,
  ) {}

  of(grant: MediaGrant): StreamAddress {
    return {
      url: `${this.address.websocketBaseUrl}/media/${this.tokens.issue(grant, this.now())}`,
      endedUrl: `${this.address.publicUrl}/webhooks/stream-ended?attempt=${grant.attempt}`,
    };
  }
}
