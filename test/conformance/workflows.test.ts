import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '../../src/domain/ids.js';
import { agentStream, numberStream, tenantStream } from '../../src/domain/stream.js';
import { Users } from '../../src/identity/users.js';
import type { EventStore } from '../../src/ledger/event-store.js';
import { ownerOf } from '../../src/ledger/reserve.js';
import { applyErasure } from '../../src/tenancy/erasure.js';
import { assignPhoneNumber } from '../../src/tenancy/numbers.js';
import { createTenant } from '../../src/tenancy/tenants.js';
import { DyingEventStore } from '../support/dying-event-store.js';
import { runs } from '../support/runs.js';
import { command, HOUR_MS, NUMBER, newTenant, type Process, World } from '../support/workflow-world.js';

const provider = { provider: 'sandbox', model: null };
const settings = {
  language: 'en',
  greeting: '',
  systemPrompt: '',
  speechToText: provider,
  languageModel: { ...provider, temperature: null, maxTokens: null },
  textToSpeech: { ...provider, voice: null },
  silenceTimeoutMs: 20_000,
  maxDurationMs: 1_800_000,
};

const givenAgent = async ({ ledger }: Process, tenantId: string): Promise<string> => {
  const agentId = newId('agent');
  const created = { agentId, name: 'Ada', description: undefined, createdBy: 'usr_1' };
  await ledger.append(
    agentStream(tenantId, agentId),
    [
      { type: 'AgentCreated', data: created },
      { type: 'AgentVersionDrafted', data: { version: 1, ...settings } },
    ],
    'none',
    command(),
  );
  return agentId;
};

/** Who registers here never logs in. */
const usersOf = (options: Process): Users =>
  new Users({ ...options, tokens: undefined as never, tenantsOf: async () => [] });

const ada = {
  email: 'ada@example.com',
  password: 'correct horse battery',
  firstName: 'Ada',
  lastName: 'Lovelace',
  platformRole: null,
};

const refused = (code: string) => expect.objectContaining({ code });

