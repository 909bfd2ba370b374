import twilio from 'twilio';
import { AppError, ErrorCode } from '../domain/errors.js';

/** The address as Twilio sees it: what it signs. */
export interface PublicAddress {
  /** `https://voice.example.com`, without a path. */
  readonly publicUrl: string;
  /** `wss://voice.example.com` */
  readonly websocketBaseUrl: string;
}

type FormParameters = Readonly<Record<string, string | readonly string[]>>;

/** Twilio's own check knows the standard port of https only: over wss it takes 80 for it. */
const withPort = (url: string): string | null => {
  const parsed = new URL(url);
  if (parsed.port !== '' || parsed.protocol !== 'wss:') return null;
  return url.replace(parsed.host, `${parsed.host}:443`);
};

const matches = (authToken: string, signature: string, url: string, parameters: FormParameters): boolean => {
  try {
    return twilio.validateRequest(authToken, signature, url, { ...parameters });
  } catch {
    // It throws on what it can't parse: that is no valid signature either.
    return false;
  }
};

/** Throws `FORBIDDEN` unless the auth token signed the URL with these form parameters (none: a socket's upgrade). */
export const checkSignature = (
  authToken: string,
  signature: string | undefined,
  url: string,
  parameters: FormParameters = {},
): void => {
  if (signature === undefined) {
    throw new AppError(ErrorCode.FORBIDDEN, 'The request has no X-Twilio-Signature.');
  }
  const candidates = [url, withPort(url)].filter((candidate) => candidate !== null);
  if (candidates.some((candidate) => matches(authToken, signature, candidate, parameters))) return;
  throw new AppError(
    ErrorCode.FORBIDDEN,
    `X-Twilio-Signature doesn't fit ${url}: check TWILIO_AUTH_TOKEN, and that PUBLIC_URL is the address that Twilio calls. A subaccount signs with a token of its own.`,
  );
};
