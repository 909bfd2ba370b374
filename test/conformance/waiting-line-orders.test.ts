import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startTestPlatform, type TestPlatform } from '../support/platform.js';
import { runs } from '../support/runs.js';
import { type Caller, type LineProcess, WaitingWorld } from '../support/waiting-world.js';

interface WaitingCaller extends Caller {
  /** What it was told last. */
  readonly waitsFor: string;
  /** The process that had no place for anybody then, and the step. */
  readonly foundFull: { readonly process: LineProcess; readonly step: number } | null;
}

const tenants = [
  { tenantId: 'tnt_limited', limit: 2 },
  { tenantId: 'tnt_other', limit: null },
];

interface Act {
  readonly what: 'call' | 'ask' | 'end' | 'hang up';
  readonly who: number;
  readonly at: number;
}

const act = (...whats: Act['what'][]): fc.Arbitrary<Act> =>
  fc.record({ what: fc.constantFrom(...whats), who: fc.nat(), at: fc.nat({ max: 1 }) });

/** First more than there are places for. */
const acts = fc
  .tuple(
    fc.array(act('call'), { minLength: 6, maxLength: 10 }),
    fc.array(act('call', 'ask', 'ask', 'end', 'hang up'), { maxLength: 15 }),
  )
  .map((parts) => parts.flat());

/** Plays callers by what they were told, and knows nothing of tables. */
class Callers {
  /** In the order in which they came. */
  readonly waiting: WaitingCaller[] = [];
  readonly connected: Caller[] = [];
  readonly #openSince = new Map<LineProcess, number>();
  #step = 0;

  constructor(readonly world: WaitingWorld) {
    for (const process of world.processes) this.#openSince.set(process, 0);
  }

  async act({ what, who, at }: Act): Promise<void> {
    this.#step++;
    const process = this.world.processes[at] ?? this.world.processes[0];
    const waits = this.waiting[who % this.waiting.length];
    const talks = this.connected[who % this.connected.length];
    if (what === 'call') await this.#ask({ ...pick(tenants, who), callId: `call${this.#step}` }, process);
    else if (what === 'ask' && waits) await this.#ask(waits, process);
    else if (what === 'end' && talks) await this.#end(talks);
    else if (what === 'hang up' && waits) await this.#hangUp(waits);
  }

  /** Until every call is over. */
  async finish(): Promise<void> {
    await this.#fillPlaces();
    for (let [talks] = this.connected; talks; [talks] = this.connected) {
      await this.#end(talks);
      await this.#fillPlaces();
    }
  }

  /** A second round may be needed: somebody learns in the first that the tenant's last place is another's. */
  async #fillPlaces(): Promise<void> {
    for (const process of this.world.processes)
      while (this.#isIdle(process))
        expect((await this.#round(process)) || (await this.#round(process))).toBe(true);
  }

  /** Whether a place that somebody waits for is free in it. */
  #isIdle({ admission }: LineProcess): boolean {
    return admission.places > 0 && this.waiting.some(({ tenantId }) => this.#freeOf(tenantId) > 0);
  }

  /** The last ask first. Whether one of them has a line now. */
  async #round(process: LineProcess): Promise<boolean> {
    const before = this.connected.length;
    for (const caller of [...this.waiting].reverse()) {
      this.#step++;
      await this.#ask(caller, process);
    }
    return this.connected.length > before;
  }

  async #ask({ callId, tenantId, limit }: Caller, process: LineProcess): Promise<void> {
    const caller = { callId, tenantId, limit };
    const before = this.#before(caller, process);
    const [places, free] = [process.admission.places, this.#freeOf(tenantId)];
    const waitsFor = await process.ask(caller);
    const at = this.waiting.findIndex((waits) => waits.callId === callId);
    if (waitsFor === null) {
      expect(before.filter((waits) => waits.waitsFor === 'busy').length).toBeLessThan(places);
      expect(before.filter((waits) => waits.tenantId === tenantId).length).toBeLessThan(free);
      if (at >= 0) this.waiting.splice(at, 1);
      this.connected.push(caller);
    } else {
      const foundFull = waitsFor === 'busy' && places === 0 ? { process, step: this.#step } : null;
      this.waiting.splice(at >= 0 ? at : this.waiting.length, 1, { ...caller, waitsFor, foundFull });
    }
    if (process.admission.places === 0) this.#openSince.delete(process);
  }

  /** Who may come before a caller: unless it passed this process by while that had a place. */
  #before({ callId }: Caller, process: LineProcess): readonly WaitingCaller[] {
    const at = this.waiting.findIndex((waits) => waits.callId === callId);
    const openSince = this.#openSince.get(process);
    return this.waiting.slice(0, at >= 0 ? at : undefined).filter(({ foundFull }) => {
      if (!foundFull || foundFull.process === process || openSince === undefined) return true;
      return foundFull.step < openSince;
    });
  }

  #freeOf(tenantId: string): number {
    const limit = tenants.find((tenant) => tenant.tenantId === tenantId)?.limit ?? Number.POSITIVE_INFINITY;
    return limit - this.connected.filter((caller) => caller.tenantId === tenantId).length;
  }

  async #end(caller: Caller): Promise<void> {
    this.#step++;
    this.connected.splice(this.connected.indexOf(caller), 1);
    await this.world.end(caller.callId);
    for (const process of this.world.processes)
      if (process.admission.places > 0 && !this.#openSince.has(process))
        this.#openSince.set(process, this.#step);
  }

  async #hangUp(caller: WaitingCaller): Promise<void> {
    this.waiting.splice(this.waiting.indexOf(caller), 1);
    await this.world.expire(caller.callId);
  }
}

const pick = <T>(from: readonly T[], at: number): T => from[at % from.length] as T;

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

it('in whichever order they come, ask and hang up, nobody overtakes, and no place stays free', async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (given) => {
      const world = await WaitingWorld.open(platform);
      try {
        const callers = new Callers(world);
        for (const each of given) await callers.act(each);
        await callers.finish();
        expect(callers.waiting).toEqual([]);
      } finally {
        await world.close();
      }
    }),
    { numRuns: runs(15) },
  );
});
