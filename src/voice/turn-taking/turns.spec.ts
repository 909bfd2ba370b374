import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';
import { NEWEST_RULES } from './rules.js';

describe('a turn', () => {
  it('begins with the greeting, which is recorded as it was heard', () => {
    const call = new Conversation({ settings: { greeting: 'Hello, how can I help?' } })
      .start()
      .runUntil(5_000);
    expect(call.events.map(({ type }) => type)).toEqual(['GreetingStarted', 'GreetingSpoken']);
    expect(call.of('GreetingSpoken')[0]).toMatchObject({
      heardText: 'Hello, how can I help?',
      interrupted: false,
    });
  });

  it('waits for the caller where there is no greeting', () => {
    const call = new Conversation().start().runUntil(3_000);
    expect(call.events).toEqual([]);
    expect(call.carrier.heard).toEqual([]);
  });

  it('is committed once the caller stopped and the transcript is final, and answered', () => {
    const call = new Conversation().start().says(1_000, 'When do you open?').runUntil(8_000);
    expect(call.events.map(({ type }) => type)).toEqual([
      'CallerTurnCommitted',
      'AgentTurnComposed',
      'AgentTurnStarted',
      'AgentTurnSpoken',
    ]);
    expect(call.of('CallerTurnCommitted')[0]).toEqual({
      turn: 1,
      text: 'When do you open?',
      startedMs: 1_000,
      endedMs: 2_200,
      confidence: 0.9,
      endpointing: 'transcript',
    });
    expect(call.of('AgentTurnSpoken')[0]).toMatchObject({
      turn: 1,
      heardText: 'All right.',
      interrupted: false,
    });
  });

  it('shows its words to those who follow, each text once', () => {
    const call = new Conversation().start().says(1_000, 'When do you open?').runUntil(8_000);
    const shown = call.effects.flatMap((effect) => (effect.type === 'live' ? [effect.text] : []));
    expect(shown).toEqual(['When', 'When do', 'When do you', 'When do you open?', 'All right.']);
  });

  it('answers a finished sentence soon, and waits longer where the caller trails off', () => {
    const waitAfter = (text: string): number => {
      const call = new Conversation({ finalAfterMs: 0 }).start().says(1_000, text).runUntil(8_000);
      const [turn] = call.of('CallerTurnCommitted');
      const committed = call.events.find(({ type }) => type === 'CallerTurnCommitted');
      return (committed?.recordedAtMs ?? 0) - (turn?.endedMs ?? 0);
    };
    expect(waitAfter('Yes.')).toBe(400);
    expect(waitAfter('I need an appointment.')).toBe(400);
    expect(waitAfter('I need an appointment')).toBe(800);
    expect(waitAfter('I need an appointment and')).toBe(2_000);
  });

  it('answers a yes or a number sooner where the agent asked for it', () => {
    const waitAfter = (greeting: string, text: string): number => {
      const call = new Conversation({ settings: { greeting }, finalAfterMs: 0 })
        .start()
        .says(6_000, text)
        .runUntil(12_000);
      const committed = call.events.find(({ type }) => type === 'CallerTurnCommitted');
      return (committed?.recordedAtMs ?? 0) - (call.of('CallerTurnCommitted')[0]?.endedMs ?? 0);
    };
    expect(waitAfter('Hello! Are you calling about a table?', 'Yes')).toBe(300);
    expect(waitAfter('Hello! For how many people?', 'Four')).toBe(300);
    expect(waitAfter('Hello! What can I do for you?', 'Yes')).toBe(800);
  });

  it('waits longer for a caller who was seen to pause for long', () => {
    const call = new Conversation().start().says(1_000, 'I would like to');
    for (const atMs of [4_000, 7_000, 10_000]) call.says(atMs, 'I would like to');
    call.says(13_000, 'book a table').runUntil(20_000);
    const committed = call.events.find(({ type }) => type === 'CallerTurnCommitted');
    // Four pauses of 1.8 s: each counts a tenth of the average, which was 0.7 s.
    expect((committed?.recordedAtMs ?? 0) - 13_900).toBe(1_232);
  });

  it('answers later by what the agent is told to wait', () => {
    const call = new Conversation({ settings: { responseDelayMs: 1_500 } })
      .start()
      .says(1_000, 'When do you open?')
      .runUntil(8_000);
    expect(call.events[0]).toMatchObject({ type: 'CallerTurnCommitted', recordedAtMs: 2_600 + 1_500 });
  });

  it('that has an end phrase gets a goodbye, and ends the call', () => {
    const call = new Conversation({ settings: { endPhrases: ['that is all'], speculates: true } })
      .start()
      .says(1_000, 'Thanks, that is all!')
      .runUntil(10_000);
    expect(call.effects.filter(({ type }) => type === 'think')).toEqual([]);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ turn: 1, heardText: 'Goodbye!' }]);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'agent_ended', by: 'agent' }]);
  });

  it('that has an end phrase has its goodbye timed as an answer is, but for a model', () => {
    const call = new Conversation({ settings: { endPhrases: ['that is all'], turnBudgetMs: 1_000 } })
      .start()
      .says(1_000, 'Thanks, that is all!')
      .runUntil(10_000);
    const [committed] = call.of('CallerTurnCommitted');
    const [spoken] = call.of('AgentTurnSpoken');
    expect(spoken?.latency).toMatchObject({
      endpointingMs: 400,
      modelFirstTokenMs: null,
      synthesisFirstByteMs: expect.any(Number),
      responseMs: (spoken?.startedMs ?? 0) - (committed?.endedMs ?? 0),
    });
  });

  it('that has an end phrase is replayed as it was, where goodbyes were not timed', () => {
    const call = new Conversation({ settings: { endPhrases: ['that is all'], rules: 5 } })
      .start()
      .says(1_000, 'Thanks, that is all!')
      .runUntil(10_000);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { latency: { endpointingMs: null, synthesisFirstByteMs: null, responseMs: null } },
    ]);
  });

  it('with an end phrase cut in two ends nothing', () => {
    const call = new Conversation({ settings: { endPhrases: ['all done'] } })
      .start()
      .says(1_000, 'It is all nearly done.')
      .runUntil(6_000);
    expect(call.of('CallEnded')).toEqual([]);
  });

  it('is one turn when the caller goes on within the pause', () => {
    const call = new Conversation()
      .start()
      .says(1_000, 'I would like to')
      .says(3_400, 'book a table.')
      .runUntil(10_000);
    expect(call.of('CallerTurnCommitted').map(({ text }) => text)).toEqual(['I would like to book a table.']);
  });

  it('goes on with the interim words when the final transcript does not come in its time', () => {
    const call = new Conversation({ finalAfterMs: null })
      .start()
      .says(1_000, 'When do you open?')
      .runUntil(4_000);
    expect(call.of('CallerTurnCommitted')).toMatchObject([
      { text: 'When do you open?', endpointing: 'timeout' },
    ]);
    // Told at 2,500 that the voice had stopped; the provider has 500 ms.
    expect(call.events[0]?.recordedAtMs).toBe(3_000);
  });

  it('takes the turn of a caller whom voice activity did not notice', () => {
    const call = new Conversation()
      .start()
      .at(1_000, { type: 'transcript', text: 'Hello there.', final: true, confidence: 0.5 })
      .runUntil(5_000);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ text: 'Hello there.', confidence: 0.5 }]);
  });

  it('asks once what was meant by voice without a word, and then is silent', () => {
    const call = new Conversation({ finalAfterMs: 50 })
      .start()
      .makesNoise(1_000, 800)
      .makesNoise(14_000, 800)
      .runUntil(24_000);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ text: '', endpointing: 'forced' }]);
    expect(call.of('AgentTurnSpoken').map(({ heardText }) => heardText)).toEqual([
      "Sorry, I didn't catch that.",
    ]);
  });

  it('does not take noise that sounds like voice for a caller who never stops', () => {
    const call = new Conversation()
      .start()
      .makesNoise(1_000, 60_000)
      .at(12_000, { type: 'transcript', text: 'Can you hear me?', final: true, confidence: 0.9 })
      .runUntil(16_000);
    expect(call.of('CallerTurnCommitted')).toContainEqual(
      expect.objectContaining({ text: 'Can you hear me?', endpointing: 'transcript' }),
    );
  });

  it('ends though noise that sounds like voice goes on after the words', () => {
    const call = new Conversation()
      .start()
      .makesNoise(1_000, 60_000)
      .at(4_000, { type: 'transcript', text: 'Can you hear me?', final: true, confidence: 0.9 })
      .runUntil(16_000);
    expect(call.of('CallerTurnCommitted')[0]).toMatchObject({ text: 'Can you hear me?' });
    // Eight seconds of voice without a word: from then on transcripts alone decide.
    expect(call.events[0]?.recordedAtMs).toBe(12_000);
  });

  it('is answered though a noise that sounds like voice comes and goes', () => {
    const call = new Conversation().start();
    for (let atMs = 0; atMs < 60_000; atMs += 1_000) call.makesNoise(atMs, 500);
    for (const [atMs, text] of [
      [12_000, 'Do you have a'],
      [12_500, 'Do you have a table?'],
    ] as const) {
      call.at(atMs, { type: 'transcript', text, final: false, confidence: null });
    }
    call.at(13_100, { type: 'transcript', text: 'Do you have a table?', final: true, confidence: 0.8 });
    call.runUntil(20_000);
    expect(call.of('CallerTurnCommitted')).toContainEqual(
      expect.objectContaining({ text: 'Do you have a table?', endpointing: 'transcript' }),
    );
    // The final was asked for 400 ms after the last word: no voice stops in noise.
    const asked = call.effects.filter(({ type, atMs }) => type === 'finalize' && atMs > 12_000);
    expect(asked[0]).toMatchObject({ atMs: 12_900 });
  });

  it('is not taken twice where its final transcript comes too late', () => {
    for (const finalAfterMs of [700, 1_500]) {
      const call = new Conversation({ finalAfterMs })
        .start()
        .says(1_000, 'When do you open?')
        .runUntil(10_000);
      expect(call.of('CallerTurnCommitted')).toMatchObject([
        { text: 'When do you open?', endpointing: 'timeout' },
      ]);
      expect(call.of('AgentTurnSpoken')).toMatchObject([{ turn: 1, interrupted: false }]);
    }
  });

  it('takes the same words again when the caller says them again', () => {
    const call = new Conversation({ finalAfterMs: null })
      .start()
      .says(1_000, 'Hello there?')
      .says(6_000, 'Hello there?')
      .runUntil(12_000);
    expect(call.of('CallerTurnCommitted').map(({ text }) => text)).toEqual(['Hello there?', 'Hello there?']);
  });

  it('keeps more words of a late final than were known when it was committed', () => {
    const turnsOf = (rules: number, text: string) =>
      new Conversation({ settings: { rules }, finalAfterMs: null })
        .start()
        .says(1_000, 'When do you open?')
        .at(3_200, { type: 'transcript', text, final: true, confidence: null })
        .runUntil(8_000)
        .of('CallerTurnCommitted')
        .map((turn) => turn.text);
    expect(turnsOf(NEWEST_RULES, 'When do you open on Sunday?')).toEqual(['When do you open?', 'on Sunday?']);
    // It was heard otherwise: the whole of it says what was meant.
    for (const [rules, text] of [
      [NEWEST_RULES, 'Then you open on Sunday?'],
      [6, 'When do you open on Sunday?'],
    ] as const) {
      expect(turnsOf(rules, text)).toEqual(['When do you open?', text]);
    }
  });

  it('is not made of punctuation', () => {
    const call = new Conversation().start();
    call.at(1_000, { type: 'transcript', text: '?!', final: true, confidence: 0.2 }).runUntil(9_000);
    expect(call.of('CallerTurnCommitted')).toEqual([]);
  });

  it('lets a caller speak for as long as it takes where the speech-to-text has no interims', () => {
    const call = new Conversation({ settings: { interims: false, finalWithinMs: 1_500 } }).start();
    call
      .at(1_120, { type: 'voice', on: true, atMs: 1_000 })
      .at(21_300, { type: 'voice', on: false, atMs: 21_000 });
    call.at(22_000, { type: 'transcript', text: 'That was a long story.', final: true, confidence: null });
    call.runUntil(25_000);
    expect(call.of('CallerTurnCommitted')).toMatchObject([
      { text: 'That was a long story.', endedMs: 21_000 },
    ]);
  });

  it('is not begun by the safety net while the agent speaks', () => {
    const call = new Conversation({ finalAfterMs: null, settings: { silenceTimeoutMs: 10_000 } })
      .start()
      // Voice without a word: its safety net is due at 5,200 ms, in the middle of "Are you still there?".
      .at(0, { type: 'voice', on: true, atMs: 0 })
      .at(200, { type: 'voice', on: false, atMs: 100 })
      .runUntil(5_500);
    expect(call.of('SilencePrompted')).toMatchObject([{ rung: 1, atMs: 5_000 }]);
    expect(call.of('CallerTurnCommitted')).toEqual([]);
    expect(call.carrier.heard).toHaveLength(1);
  });

  it('drops an answer that nobody heard when the caller goes on', () => {
    const call = new Conversation({ model: () => [{ afterMs: 1_500, text: 'Sure.' }] })
      .start()
      .says(1_000, 'I want a table.')
      .says(3_000, 'For two people.')
      .runUntil(10_000);
    expect(call.of('CallerTurnCommitted').map(({ text }) => text)).toEqual([
      'I want a table.',
      'For two people.',
    ]);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ turn: 2, heardText: 'Sure.' }]);
  });

  it('speaks the first clause while the model still composes', () => {
    const call = new Conversation({
      model: () => [
        { afterMs: 200, text: 'Of course, we are open today, ' },
        { afterMs: 1_800, text: 'until six in the evening.' },
      ],
    })
      .start()
      .says(1_000, 'Are you open?')
      .runUntil(10_000);
    const started = call.events.find(({ type }) => type === 'AgentTurnStarted');
    const composed = call.events.find(({ type }) => type === 'AgentTurnComposed');
    expect(started?.recordedAtMs).toBeLessThan(composed?.recordedAtMs ?? 0);
    expect(call.of('AgentTurnSpoken')[0]?.heardText).toBe(
      'Of course, we are open today, until six in the evening.',
    );
  });

  it('tells where the time went', () => {
    const call = new Conversation({ speech: () => ({ firstByteMs: 90 }) })
      .start()
      .says(1_000, 'When do you open?')
      .runUntil(8_000);
    expect(call.of('AgentTurnSpoken')[0]?.latency).toEqual({
      endpointingMs: 400,
      transcriptMs: 400,
      modelFirstTokenMs: 200,
      synthesisFirstByteMs: 90,
      leadingSilenceMs: 0,
      firstFrameMs: 0,
      playoutMs: 200,
      responseMs: 690,
      ownMs: 0,
      interruptionMs: null,
    });
  });

  it('ends by the clock when the carrier echoes no marks', () => {
    const call = new Conversation().start();
    call.carrier.marksLost = true;
    call.says(1_000, 'When do you open?').runUntil(8_000);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ heardText: 'All right.', interrupted: false }]);
  });
});
