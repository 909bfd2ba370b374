import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';

const DELAY_MS = 5_000;

const called = (settings = {}) =>
  new Conversation({
    settings: { responseDelayMs: DELAY_MS, turnBudgetMs: 2_000, silenceTimeoutMs: 60_000, ...settings },
  }).start();

describe("the delay before the agent's answers", () => {
  it('is waited for to its end, though it is as long as the safety net', () => {
    // The last sound is at 1,600 ms, and a sentence waits for 400 ms.
    const call = called().says(1_000, 'Tell me.').runUntil(20_000);
    const [turn] = call.events.filter(({ type }) => type === 'CallerTurnCommitted');
    expect(turn).toMatchObject({ recordedAtMs: 1_600 + 400 + DELAY_MS, data: { endpointing: 'transcript' } });
    const [before] = called({ rules: 2 }).says(1_000, 'Tell me.').runUntil(20_000).of('CallerTurnCommitted');
    expect(before).toMatchObject({ endpointing: 'forced' });
  });

  it('is no lateness: the budget is for the rest', () => {
    const call = called().says(1_000, 'Tell me.').runUntil(20_000);
    expect(call.of('AgentTurnSpoken')).toHaveLength(1);
    expect(call.of('TurnBudgetExceeded')).toEqual([]);
    const before = called({ rules: 2 }).says(1_000, 'Tell me.').runUntil(20_000);
    expect(before.of('TurnBudgetExceeded')).toMatchObject([{ budgetMs: 2_000 }]);
  });

  it('is not what was slow where the answer is late', () => {
    const call = new Conversation({
      settings: { responseDelayMs: DELAY_MS, turnBudgetMs: 2_000, silenceTimeoutMs: 60_000 },
      model: () => [{ afterMs: 1_800, text: 'All right.' }],
    })
      .start()
      .says(1_000, 'Tell me.')
      .runUntil(20_000);
    expect(call.of('TurnBudgetExceeded')).toMatchObject([
      { budgetMs: 2_000 + DELAY_MS, slowestStage: 'model_first_token', stageMs: 1_800 },
    ]);
  });
});
