import { randomBytes } from 'node:crypto';
import twilio from 'twilio';
import { type TestPlatform, TWILIO_AUTH_TOKEN } from './platform.js';

export const ACCOUNT_SID = `AC${'1'.repeat(32)}`;
export const CALLER = '+14155550199';

export const newCallSid = (): string => `CA${randomBytes(16).toString('hex')}`;

export type Form = Record<string, string>;

/** X-Twilio-Signature as Twilio makes it: over the address that it knows. */
export const signatureOf = (url: string, form: Form = {}, authToken = TWILIO_AUTH_TOKEN): string =>
  twilio.getExpectedTwilioSignature(authToken, url, form);

export interface Posted {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

/** Posts a form to a webhook, signed for `publicUrl` (the platform's own address where absent); `null` signs nothing. */
export const postWebhook = async (
  { url }: Pick<TestPlatform, 'url'>,
  path: string,
  form: Form,
  { publicUrl = url, signature }: { publicUrl?: string; signature?: string | null } = {},
): Promise<Posted> => {
  const signed = signature === undefined ? signatureOf(`${publicUrl}${path}`, form) : signature;
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(signed === null ? {} : { 'x-twilio-signature': signed }),
    },
    body: new URLSearchParams(form),
  });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
};

export const incomingCall = (to: string, callSid = newCallSid()): Form => ({
  CallSid: callSid,
  AccountSid: ACCOUNT_SID,
  From: CALLER,
  To: to,
  CallStatus: 'ringing',
  Direction: 'inbound',
  // Twilio sends empty fields too, and signs their names.
  CallerName: '',
});

/** The media address in TwiML; `null`: there is none. */
export const streamUrlOf = (twiml: string): string | null => /<Stream url="([^"]+)"/.exec(twiml)?.[1] ?? null;
