import { describe, expect, it } from '@jest/globals';
import type { Logger } from '../domain/logger.js';
import type { Ledger, LedgerRecord } from './ledger.js';
import { LedgerTail } from './tail.js';

const eventAt = (position: string) => ({ stream: 'call-tnt_call', position }) as LedgerRecord;

describe('a tail that an error ended', () => {
  it('begins again where it was, says so once, and misses nothing', async () => {
    const after: (string | undefined)[] = [];
    const errors: string[] = [];
    const ledger = {
      store: { head: async () => '7' },
      async *subscribeAll(options: { after?: string; signal: AbortSignal }) {
        after.push(options.after);
        if (after.length === 1) {
          yield { events: [eventAt('8')] };
          throw new Error('28P01');
        }
        if (after.length < 4) throw new Error('28P01');
        yield { events: [eventAt('9')] };
        await new Promise((resolve) => options.signal.addEventListener('abort', resolve));
      },
    } as unknown as Ledger;
    const logger = { error: (_: object, message: string) => errors.push(message) } as unknown as Logger;
    const tail = new LedgerTail(ledger, logger);
    const told: string[] = [];
    const all = new Promise<void>((resolve) => {
      tail.followAll(({ position }) => {
        told.push(position);
        if (position === '9') resolve();
      });
    });
    await tail.start();
    await all;
    await tail.stop();
    expect(told).toEqual(['8', '9']);
    expect(after).toEqual(['7', '8', '8', '8']);
    expect(errors).toHaveLength(1);
  });
});
