import twilio from 'twilio';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';

export interface PlatformAddress {
  /** Where the platform is reached: `http://localhost:8000`. */
  readonly platformUrl: string;
  /** What the platform calls itself, and what Twilio signs. */
  readonly publicUrl: string;
}

/** Twilio waits so long for a webhook. */
const ANSWER_WITHIN_MS = 15_000;

/** Where a URL that the platform named is reached: at the platform, where it's the public address; as it is, elsewhere. */
export const reachableUrl = (named: string, { platformUrl, publicUrl }: PlatformAddress): string => {
  const url = new URL(named);
  if (url.host !== new URL(publicUrl).host) return named;
  const platform = new URL(platformUrl);
  url.protocol = url.protocol.startsWith('ws') ? platform.protocol.replace('http', 'ws') : platform.protocol;
  url.host = platform.host;
  // A host without a port leaves the one that was.
  url.port = platform.port;
  return url.href;
};

/** What Twilio signs of a socket's upgrade: the URL that it dials, and nothing else. */
export const socketSignature = (authToken: string, url: string): string =>
  twilio.getExpectedTwilioSignature(authToken, url, {});

export interface WebhookOptions extends PlatformAddress {
  readonly authToken: string;
  readonly signal: AbortSignal;
}

/**
 * Posts a form to a URL of the platform, signed as Twilio signs it, and returns the answer's body. Throws `UNAVAILABLE`
 * where nobody answers, and `FORBIDDEN` or `BAD_USER_INPUT` with what the platform said where it refuses.
 */
export const postWebhook = async (
  url: string,
  form: Readonly<Record<string, string>>,
  options: WebhookOptions,
): Promise<string> => {
  const reached = reachableUrl(url, options);
  const signature = twilio.getExpectedTwilioSignature(options.authToken, url, form);
  let response: Response;
  let body: string;
  try {
    response = await fetch(reached, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: {
        'x-twilio-signature': signature,
        'user-agent': 'TwilioProxy/1.1',
        // One that is kept may lead to a process that died.
        connection: 'close',
      },
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    body = await response.text();
  } catch (cause) {
    throw new AppError(
      ErrorCode.UNAVAILABLE,
      `${reached} doesn't answer: ${reasonOf(cause)}.`,
      {},
      { cause },
    );
  }
  if (response.ok) return body;
  const isForbidden = response.status === 403;
  throw new AppError(
    isForbidden ? ErrorCode.FORBIDDEN : ErrorCode.BAD_USER_INPUT,
    `${reached} answered ${response.status}: ${messageIn(body)}${isForbidden ? ` The request was signed for ${url}.` : ''}`,
  );
};

/** `fetch` says only that it failed. Its cause says why, or the first of several: one for each address of the host. */
const reasonOf = (error: unknown): string => {
  const { cause, errors } = error as { cause?: unknown; errors?: unknown };
  const deeper = Array.isArray(errors) ? errors[0] : cause;
  return deeper === undefined ? messageOf(error) : reasonOf(deeper);
};

/** The platform's errors are JSON with a message; another server's may be anything. */
const messageIn = (body: string): string => {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown } };
    if (typeof error?.message === 'string') return error.message;
  } catch {
    // No JSON: as it is.
  }
  return body.trim().slice(0, 200) || 'no body.';
};
