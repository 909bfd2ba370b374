import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Metronome } from './metronome.js';

describe('the metronome', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('beats every 20 ms from when each was added, and doesn’t drift', () => {
    const metronome = new Metronome();
    const startMs = performance.now();
    const dues: number[] = [];
    metronome.add((dueMs) => dues.push(dueMs - startMs));
    jest.advanceTimersByTime(10_000);
    expect(dues).toEqual(Array.from({ length: 500 }, (_, n) => 20 * (n + 1)));
  });

  it('gives every call its own phase', () => {
    const metronome = new Metronome();
    const startMs = performance.now();
    const beats: [string, number][] = [];
    metronome.add((dueMs) => beats.push(['a', dueMs - startMs]));
    jest.advanceTimersByTime(7);
    metronome.add((dueMs) => beats.push(['b', dueMs - startMs]));
    jest.advanceTimersByTime(40);
    expect(beats).toEqual([
      ['a', 20],
      ['b', 27],
      ['a', 40],
      ['b', 47],
    ]);
  });

  it('makes up for what it missed, tells how late it is, and keeps the time', () => {
    const clock = performance.now.bind(performance);
    let busyMs = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => clock() + busyMs);
    const metronome = new Metronome();
    const startMs = performance.now();
    const beats: [due: number, late: number][] = [];
    metronome.add((dueMs, nowMs) => {
      beats.push([dueMs - startMs, nowMs - dueMs]);
      if (beats.length === 1) busyMs = 70;
    });
    jest.advanceTimersByTime(30);
    expect(beats).toEqual([
      [20, 0],
      [40, 50],
      [60, 30],
      [80, 10],
      [100, 0],
    ]);
  });

  it('serves who is late in the order of time, whoever joins meanwhile', () => {
    const clock = performance.now.bind(performance);
    let busyMs = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => clock() + busyMs);
    const metronome = new Metronome();
    const startMs = performance.now();
    const beats: [string, number][] = [];
    metronome.add((dueMs) => {
      beats.push(['old', dueMs - startMs]);
      if (beats.length > 1) return;
      busyMs = 50;
      metronome.add((newDueMs) => beats.push(['new', newDueMs - startMs]));
    });
    jest.advanceTimersByTime(20);
    jest.advanceTimersByTime(20);
    expect(beats).toEqual([
      ['old', 20],
      ['old', 40],
      ['old', 60],
      ['old', 80],
      ['new', 90],
    ]);
  });

  it('stops beating for who has left, also from within a beat, and for all the others goes on', () => {
    const metronome = new Metronome();
    let left = 0;
    let stayed = 0;
    const leave = metronome.add(() => {
      left++;
      if (left === 2) leave();
    });
    metronome.add(() => {
      stayed++;
    });
    jest.advanceTimersByTime(200);
    expect([left, stayed]).toEqual([2, 10]);
  });

  it('rests when nobody is left, and begins again', () => {
    const metronome = new Metronome();
    metronome.add(() => undefined)();
    jest.advanceTimersByTime(20);
    expect(jest.getTimerCount()).toBe(0);
    let beats = 0;
    metronome.add(() => {
      beats++;
    });
    jest.advanceTimersByTime(40);
    expect(beats).toBe(2);
  });
});
