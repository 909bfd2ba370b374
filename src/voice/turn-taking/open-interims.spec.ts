import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';

const transcript = (text: string, final: boolean) =>
  ({ type: 'transcript', text, final, confidence: null }) as const;

/** Two utterances, and the second one is understood before the first one is final. */
const inTwoBreaths = (first = 'One two', second = 'four five six seven') => {
  const call = new Conversation({
    settings: { turnDetection: 'fixed_buffer' },
    finalAfterMs: null,
  }).start();
  call.at(1_000, { type: 'voice', on: true, atMs: 1_000 }).at(1_200, transcript(first, false));
  call.at(1_400, { type: 'voice', on: false, atMs: 1_300 });
  call.at(1_600, { type: 'voice', on: true, atMs: 1_600 }).at(1_800, transcript(second, false));
  call.at(1_950, { type: 'voice', on: false, atMs: 1_900 });
  return call;
};

const turns = (call: Conversation) => call.of('CallerTurnCommitted').map(({ text }) => text);
const BOTH = 'One two four five six seven';

describe('an utterance that is not final when the next one is heard', () => {
  it('is of the turn', () => {
    const call = inTwoBreaths().at(2_000, { type: 'buffer_full' }).runUntil(6_000);
    expect(turns(call)).toEqual([BOTH]);
  });

  it('is shown to those who follow, before the next one', () => {
    const call = inTwoBreaths().runUntil(1_900);
    const shown = call.effects.flatMap((effect) => (effect.type === 'live' ? [effect.text] : []));
    expect(shown).toEqual(['One two', BOTH]);
  });

  it('is no turn again when the next stream hears both', () => {
    const call = inTwoBreaths().at(2_000, { type: 'buffer_full' });
    call.at(3_500, { type: 'speech_to_text_failed', error: 'connection lost' });
    call.at(3_900, { type: 'heard_again', ms: 3_000 }).at(4_400, transcript(BOTH, true));
    call.runUntil(9_000);
    expect(turns(call)).toEqual([BOTH]);
  });

  it('is no turn again when both are final after all', () => {
    const call = inTwoBreaths().at(2_000, { type: 'buffer_full' });
    call.at(2_700, transcript('One two.', true)).at(2_900, transcript('Four five six seven.', true));
    call.runUntil(9_000);
    expect(turns(call)).toEqual([BOTH]);
  });

  it('is of the turn where voice went on, and a full buffer asked for its final', () => {
    const call = new Conversation({
      settings: { turnDetection: 'fixed_buffer' },
      finalAfterMs: null,
    }).start();
    call.at(1_000, { type: 'voice', on: true, atMs: 1_000 }).at(1_800, transcript('One two', false));
    call.at(2_000, { type: 'buffer_full' }).at(2_200, transcript('three', false));
    call.at(2_800, transcript('One two', true)).at(3_000, transcript('Three four.', true));
    call.at(4_000, { type: 'buffer_full' }).runUntil(9_000);
    expect(turns(call)).toEqual(['One two three', 'four.']);
  });

  it('leaves the next one, which is of the next turn', () => {
    const call = new Conversation({
      settings: { turnDetection: 'fixed_buffer' },
      finalAfterMs: null,
    }).start();
    call.at(1_000, { type: 'voice', on: true, atMs: 1_000 }).at(1_800, transcript('One two', false));
    call.at(2_000, { type: 'buffer_full' }).at(2_100, transcript('three.', false));
    call.at(2_200, { type: 'voice', on: false, atMs: 2_050 }).at(2_250, transcript('One two', true));
    call.at(4_000, { type: 'buffer_full' }).runUntil(9_000);
    expect(turns(call)).toEqual(['One two', 'three.']);
  });

  it('is what its final makes of it', () => {
    const call = inTwoBreaths().at(1_950, transcript('Won too,', true));
    call.at(1_970, transcript('four five six seven', false)).at(2_000, { type: 'buffer_full' });
    call.at(2_100, transcript('Four five six seven.', true)).runUntil(6_000);
    expect(turns(call)).toEqual(['Won too, Four five six seven.']);
  });

  it('leaves the one behind it that is not final either', () => {
    const call = inTwoBreaths().at(1_960, { type: 'voice', on: true, atMs: 1_960 });
    call.at(1_970, transcript('eight', false)).at(1_980, transcript('One two.', true));
    call.at(2_000, { type: 'buffer_full' }).runUntil(6_000);
    expect(turns(call)).toEqual(['One two. four five six seven eight']);
  });

  it('is nothing where its final is empty', () => {
    const call = inTwoBreaths().at(1_950, transcript('', true)).at(2_000, { type: 'buffer_full' });
    call.runUntil(6_000);
    expect(turns(call)).toEqual(['four five six seven']);
  });
});

