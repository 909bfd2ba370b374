import { describe, expect, it } from '@jest/globals';
import { UtteranceBuffer } from './utterance-buffer.js';

/** 20 ms, all of one byte, so that a frame is known again. */
const frame = (byte: number) => new Uint8Array(160).fill(byte);

const add = (buffer: UtteranceBuffer, from: number, count: number, voiced: boolean) => {
  for (let n = 0; n < count; n++) buffer.add(frame(from + n), voiced);
};

describe('the utterance buffer', () => {
  it('begins 300 ms before the first voice and keeps all that follows', () => {
    const buffer = new UtteranceBuffer();
    add(buffer, 0, 40, false);
    add(buffer, 40, 10, true);
    add(buffer, 50, 5, false);
    const utterance = buffer.take();
    expect(utterance?.length).toBe((15 + 10 + 5) * 160);
    expect(utterance?.[0]).toBe(25);
    expect(utterance?.at(-1)).toBe(54);
  });

  it('has nothing when nobody spoke, and keeps that silence as what is before the next voice', () => {
    const buffer = new UtteranceBuffer();
    add(buffer, 0, 10, false);
    expect(buffer.take()).toBeNull();
    add(buffer, 10, 10, true);
    expect(buffer.take()?.[0]).toBe(0);
  });

  it('gives an utterance once', () => {
    const buffer = new UtteranceBuffer();
    add(buffer, 0, 10, true);
    expect(buffer.take()).not.toBeNull();
    expect(buffer.take()).toBeNull();
    add(buffer, 10, 10, true);
    expect(buffer.take()?.[0]).toBe(10);
  });

  it('forgets a sound that nobody ended: a key, a click', () => {
    const buffer = new UtteranceBuffer();
    add(buffer, 0, 10, true);
    add(buffer, 10, 60, false);
    expect(buffer.take()).toBeNull();
    add(buffer, 70, 10, true);
    const utterance = buffer.take();
    expect(utterance?.length).toBe((15 + 10) * 160);
    expect(utterance?.[0]).toBe(55);
  });

  it('takes less than 100 ms for nothing', () => {
    const buffer = new UtteranceBuffer();
    add(buffer, 0, 4, true);
    expect(buffer.take()).toBeNull();
    add(buffer, 0, 5, true);
    expect(buffer.take()?.length).toBe(800);
  });

  it('is full after a minute, however long nobody spoke before', () => {
    const buffer = new UtteranceBuffer();
    for (let n = 0; n < 6000; n++) buffer.add(frame(0), false);
    expect(buffer.isFull).toBe(false);
    for (let n = 0; n < 3000 - 16; n++) buffer.add(frame(0), true);
    expect(buffer.isFull).toBe(false);
    buffer.add(frame(0), true);
    expect(buffer.isFull).toBe(true);
    expect(buffer.take()?.length).toBe(480_000);
    expect(buffer.isFull).toBe(false);
  });

  it("keeps what was said when the carrier's memory is used again", () => {
    const buffer = new UtteranceBuffer();
    const reused = Buffer.alloc(800, 7);
    buffer.add(reused, true);
    reused.fill(0);
    expect(buffer.take()?.[0]).toBe(7);
  });
});
