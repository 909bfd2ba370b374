import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SEAL_STREAM, type Seal } from '../../src/domain/seal/events.js';
import { callStream } from '../../src/domain/stream.js';
import type { EventStore, StoredEvent } from '../../src/ledger/event-store.js';
import type { ObjectStore } from '../../src/objects/object-store.js';
import { describeDifference } from '../../src/replay/seals/difference.js';
import { chained, leafOf } from '../../src/replay/seals/leaf.js';
import type { Signer } from '../../src/replay/seals/signing.js';
import type { TestCall } from '../support/call-events.js';
import { SealedLedger, tenantId } from '../support/sealed-ledger.js';

describe('a sealed ledger', () => {
  let sealed: SealedLedger;
  beforeEach(async () => {
    sealed = await SealedLedger.start();
  });
  afterEach(() => sealed.close());

  const seals = async (): Promise<Seal[]> =>
    (await sealed.ledger.store.readStream(SEAL_STREAM)).map(({ data }) => JSON.parse(data));

  describe('is sealed', () => {
    it('after a minute, and not because of seals alone', async () => {
      const sealer = sealed.sealer();
      await sealed.append(1);
      await sealer.look();
      sealed.nowMs += 59_999;
      await sealer.look();
      expect(await seals()).toEqual([]);
      sealed.nowMs += 1;
      await sealer.look();
      expect(await seals()).toMatchObject([{ number: 0, from: '1', to: '11', events: 11 }]);
      for (let minute = 0; minute < 3; minute++) await sealed.seal(sealer);
      expect(await seals()).toHaveLength(1);
      await sealed.append(0);
      await sealed.seal(sealer);
      expect(await seals()).toMatchObject([{ to: '11' }, { number: 1, from: '12', to: '19', events: 8 }]);
      expect((await seals())[1]?.previous).toBe((await seals())[0]?.hash);
    });

    it('at once after each 1,000 events', async () => {
      for (let call = 0; call < 21; call++) await sealed.append(25);
      await sealed.sealer().look();
      expect(await seals()).toMatchObject([
        { from: '1', to: '1000', events: 1_000 },
        { from: '1001', to: '2000', events: 1_000 },
      ]);
      expect(await sealed.verify()).toMatchObject({
        seals: 2,
        events: 2_249,
        unsealed: 249,
        difference: null,
      });
    });

    it('once, by however many processes', async () => {
      const sealers = Array.from({ length: 4 }, () => sealed.sealer());
      for (let round = 0; round < 5; round++) {
        await sealed.append(round);
        await Promise.all(sealers.map((sealer) => sealer.look()));
        sealed.nowMs += 60_000;
        await Promise.all([...sealers.map((sealer) => sealer.look()), sealed.append(0)]);
      }
      sealed.nowMs += 60_000;
      for (const sealer of sealers) await sealed.seal(sealer);
      const made = await seals();
      expect(made.map(({ number }) => number)).toEqual([...made.keys()]);
      for (const [at, seal] of made.entries()) {
        const before = made[at - 1];
        expect(Number(seal.from)).toBe(before ? Number(before.to) + 1 : 1);
      }
      expect(await sealed.verify()).toMatchObject({ seals: made.length, withoutCopy: 0, difference: null });
    });

    it('by a process that starts where another was killed, between the copy and the append too', async () => {
      await sealed.append(1);
      await sealed.seal();
      await sealed.append(2);
      const killed: ObjectStore = {
        get: (key) => sealed.objects.get(key),
        list: (folder) => sealed.objects.list(folder),
        remove: (key) => sealed.objects.remove(key),
        put: async (key, content) => {
          await sealed.objects.put(key, content);
          throw new Error('killed');
        },
      };
      await expect(sealed.seal(sealed.sealer(killed))).rejects.toThrow('killed');
      await sealed.append(3);
      await sealed.seal();
      expect(await seals()).toMatchObject([{ number: 0 }, { number: 1, from: '12', to: '46' }]);
      expect(await readdir(join(sealed.objectsDirectory, 'seals', '0000000'))).toHaveLength(3);
      expect(await sealed.verify()).toMatchObject({ seals: 2, withoutCopy: 0, difference: null });
    });

    it('from where it stands, when the copies are of another ledger or gone', async () => {
      await sealed.append(1);
      await sealed.seal();
      await sealed.objects.put('seals/0000007/0000007123-00.json', Buffer.from('{}'));
      await sealed.append(1);
      await sealed.seal();
      await sealed.forgetCopies();
      await sealed.append(1);
      await sealed.seal();
      expect((await seals()).map(({ number }) => number)).toEqual([0, 1, 2]);
      expect(await sealed.verify()).toMatchObject({ seals: 3, withoutCopy: 2, difference: null });
    });
  });

  it('is verified while it grows and is sealed', async () => {
    await sealed.append(1);
    await sealed.seal();
    let isGrown = false;
    const store = Object.assign(Object.create(sealed.ledger.store) as EventStore, {
      comparePositions: (a: string, b: string) => Number(a) - Number(b),
      async *readAll() {
        for await (const batch of sealed.ledger.store.readAll()) {
          if (!isGrown) {
            isGrown = true;
            await sealed.append(2);
            await sealed.seal();
          }
          yield batch;
        }
      },
    });
    expect(await sealed.verify({ store })).toMatchObject({ events: 12, seals: 1, difference: null });
    expect(isGrown).toBe(true);
    expect(await sealed.verify()).toMatchObject({ events: 28, seals: 2, difference: null });
  });

  describe('is found out when somebody', () => {
    let first: TestCall;
    let second: TestCall;
    beforeEach(async () => {
      // Positions 1–15, the seal at 16; 17–31, the seal at 32; 33–43, not sealed.
      first = await sealed.append(2);
      await sealed.seal();
      second = await sealed.append(2);
      await sealed.seal();
      await sealed.append(1);
      expect(await sealed.verify()).toMatchObject({ events: 43, seals: 2, unsealed: 12, difference: null });
    });

    const at = (position: number) => {
      const call = position < 16 ? first : second;
      const revision = position < 16 ? position - 1 : position - 17;
      return { position: String(position), stream: callStream(tenantId, call.callId), revision };
    };
    const changed = expect.stringMatching(/^it isn't what was sealed \(seal \d\)\.$/);
    const missing = 'it was sealed, and is missing now.';

    const renumber = (by: number, after: number) => [
      `update ledger.events set position = -position where position > ${after}`,
      `update ledger.events set position = -position + ${by} where position < 0`,
    ];

    it.each<[string, readonly string[], number, unknown]>([
      [
        'changes a byte',
        ["update ledger.events set data = replace(data, '100', '101') where position = 2"],
        2,
        changed,
      ],
      ['adds a space', ["update ledger.events set data = data || ' ' where position = 5"], 5, changed],
      [
        'breaks its metadata',
        ['update ledger.events set metadata = substr(metadata, 2) where position = 6'],
        6,
        changed,
      ],
      [
        'breaks its stream',
        [`update ledger.events set stream_name = 'nonsense' where position = 6`],
        6,
        changed,
      ],
      [
        'changes who did it',
        [`update ledger.events set metadata = replace(metadata, '"test"', '"Test"') where position = 7`],
        7,
        changed,
      ],
      [
        'changes when',
        ["update ledger.events set created_at = created_at - interval '1 microsecond' where position = 9"],
        9,
        changed,
      ],
      ['changes a type', ["update ledger.events set type = 'CallAnswered' where position = 8"], 8, changed],
      ['changes a version', ['update ledger.events set schema_version = 2 where position = 8'], 8, changed],
      [
        'changes an id',
        ['update ledger.events set event_id = gen_random_uuid() where position = 1'],
        1,
        changed,
      ],
      ['removes one', ['delete from ledger.events where position = 7'], 7, missing],
      ['removes the first', ['delete from ledger.events where position = 1'], 1, missing],
      ['removes the last of a seal', ['delete from ledger.events where position = 31'], 31, missing],
      ['cuts the tail off', ['delete from ledger.events where position >= 25'], 25, missing],
      [
        'swaps two',
        [
          'update ledger.events set position = -position where position in (4, 11)',
          'update ledger.events set position = 15 + position where position < 0',
        ],
        4,
        changed,
      ],
      [
        'swaps what two say',
        [
          'update ledger.events e set data = o.data from ledger.events o where (e.position, o.position) in ((6, 18), (18, 6))',
        ],
        6,
        changed,
      ],
    ])('%s', async (_, statements, position, problem) => {
      await sealed.tamper(...statements);
      const { difference } = await sealed.verify();
      expect(difference).toMatchObject({ position: String(position), problem });
      if (problem === missing) expect(difference).toEqual({ ...at(position), problem });
      if (!/-position|nonsense/.test(statements[0] ?? '')) expect(difference).toMatchObject(at(position));
    });

    it('removes one and closes the gap', async () => {
      const stream = callStream(tenantId, first.callId);
      await sealed.tamper(
        'delete from ledger.events where position = 7',
        `update ledger.events set revision = -revision where stream_name = '${stream}' and revision > 6`,
        `update ledger.events set revision = -revision - 1 where stream_name = '${stream}' and revision < 0`,
        ...renumber(-1, 7),
      );
      expect((await sealed.verify()).difference).toEqual({ ...at(7), problem: changed });
    });

    it('puts one between them', async () => {
      await sealed.tamper(
        ...renumber(1, 20),
        `insert into ledger.events select 21, 'call-forged_1', 0, gen_random_uuid(), type, schema_version, tenant_id,
           data, correlation_id, metadata, created_at from ledger.events where position = 20`,
      );
      expect((await sealed.verify()).difference).toEqual({
        ...{ position: '21', stream: 'call-forged_1', revision: 0 },
        problem: changed,
      });
    });

    /** Changes an event, and makes the second seal fit what the ledger says now. */
    const rewriteTail = async (resign: (seal: Seal) => Seal): Promise<void> => {
      await sealed.tamper(`update ledger.events set data = replace(data, '100', '101') where position = 18`);
      const range = (await sealed.events()).filter((event: StoredEvent) => Number(event.position) >= 16);
      const seal = JSON.parse(range[16]?.data ?? '') as Seal;
      let chain: Buffer = Buffer.from(seal.previous, 'hex');
      for (const event of range.slice(0, seal.events)) chain = chained(chain, leafOf(event));
      const data = JSON.stringify(resign({ ...seal, hash: chain.toString('hex') }));
      await sealed.tamper(`update ledger.events set data = '${data}' where position = 32`);
    };
    const by =
      (signer: Signer) =>
      ({ keyId, signature, ...unsigned }: Seal): Seal =>
        signer.signSeal(unsigned);
    const secondSeal = { position: '32', stream: SEAL_STREAM, revision: 1 };

    it.each<[string, (seal: Seal) => Seal, RegExp | null]>([
      ['with the old signature', (seal) => seal, /^seal 1 has a signature that isn't its key's/],
      [
        'signed with a key of his own',
        (seal) => by(sealed.stranger)(seal),
        /^seal 1 is signed by the key \w+, which isn't trusted/,
      ],
      [
        'signed with a key of his own under our name',
        (seal) => ({ ...by(sealed.stranger)(seal), keyId: seal.keyId }),
        /^seal 1 has a signature/,
      ],
      ['signed with the stolen key', (seal) => by(sealed.signer)(seal), null],
    ])('rewrites the tail and its chain, %s', async (_, resign, problem) => {
      await rewriteTail(resign);
      expect((await sealed.verify()).difference).toEqual({ ...at(18), problem: changed });
      await sealed.forgetCopies();
      // Without the copies the seal itself is found, unless it was signed by the true key.
      const expected = problem && { ...secondSeal, problem: expect.stringMatching(problem) };
      expect((await sealed.verify()).difference).toEqual(expected);
    });

    it('removes a seal, and gives its number to the next', async () => {
      await sealed.forgetCopies();
      await sealed.tamper('delete from ledger.events where position = 16');
      expect((await sealed.verify()).difference).toEqual({
        ...secondSeal,
        problem: 'revision 0 of its stream is missing before it.',
      });
    });

    it('changes a copy', async () => {
      const folder = join(sealed.objectsDirectory, 'seals', '0000000');
      const [name = ''] = await readdir(folder);
      const text = await readFile(join(folder, name), 'utf8');
      const leaf = /[0-9a-f]{64}"\]/.exec(text)?.[0] ?? '';
      await writeFile(join(folder, name), text.replace(leaf, `${'0'.repeat(64)}"]`));
      const { difference } = await sealed.verify();
      expect((await sealed.verify({ to: '3' })).difference).toEqual(difference);
      expect(difference && describeDifference(difference)).toBe(
        `The copy seals/0000000/${name} in the object store has other events' hashes than those that were signed.`,
      );
    });

    it.each([
      ['position', (text: string) => text.replace('["18"', '["180"')],
      ['stream', (text: string) => text.replace(/(\["18",")[^"]+/, '$1call-x_y')],
      ['revision', (text: string) => text.replace(/(\["18","[^"]+",)/, '$11')],
    ])("changes an event's %s in a copy: then it's the copy that is named", async (_, change) => {
      const folder = join(sealed.objectsDirectory, 'seals', '0000000');
      const name = (await readdir(folder))[1] ?? '';
      const text = await readFile(join(folder, name), 'utf8');
      expect(change(text)).not.toBe(text);
      await writeFile(join(folder, name), change(text));
      const { difference } = await sealed.verify();
      expect(difference && describeDifference(difference)).toBe(
        `The copy seals/0000000/${name} in the object store has another place for the event at position 18 (${at(18).stream}, revision ${at(18).revision}) than that event's hash.`,
      );
    });

    it('changes a byte where no copy is left: then the seal tells between which events', async () => {
      await sealed.forgetCopies();
      await sealed.tamper(`update ledger.events set data = replace(data, '100', '101') where position = 18`);
      const { difference } = await sealed.verify();
      expect(difference && describeDifference(difference)).toBe(
        "Of the 16 events from position 16 to 31, one isn't what was sealed (seal 1). Which one can't be told: their hashes aren't here.",
      );
    });

    it('reads it with another key', async () => {
      const { difference } = await sealed.verify({}, sealed.stranger);
      expect(difference).toMatchObject({
        position: '16',
        problem: expect.stringMatching(/isn't trusted here/),
      });
    });

    it('asks for a part of it, and only that part is read', async () => {
      await sealed.tamper(`update ledger.events set data = replace(data, '100', '101') where position = 2`);
      expect(await sealed.verify({ from: '17' })).toMatchObject({ seals: 1, difference: null });
      expect(await sealed.verify({ from: '33' })).toMatchObject({ seals: 1, difference: null });
      expect((await sealed.verify({ from: '15' })).difference).toEqual({ ...at(2), problem: changed });
      expect((await sealed.verify({ to: '3' })).difference).toEqual({ ...at(2), problem: changed });
      await sealed.tamper(
        `update ledger.events set data = replace(data, '101', '100') where position = 2`,
        `update ledger.events set data = replace(data, '100', '101') where position = 18`,
      );
      expect(await sealed.verify({ to: '15' })).toMatchObject({
        ...{ seals: 1, events: 16, difference: null },
        // The ledger goes on behind it: what is newer was left out, and has seals of its own.
        unsealed: 0,
      });
      expect((await sealed.verify({ to: '16' })).difference).toEqual({ ...at(18), problem: changed });
    });

    it.each([
      [{ from: '44' }, 'The ledger ends at position 43: there is no position 44.'],
      [{ to: '1000' }, 'The ledger ends at position 43: there is no position 1000.'],
      [{ from: '9', to: '8' }, 'There is nothing from position 9 to 8.'],
    ])('asks for %p, which is not there', async (range, message) => {
      await expect(sealed.verify(range)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message });
    });
  });
});
