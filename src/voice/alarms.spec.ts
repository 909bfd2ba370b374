import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Alarms } from './alarms.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the alarms', () => {
  it('ring each at its time, once', () => {
    const alarms = new Alarms();
    const rung: string[] = [];
    const startMs = performance.now();
    const note = (name: string) => () => rung.push(`${name} ${performance.now() - startMs}`);
    const late = alarms.add(note('late'));
    const soon = alarms.add(note('soon'));
    alarms.set(late, 50);
    alarms.set(soon, 20);
    jest.advanceTimersByTime(200);
    expect(rung).toEqual(['soon 20', 'late 50']);
  });

  it('ring where they were set to last', () => {
    const alarms = new Alarms();
    const startMs = performance.now();
    const rungMs: number[] = [];
    const alarm = alarms.add(() => rungMs.push(performance.now() - startMs));
    alarms.set(alarm, 20);
    alarms.set(alarm, 70);
    jest.advanceTimersByTime(200);
    alarms.set(alarm, 10);
    alarms.set(alarm, null);
    jest.advanceTimersByTime(200);
    expect(rungMs).toEqual([70]);
  });

  it('are rung by whoever comes before the timer, the earliest first', () => {
    let nowMs = 0;
    const alarms = new Alarms(() => nowMs);
    const rung: string[] = [];
    const set = (name: string, inMs: number) =>
      alarms.set(
        alarms.add(() => rung.push(name)),
        inMs,
      );
    set('second', 20);
    set('first', 10);
    set('third', 30);
    nowMs = 25;
    alarms.ringDue();
    expect(rung).toEqual(['first', 'second']);
    alarms.ringDue();
    expect(rung).toEqual(['first', 'second']);
    nowMs = 30;
    alarms.ringDue();
    expect(rung).toEqual(['first', 'second', 'third']);
  });

  it('may be set and removed while one rings', () => {
    const alarms = new Alarms();
    const rung: string[] = [];
    const again = alarms.add(() => {
      rung.push('again');
      alarms.remove(gone);
      if (rung.length < 3) alarms.set(again, 0);
    });
    const gone = alarms.add(() => rung.push('gone'));
    alarms.set(again, 10);
    alarms.set(gone, 10);
    jest.advanceTimersByTime(10);
    alarms.ringDue();
    expect(rung).toEqual(['again', 'again']);
    jest.advanceTimersByTime(10);
    expect(rung).toEqual(['again', 'again', 'again']);
  });

  it('leave no timer behind', () => {
    const alarms = new Alarms();
    const alarm = alarms.add(() => undefined);
    alarms.set(alarm, 50);
    alarms.remove(alarm);
    expect(jest.getTimerCount()).toBe(0);
    const ring = jest.fn();
    alarms.set(alarms.add(ring), 100);
    jest.advanceTimersByTime(100);
    expect(ring).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
