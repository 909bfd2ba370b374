import type { KeyObject } from 'node:crypto';
import { LinkTokens } from '../../identity/link-tokens.js';

/** Which export may be downloaded. */
export interface DownloadGrant {
  /** Where the export's stream is. */
  readonly tenantId: string;
  readonly exportId: string;
}

/** Links to exports. */
export class DownloadTokens {
  readonly #tokens: LinkTokens;

  /** `now`: the wall clock, in ms since the epoch. */
  constructor(key: KeyObject, now: () => number) {
    this.#tokens = new LinkTokens({ key, kind: 'export', now });
  }

  issue({ tenantId, exportId }: DownloadGrant): string {
    return this.#tokens.issue({ tenantId, id: exportId });
  }

  /** Throws `FORBIDDEN` for a token that isn't ours, or that has expired. */
  verify(token: string): DownloadGrant {
    const { tenantId, id } = this.#tokens.verify(token);
    return { tenantId, exportId: id };
  }
}
