import { describe, expect, it } from '@jest/globals';
import { Conversation, type ConversationOptions } from '../../../test/support/voice/conversation.js';
import { policy } from './policy.js';
import { NEWEST_RULES } from './rules.js';

const call = (options: ConversationOptions = {}) =>
  new Conversation({ ...options, settings: { speculates: true, ...options.settings } }).start();

const thoughts = ({ effects }: Conversation) =>
  effects.flatMap((effect) => (effect.type === 'think' ? [effect] : []));
const firstSaidMs = ({ effects }: Conversation) => effects.find(({ type }) => type === 'say')?.atMs ?? 0;

describe('an answer that is prepared before the turn is over', () => {
  it('becomes the answer where nothing more was said, and begins sooner', () => {
    const prepared = call().says(1_000, 'When do you open?').runUntil(8_000);
    const plain = new Conversation().start().says(1_000, 'When do you open?').runUntil(8_000);
    // The last interim, at 2,260 ms, stays for 150 ms; the turn is committed at 2,600 ms, in both.
    expect(thoughts(prepared)).toMatchObject([{ atMs: 2_410, uncommitted: 'When do you open?' }]);
    expect(prepared.of('CallerTurnCommitted')).toMatchObject([
      { speculation: { started: 1, promoted: true, leadMs: 190, wastedOutputTokens: 0 } },
    ]);
    expect(firstSaidMs(plain) - firstSaidMs(prepared)).toBe(190);
    expect(prepared.of('AgentTurnSpoken')).toMatchObject([{ turn: 1, heardText: 'All right.' }]);
  });

  it('is neither said, shown nor recorded before', () => {
    const early = call({
      finalAfterMs: 450,
      model: (asked) => [
        { afterMs: 10, text: 'We are open from eight to six. ' },
        ...(asked === 0 ? [{ afterMs: 10, tool: 'lookup' }] : []),
      ],
    })
      .says(1_000, 'When do you open?')
      .runUntil(2_900);
    expect(early.events).toEqual([]);
    expect(early.effects.map(({ type }) => type)).not.toContain('say');
    expect(early.effects.map(({ type }) => type)).not.toContain('run_tool');
    expect(early.effects).not.toContainEqual(expect.objectContaining({ speaker: 'agent' }));
    early.runUntil(2_952);
    expect(early.events.map(({ type }) => type)).toEqual(['CallerTurnCommitted', 'ToolCalled']);
    expect(early.effects.filter(({ type }) => type === 'run_tool')).toHaveLength(1);
  });

  it('tells how long the model took, though that was before the commit', () => {
    const done = call({ finalAfterMs: 450 }).says(1_000, 'When do you open?').runUntil(8_000);
    expect(done.of('AgentTurnSpoken')[0]?.latency).toMatchObject({
      endpointingMs: 750,
      modelFirstTokenMs: 200,
      responseMs: 810,
    });
  });

  it('is dropped when the words become others, and what it cost is counted', () => {
    const changed = call({
      model: (asked) => [{ afterMs: 20, text: asked === 0 ? 'From eight to six.' : 'Not on Sundays.' }],
    })
      .says(1_000, 'When do you open?')
      .says(2_400, 'On Sundays?', { msAWord: 200 })
      .runUntil(9_000);
    expect(changed.of('CallerTurnCommitted')).toMatchObject([
      {
        text: 'When do you open? On Sundays?',
        speculation: {
          started: 2,
          promoted: true,
          wastedOutputTokens: Math.ceil('From eight to six.'.length / 4),
        },
      },
    ]);
    expect(changed.of('AgentTurnSpoken')).toMatchObject([{ heardText: 'Not on Sundays.' }]);
    expect(changed.of('AgentTurnComposed')).toHaveLength(1);
  });

  it('stands though the final transcript has another punctuation', () => {
    const same = call({ finalAfterMs: null }).says(1_000, 'When do you open?');
    same
      .at(2_650, { type: 'transcript', text: 'when do you open', final: true, confidence: 0.8 })
      .runUntil(6_000);
    expect(thoughts(same)).toHaveLength(1);
    expect(same.of('CallerTurnCommitted')).toMatchObject([{ speculation: { promoted: true } }]);
  });

  it('is asked for three times a turn at most', () => {
    const stuttering = call({ finalAfterMs: 300 });
    for (const [n, word] of ['One.', 'Two.', 'Three.', 'Four.', 'Five and'].entries()) {
      stuttering.says(1_000 + n * 480, word, { msAWord: 200 });
    }
    stuttering.runUntil(12_000);
    expect(stuttering.of('CallerTurnCommitted')).toHaveLength(1);
    expect(stuttering.of('CallerTurnCommitted')[0]?.speculation).toMatchObject({
      started: 3,
      promoted: false,
      leadMs: null,
    });
    expect(stuttering.of('AgentTurnSpoken')).toHaveLength(1);
  });

  it('is asked for in mid-speech only where the words sound finished', () => {
    const talking = call().says(1_000, 'well I have been thinking about it').runUntil(3_300);
    expect(thoughts(talking)).toEqual([]);
  });

  it('that fails is nobody’s failure: the model is asked again for the turn', () => {
    const failing = call({
      model: (asked) =>
        asked === 0 ? [{ afterMs: 50, fails: 'status 500' }] : [{ afterMs: 50, text: 'At eight.' }],
    })
      .says(1_000, 'When do you open?')
      .runUntil(8_000);
    expect(failing.of('ProviderFailed')).toEqual([]);
    expect(failing.of('AgentTurnSpoken')).toMatchObject([{ heardText: 'At eight.' }]);
  });

  it('that never comes fails by its deadline from when it was asked, and not from the commit', () => {
    const failedAtMs = (rules: number): number | undefined =>
      call({ model: () => [], settings: { rules } })
        .says(1_000, 'When do you open?')
        .runUntil(8_000)
        .events.find(({ type }) => type === 'ProviderFailed')?.recordedAtMs;
    expect(failedAtMs(NEWEST_RULES)).toBe(2_410 + policy.modelDeadlineMs);
    expect(failedAtMs(5)).toBe(2_600 + policy.modelDeadlineMs);
  });

  it('is not asked for while a tool runs', () => {
    const running = call({ toolMs: 5_000, model: () => [{ afterMs: 100, tool: 'lookup' }] })
      .says(1_000, 'Is it open?')
      .says(3_000, 'Never mind, tell me more.')
      .runUntil(5_000);
    expect(thoughts(running).slice(0, 1)).toMatchObject([{ uncommitted: 'Is it open?' }]);
    expect(
      thoughts(running)
        .slice(1)
        .every(({ uncommitted }) => uncommitted === undefined),
    ).toBe(true);
    expect(running.of('CallerTurnCommitted').at(-1)?.speculation).toBeUndefined();
  });

  it('is stopped when the caller hangs up', () => {
    const gone = call({ model: () => [{ afterMs: 5_000, text: 'Late.' }] })
      .says(1_000, 'When do you open?')
      .hangsUp(2_550)
      .runUntil(9_000);
    const [thought] = thoughts(gone);
    expect(gone.effects).toContainEqual(expect.objectContaining({ type: 'abort', model: thought?.model }));
    expect(gone.of('CallerTurnCommitted')).toMatchObject([{ speculation: { started: 1, promoted: false } }]);
  });

  it('is not asked for where the agent’s settings of old know nothing of it', () => {
    const old = new Conversation().start().says(1_000, 'When do you open?').runUntil(8_000);
    expect(thoughts(old)).toMatchObject([{ atMs: 2_600 }]);
    expect(old.of('CallerTurnCommitted')[0]).not.toHaveProperty('speculation');
  });
});
