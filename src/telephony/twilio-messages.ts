import { z } from 'zod';

/** What Twilio sends on a media stream, as far as we use it. All its counters are strings. */
export type TwilioMessage =
  | { readonly event: 'start'; readonly start: StreamStart }
  /** `timestampMs`: `null`: it told none. */
  | { readonly event: 'media'; readonly payload: Uint8Array; readonly timestampMs: number | null }
  | { readonly event: 'mark'; readonly name: string }
  | { readonly event: 'dtmf'; readonly digit: string }
  | { readonly event: 'stop' }
  /** `connected`, and what later versions of the protocol may bring. */
  | { readonly event: 'ignored' };

export interface StreamStart {
  readonly streamSid: string;
  readonly callSid: string;
  readonly accountSid: string;
  readonly encoding: string;
  readonly sampleRateHz: number;
}

const startSchema = z
  .object({
    streamSid: z.string(),
    callSid: z.string(),
    accountSid: z.string(),
    mediaFormat: z.object({ encoding: z.string(), sampleRate: z.coerce.number() }),
  })
  .transform(({ streamSid, callSid, accountSid, mediaFormat }) => ({
    streamSid,
    callSid,
    accountSid,
    encoding: mediaFormat.encoding,
    sampleRateHz: mediaFormat.sampleRate,
  }));

const DIGIT = /^[0-9*#A-D]$/;

/**
 * A message of the stream `streamSid` (`null` before its start). Throws a `TypeError` that says what is wrong with it.
 * Media, fifty a second and call, is checked by hand: a schema costs more than the frame's whole way.
 */
export const parseTwilioMessage = (text: string, streamSid: string | null): TwilioMessage => {
  const message = record(parsed(text), 'the message');
  if (message.event === 'start') return { event: 'start', start: startSchema.parse(message.start) };
  if (streamSid !== null && message.event !== 'connected' && message.streamSid !== streamSid) {
    throw new TypeError('streamSid is not this stream’s');
  }
  switch (message.event) {
    case 'media':
      return media(record(message.media, 'media'));
    case 'mark':
      return { event: 'mark', name: string(record(message.mark, 'mark').name, 'mark.name') };
    case 'dtmf':
      return dtmf(record(message.dtmf, 'dtmf'));
    case 'stop':
      return { event: 'stop' };
    default:
      return { event: 'ignored' };
  }
};

/** JSON's own error repeats a part of what it can't read: that may be what the caller typed. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError('the message is not JSON');
  }
};

const record = (value: unknown, name: string): Readonly<Record<string, unknown>> => {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new TypeError(`${name} is not an object`);
};

const string = (value: unknown, name: string): string => {
  if (typeof value === 'string') return value;
  throw new TypeError(`${name} is not a string`);
};

const media = ({ track, payload, timestamp }: Readonly<Record<string, unknown>>): TwilioMessage => {
  // Twilio sends the caller's track only on a stream of both ways; another would be the agent's own voice.
  if (track !== undefined && track !== 'inbound') return { event: 'ignored' };
  const bytes = Buffer.from(string(payload, 'media.payload'), 'base64');
  if (bytes.length === 0) throw new TypeError('media.payload has no audio in base64');
  return { event: 'media', payload: bytes, timestampMs: milliseconds(timestamp) };
};

/** `null`: it's no number. Audio is worth more than when it was said. */
const milliseconds = (value: unknown): number | null => {
  const isText = typeof value === 'string' && value.trim() !== '';
  const ms = isText || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isFinite(ms) ? ms : null;
};

const dtmf = ({ digit }: Readonly<Record<string, unknown>>): TwilioMessage => {
  const text = string(digit, 'dtmf.digit');
  if (!DIGIT.test(text)) throw new TypeError('dtmf.digit is not a key');
  return { event: 'dtmf', digit: text };
};