describe('a workflow', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  /** Runs it once for each moment at which its process can die, in a world of its own each time; then `afterwards`. */
  const killedAtEveryStep = async (
    run: (process: Process, store: DyingEventStore) => Promise<unknown>,
    afterwards: (appends: number) => Promise<void>,
    prepare: () => Promise<void> = async () => undefined,
  ): Promise<number> => {
    for (let step = 0; ; step++) {
      for (const isDone of [false, true]) {
        world = new World();
        await prepare();
        const store = new DyingEventStore(world.store, { atAppend: step, isDone });
        const ended = await Promise.race([run(world.process(store), store).then(() => 'ended'), store.died]);
        if (ended === 'ended') return step;
        await afterwards(isDone ? step + 1 : step);
      }
    }
  };

  describe('that makes a tenant with its first number', () => {
    it('is finished by the reactor once the tenant is there; else the number is free after a minute', async () => {
      let tenant = newTenant();
      const steps = await killedAtEveryStep(
        (options) => createTenant(options, tenant, command()),
        async (appends) => {
          await world.react();
          const isMade = (await world.process().ledger.readStream(tenantStream(tenant.tenantId))).length > 0;
          expect(isMade).toBe(appends >= 2);
          const own = numberStream(tenant.tenantId, tenant.phoneNumber.numberId);
          expect(await world.owners()).toEqual({
            streams: isMade ? [own] : [],
            owner: appends === 0 ? null : own,
          });
          const other = newTenant();
          const others = numberStream(other.tenantId, other.phoneNumber.numberId);
          const takesIt = (laterMs: number) => createTenant(world.process(), other, command(laterMs));
          if (appends === 1) await expect(takesIt(30_000)).rejects.toEqual(refused('ALREADY_EXISTS'));
          if (isMade) await expect(takesIt(61_000)).rejects.toEqual(refused('ALREADY_EXISTS'));
          else await takesIt(61_000);
          expect((await world.owners()).streams).toEqual([isMade ? own : others]);
          tenant = newTenant();
        },
      );
      expect(steps).toBe(3);
    });

    it('is finished by the same request, asked again', async () => {
      let tenant = newTenant();
      let context = command();
      await killedAtEveryStep(
        (options) => createTenant(options, tenant, context),
        async () => {
          await createTenant(world.process(), tenant, { ...context, occurredAt: command(61_000).occurredAt });
          await world.react();
          expect((await world.events()).map(({ type }) => type)).toEqual([
            'Reserved',
            'TenantCreated',
            'MemberAdded',
            'PhoneNumberAdded',
          ]);
          tenant = newTenant();
          context = command();
        },
      );
    });

    it('is finished once, by several reactors at once, of which one dies', async () => {
      let tenant = newTenant();
      await killedAtEveryStep(
        async (options) => {
          await createTenant(options, tenant, command());
        },
        async () => {
          const dying = new DyingEventStore(world.store, { atAppend: 0, isDone: true });
          await Promise.all([world.react(dying), world.react(), world.react()]);
          const own = numberStream(tenant.tenantId, tenant.phoneNumber.numberId);
          expect((await world.owners()).streams.every((stream) => stream === own)).toBe(true);
          const ids = (await world.events()).map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          tenant = newTenant();
        },
      );
    });

    it('leaves the tenant without the number where another has taken it over', async () => {
      const tenant = newTenant();
      const store = new DyingEventStore(world.store, { atAppend: 1, isDone: true });
      await Promise.race([createTenant(world.process(store), tenant, command()), store.died]);
      const other = newTenant();
      await createTenant(world.process(), other, command(61_000));
      await world.react();
      const { streams, owner } = await world.owners();
      expect(streams).toEqual([numberStream(other.tenantId, other.phoneNumber.numberId)]);
      expect(owner).toBe(streams[0]);
      await expect(createTenant(world.process(), tenant, command(62_000))).rejects.toMatchObject({
        code: 'ALREADY_EXISTS',
        message: `Tenant ${tenant.tenantId} is made, but the number ${NUMBER} is another's by now: assign it one that is free.`,
      });
    });

    it('says after 5 s that it is not at its end', async () => {
      const tenant = newTenant();
      const store = new DyingEventStore(world.store, { atAppend: 2, isDone: false });
      await expect(createTenant(world.process(store), tenant, command())).rejects.toMatchObject({
        code: 'RETRY_LATER',
        message: `Tenant ${tenant.tenantId} is made, and its number isn't added yet: that is done soon. Look at it again in a moment.`,
      });
      await world.react();
      expect((await world.owners()).streams).toHaveLength(1);
    });

    it('goes on where the store was away for a moment', async () => {
      world.store.faults.push(...[undefined, undefined, 'away', 'away'].map((fault) => fault as never));
      await createTenant(world.process(), newTenant(), command());
      expect((await world.owners()).streams).toHaveLength(1);
    });
  });

  it('that assigns a number is done or not, and the number is free after a minute', async () => {
    const tenantId = newId('tenant');
    let agentId = '';
    const assign = (options: Process, context = command()) =>
      assignPhoneNumber(
        options,
        { tenantId, number: NUMBER, agentId, numberId: newId('number'), assignedBy: 'usr_1' },
        context,
      );
    const steps = await killedAtEveryStep(
      (options) => assign(options),
      async (appends) => {
        const { streams, owner } = await world.owners();
        expect(streams).toHaveLength(appends >= 2 ? 1 : 0);
        if (appends === 1) {
          await expect(createTenant(world.process(), newTenant(), command(30_000))).rejects.toEqual(
            refused('ALREADY_EXISTS'),
          );
        }
        // The tenant itself may go on with what it began.
        await assign(world.process(), command(1_000));
        expect(await world.owners()).toEqual(appends === 0 ? expect.anything() : { streams: [owner], owner });
        const types = (await world.events()).map(({ type }) => type);
        expect(types.filter((type) => type === 'PhoneNumberAssigned')).toHaveLength(1);
        await expect(createTenant(world.process(), newTenant(), command(HOUR_MS))).rejects.toEqual(
          refused('ALREADY_EXISTS'),
        );
      },
      async () => {
        agentId = await givenAgent(world.process(), tenantId);
      },
    );
    expect(steps).toBe(2);
  });

  it('that registers a user is done or not, and the e-mail is free after a minute', async () => {
    const register = (options: Process, laterMs = 0) => usersOf(options).register(ada, command(laterMs));
    const steps = await killedAtEveryStep(
      (options) => register(options),
      async (appends) => {
        if (appends === 1)
          await expect(register(world.process(), 30_000)).rejects.toEqual(refused('ALREADY_EXISTS'));
        if (appends === 2)
          await expect(register(world.process(), 61_000)).rejects.toEqual(refused('ALREADY_EXISTS'));
        else await register(world.process(), 61_000);
        const registered = (await world.events()).filter(({ type }) => type === 'UserRegistered');
        expect(registered.map(({ stream }) => stream)).toEqual([
          await ownerOf(world.process(), 'email', ada.email),
        ]);
      },
    );
    expect(steps).toBe(2);
  });

  it('that takes a number over is done or not, and the number is free for a third', async () => {
    const late = newTenant();
    let other = newTenant();
    const steps = await killedAtEveryStep(
      (options) => createTenant(options, other, command(61_000)),
      async () => {
        await world.react();
        // Where it isn't shut out yet, it goes on with what it has reserved.
        const outcome = await createTenant(world.process(), late, command(90_000)).then(
          () => 'got it',
          ({ code }: { code: string }) => code,
        );
        expect(['got it', 'CONFLICT', 'ALREADY_EXISTS']).toContain(outcome);
        await createTenant(world.process(), newTenant(), command(HOUR_MS)).catch((error: unknown) => {
          expect(error).toEqual(refused('ALREADY_EXISTS'));
        });
        const { streams, owner } = await world.owners();
        expect(streams).toEqual([owner]);
        other = newTenant();
      },
      async () => {
        const store = new DyingEventStore(world.store, { atAppend: 0, isDone: true });
        await Promise.race([createTenant(world.process(store), late, command()), store.died]);
      },
    );
    // ReservationLost, Reserved, TenantCreated, PhoneNumberAdded.
    expect(steps).toBe(4);
  });

  it('that gives up what an erased tenant had alone is finished, wherever the reactor dies', async () => {
    const numbers = [NUMBER, '+14155550101', '+14155550102'];
    let tenantId = '';
    const steps = await killedAtEveryStep(
      (_, store) => world.react(store),
      async () => {
        await world.react();
        for (const number of numbers) {
          expect((await world.owners(number)).owner).toBeNull();
          await createTenant(world.process(), newTenant(number), command());
        }
        // The erasure is seen once more, and takes nothing from the next.
        await world.react();
        for (const number of numbers) expect((await world.owners(number)).owner).not.toBeNull();
        const released = (await world.events()).filter(({ type }) => type === 'Released');
        expect(released).toHaveLength(numbers.length);
      },
      async () => {
        const tenant = newTenant();
        tenantId = tenant.tenantId;
        const process = world.process();
        await createTenant(process, tenant, command());
        const agentId = await givenAgent(process, tenantId);
        for (const number of numbers.slice(1)) {
          const assigned = { tenantId, number, agentId, numberId: newId('number'), assignedBy: 'usr_1' };
          await assignPhoneNumber(process, assigned, command());
        }
        const subject = { tenantId, kind: 'tenant', subjectId: tenantId, generation: 1 } as const;
        await applyErasure(process.ledger, { format: 1, ...subject, command: command() });
      },
    );
    expect(steps).toBe(numbers.length);
  });

  it("is finished by a reactor whose clock is behind the ledger's", async () => {
    const process = world.process();
    const userId = await usersOf(process).register(ada, command());
    const subject = { tenantId: 'sys', kind: 'user', subjectId: userId, generation: 1 } as const;
    await applyErasure(process.ledger, { format: 1, ...subject, command: command() });
    await world.react(undefined, -HOUR_MS);
    expect(await usersOf(world.process()).register(ada, command())).not.toBe(userId);
  });

  it('that gives up the e-mail of an erased user lets somebody register with it', async () => {
    const process = world.process();
    const userId = await usersOf(process).register(ada, command());
    const subject = { tenantId: 'sys', kind: 'user', subjectId: userId, generation: 1 } as const;
    await applyErasure(process.ledger, { format: 1, ...subject, command: command() });
    await expect(usersOf(world.process()).register(ada, command())).rejects.toEqual(
      refused('ALREADY_EXISTS'),
    );
    await world.react();
    expect(await usersOf(world.process()).register(ada, command())).not.toBe(userId);
    await world.react();
    await expect(usersOf(world.process()).register(ada, command())).rejects.toEqual(
      refused('ALREADY_EXISTS'),
    );
  });
});

