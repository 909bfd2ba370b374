import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineEvent, type EventDefinition, personal } from '../../src/domain/event.js';
import { eventDefinitions } from '../../src/domain/events.js';
import { streamCategories, streamName } from '../../src/domain/stream.js';
import { stateAfter } from '../../src/replay/state.js';
import { type GoldenEvent, goldenOf } from './golden-event.js';
import { GOLDEN_DIRECTORY, readGolden, writeGolden } from './golden-files.js';
import { problemsOf } from './problems.js';
import { readGoldenEvent } from './read-golden.js';

const golden = await readGolden(GOLDEN_DIRECTORY);
const named = golden.map((file): [string, GoldenEvent] => [`${file.type}, version ${file.version}`, file]);

describe('every version of every event', () => {
  it('has a golden file, an upcaster to the next, and the shape that it had', () => {
    expect(problemsOf(eventDefinitions, golden)).toEqual([]);
  });

  it.each(named)('still reads, and folds into any state: %s', async (_, file) => {
    for (const erased of [false, true]) {
      const events = await readGoldenEvent(file, eventDefinitions, { erased });
      expect(events).toHaveLength(2 * file.examples.length);
      for (const category of streamCategories) {
        const stream = streamName(category, 'tnt_1', '1');
        expect(() => stateAfter(stream, events)).not.toThrow();
      }
    }
  });
});

const said = (
  shape: Record<string, z.ZodType>,
  options: Parameters<typeof defineEvent>[2] = {},
): Record<string, EventDefinition> => ({
  Said: defineEvent('Said', shape, options) as unknown as EventDefinition,
});

const shape = { turn: z.int(), text: personal(z.string()), mood: z.enum(['calm', 'angry']) };
const first = said(shape);
const stored = Object.values(first).map(goldenOf);
const rename = ({ text, ...others }: Record<string, unknown>) => ({ ...others, words: text });
const { text: _, ...withoutText } = shape;
const renamed = { ...withoutText, words: personal(z.string()) };

describe('a change of what is stored', () => {
  it('is none where it is declared otherwise and means the same', () => {
    const { turn, text, mood } = shape;
    expect(problemsOf(said({ mood, text, turn }), stored)).toEqual([]);
  });

  it.each<[string, Record<string, z.ZodType>]>([
    ['a field that has another name', renamed],
    ['a field that is gone', withoutText],
    ['another type', { ...shape, turn: z.string() }],
    ['a narrower value', { ...shape, turn: z.int().max(10) }],
    ['another word of a list', { ...shape, mood: z.enum(['calm', 'angry', 'sad']) }],
    ['a new field that must be there', { ...shape, note: z.string() }],
    ['a field that is optional now', { ...shape, turn: z.int().optional() }],
    ['a field that is personal now', { ...shape, turn: personal(z.int()) }],
    ['a field that is not personal any more', { ...shape, text: z.string() }],
  ])('is found without a new version: %s', (_what, changed) => {
    expect(problemsOf(said(changed), stored)).toEqual([
      'Said is stored in another shape than its version 1 was: make it version 2, with an upcaster from 1.',
    ]);
  });

  it('is found in what a field holds: who reads it is strict there', () => {
    const nested = (more: Record<string, z.ZodType>) =>
      said({ at: z.strictObject({ ms: z.int(), ...more }) });
    const files = Object.values(nested({})).map(goldenOf);
    expect(problemsOf(nested({}), files)).toEqual([]);
    expect(problemsOf(nested({ zone: z.string().optional() }), files)).toHaveLength(1);
  });

  it('is free for a new optional field, once its file has it', () => {
    expect(problemsOf(said({ ...shape, note: personal(z.string().optional()) }), stored)).toEqual([
      'Said has the new optional note: run npm run golden -- --accept-optional.',
    ]);
  });

  it('needs an upcaster and a file of each version', () => {
    const second = said(renamed, { version: 2, upcasters: { 1: rename } });
    const files = [...stored, ...Object.values(second).map(goldenOf)];
    expect(problemsOf(second, files)).toEqual([]);
    expect(problemsOf(said(renamed, { version: 2 }), files)).toEqual([
      'Said has no upcaster from version 1.',
    ]);
    expect(problemsOf(second, files.slice(1))).toEqual([
      "Said has no golden file of version 1: take it from the repository's history.",
    ]);
    expect(problemsOf(second, stored)).toEqual(['Said has no golden file of version 2: run npm run golden.']);
  });

  it('never takes back a version, or a type', () => {
    const second = Object.values(said(renamed, { version: 2, upcasters: { 1: rename } })).map(goldenOf);
    expect(problemsOf(first, [...stored, ...second])).toEqual(['Said was version 2 once, and is 1 now.']);
    expect(problemsOf({}, stored)).toEqual([
      'Said is stored, and not declared any more: an event type stays for ever.',
    ]);
  });
});

describe('an older version', () => {
  const [file] = stored as [GoldenEvent];

  it('reads in the present shape, also when the caller is forgotten', async () => {
    const second = said(renamed, { version: 2, upcasters: { 1: rename } });
    const [event] = await readGoldenEvent(file, second);
    expect(event?.data).toEqual({ turn: 1, words: 'Said.text', mood: 'calm' });
    const [erased] = await readGoldenEvent(file, second, { erased: true });
    expect(erased?.data).toEqual({ turn: 1, words: null, mood: 'calm' });
  });

  it('does not read by an upcaster that makes another shape, or that needs what may be forgotten', async () => {
    const wrong = said(renamed, { version: 2, upcasters: { 1: (fields) => fields } });
    await expect(readGoldenEvent(file, wrong)).rejects.toThrow(/Said .* can't be read: words:/);
    const shout = ({ text, ...others }: Record<string, unknown>) => ({
      ...others,
      words: (text as string).toUpperCase(),
    });
    const careless = said(renamed, { version: 2, upcasters: { 1: shout } });
    await expect(readGoldenEvent(file, careless)).resolves.toBeDefined();
    await expect(readGoldenEvent(file, careless, { erased: true })).rejects.toThrow(/can't be read/);
  });
});

describe('npm run golden', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'golden-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const text = () => readFile(join(directory, 'Said.v1.json'), 'utf8');

  it('writes what is missing, and leaves alone what is there', async () => {
    expect(await writeGolden(directory, first)).toEqual([join(directory, 'Said.v1.json')]);
    expect(await readGolden(directory)).toEqual(stored);
    const before = await text();
    expect(await writeGolden(directory, said(renamed), { acceptOptional: true })).toEqual([]);
    expect(await text()).toBe(before);
    await writeGolden(directory, said(renamed, { version: 2, upcasters: { 1: rename } }));
    expect(await text()).toBe(before);
    expect((await readdir(directory)).sort()).toEqual(['Said.v1.json', 'Said.v2.json']);
  });

  it('adds an optional field when it is told to, and keeps the older example', async () => {
    await writeGolden(directory, first);
    const more = said({ ...shape, note: z.string().optional() });
    expect(await writeGolden(directory, more)).toEqual([]);
    await writeGolden(directory, more, { acceptOptional: true });
    const files = await readGolden(directory);
    expect(problemsOf(more, files)).toEqual([]);
    expect(files[0]?.examples).toEqual([
      ...(stored[0]?.examples ?? []),
      { turn: 1, text: 'Said.text', mood: 'calm', note: 'Said.note' },
    ]);
  });
});
