import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { arrivals, type ServerStream } from './reading.js';

const SILENCE_MS = 10_000;

describe('what arrives of a read', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('waits for who takes it for however long', async () => {
    const stream = Readable.from([{ event: 1 }, { event: 2 }]) as unknown as ServerStream;
    const options = { maxEvents: 1, silenceMs: SILENCE_MS };
    const taken: unknown[] = [];
    for await (const events of arrivals(stream, async () => undefined, options)) {
      taken.push(...events);
      jest.advanceTimersByTime(2 * SILENCE_MS);
    }
    expect(taken).toEqual([1, 2]);
  });
});
