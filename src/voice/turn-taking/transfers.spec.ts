import { describe, expect, it } from '@jest/globals';
import { Conversation, TRANSFER_TO } from '../../../test/support/voice/conversation.js';
import type { CallEvent } from '../../domain/call/events.js';
import { phrasesOf } from './phrases.js';

const PHRASES = phrasesOf('en');

const typesOf = (call: Conversation) => call.events.map(({ type }) => type);

const wanted: CallEvent = {
  type: 'TransferRequested',
  data: { transfer: 1, to: TRANSFER_TO, by: 'operator', atMs: 1 },
};
const NOBODY_TOOK_IT = {
  turn: 3,
  unanswered: false,
  agentCutOff: false,
  transfers: 1,
  transferFailed: true,
} as const;
const asks = (event: CallEvent) => ({ type: 'foreign', event }) as const;

/** The agent says this beside the tool. */
const transfers = (...said: string[]) => [
  ...said.map((text) => ({ afterMs: 100, text })),
  { afterMs: 10, tool: 'transfer_call' },
];

describe("the agent's transfer", () => {
  it('comes when its answer is said, and ends its part without ending the call', () => {
    const call = new Conversation({ model: () => transfers('One moment, a colleague takes over.') })
      .start()
      .says(1_000, 'A person, please.')
      .runUntil(12_000);
    expect(typesOf(call).slice(-3)).toEqual(['AgentTurnStarted', 'AgentTurnSpoken', 'TransferRequested']);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { heardText: 'One moment, a colleague takes over.', interrupted: false },
    ]);
    expect(call.of('TransferRequested')).toMatchObject([
      { transfer: 1, to: TRANSFER_TO, by: 'agent', turn: 1 },
    ]);
    expect(call.effects.at(-1)).toMatchObject({ type: 'close' });
    expect(call.state.phase).toBe('ended');
  });

  it.each([0, 5])('has a sentence where the agent has none (its tool takes %i ms)', (toolMs) => {
    const call = new Conversation({ toolMs, model: () => transfers() })
      .start()
      .says(1_000, 'A person, please.')
      .runUntil(12_000);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ heardText: PHRASES.transfer }]);
    expect(call.of('TransferRequested')).toHaveLength(1);
  });

  it('is called off by a caller who says no', () => {
    const call = new Conversation({
      model: (asked) =>
        asked === 0
          ? transfers('One moment, a colleague takes over, and knows everything about it.')
          : [{ afterMs: 100, text: 'All right.' }],
    })
      .start()
      .says(1_000, 'A person, please.')
      .says(3_600, 'No, wait, you do it.')
      .runUntil(12_000);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { interrupted: true, cutBy: 'caller_speech' },
      { heardText: 'All right.' },
    ]);
    expect(call.of('TransferRequested')).toEqual([]);
    expect(call.state.phase).toBe('listening');
  });

  it('keeps a word that the caller said beside it, and is the second one where there was one before', () => {
    const call = new Conversation({ model: () => transfers('One moment, a colleague takes over.') })
      .start({ turn: 4, unanswered: false, agentCutOff: false, transfers: 1 })
      .says(1_000, 'A person, please.')
      .says(3_300, 'Cheers')
      .runUntil(12_000);
    expect(typesOf(call).slice(-2)).toEqual(['CallerTurnCommitted', 'TransferRequested']);
    expect(call.of('CallerTurnCommitted').at(-1)).toMatchObject({ turn: 6, text: 'Cheers' });
    expect(call.of('TransferRequested')).toMatchObject([{ transfer: 2, turn: 5 }]);
  });

  it.each([
    ['behind', ['transfer_call', 'end_call']],
    ['before', ['end_call', 'transfer_call']],
  ])('is not undone by a model that hangs up %s it', (_, tools) => {
    const call = new Conversation({
      toolMs: 0,
      model: () => [
        { afterMs: 100, text: 'One moment, a colleague takes over.' },
        ...tools.map((tool) => ({ afterMs: 10, tool })),
      ],
    })
      .start()
      .says(1_000, 'A person, please.')
      .runUntil(12_000);
    expect(call.of('TransferRequested')).toMatchObject([{ by: 'agent', turn: 1 }]);
    expect(call.of('CallEnded')).toEqual([]);
  });

  it.each([
    ['nothing is said', (call: Conversation) => call, 1],
    ['a caller says something', (call: Conversation) => call.says(3_000, 'No wait, tomorrow.'), 0],
    ['a caller says something behind it', (call: Conversation) => call.says(7_000, 'No wait, tomorrow.'), 0],
    ['a key is pressed', (call: Conversation) => call.presses(3_000, '7').presses(3_200, '#'), 0],
    ['a caller only murmurs', (call: Conversation) => call.says(3_000, 'Mhm.'), 1],
    ['an operator wants it, too', (call: Conversation) => call.at(3_000, asks(wanted)), 0],
  ])(
    'that takes its time as what changes something is called off by its caller only: %s',
    (_, meanwhile, count) => {
      const slow = new Conversation({
        toolMs: 4_000,
        settings: { sideEffectTools: ['transfer_call'] },
        model: (asked) => (asked === 0 ? transfers() : [{ afterMs: 100, text: 'All right.' }]),
      })
        .start()
        .says(1_000, 'A person, please.');
      const call = meanwhile(slow).runUntil(20_000);
      expect(call.of('TransferRequested')).toHaveLength(count);
      expect(call.effects.filter(({ type }) => type === 'run_tool')).toHaveLength(1);
    },
  );

  it('comes also when the longest duration is over meanwhile, or nothing of its answer can be played', () => {
    const late = new Conversation({
      settings: { maxDurationMs: 2_500 },
      model: () => transfers('One moment, a colleague takes over, and knows everything about it.'),
    })
      .start()
      .says(1_000, 'A person, please.')
      .runUntil(30_000);
    expect(late.of('TransferRequested')).toHaveLength(1);
    const mute = new Conversation({
      model: () => transfers('One moment.'),
      speech: () => ({ firstByteMs: 60_000 }),
    })
      .start()
      .says(1_000, 'A person, please.')
      .runUntil(60_000);
    expect(mute.of('TransferRequested')).toHaveLength(1);
    expect(mute.of('CallEnded')).toEqual([]);
  });
});

