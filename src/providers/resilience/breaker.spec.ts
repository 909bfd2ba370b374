import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { Breaker, type CircuitChange, isCircuitOpen } from './breaker.js';
import { TookTooLong } from './took-too-long.js';

const refusal = (status: number) => new AppError(ErrorCode.UNAVAILABLE, `answered ${status}.`, { status });
const outage = () => new AppError(ErrorCode.UNAVAILABLE, 'lost the connection.');

describe('a circuit breaker', () => {
  let nowMs: number;
  let changes: CircuitChange[];
  let breaker: Breaker;
  beforeEach(() => {
    nowMs = 1_000_000;
    changes = [];
    const circuit = { provider: 'openai', capability: 'language_model' } as const;
    breaker = new Breaker(
      circuit,
      () => nowMs,
      (change) => changes.push(change),
    );
  });

  const begin = () => breaker.begin(new AbortController().signal);
  const fail = (times: number, error: () => Error = outage) => {
    for (let n = 0; n < times; n++) begin().fail(error());
  };
  const isRefused = (): boolean => {
    try {
      begin().release();
      return false;
    } catch (error) {
      return isCircuitOpen(error);
    }
  };

  it('opens after five failures within a minute, says so once, and refuses at once', () => {
    fail(4);
    expect(isRefused()).toBe(false);
    fail(1);
    expect(isRefused()).toBe(true);
    expect(breaker.health).toMatchObject({
      provider: 'openai',
      capability: 'language_model',
      state: 'open',
      failures: 5,
      lastError: 'lost the connection.',
      sinceMs: nowMs,
    });
    expect(changes).toEqual([
      { type: 'opened', failures: 5, error: 'lost the connection.', retryInMs: 5_000 },
    ]);
  });

  it('forgets what is older than a minute', () => {
    fail(4);
    nowMs += 61_000;
    fail(4);
    expect(breaker.health).toMatchObject({ state: 'closed', failures: 4 });
  });

  it('stays closed while most requests succeed: the slow settings of one agent are no outage', () => {
    for (let n = 0; n < 6; n++) begin().succeed();
    fail(5);
    expect(breaker.health).toMatchObject({ state: 'closed', failures: 5 });
    fail(1);
    expect(breaker.health.state).toBe('open');
  });

  it('lets another try in the place of one that says nothing, and that one decides', () => {
    fail(5);
    nowMs += 5_000;
    const silent = begin();
    nowMs += 9_000;
    expect(isRefused()).toBe(true);
    nowMs += 1_000;
    const other = begin();
    silent.fail(outage());
    expect(breaker.health.state).toBe('half_open');
    other.succeed();
    expect(breaker.health.state).toBe('closed');
  });

  it('lets one request try after a while; its success closes it, and the past is forgotten', () => {
    fail(5);
    nowMs += 4_999;
    expect(isRefused()).toBe(true);
    nowMs += 1;
    const probe = begin();
    expect(breaker.health.state).toBe('half_open');
    expect(isRefused()).toBe(true);
    probe.succeed();
    expect(isRefused()).toBe(false);
    expect(changes.at(-1)).toEqual({ type: 'closed', openMs: 5_000 });
    fail(4);
    expect(breaker.health).toMatchObject({ state: 'closed', failures: 4 });
  });

  it('waits twice as long after each try that fails, a minute at most, and says no more of it', () => {
    fail(5);
    for (const waitMs of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
      nowMs += waitMs - 1;
      expect(isRefused()).toBe(true);
      nowMs += 1;
      begin().fail(outage());
    }
    expect(changes).toHaveLength(1);
  });

  it('lets another one try where the try came to nothing: the caller hung up', () => {
    fail(5);
    nowMs += 5_000;
    begin().release();
    begin().succeed();
    expect(breaker.health.state).toBe('closed');
  });

  it('is opened by the first refusal of the key, and tries it again only a minute later', () => {
    fail(1, () => refusal(401));
    expect(changes).toEqual([{ type: 'opened', failures: 1, error: 'answered 401.', retryInMs: 60_000 }]);
    nowMs += 59_999;
    expect(isRefused()).toBe(true);
    nowMs += 1;
    begin().fail(refusal(401));
    nowMs += 59_999;
    expect(isRefused()).toBe(true);
  });

  it.each([400, 403, 404, 422])(
    'counts no %d: the provider is up, and refuses what one agent asks',
    (status) => {
      fail(20, () => refusal(status));
      expect(breaker.health).toMatchObject({ state: 'closed', failures: 0 });
    },
  );

  it('is closed by a bad request, too: whoever refuses it is there', () => {
    fail(5);
    nowMs += 5_000;
    begin().fail(refusal(400));
    expect(breaker.health.state).toBe('closed');
  });

  it('counts 429 and 500', () => {
    fail(3, () => refusal(429));
    fail(2, () => refusal(500));
    expect(breaker.health.state).toBe('open');
  });

  it('counts a request that took too long, and none that the caller ended', () => {
    for (let n = 0; n < 10; n++) {
      const abort = new AbortController();
      const attempt = breaker.begin(abort.signal);
      abort.abort(n < 5 ? undefined : new TookTooLong());
      attempt.succeed();
      expect(breaker.health.failures).toBe(Math.max(0, n - 4));
    }
    expect(breaker.health).toMatchObject({ state: 'open', lastError: 'deadline' });
  });

  it('is not decided by a request from before while another one tries', () => {
    const old = begin();
    const older = begin();
    fail(5);
    nowMs += 5_000;
    const probe = begin();
    old.succeed();
    older.fail(outage());
    expect(breaker.health.state).toBe('half_open');
    expect(isRefused()).toBe(true);
    probe.succeed();
    expect(breaker.health.state).toBe('closed');
  });
});
