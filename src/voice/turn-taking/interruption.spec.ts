import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';
import { heardMs as heardAt } from './replies.js';
import { NEWEST_RULES } from './rules.js';
import { Transition } from './transition.js';

/** Ten seconds of speech, from about 3,060 ms on: it begins after the caller's "Tell me.", which ends at 1,600 ms. */
const STORY =
  'Once upon a time there was a small village by the sea. Its people were fishermen, and they sang at night while the boats came home to the harbour.';

const talking = (settings = {}) =>
  new Conversation({ settings, model: (asked) => [{ afterMs: 200, text: asked === 0 ? STORY : 'Good.' }] })
    .start()
    .says(1_000, 'Tell me.');

describe('an interruption', () => {
  it('by words stops the agent, and records what was heard', () => {
    const call = talking().says(5_000, 'I have a question.').runUntil(20_000);
    const [spoken] = call.of('AgentTurnSpoken');
    expect(spoken).toMatchObject({ turn: 1, interrupted: true });
    expect(STORY.startsWith(spoken?.heardText ?? '-')).toBe(true);
    expect(spoken?.heardText).not.toBe(STORY);
    expect(call.of('CallerTurnCommitted').at(-1)).toMatchObject({ turn: 2, text: 'I have a question.' });
    expect(call.of('AgentTurnSpoken').at(-1)).toMatchObject({
      turn: 2,
      heardText: 'Good.',
      interrupted: false,
    });
  });

  it('leaves nothing for the caller to hear after it', () => {
    const call = talking().says(5_000, 'I have a question.').runUntil(7_000);
    const cutAtMs = call.events.find(({ type }) => type === 'AgentTurnSpoken')?.recordedAtMs ?? 0;
    expect(cutAtMs).toBeGreaterThan(5_000);
    expect(call.carrier.isTalkingAt(cutAtMs + 1)).toBe(false);
    // Her voice alone has silenced it already.
    expect(call.carrier.heard[0]?.[1]).toBeLessThanOrEqual(cutAtMs);
  });

  it('by "stop" or "wait" needs one word', () => {
    const call = talking().says(5_000, 'Wait').runUntil(8_000);
    expect(call.of('AgentTurnSpoken')[0]).toMatchObject({ turn: 1, interrupted: true });
  });

  it('is not a "mhm": the agent goes on, and it is no turn', () => {
    const call = talking().says(5_000, 'Mhm.').runUntil(30_000);
    expect(call.of('BackchannelHeard')).toMatchObject([{ turn: 1, text: 'Mhm.' }]);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ heardText: STORY, interrupted: false }]);
    expect(call.of('CallerTurnCommitted')).toHaveLength(1);
  });

  it("is not the agent's own echo", () => {
    const call = talking().says(5_000, 'there was a small village').runUntil(30_000);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ heardText: STORY, interrupted: false }]);
    expect(call.of('CallerTurnCommitted')).toHaveLength(1);
    expect(call.state.echoes).toBeGreaterThan(0);
  });

  it('keeps one word beside the agent for when the agent is done', () => {
    const call = talking().says(5_000, 'Tomorrow').runUntil(30_000);
    expect(call.of('AgentTurnSpoken')[0]).toMatchObject({ heardText: STORY, interrupted: false });
    expect(call.of('CallerTurnCommitted').at(-1)).toMatchObject({ turn: 2, text: 'Tomorrow' });
  });

  it('does not lose a word to the "mhm" behind it', () => {
    const call = talking().says(5_000, 'Tomorrow').says(8_000, 'Mhm.').runUntil(30_000);
    expect(call.of('BackchannelHeard')).toHaveLength(1);
    expect(call.of('CallerTurnCommitted').at(-1)).toMatchObject({ turn: 2, text: 'Tomorrow' });
  });

  it('counts nothing as heard that was sent just now, after a pause of the model', () => {
    const call = new Conversation({
      model: (asked) =>
        asked === 0
          ? [
              { afterMs: 200, text: 'Let me think about that! ' },
              { afterMs: 4_000, text: STORY },
            ]
          : [{ afterMs: 200, text: 'Good.' }],
    })
      .start()
      .says(1_000, 'Tell me.')
      // The story begins at 6,260 ms.
      .at(6_400, { type: 'transcript', text: 'Wait, stop!', final: true, confidence: 0.9 })
      .runUntil(9_000);
    expect(call.of('AgentTurnSpoken')[0]).toMatchObject({
      heardText: 'Let me think about that!',
      interrupted: true,
    });
    expect(call.of('AgentTurnSpoken')[0]?.heardMs).toBeLessThanOrEqual(call.mouth.playedMs(1, 6_400));
  });

  it('counts no mark that the carrier echoes because of the clear as heard', () => {
    const call = talking().says(5_000, 'I have a question.').runUntil(20_000);
    const [spoken] = call.of('AgentTurnSpoken');
    const [from, to] = call.carrier.heard[0] ?? [0, 0];
    expect(spoken?.heardMs).toBeLessThanOrEqual(to - from);
    expect(spoken?.heardMs).toBeGreaterThanOrEqual(to - from - 200);
  });

  it.each([
    [NEWEST_RULES, 3_240],
    [5, 3_390],
  ])('counts nothing past the mark that is to come next, by rules %i', (rules, heardMs) => {
    // Its first sentence is 3,240 ms long: the marks before and at its end are 40 ms apart.
    const call = new Conversation({ settings: { greeting: STORY, rules } }).start();
    call.runUntil(3_280);
    const { reply } = call.state;
    if (!reply) throw new Error('The agent greets.');
    expect(reply).toMatchObject({ playedMs: 3_200, playedAtMs: 3_260 });
    expect(heardAt(new Transition(call.state, 3_450), reply)).toBe(heardMs);
  });

  it('also cuts the greeting', () => {
    const call = new Conversation({ settings: { greeting: STORY } })
      .start()
      .says(2_000, 'I have a question.')
      .runUntil(10_000);
    expect(call.of('GreetingSpoken')).toMatchObject([{ interrupted: true }]);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ turn: 1, text: 'I have a question.' }]);
  });
});

