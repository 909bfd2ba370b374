import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PlayoutBuffer } from './playout-buffer.js';

const audio = (ms: number, byte = 0x55): Uint8Array => new Uint8Array(ms * 8).fill(byte);

/** What the caller hears: pieces that follow each other are one. */
const listen = () => {
  const heard: [fromMs: number, toMs: number][] = [];
  const starts: [atMs: number, gapMs: number | null][] = [];
  const marks: string[] = [];
  const cuts: number[] = [];
  const buffer = new PlayoutBuffer({
    onStart: (atMs, gapMs) => starts.push([atMs, gapMs]),
    onPlayed: (fromMs, muLaw) => {
      const last = heard.at(-1);
      if (last && Math.abs(last[1] - fromMs) < 1e-9) last[1] = fromMs + muLaw.length / 8;
      else heard.push([fromMs, fromMs + muLaw.length / 8]);
    },
    onCut: (atMs) => cuts.push(atMs),
    onMark: (name) => marks.push(name),
  });
  return { buffer, heard, starts, marks, cuts };
};

describe('the playout buffer', () => {
  it('plays what came in real time, one message after the other', () => {
    const { buffer, heard, starts } = listen();
    buffer.receiveAudio(audio(100), 1000);
    buffer.receiveAudio(audio(100), 1001);
    buffer.advance(1050);
    expect(heard).toEqual([[1000, 1050]]);
    buffer.advance(1500);
    expect(heard).toEqual([[1000, 1200]]);
    expect(starts).toEqual([[1000, null]]);
  });

  it('knows whether it still plays', () => {
    const { buffer } = listen();
    buffer.receiveAudio(audio(100), 0);
    expect([buffer.isPlaying(99), buffer.isPlaying(100)]).toEqual([true, false]);
  });

  it('echoes a mark when all before it was played, and not sooner', () => {
    const { buffer, marks } = listen();
    buffer.receiveAudio(audio(100), 0);
    buffer.receiveMark('first', 0);
    buffer.receiveAudio(audio(100), 0);
    buffer.receiveMark('second', 0);
    buffer.advance(99);
    expect(marks).toEqual([]);
    buffer.advance(100);
    expect(marks).toEqual(['first']);
    buffer.advance(200);
    expect(marks).toEqual(['first', 'second']);
  });

  it('echoes a mark at once when nothing is left to play', () => {
    const { buffer, marks } = listen();
    buffer.receiveAudio(audio(20), 0);
    buffer.receiveMark('late', 20);
    expect(marks).toEqual(['late']);
  });

  it('cuts what plays at a clear, and sends every mark back at once', () => {
    const { buffer, heard, marks, cuts } = listen();
    buffer.receiveAudio(audio(200), 0);
    buffer.receiveMark('a', 0);
    buffer.receiveAudio(audio(200), 0);
    buffer.receiveMark('b', 0);
    buffer.clear(150);
    expect(heard).toEqual([[0, 150]]);
    expect(marks).toEqual(['a', 'b']);
    expect(cuts).toEqual([150]);
    buffer.advance(1000);
    expect([heard, marks]).toEqual([[[0, 150]], ['a', 'b']]);
  });

  it('cuts nothing at a clear when all was played', () => {
    const { buffer, cuts } = listen();
    buffer.receiveAudio(audio(100), 0);
    buffer.clear(100);
    expect(cuts).toEqual([]);
  });

  it('tells for how long it was empty, but not after a clear', () => {
    const { buffer, starts } = listen();
    buffer.receiveAudio(audio(100), 0);
    buffer.receiveAudio(audio(100), 130);
    buffer.clear(150);
    buffer.receiveAudio(audio(100), 900);
    expect(starts).toEqual([
      [0, null],
      [130, 30],
      [900, null],
    ]);
  });

  it('is not empty where more comes just as the last is played', () => {
    const { buffer, starts } = listen();
    buffer.receiveAudio(audio(100), 0);
    buffer.receiveAudio(audio(100), 100);
    expect(starts).toEqual([[0, null]]);
  });

  it('tells how little was left when more came, counting a burst once', () => {
    const { buffer } = listen();
    for (const atMs of [0, 1, 2]) buffer.receiveAudio(audio(100), atMs);
    expect(buffer.minLeadMs).toBeNull();
    buffer.receiveAudio(audio(100), 240);
    buffer.receiveAudio(audio(100), 300);
    expect(buffer.minLeadMs).toBe(60);
  });

  it('throws the rest away when the stream ends, tells how much, and echoes nothing', () => {
    const { buffer, heard, marks, cuts } = listen();
    buffer.receiveAudio(audio(100), 0);
    buffer.receiveMark('goodbye', 0);
    expect(buffer.close(30)).toBe(70);
    expect([heard, marks, cuts]).toEqual([[[0, 30]], [], []]);
    expect(buffer.close(500)).toBe(0);
  });

  it('plays the same however often and whenever it is asked to', () => {
    const delivery = fc.array(
      fc.record({
        waitMs: fc.double({ min: 0, max: 300, noNaN: true }),
        bytes: fc.integer({ min: 1, max: 4000 }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(delivery, fc.array(fc.double({ min: 0, max: 50, noNaN: true })), (messages, polls) => {
        const polled = listen();
        const once = listen();
        let nowMs = 0;
        let bytes = 0;
        for (const message of messages) {
          for (const ms of polls) polled.buffer.advance(Math.min(nowMs + ms, nowMs + message.waitMs));
          nowMs += message.waitMs;
          bytes += message.bytes;
          for (const { buffer } of [polled, once]) buffer.receiveAudio(new Uint8Array(message.bytes), nowMs);
        }
        for (const { buffer } of [polled, once]) buffer.advance(nowMs + bytes);
        const msOf = ({ heard }: typeof once) => heard.reduce((sum, [from, to]) => sum + to - from, 0);
        expect(msOf(polled)).toBeCloseTo(bytes / 8, 6);
        expect(msOf(once)).toBeCloseTo(bytes / 8, 6);
        expect(polled.starts).toEqual(once.starts);
      }),
    );
  });
});
