import twilio from 'twilio';
import { MAX_TRANSFER_SECONDS } from '../domain/call/transfers.js';

/** Twilio's default: then nobody picks up. */
const RINGS_SECONDS = 30;

export interface StreamAddress {
  /** Where Twilio dials: the token is in the path, because Twilio strips a query. */
  readonly url: string;
  /** Where Twilio asks what comes next, when our side closes the stream. */
  readonly endedUrl: string;
  /** Where Twilio tells how the stream does. */
  readonly statusUrl: string;
}

/** Connects the call to the media stream, both ways. */
export const connectTwiml = ({ url, endedUrl, statusUrl }: StreamAddress): string => {
  const response = new twilio.twiml.VoiceResponse();
  response.connect({ action: endedUrl }).stream({ url, statusCallback: statusUrl });
  return response.toString();
};

export interface PersonAddress {
  /** In E.164. */
  readonly to: string;
  /** Where Twilio asks what comes next, when it's over. */
  readonly endedUrl: string;
}

/** Rings at a person's telephone, after a sentence where there is one, and lets the two talk. */
export const dialTwiml = ({ to, endedUrl }: PersonAddress, say?: Said): string => {
  const response = new twilio.twiml.VoiceResponse();
  if (say) response.say({ language: say.language }, say.sentence);
  const dial = response.dial({ action: endedUrl, timeout: RINGS_SECONDS, timeLimit: MAX_TRANSFER_SECONDS });
  dial.number(to);
  return response.toString();
};

/** Those of Twilio's languages for `<Say>` that our sentences are in. */
export type SayLanguage = 'en-US' | 'de-DE' | 'hi-IN';

interface Said {
  readonly sentence: string;
  readonly language: SayLanguage;
}

/** Says a sentence, and hangs up. */
export const sayTwiml = (sentence: string, language: SayLanguage): string => {
  const response = new twilio.twiml.VoiceResponse();
  response.say({ language: language }, sentence);
  response.hangup();
  return response.toString();
};

/** Waits, after a sentence where there is one, and asks again. */
export const waitTwiml = (seconds: number, askUrl: string, say?: Said): string => {
  const response = new twilio.twiml.VoiceResponse();
  if (say) response.say({ language: say.language }, say.sentence);
  response.pause({ length: seconds });
  response.redirect({ method: 'POST' }, askUrl);
  return response.toString();
};

export const hangupTwiml = (): string => {
  const response = new twilio.twiml.VoiceResponse();
  response.hangup();
  return response.toString();
};