describe('how easily the caller stops the agent', () => {
  const firstClearMs = (call: Conversation) =>
    call.effects.find(({ type }) => type === 'clear')?.atMs ?? null;

  it.each([
    ['off', null],
    ['low', 6_900],
    ['medium', 6_500],
    ['high', 6_300],
  ] as const)('is set: %s, by voice', (interruptionSensitivity, atMs) => {
    expect(firstClearMs(talking({ interruptionSensitivity }).makesNoise(6_000, 1_500).runUntil(9_000))).toBe(
      atMs,
    );
  });

  it.each([
    ['off', null],
    ['low', 4_660],
    ['medium', 4_360],
    ['high', 4_060],
  ] as const)('is set: %s, by words', (interruptionSensitivity, atMs) => {
    const call = talking({ interruptionSensitivity }).says(3_700, 'Tomorrow morning please').runUntil(9_000);
    expect(firstClearMs(call)).toBe(atMs);
  });

  it('is not at all by "stop" where it is off: the caller is answered afterwards', () => {
    const call = talking({ interruptionSensitivity: 'off' }).says(5_000, 'Stop it!').runUntil(30_000);
    expect(call.of('AgentTurnSpoken')[0]).toMatchObject({ turn: 1, interrupted: false, heardText: STORY });
    expect(call.of('CallerTurnCommitted').at(-1)).toMatchObject({ turn: 2, text: 'Stop it!' });
  });
});

describe("the agent's own words", () => {
  it('do not count beside others: one more stops nobody', () => {
    const call = talking().says(4_700, 'small village indeed', { msAWord: 200 }).runUntil(6_500);
    expect(call.of('AgentTurnSpoken')).toEqual([]);
  });

  it.each([
    [8, 400],
    [7, 1_500],
  ])('hold it no longer than until they are known, by rules %i', (rules, afterMs) => {
    const call = talking({ rules }).says(5_000, 'village by the sea', { msAWord: 250 }).runUntil(12_000);
    expect(call.of('CallerTurnCommitted')).toHaveLength(1);
    const [, resumed] = call.effects.filter(({ type }) => type === 'play').slice(-2);
    expect(resumed?.atMs).toBe(6_000 + afterMs);
  });

  const asking = () =>
    new Conversation({ settings: { greeting: 'Welcome. Shall we meet on Monday or on Tuesday?' } }).start();
  const endsAtMs = 60 + 47 * 60;

  it('that come back once it is silent are no turn', () => {
    const call = asking()
      .mumbles(endsAtMs + 700, 'meet on Monday or on Tuesday')
      .runUntil(endsAtMs + 5_000);
    expect(call.of('CallerTurnCommitted')).toEqual([]);
    expect(call.state.echoes).toBe(1);
  });

  it('are an answer when the caller says them afterwards', () => {
    const call = asking()
      .says(endsAtMs + 300, 'Shall we meet on Monday?')
      .runUntil(endsAtMs + 5_000);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ text: 'Shall we meet on Monday?' }]);
  });

  it('are an answer when they are one or two', () => {
    const call = asking()
      .mumbles(endsAtMs + 700, 'On Tuesday.')
      .runUntil(endsAtMs + 5_000);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ text: 'On Tuesday.' }]);
  });
});

