import { beforeEach, describe, expect, it } from '@jest/globals';
import { MediaClock } from './media-clock.js';
import { parseTwilioMessage } from './twilio-messages.js';

const mediaOf = (media: object) =>
  parseTwilioMessage(JSON.stringify({ event: 'media', streamSid: 'MZ1', media }), 'MZ1');
const payload = Buffer.alloc(160, 0xff).toString('base64');

describe("the carrier's clock", () => {
  let clock: MediaClock;
  beforeEach(() => {
    clock = new MediaClock();
  });

  it('is its timestamps', () => {
    expect([clock.at(155, 160), clock.at(175, 160), clock.at(700, 160)]).toEqual([155, 175, 700]);
  });

  it('goes on by the audio where a payload has none', () => {
    expect(clock.at(155, 160)).toBe(155);
    expect([clock.at(null, 320), clock.at(null, 160), clock.at(235, 160)]).toEqual([175, 215, 235]);
  });

  it('begins at 0 where none has one', () => {
    expect([clock.at(null, 160), clock.at(null, 160)]).toEqual([0, 20]);
  });

  it('goes on behind the latest, though an earlier payload came after it', () => {
    expect([clock.at(100, 160), clock.at(80, 160), clock.at(null, 160)]).toEqual([100, 80, 120]);
  });

  it.each([[undefined], [null], [''], [' '], ['soon'], [true], [{}]])(
    'is none of a message that has %j for it',
    (timestamp) => {
      expect(mediaOf({ payload, timestamp })).toMatchObject({ event: 'media', timestampMs: null });
    },
  );

  it.each([
    ['0', 0],
    ['155', 155],
    [155, 155],
  ])('is read from %j', (timestamp, timestampMs) => {
    expect(mediaOf({ payload, timestamp })).toMatchObject({ timestampMs });
  });
});
