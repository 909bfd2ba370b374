import { z } from 'zod';

/** A stream's names, as its `start` tells them. */
export interface StreamNames {
  readonly streamSid: string;
  readonly callSid: string;
  readonly accountSid: string;
}

/** Twilio's messages on a media stream, as it documents them: all counters are strings. Each returns the text to send. */
export const connectedMessage = (): string =>
  JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' });

export const startMessage = (
  { streamSid, callSid, accountSid }: StreamNames,
  customParameters: Readonly<Record<string, string>>,
): string =>
  JSON.stringify({
    event: 'start',
    sequenceNumber: '1',
    start: {
      accountSid,
      streamSid,
      callSid,
      tracks: ['inbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters,
    },
    streamSid,
  });

/** Fifty a second and call, of parts that need no escaping: put together by hand. */
export const mediaMessage = (
  streamSid: string,
  sequenceNumber: number,
  chunk: number,
  timestampMs: number,
  base64: string,
): string =>
  `{"event":"media","sequenceNumber":"${sequenceNumber}","media":{"track":"inbound","chunk":"${chunk}","timestamp":"${timestampMs}","payload":"${base64}"},"streamSid":"${streamSid}"}`;

/** The track's name differs from that of media; Twilio's does, too. */
export const keyMessage = (streamSid: string, sequenceNumber: number, digit: string): string =>
  JSON.stringify({
    event: 'dtmf',
    streamSid,
    sequenceNumber: String(sequenceNumber),
    dtmf: { track: 'inbound_track', digit },
  });

export const markMessage = (streamSid: string, sequenceNumber: number, name: string): string =>
  JSON.stringify({ event: 'mark', sequenceNumber: String(sequenceNumber), streamSid, mark: { name } });

export const stopMessage = (
  { streamSid, callSid, accountSid }: StreamNames,
  sequenceNumber: number,
): string =>
  JSON.stringify({
    event: 'stop',
    sequenceNumber: String(sequenceNumber),
    streamSid,
    stop: { accountSid, callSid },
  });

/** What the platform may send. Twilio warns (31951) of anything else in a message, and so do we. */
const platformMessage = z.discriminatedUnion('event', [
  z.strictObject({
    event: z.literal('media'),
    streamSid: z.string(),
    media: z.strictObject({ payload: z.base64().min(1) }),
  }),
  z.strictObject({
    event: z.literal('mark'),
    streamSid: z.string(),
    mark: z.strictObject({ name: z.string().min(1) }),
  }),
  z.strictObject({ event: z.literal('clear'), streamSid: z.string() }),
]);

export type PlatformMessage =
  | { readonly event: 'media'; readonly muLaw: Uint8Array }
  | { readonly event: 'mark'; readonly name: string }
  | { readonly event: 'clear' };

/** Throws a `TypeError` that says what is wrong with the message. */
export const parsePlatformMessage = (text: string, streamSid: string): PlatformMessage => {
  const parsed = platformMessage.safeParse(jsonOf(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new TypeError(`${issue?.path.join('.') || 'the message'}: ${issue?.message}`);
  }
  const { data } = parsed;
  if (data.streamSid !== streamSid) throw new TypeError(`the streamSid is ${data.streamSid}`);
  if (data.event === 'media') return { event: 'media', muLaw: Buffer.from(data.media.payload, 'base64') };
  return data.event === 'mark' ? { event: 'mark', name: data.mark.name } : { event: 'clear' };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError('it is no JSON');
  }
};