const clearsOf = (call: Conversation) =>
  call.effects.flatMap(({ type, atMs }) => (type === 'clear' ? [atMs] : []));

/** When a held agent went on. */
const resumesOf = (call: Conversation) =>
  call.effects.flatMap((effect) => (effect.type === 'play' && effect.fromMs > 0 ? [effect.atMs] : []));

describe('voice without words while the agent talks', () => {
  it('holds the agent, who goes on at the word that was cut', () => {
    const call = talking().makesNoise(6_000, 900).runUntil(30_000);
    expect(call.carrier.isTalkingAt(6_400)).toBe(true);
    expect(call.carrier.isTalkingAt(7_000)).toBe(false);
    expect(call.carrier.isTalkingAt(9_000)).toBe(true);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ heardText: STORY, interrupted: false }]);
    expect(call.events.map(({ type }) => type)).not.toContain('BackchannelHeard');
  });

  it('plays nothing twice but the word that was cut', () => {
    const call = talking().makesNoise(6_000, 900).runUntil(15_000);
    const playedMs = call.carrier.heard.reduce((sum, [from, to]) => sum + to - from, 0);
    const wholeMs = (call.state.settings.greeting.length + STORY.length) * 60;
    expect(playedMs).toBeGreaterThanOrEqual(wholeMs - 60);
    expect(playedMs).toBeLessThanOrEqual(wholeMs + 600);
  });

  it('does not hold within the first three seconds, nor when it is short', () => {
    const early = talking().makesNoise(3_500, 900).runUntil(5_000);
    expect(early.effects.filter(({ type }) => type === 'clear')).toEqual([]);
    const short = talking().makesNoise(6_000, 100).runUntil(8_000);
    expect(short.effects.filter(({ type }) => type === 'clear')).toEqual([]);
  });

  it.each([
    ['ends before its half second is over', 380, []],
    ['lasts so long', 500, [6_500]],
  ])('holds only when it %s: the edge of its end comes late', (_, ms, clearsAtMs) => {
    const call = talking().makesNoise(6_000, ms).runUntil(9_000);
    expect(clearsOf(call)).toEqual(clearsAtMs);
  });

  it('holds when it goes on after a breath', () => {
    const call = talking().makesNoise(6_000, 1_500);
    call.at(6_480, { type: 'voice_pause', paused: true, atMs: 6_400 });
    call.at(6_600, { type: 'voice_pause', paused: false, atMs: 6_580 });
    expect(clearsOf(call.runUntil(7_500))).toEqual([6_600]);
  });

  it('holds once the echo is learned, when it began before', () => {
    // The story is first heard at 3,060 ms at the latest: three seconds later any voice is the caller's.
    const call = talking().makesNoise(4_000, 4_000).runUntil(8_000);
    const [heldAtMs] = clearsOf(call);
    const [spokeAtMs = 0] = call.carrier.heard[0] ?? [];
    expect(heldAtMs).toBe(spokeAtMs + 3_000);
  });

  it.each([
    [NEWEST_RULES, 1],
    [5, 0],
  ])('holds from the beginning of later replies, by rules %i: the echo is learned once', (rules, holds) => {
    const call = new Conversation({ settings: { rules }, model: () => [{ afterMs: 200, text: STORY }] })
      .start()
      .says(1_000, 'Tell me.')
      .says(5_000, 'Stop, tell me another one.');
    // The second story begins after 7,500 ms.
    call.makesNoise(9_000, 900).runUntil(10_000);
    const [, second] = call.carrier.heard.filter(([from]) => from > 7_000 || from < 5_000);
    expect(second?.[0]).toBeGreaterThan(7_000);
    expect(second?.[0]).toBeLessThan(9_000);
    expect(clearsOf(call).filter((atMs) => atMs > 7_000)).toEqual(holds ? [9_500] : []);
  });

  it('holds once a reply: noise must not make the agent stutter', () => {
    const call = talking()
      .makesNoise(6_000, 900)
      .makesNoise(10_000, 900)
      .makesNoise(12_000, 900)
      .runUntil(30_000);
    expect(call.effects.filter(({ type }) => type === 'clear')).toHaveLength(1);
  });

  it('lets the agent finish, though everything was played when it was held', () => {
    const call = talking().makesNoise(10_600, 900);
    call.clock.at(9_000, () => {
      call.carrier.marksLost = true;
    });
    // The story ends at 11,080 ms, and no mark tells so; the hold comes at 11,100 ms.
    call.runUntil(16_000);
    expect(call.effects.filter(({ type }) => type === 'clear')).toMatchObject([{ atMs: 11_100 }]);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ heardText: STORY, interrupted: false }]);
  });

  it('does not make the agent finish while it is held', () => {
    const sentence =
      'Once upon a time there was a small village by the wide and stormy northern sea of tales.';
    const call = new Conversation({
      model: () => [{ afterMs: 200, text: `${sentence} Its people sang.` }],
      // The second sentence fails while the agent is held, and all of the first is with the carrier.
      speech: (said) => (said === 0 ? {} : { firstByteMs: said === 1 ? 5_500 : 60, ends: 'fails' }),
    })
      .start()
      .says(1_000, 'Tell me.')
      .makesNoise(6_800, 900)
      .runUntil(30_000);
    const [spoken] = call.of('AgentTurnSpoken');
    expect(spoken).toMatchObject({ heardText: sentence, interrupted: false });
    expect(call.mouth.playedMs(1, spoken?.endedMs ?? 0)).toBe(spoken?.heardMs);
  });

  it('becomes an interruption when words come while it is held', () => {
    const call = talking().says(6_000, 'Excuse me please', { msAWord: 700 }).runUntil(12_000);
    const clears = call.effects.filter(({ type }) => type === 'clear');
    expect(clears.map(({ atMs }) => atMs)).toEqual([6_500]);
    expect(call.of('AgentTurnSpoken')[0]).toMatchObject({ interrupted: true });
    expect(call.of('CallerTurnCommitted').at(-1)).toMatchObject({ text: 'Excuse me please' });
  });

  it.each([
    [NEWEST_RULES, 10_260],
    [5, 8_500],
  ])('goes on two seconds after the last word, by rules %i', (rules, resumesAtMs) => {
    // One word stops nobody, and shows that somebody talks.
    const call = talking({ rules }).makesNoise(6_000, 2_300);
    call.at(8_260, { type: 'transcript', text: 'Tuesday', final: false, confidence: null });
    expect(resumesOf(call.runUntil(12_000))).toEqual([resumesAtMs]);
  });

  describe('where words come only once it has stopped', () => {
    const listening = (rules: number) => talking({ rules, interims: false, finalWithinMs: 1_660 });

    it('is waited for, and is an interruption', () => {
      const call = listening(NEWEST_RULES).makesNoise(6_000, 4_500);
      call.at(12_000, { type: 'transcript', text: 'I have a question.', final: true, confidence: 0.9 });
      call.runUntil(14_000);
      expect(resumesOf(call)).toEqual([]);
      expect(call.of('AgentTurnSpoken')[0]).toMatchObject({ interrupted: true });
      expect(call.of('CallerTurnCommitted').at(-1)).toMatchObject({ text: 'I have a question.' });
    });

    it('is waited for no longer than words take, once it has stopped', () => {
      // Its end is known at 10,800 ms.
      expect(resumesOf(listening(NEWEST_RULES).makesNoise(6_000, 4_500).runUntil(20_000))).toEqual([12_800]);
      expect(resumesOf(listening(5).makesNoise(6_000, 4_500).runUntil(20_000))).toEqual([8_500]);
    });

    it('is waited for a minute at most', () => {
      const call = listening(NEWEST_RULES).makesNoise(6_000, 200_000).runUntil(90_000);
      expect(resumesOf(call)).toEqual([66_000]);
    });
  });
});

