import { describe, expect, it } from '@jest/globals';
import { MemoryKeyStore } from '../../test/support/memory-key-store.js';
import { testMasterKey } from '../../test/support/secrets.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { silentLogger } from '../domain/logger.js';
import { KeyRing } from '../ledger/keys/key-ring.js';
import { ErasedUsers, type ErasedUsersOptions } from './erased-users.js';

const [ANN, BOB] = ['usr_00000000000000000000000001', 'usr_00000000000000000000000002'];

describe('erased users', () => {
  it('are learned anew where the ledger has lost events: one of them may have said it', async () => {
    const keys = new KeyRing(new MemoryKeyStore(), testMasterKey);
    for (const userId of [ANN, BOB]) await keys.userKey(userId);
    const erase = (subjectId: string) => keys.destroy({ tenantId: 'sys', kind: 'user', subjectId }, 1);
    let lose: (error: AppError) => void = () => undefined;
    const tail: ErasedUsersOptions['tail'] = {
      followAll: (_, onLost = () => undefined) => {
        lose = onLost;
        return () => undefined;
      },
    };
    const users = new ErasedUsers({ keys, tail, logger: silentLogger });
    await erase(ANN);
    await users.start();
    expect([ANN, BOB].map((userId) => users.has(userId))).toEqual([true, false]);

    const ended = new Promise<void>((resolve) => users.whenErased(BOB, resolve));
    await erase(BOB);
    lose(new AppError(ErrorCode.EVENTS_LOST, 'The ledger has lost its newest events.'));
    await ended;
    expect(users.has(BOB)).toBe(true);
  });
});
