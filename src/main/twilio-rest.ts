import type { Environment } from '../config.js';
import type { Logger } from '../domain/logger.js';
import { TwilioRest } from '../telephony/twilio-rest.js';

/** Twilio's REST API; `null`: there are no credentials for it. */
export const twilioRest = (
  { TWILIO_ACCOUNT_SID: accountSid, TWILIO_API_BASE_URL: baseUrl }: Environment,
  authToken: string,
  logger: Logger,
): TwilioRest | null =>
  accountSid === undefined ? null : new TwilioRest({ accountSid, authToken, baseUrl, logger });
