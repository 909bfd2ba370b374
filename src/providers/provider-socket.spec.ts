import { describe, expect, it } from '@jest/globals';
import { AppError, ErrorCode } from '../domain/errors.js';
import { ProviderSocket, type ProviderSocketOptions } from './provider-socket.js';

describe('a socket that nobody can open', () => {
  it.each<[string, Pick<ProviderSocketOptions, 'url' | 'headers'>]>([
    [
      'for a key with a character that no header takes',
      { url: 'wss://localhost:1', headers: { key: 'sk-…' } },
    ],
    ['for an address with a fragment', { url: 'wss://localhost:1/#here', headers: { key: 'sk' } }],
    ['for what is no address', { url: 'here', headers: { key: 'sk' } }],
  ])('is refused at once, %s, without naming the key', (_, wrong) => {
    const failed: unknown[] = [];
    const open = () =>
      new ProviderSocket({
        ...wrong,
        openWithinMs: 1,
        keyVariable: 'ITS_KEY',
        urlVariable: 'ITS_URL',
        failure: (happened) => new AppError(ErrorCode.UNAVAILABLE, `It ${happened}`),
        onMessage: () => undefined,
        onFailure: (error) => failed.push(error),
      });
    expect(open).toThrow("It can't be called like this. Check ITS_KEY and ITS_URL.");
    expect(failed).toEqual([]);
  });
});
