import { describe, expect, it } from '@jest/globals';
import type { Utterance } from './agent-speech.js';
import type { CallerAct } from './caller.js';
import { measureTurns, spreadOf } from './measures.js';

const says = (fromMs: number, toMs: number, more: Partial<CallerAct> = {}): CallerAct => ({
  step: 0,
  kind: 'speech',
  text: 'hello',
  interrupts: false,
  spans: [{ fromMs, toMs }],
  ...more,
});

const agent = (voicedFromMs: number, voicedToMs: number, cut = false): Utterance => ({
  fromMs: voicedFromMs,
  toMs: voicedToMs,
  voicedFromMs,
  voicedToMs,
  cut,
});

describe('measuring turns', () => {
  it('counts a response from the caller’s last sound to the agent’s first', () => {
    expect(measureTurns([says(1000, 2000)], [agent(0, 500), agent(2700, 4000)])).toMatchObject([
      { responseMs: 700, interruptionMs: null, overAgent: false },
    ]);
  });

  it('counts an interruption from the caller’s first sound to the agent’s last', () => {
    const turns = measureTurns([says(1000, 2500)], [agent(0, 1450, true), agent(3200, 4000)]);
    expect(turns).toMatchObject([{ overAgent: true, interruptionMs: 450, responseMs: 700 }]);
  });

  it('is no interruption where the agent finished what it was saying', () => {
    const turns = measureTurns([says(1000, 1300)], [agent(0, 3000)]);
    expect(turns).toMatchObject([{ overAgent: true, interruptionMs: null, responseMs: null }]);
  });

  it('has no response where the caller went on before the agent did', () => {
    const turns = measureTurns([says(0, 500), says(800, 1500)], [agent(2000, 3000)]);
    expect(turns.map(({ responseMs }) => responseMs)).toEqual([null, 500]);
  });

  it('takes speech with a long pause for two turns', () => {
    const spans = [
      { fromMs: 0, toMs: 500 },
      { fromMs: 3000, toMs: 3500 },
    ];
    const turns = measureTurns([says(0, 0, { spans })], [agent(1100, 2000), agent(4000, 5000)]);
    expect(turns.map(({ responseMs }) => responseMs)).toEqual([600, 500]);
  });
});

describe('a spread', () => {
  it('is by nearest rank, without what wasn’t measured', () => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect(spreadOf([...values, null])).toEqual({ count: 100, p50: 50, p95: 95, max: 100 });
    expect(spreadOf([7])).toEqual({ count: 1, p50: 7, p95: 7, max: 7 });
  });

  it('is none of nothing', () => {
    expect(spreadOf([null])).toBeNull();
  });
});
