import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { APIConnectionError } from 'openai';
import { exchange } from './exchange.js';

const operation = { capability: 'textToSpeech', model: 'a-model' } as const;
const never = () => new Promise<never>(() => undefined);

describe('an exchange', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('has patience for each piece, and all the time that the reader takes', async () => {
    const options = { signal: new AbortController().signal, patienceMs: 1000 };
    const pieces = exchange(operation, options, async () => {
      await jest.advanceTimersByTimeAsync(999);
      return ['one', 'two'];
    });
    expect(await pieces.next()).toEqual({ done: false, value: 'one' });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await pieces.next()).toEqual({ done: false, value: 'two' });
    expect(await pieces.next()).toEqual({ done: true, value: undefined });
    expect(jest.getTimerCount()).toBe(0);
  });

  it('makes a second attempt at once, and gives both together one time to begin', async () => {
    const options = { signal: new AbortController().signal, patienceMs: 1000 };
    let attempts = 0;
    const pieces = exchange(operation, options, async () => {
      attempts += 1;
      if (attempts === 2) return never();
      await jest.advanceTimersByTimeAsync(600);
      throw new APIConnectionError({});
    });
    const failure = expect(pieces.next()).rejects.toThrow(
      "OpenAI's text to speech (a-model) sent nothing for 1000 ms.",
    );
    await jest.advanceTimersByTimeAsync(400);
    await failure;
    expect(attempts).toBe(2);
  });

  it("leaves nothing on the caller's signal", async () => {
    const { signal } = new AbortController();
    const pieces = exchange(operation, { signal, patienceMs: 1000 }, async () => ['one', 'two']);
    await pieces.next();
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await pieces.return();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