describe("an operator's transfer", () => {
  const tells = () =>
    new Conversation({
      settings: { greeting: '' },
      model: () => [{ afterMs: 100, text: 'This is a story without an end. '.repeat(10) }],
    })
      .start()
      .says(1_000, 'Tell me.');

  it('cuts what the agent says, tells the caller, and closes', () => {
    const call = tells().at(4_000, asks(wanted)).runUntil(12_000);
    expect(typesOf(call).slice(-3)).toEqual(['AgentTurnSpoken', 'NoticeGiven', 'PromptSpoken']);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ interrupted: true, cutBy: 'transfer' }]);
    expect(call.of('NoticeGiven')).toMatchObject([{ notice: 'transfer', text: PHRASES.transfer }]);
    expect(call.of('PromptSpoken')).toMatchObject([{ heardText: PHRASES.transfer, interrupted: false }]);
    expect(call.effects.at(-1)).toMatchObject({ type: 'close' });
  });

  it('is not called off by words, voice or keys, and keeps them', () => {
    const call = tells()
      .at(4_000, asks(wanted))
      .says(4_200, 'No, stop, wait!')
      .presses(4_300, '7')
      .presses(4_400, '#')
      .runUntil(12_000);
    expect(call.of('PromptSpoken')).toMatchObject([{ heardText: PHRASES.transfer, interrupted: false }]);
    expect(call.of('CallerTurnCommitted').at(-1)).toMatchObject({ text: 'No, stop, wait!' });
    expect(call.of('DtmfReceived')).toMatchObject([{ digits: '7' }]);
    expect(call.of('AgentTurnComposed')).toHaveLength(1);
    expect(call.state.phase).toBe('ended');
  });

  it('comes though the voice fails at the sentence', () => {
    const call = new Conversation({ speech: () => ({ ends: 'fails', circuitOpen: true }) })
      .start()
      .at(2_000, asks(wanted))
      .runUntil(12_000);
    expect(call.of('CallEnded')).toEqual([]);
    expect(call.state.phase).toBe('ended');
  });

  it('takes the place of a goodbye', () => {
    const call = new Conversation({
      model: () => [
        { afterMs: 100, text: 'Goodbye, and thank you for calling us today!' },
        { afterMs: 10, tool: 'end_call' },
      ],
    })
      .start()
      .says(1_000, 'Bye.')
      .at(2_800, asks(wanted))
      .runUntil(12_000);
    expect(call.of('CallEnded')).toEqual([]);
    expect(call.of('PromptSpoken')).toMatchObject([{ heardText: PHRASES.transfer }]);
  });

  it('that the carrier dials already leaves nothing to say', () => {
    const dialed: CallEvent = { type: 'TransferDialed', data: { transfer: 1, atMs: 4_100 } };
    const call = tells().at(4_000, asks(wanted)).at(4_100, asks(dialed)).runUntil(12_000);
    expect(typesOf(call).at(-1)).toBe('NoticeGiven');
    expect(call.effects.filter(({ type }) => type === 'close')).toMatchObject([{ atMs: 4_100 }]);
  });
});