describe('words that a full buffer asks the final of over the agent', () => {
  const overTheAgent = (rules?: number) => {
    const settings = {
      turnDetection: 'fixed_buffer',
      interruptionSensitivity: 'off',
      greeting: 'Welcome to our house by the sea, how can I help?',
      ...(rules && { rules }),
    } as const;
    const call = new Conversation({ settings, finalAfterMs: null }).start();
    call.at(1_000, { type: 'voice', on: true, atMs: 1_000 }).at(1_900, transcript('One two', false));
    call.at(2_000, { type: 'buffer_full' }).at(2_200, transcript('three', false));
    call.at(2_500, { type: 'voice', on: false, atMs: 2_200 }).at(4_000, { type: 'buffer_full' });
    return call;
  };

  it('stay where others are understood before it', () => {
    expect(turns(overTheAgent().runUntil(6_000))).toEqual(['One two three']);
  });

  it('are what it makes of them', () => {
    const call = overTheAgent().at(2_600, transcript('One, two,', true)).runUntil(6_000);
    expect(turns(call)).toEqual(['One, two, three']);
  });

  it('were lost in calls of before', () => {
    expect(turns(overTheAgent(10).runUntil(6_000))).toEqual(['three']);
  });
});

describe('what is begun before a "mhm" over the agent is final', () => {
  it('is of the turn', () => {
    const greeting = 'Welcome to our house by the sea.';
    const call = new Conversation({ settings: { greeting }, finalAfterMs: null }).start();
    call.at(1_000, { type: 'voice', on: true, atMs: 1_000 }).at(1_200, transcript('Mhm.', false));
    call.at(1_400, { type: 'voice', on: false, atMs: 1_300 });
    call.at(1_600, { type: 'voice', on: true, atMs: 1_500 }).at(1_800, transcript('Sunday.', false));
    call.at(1_850, transcript('Mhm.', true)).at(2_100, { type: 'voice', on: false, atMs: 1_900 });
    call.runUntil(6_000);
    expect(call.of('BackchannelHeard')).toMatchObject([{ text: 'Mhm.' }]);
    expect(turns(call)).toEqual(['Sunday.']);
  });
});

describe('an interim that says more of the same utterance', () => {
  it('takes the place of the one before, though voice stopped between them', () => {
    const call = inTwoBreaths('One two', 'one two four').at(2_000, { type: 'buffer_full' });
    call.runUntil(6_000);
    expect(turns(call)).toEqual(['one two four']);
  });

  it('takes its place where voice went on, whatever it says', () => {
    const call = new Conversation({
      settings: { turnDetection: 'fixed_buffer' },
      finalAfterMs: null,
    }).start();
    call.at(1_000, { type: 'voice', on: true, atMs: 1_000 }).at(1_200, transcript('Ford', false));
    call.at(1_400, transcript('For a table', false)).at(2_000, { type: 'buffer_full' }).runUntil(6_000);
    expect(turns(call)).toEqual(['For a table']);
  });
});

describe('an utterance that is begun behind the end of a turn', () => {
  it('is of the next turn, though the final of the turn never comes', () => {
    const call = inTwoBreaths().at(2_000, { type: 'buffer_full' });
    call.at(2_200, { type: 'voice', on: true, atMs: 2_150 }).at(2_400, transcript('Eight', false));
    call.at(2_600, transcript('Eight nine', false)).at(2_800, { type: 'voice', on: false, atMs: 2_700 });
    call.at(4_000, { type: 'buffer_full' }).runUntil(9_000);
    expect(turns(call)).toEqual([BOTH, 'Eight nine']);
  });
});
