import { describe, expect, it } from '@jest/globals';
import { Conversation, type ConversationOptions } from '../../../test/support/voice/conversation.js';
import { someHits } from '../../../test/support/voice/virtual-retriever.js';

const call = (options: ConversationOptions = {}) =>
  new Conversation({
    ...options,
    settings: { retrieves: true, turnBudgetMs: 2_000, ...options.settings },
  }).start();

const early = (options: ConversationOptions = {}) =>
  call({ ...options, settings: { speculates: true, ...options.settings } });

const effectsOf = <T extends Conversation['effects'][number]['type']>({ effects }: Conversation, type: T) =>
  effects.flatMap((effect) => (effect.type === type ? [effect as Extract<typeof effect, { type: T }>] : []));
const types = ({ events }: Conversation) => events.map(({ type }) => type);

describe('what the caller said', () => {
  it('is looked up before a model is asked, and told with the answer', () => {
    const asked = call().says(1_000, 'When do you open?').runUntil(8_000);
    expect(effectsOf(asked, 'retrieve')).toMatchObject([{ retrieval: '1.1', atMs: 2_600 }]);
    expect(effectsOf(asked, 'think')).toMatchObject([{ retrieval: '1.1', atMs: 2_640 }]);
    expect(types(asked)).toEqual([
      'CallerTurnCommitted',
      'KnowledgeRetrieved',
      'AgentTurnComposed',
      'AgentTurnStarted',
      'AgentTurnSpoken',
    ]);
    expect(asked.of('KnowledgeRetrieved')).toEqual([
      { turn: 1, hits: someHits(2), ms: 40, outcome: 'found', atMs: 2_640 },
    ]);
  });

  it('is answered without where nothing fits', () => {
    const asked = call({ documents: () => ({ afterMs: 20, found: 0 }) })
      .says(1_000, 'When do you open?')
      .runUntil(8_000);
    expect(asked.of('KnowledgeRetrieved')).toMatchObject([{ outcome: 'nothing', hits: [], ms: 20 }]);
    expect(effectsOf(asked, 'think')[0]).not.toHaveProperty('retrieval');
    expect(asked.of('AgentTurnSpoken')).toHaveLength(1);
  });

  it('is answered without after 300 ms, and what comes then is for nobody', () => {
    const asked = call({ documents: () => ({ afterMs: 310, found: 2 }) })
      .says(1_000, 'When do you open?')
      .runUntil(8_000);
    expect(asked.of('KnowledgeRetrieved')).toMatchObject([{ outcome: 'timeout', hits: [], ms: 300 }]);
    expect(effectsOf(asked, 'think')).toMatchObject([{ atMs: 2_900 }]);
    expect(effectsOf(asked, 'forget')).toMatchObject([{ retrieval: '1.1', atMs: 2_900 }]);
  });

  it('is answered without where the documents fail', () => {
    const asked = call({ documents: () => ({ afterMs: 30, fails: true }) })
      .says(1_000, 'When do you open?')
      .runUntil(8_000);
    expect(asked.of('KnowledgeRetrieved')).toMatchObject([{ outcome: 'failed', ms: 30 }]);
    expect(asked.of('AgentTurnSpoken')).toHaveLength(1);
    expect(asked.of('ProviderFailed')).toEqual([]);
  });

  it('is looked up once for all models and tools of its answer', () => {
    const asked = call({
      settings: { fallbacks: { language_model: ['second'], text_to_speech: [] } },
      model: (nth) =>
        [
          [{ afterMs: 50, fails: 'status 500' }],
          [{ afterMs: 50, tool: 'lookup' }],
          [{ afterMs: 50, text: 'At eight.' }],
        ][nth] ?? [],
    })
      .says(1_000, 'When do you open?')
      .runUntil(8_000);
    expect(effectsOf(asked, 'think').map(({ retrieval }) => retrieval)).toEqual(['1.1', '1.1', '1.1']);
    expect(effectsOf(asked, 'retrieve')).toHaveLength(1);
    expect(asked.of('KnowledgeRetrieved')).toHaveLength(1);
  });

  it('is looked up for keys, too', () => {
    const pressed = call().presses(1_000, '1').presses(1_100, '#').runUntil(8_000);
    expect(types(pressed).slice(0, 2)).toEqual(['DtmfReceived', 'KnowledgeRetrieved']);
  });

  it('is looked up again by the worker that takes the call over before it was answered', () => {
    const resumed = new Conversation({ settings: { retrieves: true, attempt: 2 } })
      .start({ turn: 3, unanswered: true, agentCutOff: false })
      .runUntil(5_000);
    expect(effectsOf(resumed, 'retrieve')).toMatchObject([{ retrieval: '2.1' }]);
    expect(resumed.of('KnowledgeRetrieved')).toMatchObject([{ turn: 3 }]);
  });

  it('is looked up no more when the caller hangs up', () => {
    const gone = call({ documents: () => ({ afterMs: 0, hangs: true }) })
      .says(1_000, 'When do you open?')
      .hangsUp(2_700)
      .runUntil(8_000);
    expect(effectsOf(gone, 'forget')).toMatchObject([{ atMs: 2_700 }]);
    expect(effectsOf(gone, 'think')).toEqual([]);
    expect(gone.of('KnowledgeRetrieved')).toEqual([]);
  });

  it('is not looked up where the tenant has no documents', () => {
    const plain = call({ settings: { retrieves: false } })
      .says(1_000, 'When do you open?')
      .runUntil(8_000);
    expect(effectsOf(plain, 'retrieve')).toEqual([]);
    expect(effectsOf(plain, 'think')).toMatchObject([{ atMs: 2_600 }]);
    expect(plain.of('AgentTurnSpoken')[0]?.latency).not.toHaveProperty('retrievalMs');
  });
});

