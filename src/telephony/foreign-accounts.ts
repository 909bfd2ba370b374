import type { Logger } from '../domain/logger.js';

const MESSAGE =
  'Calls come in from another Twilio account than TWILIO_ACCOUNT_SID names. They are redirected and ended as that account, with TWILIO_AUTH_TOKEN, which has signed them: set TWILIO_ACCOUNT_SID to it.';

/** Says once of each account that its calls come in though another one is configured: perhaps its subaccount, or a typing error. */
export class ForeignAccounts {
  readonly #configured: string | undefined;
  readonly #logger: Logger;
  readonly #told = new Set<string>();

  /** `configured`: absent where none is. */
  constructor(configured: string | undefined, logger: Logger) {
    this.#configured = configured;
    this.#logger = logger;
  }

  /** A call came in from that account; empty: it told none. Its signature is checked. */
  note(accountSid: string): void {
    const isOwn = this.#configured === undefined || accountSid === '' || accountSid === this.#configured;
    if (isOwn || this.#told.has(accountSid)) return;
    this.#told.add(accountSid);
    this.#logger.warn({ accountSid, configured: this.#configured }, MESSAGE);
  }
}
