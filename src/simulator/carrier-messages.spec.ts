import { describe, expect, it } from '@jest/globals';
import {
  connectedMessage,
  keyMessage,
  markMessage,
  mediaMessage,
  parsePlatformMessage,
  startMessage,
  stopMessage,
} from './carrier-messages.js';

const names = { streamSid: 'MZ1', callSid: 'CA1', accountSid: 'AC1' };

describe('what the carrier sends', () => {
  it('is as Twilio documents it: counters are texts, the rate is a number', () => {
    const sent = [
      connectedMessage(),
      startMessage(names, { FirstName: 'Jane' }),
      mediaMessage('MZ1', 2, 1, 155, 'AAAA'),
      markMessage('MZ1', 4, 'my "label"'),
      keyMessage('MZ1', 5, '#'),
      stopMessage(names, 378),
    ].map((text) => JSON.parse(text));
    expect(sent).toEqual([
      { event: 'connected', protocol: 'Call', version: '1.0.0' },
      {
        event: 'start',
        sequenceNumber: '1',
        start: {
          accountSid: 'AC1',
          streamSid: 'MZ1',
          callSid: 'CA1',
          tracks: ['inbound'],
          mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
          customParameters: { FirstName: 'Jane' },
        },
        streamSid: 'MZ1',
      },
      {
        event: 'media',
        sequenceNumber: '2',
        media: { track: 'inbound', chunk: '1', timestamp: '155', payload: 'AAAA' },
        streamSid: 'MZ1',
      },
      { event: 'mark', sequenceNumber: '4', streamSid: 'MZ1', mark: { name: 'my "label"' } },
      { event: 'dtmf', streamSid: 'MZ1', sequenceNumber: '5', dtmf: { track: 'inbound_track', digit: '#' } },
      { event: 'stop', sequenceNumber: '378', streamSid: 'MZ1', stop: { accountSid: 'AC1', callSid: 'CA1' } },
    ]);
  });
});

describe('what the platform sends', () => {
  const parse = (message: unknown) =>
    parsePlatformMessage(typeof message === 'string' ? message : JSON.stringify(message), 'MZ1');

  it('is media, a mark or a clear', () => {
    expect(parse({ event: 'media', streamSid: 'MZ1', media: { payload: '/v8=' } })).toEqual({
      event: 'media',
      muLaw: Buffer.from([0xfe, 0xff]),
    });
    expect(parse({ event: 'mark', streamSid: 'MZ1', mark: { name: 'g1:200' } })).toEqual({
      event: 'mark',
      name: 'g1:200',
    });
    expect(parse({ event: 'clear', streamSid: 'MZ1' })).toEqual({ event: 'clear' });
  });

  it.each([
    ['no JSON', 'it is no JSON'],
    [{ event: 'clear', streamSid: 'MZ2' }, 'the streamSid is MZ2'],
    [{ event: 'clear', stream_sid: 'MZ1' }, 'streamSid'],
    [{ event: 'clear', streamSid: 'MZ1', extra: 1 }, 'extra'],
    [{ event: 'play', streamSid: 'MZ1' }, 'event'],
    [{ event: 'mark', streamSid: 'MZ1', mark: {} }, 'mark.name'],
    [{ event: 'media', streamSid: 'MZ1', media: { payload: '' } }, 'media.payload'],
    [{ event: 'media', streamSid: 'MZ1', media: { payload: 'not base64!' } }, 'media.payload'],
  ])('is refused where Twilio would warn: %j', (message, problem) => {
    expect(() => parse(message)).toThrow(TypeError);
    expect(() => parse(message)).toThrow(problem);
  });
});
