import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestPlatform, type TestPlatform } from '../support/platform.js';
import { type Caller, type LineProcess, WaitingWorld } from '../support/waiting-world.js';

describe('the line of those who wait', () => {
  let platform: TestPlatform;
  let world: WaitingWorld;
  let one: LineProcess;
  let other: LineProcess;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.close());
  beforeEach(async () => {
    world = await WaitingWorld.open(platform);
    [one, other] = world.processes;
  });
  afterEach(() => world.close());

  const caller = (callId: string, tenantId = 'tnt_a', limit: number | null = null): Caller => ({
    callId,
    tenantId,
    limit,
  });

  /** Calls that leave no place in a process. */
  const fill = async (process: LineProcess): Promise<void> => {
    for (const n of [1, 2]) expect(await process.ask(caller(`${process.name}${n}`))).toBeNull();
  };

  it('is served in the order in which they came, whichever process they ask', async () => {
    await fill(one);
    await fill(other);
    expect(await one.ask(caller('first'))).toBe('busy');
    expect(await other.ask(caller('second'))).toBe('busy');
    await world.end('other1');
    expect(await other.ask(caller('second'))).toBe('busy');
    expect(await other.ask(caller('new'))).toBe('busy');
    expect(await other.ask(caller('first'))).toBeNull();
    await world.end('other2');
    expect(await other.ask(caller('new'))).toBe('busy');
    expect(await other.ask(caller('second'))).toBeNull();
    expect(await world.rows()).toEqual(['new']);
  });

  it('lets in as many at once as there are places', async () => {
    await fill(one);
    for (const name of ['first', 'second', 'third']) await one.ask(caller(name));
    await world.end('one1');
    await world.end('one2');
    expect(await one.ask(caller('third'))).toBe('busy');
    expect(await one.ask(caller('second'))).toBeNull();
    expect(await one.ask(caller('third'))).toBe('busy');
    expect(await one.ask(caller('first'))).toBeNull();
  });

  it('has nobody in it who has not asked again in time', async () => {
    await fill(one);
    await one.ask(caller('hung up'));
    await world.expire('hung up');
    await world.end('one1');
    expect(await one.ask(caller('new'))).toBeNull();
    expect(await one.ask(caller('waits'))).toBe('busy');
    expect(await world.rows()).toEqual(['waits']);
  });

  it('has a caller whom it has forgotten where the carrier says', async () => {
    await fill(one);
    await one.ask(caller('second'));
    expect(await one.ask(caller('forgotten'), 60_000)).toBe('busy');
    await world.end('one1');
    expect(await one.ask(caller('second'))).toBe('busy');
    expect(await one.ask(caller('forgotten'), 63_000)).toBeNull();
  });

  it('of one tenant, at its limit, keeps no other tenant waiting', async () => {
    const limited = (callId: string) => caller(callId, 'tnt_limited', 1);
    await one.ask(limited('live'));
    await one.ask(caller('another'));
    // Both of the things that it needs are missing.
    for (const name of ['first', 'second']) expect(await one.ask(limited(name))).toBe('call_limit');
    expect(await one.ask(caller('neighbour', 'tnt_b'))).toBe('busy');
    await world.end('another');
    expect(await one.ask(caller('neighbour', 'tnt_b'))).toBeNull();
    await world.end('live');
    expect(await other.ask(limited('second'))).toBe('call_limit');
    expect(await other.ask(limited('new'))).toBe('call_limit');
    expect(await other.ask(limited('first'))).toBeNull();
  });

  it('keeps a place for nobody who asked another process since, and found it full', async () => {
    await fill(one);
    await fill(other);
    expect(await one.ask(caller('first'))).toBe('busy');
    await world.end('other1');
    expect(await other.ask(caller('second'))).toBe('busy');
    expect(await one.ask(caller('first'))).toBe('busy');
    expect(await other.ask(caller('second'))).toBeNull();
    // It's still the first of the next place.
    await world.end('other2');
    expect(await other.ask(caller('third'))).toBe('busy');
    expect(await other.ask(caller('first'))).toBeNull();
  });

  it('keeps a place for whom the same process found no place, however lately it has one', async () => {
    // Calls that come back from a lost process ask nobody.
    one.carried.push('came back', 'came back, too');
    expect(await one.ask(caller('first'))).toBe('busy');
    one.carried.pop();
    expect(await one.ask(caller('second'))).toBe('busy');
    expect(await one.ask(caller('first'))).toBeNull();
  });

  it('is served by a process that carries no calls as far as the others have places', async () => {
    const others = { placesElsewhere: 0 };
    const door = world.door(others);
    for (const name of ['first', 'second', 'third']) expect(await door.ask(caller(name))).toBe('busy');
    others.placesElsewhere = 2;
    expect(await door.ask(caller('third'))).toBe('busy');
    expect(await door.ask(caller('second'))).toBeNull();
    expect(await door.ask(caller('first'))).toBeNull();
  });

  it('has its first five, over all processes, ask again soon, and the next one as soon as it is among them', async () => {
    await fill(one);
    await fill(other);
    const names = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh'];
    for (const [n, name] of names.entries()) await (n % 2 === 0 ? one : other).ask(caller(name));
    const soon = () => names.filter((name) => one.next.has(name) || other.next.has(name));
    expect(soon()).toEqual(names.slice(0, 5));
    await world.end('one1');
    expect(await one.ask(caller('first'))).toBeNull();
    expect(await other.ask(caller('sixth'))).toBe('busy');
    expect(await one.ask(caller('seventh'))).toBe('busy');
    expect(soon()).toEqual(names.slice(1, 6));
  });

  it('has the first five of each tenant at its limit ask again soon', async () => {
    const limited = (n: number, tenantId: string) => caller(`${tenantId}${n}`, tenantId, 1);
    for (const tenantId of ['tnt_x', 'tnt_y']) {
      expect(await one.ask(limited(0, tenantId))).toBeNull();
      for (const n of [1, 2, 3, 4, 5, 6]) {
        expect(await other.ask(limited(n, tenantId))).toBe('call_limit');
        expect(other.next.has(`${tenantId}${n}`)).toBe(n < 6);
      }
    }
  });
});
