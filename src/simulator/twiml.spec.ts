import { describe, expect, it } from '@jest/globals';
import twilio from 'twilio';
import { parseTwiml } from './twiml.js';
import { parseXml } from './xml.js';

const DOCUMENT_URL = 'https://voice.example.com/webhooks/incoming-call';

const verbsOf = (twiml: string) => parseTwiml(twiml, DOCUMENT_URL);
const inResponse = (verbs: string) => verbsOf(`<Response>${verbs}</Response>`);

describe('following TwiML', () => {
  it('reads what Twilio’s own library writes', () => {
    const response = new twilio.twiml.VoiceResponse();
    response.say({ language: 'en-US' }, 'Fish & Chips: "2 < 3"');
    const stream = response
      .connect({ action: 'https://voice.example.com/ended?attempt=1&x=2' })
      .stream({ url: 'wss://voice.example.com/media/token' });
    stream.parameter({ name: 'contract', value: 'a&b="c"' });
    response.hangup();
    expect(verbsOf(response.toString())).toEqual([
      { verb: 'say', text: 'Fish & Chips: "2 < 3"' },
      {
        verb: 'connect',
        streamUrl: 'wss://voice.example.com/media/token',
        parameters: { contract: 'a&b="c"' },
        actionUrl: 'https://voice.example.com/ended?attempt=1&x=2',
      },
      { verb: 'hang_up' },
    ]);
  });

  it('reads whom to dial, and what to ask then', () => {
    const response = new twilio.twiml.VoiceResponse();
    const dial = response.dial({ action: 'https://voice.example.com/over?transfer=1', timeLimit: 60 });
    dial.number('+14155550199');
    expect(verbsOf(response.toString())).toEqual([
      { verb: 'dial', number: '+14155550199', actionUrl: 'https://voice.example.com/over?transfer=1' },
    ]);
    expect(() => inResponse('<Dial>+14155550199</Dial>')).toThrow('<Dial> must have one <Number>');
  });

  it('strips the query of a stream’s URL, as Twilio does', () => {
    expect(
      inResponse('<Connect><Stream url="wss://voice.example.com/media?token=1"/></Connect>'),
    ).toMatchObject([{ streamUrl: 'wss://voice.example.com/media' }]);
  });

  it('takes relative URLs from the document’s', () => {
    const connect = '<Connect action="/ended"><Stream url="/media/token"/></Connect>';
    expect(inResponse(connect)).toMatchObject([
      { streamUrl: 'wss://voice.example.com/media/token', actionUrl: 'https://voice.example.com/ended' },
    ]);
  });

  it('goes on with the next verb where there is no action', () => {
    expect(inResponse('<Connect><Stream url="wss://a.example/m"/></Connect>')).toMatchObject([
      { actionUrl: null },
    ]);
  });

  it.each([
    ['{"twiml": true}', '< is missing'],
    ['<Response><Say>Hello</Response>', '</Response> closes <Say>'],
    ['<Response><Say>Hello & goodbye</Say></Response>', '& is no character of XML'],
    ['<Response><Hangup/></Response><Response/>', 'something behind the root element'],
    ['<Response a="1" a="2"/>', 'the attribute a is there twice'],
    ['<Response a=1/>', "' is missing"],
    ['<Response', 'a space is missing'],
    ['<Respond/>', 'its root is <Respond>, not <Response>'],
    ['<Response><Gather/></Response>', "the simulator doesn't know <Gather>"],
    ['<Response><Connect/></Response>', '<Connect> must have one <Stream>'],
    ['<Response><Connect><Stream url="https://a.example"/></Connect></Response>', "is no WebSocket's"],
    ['<Response><Connect method="GET"><Stream url="wss://a.example"/></Connect></Response>', 'method="GET"'],
  ])('refuses %s', (twiml, problem) => {
    expect(() => verbsOf(twiml)).toThrow(problem);
  });
});

describe('reading XML', () => {
  it('knows declarations, comments, CDATA, references and both kinds of quotes', () => {
    const xml = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>
      <!-- before -->
      <a one='1' two="it's"><!-- inside --><b/>&#72;&#x69;<![CDATA[ <&> ]]></a>
      <!-- after -->`;
    expect(parseXml(xml)).toEqual({
      name: 'a',
      attributes: { one: '1', two: "it's" },
      children: [{ name: 'b', attributes: {}, children: [], text: '' }],
      text: 'Hi <&> ',
    });
  });

  it('says where it stopped', () => {
    expect(() => parseXml('<a><b></a>')).toThrow(/at character \d+/);
  });
});