/** A process's way to the store, a step at a time, in the order that fast-check chooses. */
const scheduled = (scheduler: fc.Scheduler, store: EventStore): EventStore =>
  new Proxy(store, {
    get: (target, name: keyof EventStore) => {
      const value = target[name];
      if (name !== 'append' && name !== 'readStream') return value;
      return async (...args: unknown[]) => {
        await scheduler.schedule(Promise.resolve(), name);
        return (value as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });

describe('of several who want the same number at once', () => {
  const contender = fc.record({
    /** How late its clock is: from 61 s on, who reserved it a moment ago has had its time. */
    laterMs: fc.constantFrom(0, 0, 61_000),
    death: fc.option(fc.record({ atAppend: fc.nat({ max: 4 }), isDone: fc.boolean() }), { freq: 3 }),
  });

  it('exactly one gets it, in whatever order they come, and whoever dies in the middle', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(contender, { minLength: 2, maxLength: 4 }),
        async (scheduler, contenders) => {
          const world = new World();
          const attempts = contenders.map(async ({ laterMs, death }) => {
            const store = new DyingEventStore(
              scheduled(scheduler, world.store),
              death ?? { atAppend: Number.POSITIVE_INFINITY, isDone: false },
            );
            const tenant = newTenant();
            const own = numberStream(tenant.tenantId, tenant.phoneNumber.numberId);
            const work = createTenant(world.process(store), tenant, command(laterMs)).then(
              () => ({ own, outcome: 'got it' }),
              (error: { code: string }) => ({ own, outcome: error.code }),
            );
            return Promise.race([work, store.died.then(() => ({ own, outcome: 'died' }))]);
          });
          const ends = await scheduler.waitFor(Promise.all(attempts));
          await world.react();
          const got = ends.filter(({ outcome }) => outcome === 'got it').map(({ own }) => own);
          const { streams, owner } = await world.owners();
          expect(streams.length).toBeLessThanOrEqual(1);
          expect(got).toEqual(got.length === 0 ? [] : streams);
          for (const { outcome } of ends) {
            expect(['got it', 'died', 'ALREADY_EXISTS', 'CONFLICT']).toContain(outcome);
          }
          if (ends.every(({ outcome }) => outcome !== 'died')) expect(got).toHaveLength(1);
          if (streams.length === 1) expect(owner).toBe(streams[0]);
          // Nobody who died keeps it for ever.
          await createTenant(world.process(), newTenant(), command(HOUR_MS)).catch((error: unknown) => {
            expect(error).toEqual(refused('ALREADY_EXISTS'));
          });
          const after = await world.owners();
          expect(after.streams).toEqual([after.owner]);
        },
      ),
      { numRuns: runs(40) },
    );
  });
});
