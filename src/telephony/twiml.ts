import twilio from 'twilio';

const LANGUAGE = 'en-US';

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

/** Says a sentence, and hangs up. */
export const sayTwiml = (sentence: string): string => {
  const response = new twilio.twiml.VoiceResponse();
  response.say({ language: LANGUAGE }, sentence);
  response.hangup();
  return response.toString();
};

export const hangupTwiml = (): string => {
  const response = new twilio.twiml.VoiceResponse();
  response.hangup();
  return response.toString();
};
