import twilio from 'twilio';

export interface StreamAddress {
  /** Where Twilio dials: the token is in the path, because Twilio strips a query. */
  readonly url: string;
  /** Where Twilio asks what comes next, when our side closes the stream. */
  readonly endedUrl: string;
}

/** Connects the call to the media stream, both ways. */
export const connectTwiml = ({ url, endedUrl }: StreamAddress): string => {
  const response = new twilio.twiml.VoiceResponse();
  response.connect({ action: endedUrl }).stream({ url });
  return response.toString();
};

/** Those of Twilio's languages for `<Say>` that our sentences are in. */
export type SayLanguage = 'en-US' | 'de-DE';

/** Says a sentence, and hangs up. */
export const sayTwiml = (sentence: string, language: SayLanguage): string => {
  const response = new twilio.twiml.VoiceResponse();
  response.say({ language: language }, sentence);
  response.hangup();
  return response.toString();
};

export const hangupTwiml = (): string => {
  const response = new twilio.twiml.VoiceResponse();
  response.hangup();
  return response.toString();
};
