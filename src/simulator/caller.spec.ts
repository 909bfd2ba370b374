import { describe, expect, it } from '@jest/globals';
import { encodeMuLaw } from '../audio/mu-law.js';
import { ANSWER_WITHIN_MS, Caller } from './caller.js';
import { callerAudio, SILENT_FRAME } from './caller-audio.js';
import { type CallerStep, type Cue, prepareSteps } from './caller-steps.js';
import type { Step } from './scenario.js';

/** A tone with silence around it. */
const speech = (leadMs: number, ms: number, tailMs: number) => {
  const pcm = new Int16Array((leadMs + ms + tailMs) * 8);
  for (let n = leadMs * 8; n < (leadMs + ms) * 8; n++) pcm[n] = 8000 * Math.sin(n / 3);
  return callerAudio(encodeMuLaw(pcm));
};

const speak = (cue: Cue, audio = speech(0, 200, 0)): CallerStep => ({
  type: 'speak',
  cue,
  audio,
  text: 'hello',
  interrupts: false,
});
const afterAgent = { on: 'silence', ms: 500 } as const;
const atOnce = { on: 'now' } as const;

/** A caller, beat by beat, with an agent that speaks when the test says so. */
const call = (steps: readonly CallerStep[]) => {
  const agent: { fromMs: number; toMs: number }[] = [];
  const told: [string, number][] = [];
  let nowMs = 0;
  const caller = new Caller(
    steps,
    {
      answeredSince: (sinceMs) => {
        const last = agent.findLast(({ fromMs }) => fromMs <= nowMs);
        return last && Math.min(last.toMs, nowMs) > sinceMs ? last.fromMs : null;
      },
      silentForMs: (now) => {
        const last = agent.findLast(({ fromMs }) => fromMs <= now);
        return last ? Math.max(0, now - last.toMs) : Number.POSITIVE_INFINITY;
      },
    },
    (talk, atMs) => told.push([talk.type, atMs]),
  );
  const sent: { atMs: number; what: string }[] = [];
  return {
    caller,
    told,
    agentSpeaks: (fromMs: number, toMs: number) => agent.push({ fromMs, toMs }),
    /** What was sent up to then, but silence. */
    until: (untilMs: number) => {
      while (nowMs + 20 <= untilMs) {
        nowMs += 20;
        const { frame, digit, hangsUp } = caller.beat(nowMs);
        if (frame !== SILENT_FRAME) sent.push({ atMs: nowMs, what: 'sound' });
        if (digit !== null) sent.push({ atMs: nowMs, what: digit });
        if (hangsUp) sent.push({ atMs: nowMs, what: hangsUp });
      }
      return sent;
    },
  };
};

const whatOf = (sent: readonly { what: string }[]) => sent.map(({ what }) => what);

describe('a caller', () => {
  it('speaks once the agent has answered and been silent for long enough', () => {
    const { until, agentSpeaks } = call([speak(afterAgent)]);
    agentSpeaks(300, 1300);
    const sent = until(3000);
    expect(sent.at(0)).toEqual({ atMs: 1800, what: 'sound' });
    expect(sent).toHaveLength(10);
  });

  it('waits for an answer to what it said before it goes on', () => {
    const { until, agentSpeaks } = call([speak(atOnce), speak(afterAgent)]);
    expect(until(3000)).toHaveLength(10);
    agentSpeaks(3000, 3400);
    expect(until(5000).at(10)).toEqual({ atMs: 3900, what: 'sound' });
  });

  it('begins to interrupt so long after the agent began, whether it still speaks or not', () => {
    const { until, agentSpeaks } = call([speak({ on: 'speech', ms: 700 })]);
    agentSpeaks(300, 5000);
    // The frame that is sent at 1020 ms was spoken from 1000 ms on.
    expect(until(3000).at(0)).toEqual({ atMs: 1020, what: 'sound' });
  });

  it('goes on after 10 s without an answer, and says so once', () => {
    const { until, caller, told } = call([
      { type: 'wait', cue: afterAgent },
      speak(afterAgent),
      { type: 'hang_up', cue: atOnce, vanishes: false },
    ]);
    const sent = until(ANSWER_WITHIN_MS + 1000);
    expect(sent.at(0)?.atMs).toBe(20 + ANSWER_WITHIN_MS);
    expect(caller.unanswered).toBe(1);
    expect(told.filter(([type]) => type === 'unanswered')).toHaveLength(1);
  });

  it('pauses between two things that it says at once', () => {
    const { until } = call([speak(atOnce), { type: 'pause', ms: 300 }, speak(atOnce)]);
    const times = until(2000).map(({ atMs }) => atMs);
    expect(times.slice(9, 11)).toEqual([200, 500]);
  });

  it('knows when its voice was heard, without the silence around it', () => {
    const { until, caller } = call([speak(atOnce, speech(100, 400, 300))]);
    until(2000);
    expect(caller.acts).toMatchObject([{ text: 'hello', spans: [{ fromMs: 100, toMs: 500 }] }]);
  });

  it('takes an answer that begins while the end of its own audio is silent', () => {
    const { until, agentSpeaks } = call([
      speak(atOnce, speech(0, 200, 1000)),
      { type: 'hang_up', cue: { on: 'silence', ms: 100 }, vanishes: false },
    ]);
    agentSpeaks(600, 900);
    expect(whatOf(until(1300)).at(-1)).toBe('stop');
  });

  it('hangs up once, and is silent from then on', () => {
    const { until, caller } = call([{ type: 'hang_up', cue: atOnce, vanishes: true }]);
    expect(until(1000)).toEqual([{ atMs: 20, what: 'vanish' }]);
    expect([caller.steps, caller.stepsDone]).toEqual([0, 0]);
  });
});

describe("a caller's keys", () => {
  const press = async (step: Step) => {
    const steps = await prepareSteps({ name: 'keys', steps: [step] });
    return call(steps).until(2000);
  };

  it('are told when their tone is over, one after the other', async () => {
    const sent = await press({ press: '1#', atOnce: true });
    expect(sent.filter(({ what }) => what !== 'sound')).toEqual([
      { atMs: 180, what: '1' },
      { atMs: 460, what: '#' },
    ]);
    expect(whatOf(sent).filter((what) => what === 'sound')).toHaveLength(16);
  });

  it('make no sound where the scenario says so', async () => {
    expect(whatOf(await press({ press: '12', tone: false, atOnce: true }))).toEqual(['1', '2']);
  });
});

describe("a scenario's steps", () => {
  it('end with hanging up, also where it doesn’t say so', async () => {
    const steps = await prepareSteps({ name: 'short', steps: [{ pauseMs: 10 }] });
    expect(steps.map(({ type }) => type)).toEqual(['pause', 'hang_up']);
  });

  it('make a text’s speech once for all calls', async () => {
    const audioOf = async () => {
      const [step] = await prepareSteps({ name: 'hello', steps: [{ say: 'Good morning' }] });
      return step?.type === 'speak' ? step.audio : null;
    };
    const audio = await audioOf();
    expect(audio?.spans).toHaveLength(1);
    expect(await audioOf()).toBe(audio);
  });
});
