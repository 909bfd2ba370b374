import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SharedLook } from './shared-look.js';

describe('a look that is shared', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Each look waits for `end`, and sees its number. */
  const shared = () => {
    const looks: { end(): void; fail(error: Error): void }[] = [];
    const look = new SharedLook<number>(
      () =>
        new Promise((resolve, reject) => {
          const number = looks.length + 1;
          looks.push({ end: () => resolve(number), fail: reject });
        }),
      500,
    );
    return { look, looks };
  };

  it('is one for all who ask before it begins, at once where the last is long ago', async () => {
    const { look, looks } = shared();
    const asked = [look.next(), look.next(), look.next()];
    await jest.advanceTimersByTimeAsync(0);
    expect(looks).toHaveLength(1);
    looks.at(-1)?.end();
    expect(await Promise.all(asked)).toEqual([1, 1, 1]);
    await jest.advanceTimersByTimeAsync(500);
    void look.next();
    await jest.advanceTimersByTimeAsync(0);
    expect(looks).toHaveLength(2);
  });

  it('is another one for who asks while it goes on, when that is over and its time has passed', async () => {
    const { look, looks } = shared();
    const first = look.next();
    await jest.advanceTimersByTimeAsync(0);
    const later = [look.next(), look.next()];
    await jest.advanceTimersByTimeAsync(700);
    expect(looks).toHaveLength(1);
    looks.at(-1)?.end();
    await jest.advanceTimersByTimeAsync(0);
    expect(looks).toHaveLength(2);
    looks.at(-1)?.end();
    expect([await first, ...(await Promise.all(later))]).toEqual([1, 2, 2]);
    void look.next();
    await jest.advanceTimersByTimeAsync(499);
    expect(looks).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(1);
    expect(looks).toHaveLength(3);
  });

  it('is none where nobody asks', async () => {
    const { look, looks } = shared();
    const first = look.next();
    await jest.advanceTimersByTimeAsync(0);
    looks.at(-1)?.end();
    await first;
    await jest.advanceTimersByTimeAsync(10_000);
    expect([looks.length, jest.getTimerCount()]).toEqual([1, 0]);
  });

  it('tells all who wait for it why it failed, and the next one is made', async () => {
    const { look, looks } = shared();
    const asked = Promise.allSettled([look.next(), look.next()]);
    await jest.advanceTimersByTimeAsync(0);
    looks.at(-1)?.fail(new Error('the database is away'));
    const reason = new Error('the database is away');
    expect(await asked).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ]);
    const next = look.next();
    await jest.advanceTimersByTimeAsync(500);
    looks.at(-1)?.end();
    expect(await next).toBe(2);
  });
});