describe('a tool that runs while the call goes to somebody else', () => {
  const runs = (toolMs: number, rules?: number) =>
    new Conversation({
      toolMs,
      settings: { ...(rules !== undefined && { rules }) },
      model: () => [{ afterMs: 100, tool: 'book' }],
    })
      .start()
      .says(1_000, 'Book it.')
      .at(3_000, asks(wanted));

  it('is told of with what came of it, as far as the agent knows when it leaves', () => {
    const call = runs(9_000).runUntil(20_000);
    expect(typesOf(call).slice(-2)).toEqual(['PromptSpoken', 'ToolReturned']);
    const [called] = call.of('ToolCalled');
    const [returned] = call.of('ToolReturned');
    expect(returned).toMatchObject({ turn: 1, toolCallId: called?.toolCallId, ok: false });
    expect(JSON.parse(returned?.result ?? '')).toEqual({
      error: 'no result before the agent left the call; what it does may still happen',
    });
    const calledAtMs = call.events.find(({ type }) => type === 'ToolCalled')?.recordedAtMs ?? 0;
    const leftAtMs = call.effects.at(-1)?.atMs ?? 0;
    expect(returned?.ms).toBe(leftAtMs - calledAtMs);
  });

  it('is told of once where it returns before that', () =>
    expect(runs(2_000).runUntil(20_000).of('ToolReturned')).toMatchObject([{ ok: true }]));

  it('is told of where the call ends, too', () => {
    const ends = asks({ type: 'CallEndRequested', data: { atMs: 1 } });
    const call = runs(9_000).at(3_100, ends).runUntil(20_000);
    expect(typesOf(call).slice(-2)).toEqual(['ToolReturned', 'CallEnded']);
  });

  it('was not told of by the rules of before', () =>
    expect(runs(9_000, 8).runUntil(20_000).of('ToolReturned')).toEqual([]));
});

describe('a transfer that nobody took', () => {
  it('is told to the caller, who is asked what else there is', () => {
    const call = new Conversation({ settings: { greeting: 'Hello!' } })
      .start({ ...NOBODY_TOOK_IT, unanswered: true, agentCutOff: true })
      .runUntil(8_000);
    expect(call.of('NoticeGiven')).toMatchObject([
      { notice: 'transfer_failed', text: PHRASES.transferFailed, turn: 3 },
    ]);
    expect(typesOf(call)).toEqual(['NoticeGiven', 'PromptSpoken']);
    expect(call.state.phase).toBe('listening');
  });
});

describe('a transfer that nobody took until the longest duration was over', () => {
  it('leaves time to tell the caller that the call ends', () => {
    const call = new Conversation({ settings: { maxDurationMs: 10_000 } })
      .at(40_000, { type: 'start', resumed: NOBODY_TOOK_IT })
      .runUntil(60_000);
    expect(call.of('PromptSpoken').at(-1)).toMatchObject({ heardText: PHRASES.timeIsUp, interrupted: false });
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'max_duration' }]);
  });
});

describe("an operator's end", () => {
  const ends: CallEvent = { type: 'CallEndRequested', data: { atMs: 1 } };

  it('comes at once, with what was heard and what was said', () => {
    const call = new Conversation({
      model: () => [{ afterMs: 100, text: 'This is a story without an end. '.repeat(10) }],
    })
      .start()
      .says(1_000, 'Tell me.')
      .says(3_700, 'Mine')
      .at(4_200, asks(ends))
      .runUntil(12_000);
    expect(typesOf(call).slice(-3)).toEqual(['AgentTurnSpoken', 'CallerTurnCommitted', 'CallEnded']);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ interrupted: true, cutBy: 'operator' }]);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'operator', by: 'operator', atMs: 4_200 }]);
    expect(call.effects.at(-1)).toMatchObject({ type: 'close' });
  });

  it('comes over a transfer that is being said', () => {
    const call = new Conversation().start().at(1_000, asks(wanted)).at(1_500, asks(ends)).runUntil(9_000);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'operator', atMs: 1_500 }]);
  });
});

describe('when nothing works any more', () => {
  const fails = (failureTransferTo: string | null, circuit = false) =>
    new Conversation({
      settings: { failureTransferTo },
      ...(circuit
        ? { speech: () => ({ ends: 'fails', circuitOpen: true }) }
        : { model: () => [{ afterMs: 50, fails: 'status 500' }] }),
    })
      .start()
      .says(1_000, 'One.')
      .says(8_000, 'Two.')
      .says(16_000, 'Three.')
      .runUntil(40_000);

  it('a person takes the call over behind the apology, where the agent has one', () => {
    const call = fails(TRANSFER_TO);
    expect(call.of('AgentTurnSpoken').at(-1)).toMatchObject({ heardText: PHRASES.failureTransfer });
    expect(call.of('TransferRequested')).toMatchObject([{ to: TRANSFER_TO, by: 'platform', turn: 3 }]);
    expect(call.of('CallEnded')).toEqual([]);
  });

  it('and nobody could say so, the turn is told of no transfer', () => {
    const [transfer] = fails(TRANSFER_TO, true).of('TransferRequested');
    expect(transfer).toMatchObject({ by: 'platform' });
    expect(transfer).not.toHaveProperty('turn');
  });

  it('it ends where the agent has nobody', () => {
    expect(fails(null).of('CallEnded')).toMatchObject([{ reason: 'failed' }]);
  });

  it('a speech-to-text that fails again and again is told, too', () => {
    const failed = { type: 'speech_to_text_failed', error: 'reset' } as const;
    const call = new Conversation({ settings: { failureTransferTo: TRANSFER_TO } })
      .start()
      .at(1_000, failed)
      .at(1_100, failed)
      .at(1_200, failed)
      .runUntil(12_000);
    expect(call.of('NoticeGiven')).toMatchObject([{ notice: 'failed', text: PHRASES.failureTransfer }]);
    expect(call.of('TransferRequested')).toMatchObject([{ by: 'platform' }]);
  });
});
