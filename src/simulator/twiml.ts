import { AppError, ErrorCode, messageOf } from '../domain/errors.js';
import { parseXml, type XmlElement } from './xml.js';

/** What a TwiML document tells the carrier to do, one after the other. */
export type Verb =
  | { readonly verb: 'say'; readonly text: string }
  | { readonly verb: 'hang_up' }
  | { readonly verb: 'pause'; readonly seconds: number }
  /** Absolute. */
  | { readonly verb: 'redirect'; readonly url: string }
  | {
      readonly verb: 'dial';
      readonly number: string;
      /** Absolute; asked when it's over. `null`: the next verb follows. */
      readonly actionUrl: string | null;
    }
  | {
      readonly verb: 'connect';
      /** Absolute, without its query: Twilio strips that. */
      readonly streamUrl: string;
      readonly parameters: Readonly<Record<string, string>>;
      /** Absolute; asked when the stream is over. `null`: the next verb follows. */
      readonly actionUrl: string | null;
    };

/**
 * Reads TwiML as far as the platform speaks it. `documentUrl`: what relative URLs are relative to. Throws `BAD_USER_INPUT`
 * for what isn't TwiML (Twilio's errors 12100 and 12200) and for verbs that aren't known here.
 */
export const parseTwiml = (source: string, documentUrl: string): readonly Verb[] => {
  let response: XmlElement;
  try {
    response = parseXml(source);
  } catch (cause) {
    throw invalid(`it isn't XML: ${messageOf(cause)}`, cause);
  }
  if (response.name !== 'Response') throw invalid(`its root is <${response.name}>, not <Response>`);
  return response.children.map((element) => verbOf(element, documentUrl));
};

const verbOf = (element: XmlElement, documentUrl: string): Verb => {
  switch (element.name) {
    case 'Say':
      return { verb: 'say', text: element.text.trim() };
    case 'Hangup':
      return { verb: 'hang_up' };
    case 'Pause':
      return { verb: 'pause', seconds: Number(element.attributes.length ?? 1) };
    case 'Redirect':
      return { verb: 'redirect', url: urlOf(element.text.trim(), documentUrl, 'Redirect').href };
    case 'Connect':
      return connectOf(element, documentUrl);
    case 'Dial':
      return dialOf(element, documentUrl);
    default:
      throw invalid(`the simulator doesn't know <${element.name}>`);
  }
};

const dialOf = ({ attributes, children }: XmlElement, documentUrl: string): Verb => {
  const [number, ...others] = children;
  if (number?.name !== 'Number' || others.length > 0) throw invalid('<Dial> must have one <Number>');
  return {
    verb: 'dial',
    number: number.text.trim(),
    actionUrl: actionOf(attributes, documentUrl, 'Dial'),
  };
};

/** `null`: there is none. */
const actionOf = (
  { action, method = 'POST' }: XmlElement['attributes'],
  documentUrl: string,
  verb: string,
): string | null => {
  if (method !== 'POST') throw invalid(`the simulator doesn't know <${verb} method="${method}">`);
  return action === undefined ? null : urlOf(action, documentUrl, `${verb} action`).href;
};

const connectOf = ({ attributes, children }: XmlElement, documentUrl: string): Verb => {
  const [stream, ...others] = children;
  if (stream?.name !== 'Stream' || others.length > 0) throw invalid('<Connect> must have one <Stream>');
  const { url = '' } = stream.attributes;
  const actionUrl = actionOf(attributes, documentUrl, 'Connect');
  const streamUrl = urlOf(url, documentUrl.replace(/^http/, 'ws'), 'Stream url');
  if (!/^wss?:$/.test(streamUrl.protocol)) throw invalid(`<Stream url="${url}"> is no WebSocket's`);
  streamUrl.search = '';
  const parameters = stream.children.filter(({ name }) => name === 'Parameter');
  return {
    verb: 'connect',
    streamUrl: streamUrl.href,
    parameters: Object.fromEntries(
      parameters.map(({ attributes: { name = '', value = '' } }) => [name, value]),
    ),
    actionUrl,
  };
};

const urlOf = (url: string, base: string, what: string): URL => {
  if (!URL.canParse(url, base)) throw invalid(`<${what}="${url}"> is no URL`);
  return new URL(url, base);
};

const invalid = (why: string, cause?: unknown): AppError =>
  new AppError(ErrorCode.BAD_USER_INPUT, `The platform's TwiML can't be followed: ${why}.`, {}, { cause });