describe('what is looked up before the turn is over', () => {
  it('is promoted with the answer, and costs the caller nothing', () => {
    const prepared = early().says(1_000, 'When do you open?').runUntil(8_000);
    expect(effectsOf(prepared, 'retrieve')).toMatchObject([
      { atMs: 2_410, uncommitted: 'When do you open?' },
    ]);
    expect(effectsOf(prepared, 'think')).toMatchObject([
      { atMs: 2_450, uncommitted: 'When do you open?', retrieval: '1.1' },
    ]);
    expect(types(prepared).slice(0, 2)).toEqual(['CallerTurnCommitted', 'KnowledgeRetrieved']);
    expect(prepared.of('KnowledgeRetrieved')).toMatchObject([{ turn: 1, ms: 40, atMs: 2_450 }]);
    expect(prepared.of('CallerTurnCommitted')[0]?.speculation).toEqual({
      started: 1,
      promoted: true,
      leadMs: 190,
      wastedOutputTokens: 0,
    });
  });

  it('is waited for where the turn is committed first, and not looked up again', () => {
    const prepared = early({ documents: () => ({ afterMs: 250, found: 1 }) })
      .says(1_000, 'When do you open?')
      .runUntil(8_000);
    expect(effectsOf(prepared, 'retrieve')).toHaveLength(1);
    const [thought] = effectsOf(prepared, 'think');
    expect(thought).toMatchObject({ atMs: 2_660, retrieval: '1.1' });
    // It's in the history by now.
    expect(thought).not.toHaveProperty('uncommitted');
    expect(prepared.of('CallerTurnCommitted')).toMatchObject([{ speculation: { promoted: true } }]);
    expect(prepared.of('AgentTurnSpoken')[0]?.latency).toMatchObject({
      retrievalMs: 250,
      modelFirstTokenMs: 200,
    });
  });

  it('is used though the model that was asked early failed', () => {
    const failing = early({
      model: (asked) =>
        asked === 0 ? [{ afterMs: 50, fails: 'status 500' }] : [{ afterMs: 50, text: 'At eight.' }],
    })
      .says(1_000, 'When do you open?')
      .runUntil(8_000);
    expect(effectsOf(failing, 'retrieve')).toHaveLength(1);
    expect(effectsOf(failing, 'think').map(({ retrieval }) => retrieval)).toEqual(['1.1', '1.1']);
    expect(failing.of('CallerTurnCommitted')[0]?.speculation).not.toHaveProperty('wastedRetrievals');
  });

  it('is dropped when the words become others, and counted', () => {
    const changed = early()
      .says(1_000, 'When do you open?')
      .says(2_400, 'On Sundays?', { msAWord: 200 })
      .runUntil(9_000);
    expect(effectsOf(changed, 'retrieve')).toHaveLength(2);
    expect(effectsOf(changed, 'forget')[0]).toMatchObject({ retrieval: '1.1' });
    expect(changed.of('CallerTurnCommitted')[0]?.speculation).toMatchObject({
      started: 2,
      wastedRetrievals: 1,
    });
    expect(changed.of('KnowledgeRetrieved')).toHaveLength(1);
    expect(effectsOf(changed, 'think').at(-1)).toMatchObject({ retrieval: '1.2' });
  });

  it('asks no model where the words become others meanwhile', () => {
    const changed = early({ documents: () => ({ afterMs: 280, found: 1 }) })
      .says(1_000, 'When do you open?')
      .says(2_300, 'On Sundays?', { msAWord: 200 })
      .runUntil(9_000);
    expect(effectsOf(changed, 'think')).toHaveLength(1);
    expect(changed.of('CallerTurnCommitted')).toMatchObject([
      {
        text: 'When do you open? On Sundays?',
        speculation: { wastedRetrievals: 2, wastedOutputTokens: 0 },
      },
    ]);
  });
});

