import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { agentDecider } from '../../src/domain/agent/decider.js';
import { AppError, ErrorCode } from '../../src/domain/errors.js';
import { agentStream } from '../../src/domain/stream.js';
import { execute } from '../../src/ledger/execute.js';
import { Pseudonyms } from '../../src/ledger/keys/pseudonyms.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { NumberDirectory } from '../../src/telephony/number-directory.js';
import { testContext } from '../support/ledger.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { testIndexKey } from '../support/secrets.js';

describe('who answers a number that many callers wait for', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  let directory: NumberDirectory;
  let reads: string[];
  let isAway: boolean;
  let nowMs: number;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.close());
  beforeEach(async () => {
    tenant = await createTestTenant(platform);
    [reads, isAway, nowMs] = [[], false, 1_000];
    const readStream = async (stream: string) => {
      reads.push(stream);
      if (isAway) throw new AppError(ErrorCode.UNAVAILABLE, 'The ledger is away.');
      return platform.storage.ledger.readStream(stream);
    };
    const ledger = { readStream } as unknown as Ledger;
    directory = new NumberDirectory(ledger, new Pseudonyms(testIndexKey), { now: () => nowMs });
  });

  const switchOff = () => {
    const stream = agentStream(tenant.tenantId, tenant.agentId);
    const context = testContext(`off ${tenant.agentId}`);
    return execute(
      platform.storage.ledger,
      agentDecider,
      stream,
      { type: 'SetEnabled', enabled: false },
      context,
    );
  };
  const rejectedFor = async () => (await directory.recentRoute(tenant.number)).rejectedFor;

  it('is read once for all who ask within three seconds, and then anew', async () => {
    const asked = await Promise.all(Array.from({ length: 100 }, rejectedFor));
    expect(new Set(asked)).toEqual(new Set([null]));
    const once = reads.length;
    expect(new Set(reads).size).toBe(once);
    await switchOff();
    nowMs += 2_900;
    expect(await rejectedFor()).toBeNull();
    expect(reads).toHaveLength(once);
    nowMs += 200;
    expect(await rejectedFor()).toBe('agent_disabled');
    expect(reads).toHaveLength(2 * once);
  });

  it('is read anew for each call that just came in', async () => {
    await rejectedFor();
    await switchOff();
    expect((await directory.route(tenant.number)).rejectedFor).toBe('agent_disabled');
  });

  it('is read anew at once where it could not be read', async () => {
    isAway = true;
    await expect(rejectedFor()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    isAway = false;
    expect(await rejectedFor()).toBeNull();
  });
});
