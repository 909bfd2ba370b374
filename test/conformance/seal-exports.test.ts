import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SEAL_STREAM } from '../../src/domain/seal/events.js';
import { callStream } from '../../src/domain/stream.js';
import type { StoredEvent } from '../../src/ledger/event-store.js';
import { describeDifference } from '../../src/replay/seals/difference.js';
import { leafOf } from '../../src/replay/seals/leaf.js';
import type { TestCall } from '../support/call-events.js';
import { otherTenant, SealedLedger, tenantId, verifyLines } from '../support/sealed-ledger.js';

describe('an exported ledger', () => {
  let sealed: SealedLedger;
  let whole: readonly string[];
  let mine: readonly string[];
  let first: TestCall;

  // Positions 1–15 mine, 16–30 another's, the seal at 31; 32–42 mine, not sealed.
  beforeAll(async () => {
    sealed = await SealedLedger.start();
    first = await sealed.append(2);
    await sealed.append(2, otherTenant);
    await sealed.seal();
    await sealed.append(1);
    whole = await sealed.export();
    mine = await sealed.export(tenantId);
  });
  afterAll(() => sealed.close());

  const verify = (lines: readonly string[], signer = sealed.signer) => verifyLines(lines, signer);
  const at = (position: number) => ({
    position: String(position),
    stream: callStream(tenantId, first.callId),
    revision: position - 1,
  });
  /** The line of a position: the first is the header. */
  const changeLine = (lines: readonly string[], position: number, change: (line: string) => string) =>
    lines.map((line, index) => (index === position ? change(line) : line));

  it('is verified with nothing but the public key', async () => {
    expect(await verify(whole)).toMatchObject({
      ...{ tenantId: null, events: 42, shown: 42, seals: 1, unsealed: 12, difference: null },
      lastSeal: { number: 0, from: '1', to: '30' },
    });
    expect(await verify(mine)).toMatchObject({
      ...{ tenantId, events: 42, shown: 27, seals: 1, unsealed: 12, difference: null },
    });
  });

  it("holds a tenant's events as stored, the seals, and of the others nothing but the hashes", async () => {
    const stored = await sealed.events();
    const lines = mine.slice(1, -1).map((line) => JSON.parse(line));
    expect(lines).toHaveLength(stored.length);
    for (const [index, { position, leaf, event, ...rest }] of lines.entries()) {
      const original = stored[index] as StoredEvent;
      expect({ position, leaf }).toEqual({
        position: original.position,
        leaf: leafOf(original).toString('hex'),
      });
      expect(Object.keys(rest)).toEqual(['n']);
      const { tenantId: owner } = original.metadata;
      const isShown = owner === tenantId || original.stream === SEAL_STREAM;
      expect(event && { ...event, position }).toEqual(isShown ? original : undefined);
    }
    expect(mine.join('\n')).not.toContain(otherTenant.slice(4));
  });

  const both = () => [['whole', whole] as const, ['of a tenant', mine] as const];

  it.each<[string, (line: string) => string]>([
    ['a byte of the data', (line) => line.replace('100', '101')],
    ['a byte of the metadata', (line) => line.replace('"id":"test"', '"id":"tesT"')],
    ['its type', (line) => line.replace('CallAnswered', 'CallEnded')],
    ['its time', (line) => line.replace(/("createdAt":"\d)\d/, '$19')],
    ['its position', (line) => line.replace('"position":"2"', '"position":"02"')],
    ['its hash', (line) => line.replace(/"leaf":"../, '"leaf":"zz')],
  ])('is found changed in %s of an event', async (_, change) => {
    for (const [name, lines] of both()) {
      const changed = changeLine(lines, 2, change);
      expect([name, changed]).not.toEqual([name, lines]);
      const { difference } = await verify(changed);
      expect(difference).toMatchObject({ stream: at(2).stream, revision: 1 });
      expect(difference?.problem).toBe("it isn't what was exported: its content and its hash don't agree.");
    }
  });

  it('is found without one of its lines, and with two swapped', async () => {
    for (const [, lines] of both()) {
      const removed = await verify(lines.toSpliced(7, 1));
      expect(removed.difference).toMatchObject({
        position: '8',
        problem: expect.stringMatching(/^event 6 of the file/),
      });
      const swapped = lines.with(4, lines[11] ?? '').with(11, lines[4] ?? '');
      expect((await verify(swapped)).difference).toMatchObject({
        ...at(11),
        problem: expect.stringMatching(/^event 3/),
      });
    }
  });

  /** The event and its hash, so that they agree. */
  const rehash = (line: string): string => {
    const { n, position, event } = JSON.parse(line.replace('"atMs\\":100', '"atMs\\":101'));
    return JSON.stringify({ n, position, leaf: leafOf({ position, ...event }).toString('hex'), event });
  };

  it('is found changed together with its hash: by the seal', async () => {
    for (const [, lines] of both()) {
      expect((await verify(changeLine(lines, 2, rehash))).difference?.problem).toBe(
        "Of the 30 events from position 1 to 30, one isn't what was sealed (seal 0). Which one can't be told: their hashes aren't here.",
      );
    }
  });

  it('is found changed where no seal is yet, also with a new sum: by the last line', async () => {
    const sum = (lines: readonly string[]) => {
      const sha256 = createHash('sha256')
        .update(`${lines.slice(0, -1).join('\n')}\n`)
        .digest('hex');
      return lines.with(-1, JSON.stringify({ ...JSON.parse(lines.at(-1) ?? ''), sha256 }));
    };
    for (const [, lines] of both()) {
      const changed = changeLine(lines, 33, rehash);
      expect(changed).not.toEqual(lines);
      expect((await verify(changed)).difference?.problem).toBe(
        "The file isn't what was exported: it was changed after that.",
      );
      expect((await verify(sum(changed))).difference?.problem).toMatch(
        /^The file has a signature that isn't its key's/,
      );
    }
  });

  it('is found cut off, emptied of a stream, and added to', async () => {
    for (const [, lines] of both()) {
      expect((await verify(lines.slice(0, -1))).difference?.problem).toBe(
        'The file ends early: after 42 events, without its last line.',
      );
      expect(await verify(lines.slice(0, 20))).toMatchObject({
        unsealed: 0,
        difference: { problem: expect.stringMatching(/^The file ends early: after 19 events/) },
      });
      expect((await verify(lines.toSpliced(33, 10))).difference?.problem).toBe(
        "The file isn't what was exported: it was changed after that.",
      );
      expect((await verify([...lines, lines[1] ?? ''])).difference?.problem).toMatch(
        /^The file goes on after its last line/,
      );
      expect((await verify(lines.with(5, '{"half'))).difference?.problem).toBe(
        "Line 6 of the file can't be read.",
      );
    }
  });

  it('is found to hide an event of the tenant behind its hash', async () => {
    const hidden = changeLine(mine, 7, (line) => JSON.stringify({ ...JSON.parse(line), event: undefined }));
    expect((await verify(hidden)).difference).toEqual({
      ...at(8),
      problem: 'revision 6 of its stream is missing before it.',
    });
  });

  it('is found with a line that is none, and names its event where it still has a place', async () => {
    const told = async (change: (line: string) => string) => {
      const { difference } = await verify(changeLine(whole, 3, change));
      return difference && describeDifference(difference);
    };
    const { stream, revision } = at(3);
    expect(await told((line) => line.replace('"metadata":{', '"metadata":{"actor":1},"old":{'))).toBe(
      `The first event that differs is at position 3 (${stream}, revision ${revision}): line 4 of the file can't be read.`,
    );
    expect(await told((line) => line.replace('"revision":', '"revision":-.'))).toBe(
      "Line 4 of the file can't be read.",
    );
    expect(await told((line) => line.replace('"stream":', '"Stream":'))).toBe(
      "The first event that differs is at position 3: line 4 of the file can't be read.",
    );
  });

  it('of the whole ledger is found to hide what an event says, be it the last of its stream', async () => {
    const hidden = changeLine(whole, 33, (line) => JSON.stringify({ ...JSON.parse(line), event: undefined }));
    const { difference } = await verify(hidden);
    expect(difference && describeDifference(difference)).toBe(
      'The first event that differs is at position 33: its content was taken out of the file.',
    );
  });

  it('is not believed by who trusts another key', async () => {
    for (const [, lines] of both()) {
      const { difference } = await verify(lines, sealed.stranger);
      expect(difference).toMatchObject({ position: '31', stream: SEAL_STREAM, revision: 0 });
      expect(difference?.problem).toMatch(/isn't trusted here/);
    }
  });

  it.each([
    ['nothing', []],
    ['something else', ['# Notes', 'x']],
    ['JSON', ['{}']],
    [
      'an archive',
      [
        '{"format":"ledgerline-export","version":2,"kind":"tenant","subjectId":"tnt_a","tenantId":"tnt_a","madeAt":"2026-11-22T12:21:08.244Z","position":"218"}',
      ],
    ],
  ])('is not %s', async (_, lines) => {
    await expect(verify(lines)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^This file is no export of the ledger, by its first line: /),
    });
  });

  it('of a later version asks for an upgrade', async () => {
    const later = changeLine(whole, 0, (line) => line.replace('"version":1', '"version":2'));
    await expect(verify(later)).rejects.toMatchObject({ code: 'NEEDS_UPGRADE' });
  });
});