describe('an answer that was dropped before it began, and is given after all', () => {
  const echoed = (documents: ConversationOptions['documents']) =>
    call({
      settings: { greeting: 'May I have your number, please?' },
      model: () => [{ afterMs: 1_500, text: 'Thank you.' }],
      ...(documents && { documents }),
    })
      .presses(1_500, '7')
      .presses(1_700, '#')
      .at(1_800, { type: 'transcript', text: 'May', final: false, confidence: null })
      .at(2_400, { type: 'transcript', text: 'May I have your', final: true, confidence: 0.8 })
      .runUntil(6_000);

  it('comes from what was found for it', () => {
    const owed = echoed(undefined);
    expect(effectsOf(owed, 'retrieve')).toHaveLength(1);
    expect(effectsOf(owed, 'think').map(({ retrieval }) => retrieval)).toEqual(['1.1', '1.1']);
    expect(owed.of('KnowledgeRetrieved')).toMatchObject([{ turn: 1 }]);
    expect(owed.of('AgentTurnSpoken')).toMatchObject([{ turn: 1, heardText: 'Thank you.' }]);
  });

  it('is looked up anew where nothing was found by then', () => {
    const owed = echoed((nth) => (nth === 0 ? { afterMs: 200, found: 3 } : { afterMs: 50, found: 1 }));
    expect(effectsOf(owed, 'retrieve')).toHaveLength(2);
    expect(effectsOf(owed, 'think').map(({ retrieval }) => retrieval)).toEqual(['1.2']);
    expect(owed.of('KnowledgeRetrieved')).toMatchObject([{ turn: 1, ms: 50, hits: someHits(1) }]);
  });
});

describe('how long the documents took', () => {
  it('is a stage of its own, and neither the model’s nor our share', () => {
    const plain = call({ settings: { retrieves: false } })
      .says(1_000, 'When do you open?')
      .runUntil(8_000);
    const asked = call().says(1_000, 'When do you open?').runUntil(8_000);
    const [without] = plain.of('AgentTurnSpoken');
    const [latency] = asked.of('AgentTurnSpoken').map((spoken) => spoken.latency);
    expect(latency).toMatchObject({
      retrievalMs: 40,
      modelFirstTokenMs: without?.latency.modelFirstTokenMs,
      ownMs: without?.latency.ownMs,
      responseMs: (without?.latency.responseMs ?? 0) + 40,
    });
  });

  it('is what a late answer is put down to where it took longest', () => {
    const late = call({
      settings: { turnBudgetMs: 400, turnDetection: 'provider' },
      documents: () => ({ afterMs: 0, hangs: true }),
      model: () => [{ afterMs: 10, text: 'All right.' }],
    })
      .at(1_100, { type: 'voice', on: true, atMs: 1_000 })
      .at(2_050, { type: 'voice', on: false, atMs: 2_000 })
      .at(2_100, { type: 'transcript', text: 'When?', final: true, confidence: 0.9, turn: 'ended' })
      .runUntil(8_000);
    expect(late.of('TurnBudgetExceeded')).toMatchObject([
      { responseMs: 470, slowestStage: 'retrieval', stageMs: 300, provider: null },
    ]);
  });
});
