import { describe, expect, it } from '@jest/globals';
import { type FailedTry, sendUntilKnown } from './resends.js';

/** Fails as told, try by try, then succeeds. Returns what came of it, and how many tries it took. */
const tries = async (...kinds: FailedTry['kind'][]) => {
  let sent = 0;
  const send = async () => {
    const kind = kinds[sent++];
    if (kind) throw kind;
    return 'stored';
  };
  const outcome = await sendUntilKnown(send, (kind) => ({ kind, error: kind }) as FailedTry).catch(
    (error: unknown) => error,
  );
  return [outcome, sent];
};

describe('an append that is sent until its outcome is known', () => {
  it('goes again after a lost answer, three times at most', async () => {
    expect(await tries('lost answer')).toEqual(['stored', 2]);
    expect(await tries('lost answer', 'lost answer', 'lost answer')).toEqual(['stored', 4]);
    expect(await tries('lost answer', 'lost answer', 'lost answer', 'lost answer')).toEqual([
      'lost answer',
      4,
    ]);
  });

  it('goes again where it went astray, and says then that nothing was written', async () => {
    expect(await tries('astray', 'astray')).toEqual(['stored', 3]);
    expect(await tries('astray', 'astray', 'astray', 'astray')).toEqual(['astray', 4]);
  });

  it('says at once that the server is away or refuses it', async () => {
    expect(await tries('away')).toEqual(['away', 1]);
    expect(await tries('refused')).toEqual(['refused', 1]);
    expect(await tries('astray', 'away')).toEqual(['away', 2]);
  });

  it('does not take a server that is away for an answer to what was sent before', async () => {
    expect(await tries('lost answer', 'away')).toEqual(['stored', 3]);
    expect(await tries('lost answer', 'away', 'astray', 'away')).toEqual(['lost answer', 4]);
  });

  it('believes an answer after a lost one', async () => {
    expect(await tries('lost answer', 'refused')).toEqual(['refused', 2]);
  });
});