describe('an answer that was dropped before it began', () => {
  it('is given after all, where the caller did not go on: it was the agent itself that was heard', () => {
    const call = new Conversation({
      settings: { greeting: 'May I have your number, please?' },
      model: () => [{ afterMs: 1_500, text: 'Thank you.' }],
    }).start();
    call.presses(1_500, '7').presses(1_700, '#');
    // A single word may be the caller's; with those that follow it proves to be an echo.
    call.at(2_000, { type: 'transcript', text: 'May', final: false, confidence: null });
    call.at(2_400, { type: 'transcript', text: 'May I have your', final: true, confidence: 0.8 });
    call.runUntil(6_000);
    expect(call.of('CallerTurnCommitted')).toEqual([]);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ turn: 1, heardText: 'Thank you.' }]);
  });

  it('is said as it was composed, where it was', () => {
    const call = new Conversation({
      settings: { greeting: 'May I have your number, please?' },
      model: (_, asked) => [{ afterMs: 50, text: asked === 0 ? 'Thank you.' : 'Never asked for.' }],
      speech: () => ({ firstByteMs: 800 }),
    }).start();
    call.presses(1_500, '7').presses(1_700, '#');
    call.at(2_000, { type: 'transcript', text: 'May', final: false, confidence: null });
    call.at(2_400, { type: 'transcript', text: 'May I have your', final: true, confidence: 0.8 });
    call.runUntil(6_000);
    expect(call.of('AgentTurnComposed')).toMatchObject([{ turn: 1, text: 'Thank you.' }]);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ turn: 1, heardText: 'Thank you.' }]);
  });
});
