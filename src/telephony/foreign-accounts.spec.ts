import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../domain/logger.js';
import { ForeignAccounts } from './foreign-accounts.js';

const OURS = 'AC1';

/** The accounts that the log tells of. */
const toldOf = (configured: string | undefined, ...accounts: readonly string[]) => {
  const told: unknown[] = [];
  const logger = { ...silentLogger, warn: (details: object) => void told.push(details) };
  const foreign = new ForeignAccounts(configured, logger);
  for (const account of accounts) foreign.note(account);
  return told;
};

describe('an account that calls come in from', () => {
  it('and that is not the configured one is told of, once', () => {
    const told = toldOf(OURS, OURS, 'AC2', 'AC2', OURS, 'AC2');
    expect(told).toEqual([{ accountSid: 'AC2', configured: OURS }]);
  });

  it('is the right one where none is configured, or the call told none', () => {
    expect(toldOf(undefined, 'AC2')).toEqual([]);
    expect(toldOf(OURS, '', OURS)).toEqual([]);
  });
});
