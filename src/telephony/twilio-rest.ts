import twilio from 'twilio';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';

export interface TwilioRestOptions {
  /** `AC` and 32 hexadecimal digits. */
  readonly accountSid: string;
  readonly authToken: string;
  /** In place of Twilio's own address: an emulator's. */
  readonly baseUrl?: string | undefined;
}

/** A call as Twilio has it. */
export interface CarrierCall {
  readonly accountSid: string;
  readonly callSid: string;
}

const TIMEOUT_MS = 5_000;
/** No such call, and a call that isn't in progress (21220): it's over. */
const CALL_IS_OVER = [20404, 21220];

/** Twilio's REST API, as far as a call under way needs it, through the official client. */
export class TwilioRest {
  readonly #client: ReturnType<typeof twilio>;

  constructor({ accountSid, authToken, baseUrl }: TwilioRestOptions) {
    this.#client = twilio(accountSid, authToken, { httpClient: httpClientTo(baseUrl) });
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
    { accountSid, callSid }: CarrierCall,
    changes: { readonly twiml: string } | { readonly status: 'completed' },
    what: 'redirect' | 'end',
  ): Promise<boolean> {
    try {
      await this.#client.api.v2010.accounts(accountSid).calls(callSid).update(changes);
      return true;
    } catch (cause) {
      if (CALL_IS_OVER.includes(codeOf(cause))) return false;
      throw new AppError(
        ErrorCode.UNAVAILABLE,
        `Twilio didn't ${what} call ${callSid} (${messageOf(cause)}): check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.`,
        { callSid },
        { cause },
      );
    }
  }
}

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
