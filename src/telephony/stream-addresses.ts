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
      endedUrl: this.endedUrl(grant.attempt),
      statusUrl: `${this.address.publicUrl}/webhooks/stream-status`,
    };
  }

  endedUrl(attempt: number): string {
    return `${this.address.publicUrl}/webhooks/stream-ended?attempt=${attempt}`;
  }

  /** `told`: what came of it, where it's asked again: only the first question's form has it. */
  transferEndedUrl(
    transfer: number,
    told?: { readonly status: string; readonly seconds: number | null },
  ): string {
    const query = new URLSearchParams({ transfer: String(transfer) });
    if (told) query.set('status', told.status);
    if (told && told.seconds !== null) query.set('seconds', String(told.seconds));
    return `${this.address.publicUrl}/webhooks/transfer-ended?${query}`;
  }

  /** Where a caller who waits for a line asks again. `sinceMs`: the wall clock's, when the caller began to wait. */
  waitingUrl(sinceMs: number): string {
    return `${this.address.publicUrl}/webhooks/incoming-call?waitingSince=${sinceMs}`;
  }
}
