import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';
import type { Outage } from '../../../test/support/voice/outage.js';

const turns = (call: Conversation) => call.of('CallerTurnCommitted').map(({ text }) => text);
const transcript = (text: string, final: boolean) =>
  ({ type: 'transcript', text, final, confidence: null }) as const;

describe('words that the next speech-to-text hears again', () => {
  /** It breaks when the words are there, and before they are final. */
  const lost: Outage = { rank: 0, fromMs: 2_300, toMs: 5_000, how: 'fails' };
  const inOutage = (): Conversation => new Conversation({ ear: { outages: [lost] } }).start();

  it('are no turn again', () => {
    const call = inOutage().says(1_000, 'When do you open?').runUntil(20_000);
    expect(turns(call)).toEqual(['When do you open?']);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ interrupted: false }]);
  });

  it('are left out before those that only it has heard', () => {
    const call = inOutage()
      .says(1_000, 'When do you open?')
      .says(4_000, 'And where are you?')
      .runUntil(20_000);
    expect(turns(call)).toEqual(['When do you open?', 'And where are you?']);
  });

  it('are left out of each interim, and of each piece that it makes final', () => {
    const call = new Conversation({ finalAfterMs: null }).start().says(1_000, 'When do you open?');
    call.at(4_000, { type: 'heard_again', ms: 3_500 });
    call.at(4_100, transcript('when do', false));
    call.at(4_200, transcript('When do you', true));
    call.at(4_300, transcript('open? On', false));
    call.at(4_600, transcript('Open? On Sunday, I mean.', true));
    call.runUntil(12_000);
    expect(turns(call)).toEqual(['When do you open?', 'On Sunday, I mean.']);
  });

  it('are said anew by a caller who says them once they were heard again', () => {
    const call = inOutage().says(1_000, 'Yes.').says(9_000, 'Yes.').runUntil(20_000);
    expect(turns(call)).toEqual(['Yes.', 'Yes.']);
  });

  it('are said anew where the stream hears nothing of before', () => {
    const call = new Conversation({ finalAfterMs: null }).start().says(1_000, 'Yes.');
    call.at(6_000, { type: 'heard_again', ms: 2_000 });
    call.at(6_100, { type: 'voice', on: true, atMs: 6_000 });
    call.at(6_600, { type: 'voice', on: false, atMs: 6_300 });
    call.at(6_700, transcript('Yes.', true));
    call.runUntil(12_000);
    expect(turns(call)).toEqual(['Yes.', 'Yes.']);
  });

  it('end no turn of a speech-to-text that decides turns', () => {
    const call = new Conversation({ settings: { turnDetection: 'provider' }, finalAfterMs: null }).start();
    call.at(1_000, transcript('Four', false));
    call.at(1_500, { ...transcript('Four', false), turn: 'ended' });
    call.at(3_000, { type: 'heard_again', ms: 2_500 });
    call.at(3_100, { ...transcript('Four', true), turn: 'ended' });
    call.at(6_000, transcript('Five', false));
    call.runUntil(8_000);
    expect(turns(call)).toEqual(['Four']);
  });
});

describe('a full buffer whose words are heard by the next stream', () => {
  const byBuffer = (rules?: number): Conversation => {
    const call = new Conversation({
      settings: { turnDetection: 'fixed_buffer', ...(rules && { rules }) },
      finalAfterMs: null,
    }).start();
    call.at(1_400, { type: 'voice', on: true, atMs: 1_300 }).at(2_000, { type: 'buffer_full' });
    call.at(3_300, { type: 'heard_again', ms: 3_300 }).at(3_300, transcript('at eight', false));
    call.at(3_400, transcript('at eight for two', false)).at(3_450, transcript('Tomorrow', true));
    call.at(4_000, { type: 'buffer_full' }).at(4_150, transcript('at eight for two.', true));
    return call.at(6_000, { type: 'buffer_full' }).runUntil(8_000);
  };

  it('waits for them as long as for any, and repeats none that are understood before them', () => {
    expect(turns(byBuffer())).toEqual(['Tomorrow', 'at eight for two.']);
  });

  it('did not wait in calls of before', () => {
    expect(turns(byBuffer(10))).toEqual(['at eight', 'Tomorrow at eight for two.']);
  });

  it('has what there is of them where they are not final in that time', () => {
    const call = new Conversation({ settings: { turnDetection: 'fixed_buffer' }, finalAfterMs: null });
    call.start().at(1_400, { type: 'voice', on: true, atMs: 1_300 }).at(2_000, { type: 'buffer_full' });
    call.at(3_300, { type: 'heard_again', ms: 3_300 }).at(3_400, transcript('Tomorrow', false));
    call.runUntil(5_000);
    expect(call.events[0]).toMatchObject({ recordedAtMs: 3_800, data: { endpointing: 'timeout' } });
  });
});

describe('a final that comes when its words are committed', () => {
  it('says nothing new, though the caller speaks again', () => {
    const call = new Conversation({ finalAfterMs: 1_500 })
      .start()
      .says(1_000, 'When do you open?')
      .says(3_100, 'And where are you?')
      .runUntil(20_000);
    expect(turns(call)).toEqual(['When do you open?', 'And where are you?']);
  });

  it('is taken for what the caller says again where that was seen', () => {
    const call = new Conversation({ finalAfterMs: null })
      .start()
      .says(1_000, 'Hello there?')
      .says(6_000, 'Hello there?')
      .at(7_500, transcript('Hello there?', true))
      .runUntil(12_000);
    expect(turns(call)).toEqual(['Hello there?', 'Hello there?']);
  });
});
