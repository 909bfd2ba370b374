import twilio from 'twilio';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';

export interface TwilioRestOptions {
  /** `AC` and 32 hexadecimal digits. */
  readonly accountSid: string;
  readonly authToken: string;
  /** In place of Twilio's own address: another region's, or an emulator's. */
  readonly baseUrl?: string | undefined;
  readonly logger: Logger;
}

/** A call as Twilio has it. */
export interface CarrierCall {
  readonly accountSid: string;
  readonly callSid: string;
}

const TIMEOUT_MS = 5_000;
/** Said of calls that have just ended, but also of those of another account or region. */
const NO_SUCH_CALL = 20404;
const NOT_IN_PROGRESS = 21220;
const ACCOUNT_SID = /^AC[0-9a-f]{32}$/;

/**
 * Twilio's REST API, as far as a call under way needs it, through the official client. It's asked as the account that the call
 * came from: the token that is checked against its webhooks is that account's own, also where that is a subaccount of the
 * one that is configured (https://www.twilio.com/docs/iam/api/subaccounts).
 */
export class TwilioRest {
  readonly #options: TwilioRestOptions;
  readonly #httpClient: twilio.RequestClient;

  constructor(options: TwilioRestOptions) {
    this.#options = options;
    this.#httpClient = httpClientTo(options.baseUrl);
  }

  /**
   * Gives a call other TwiML: a media stream under way ends, and the call goes on with that. `over`: there is no such call
   * any more. Throws `UNAVAILABLE` when Twilio doesn't do it: try again.
   */
  async redirect(call: CarrierCall, twiml: string): Promise<'redirected' | 'over'> {
    return (await this.#update(call, { twiml }, 'redirect')) ? 'redirected' : 'over';
  }

  /**
   * Ends a call, whatever it does: also one that is in a `<Dial>`, ringing or talking, and with it the person's. `canceled`
   * wouldn't, as a call in a `<Dial>` is in progress (https://www.twilio.com/docs/voice/api/call-resource). A call that is
   * over is as good. Throws `UNAVAILABLE` as `redirect`.
   */
  async hangUp(call: CarrierCall): Promise<void> {
    await this.#update(call, { status: 'completed' }, 'end');
  }

  /** `false`: there is no such call any more. */
  async #update(
    { accountSid: its, callSid }: CarrierCall,
    changes: { readonly twiml: string } | { readonly status: 'completed' },
    what: 'redirect' | 'end',
  ): Promise<boolean> {
    const { authToken, logger, accountSid: configured } = this.#options;
    const accountSid = ACCOUNT_SID.test(its) ? its : configured;
    try {
      await twilio(accountSid, authToken, { httpClient: this.#httpClient }).calls(callSid).update(changes);
      return true;
    } catch (cause) {
      const code = codeOf(cause);
      if (code === NO_SUCH_CALL) logger.warn({ accountSid, callSid }, UNKNOWN_CALL);
      if (code === NO_SUCH_CALL || code === NOT_IN_PROGRESS) return false;
      throw new AppError(
        ErrorCode.UNAVAILABLE,
        `Twilio didn't ${what} call ${callSid} (${messageOf(cause)}): check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.`,
        { callSid },
        { cause },
      );
    }
  }
}

const UNKNOWN_CALL =
  "Twilio knows no such call of this account: it counts as over. Where its caller is still on the line, calls are handled in another region than US1: set TWILIO_API_BASE_URL to that region's API, such as https://api.dublin.ie1.twilio.com.";

const codeOf = (error: unknown): number =>
  typeof error === 'object' && error !== null && 'code' in error ? Number(error.code) : Number.NaN;

/** The client has no option for another address: its requests are sent there. 429 is the only answer it repeats. */
const httpClientTo = (baseUrl: string | undefined): twilio.RequestClient => {
  const client = new twilio.RequestClient({ timeout: TIMEOUT_MS, autoRetry: true });
  if (baseUrl === undefined) return client;
  const { protocol, host } = new URL(baseUrl);
  const request = client.request.bind(client);
  client.request = (options) => {
    const url = new URL(options.uri);
    url.protocol = protocol;
    url.host = host;
    return request({ ...options, uri: url.href });
  };
  return client;
};
