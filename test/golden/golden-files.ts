import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventDefinition } from '../../src/domain/event.js';
import { addedOptionalFields, type GoldenEvent, goldenOf } from './golden-event.js';

/** From the repository's root, where npm runs its scripts. */
export const GOLDEN_DIRECTORY = 'test/golden/events';

const LINE_WIDTH = 110;

const pathOf = (directory: string, { type, version }: Pick<GoldenEvent, 'type' | 'version'>): string =>
  join(directory, `${type}.v${version}.json`);

/** Every version of every event that there has been. Throws for a file whose name doesn't say what is in it. */
export const readGolden = async (directory: string): Promise<readonly GoldenEvent[]> => {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const golden = JSON.parse(await readFile(path, 'utf8')) as GoldenEvent;
      if (path !== pathOf(directory, golden)) {
        throw new Error(`${path} holds ${golden.type}, version ${golden.version}.`);
      }
      return golden;
    }),
  );
};

/**
 * Writes the file of each current version that has none. One that is there stays as it is; `acceptOptional`: it gets the
 * optional fields that are new, with another example beside those that it has. Returns the files' paths.
 */
export const writeGolden = async (
  directory: string,
  definitions: Readonly<Record<string, EventDefinition>>,
  { acceptOptional = false } = {},
): Promise<readonly string[]> => {
  const known = await readGolden(directory);
  const written: string[] = [];
  for (const definition of Object.values(definitions)) {
    const now = goldenOf(definition);
    const before = known.find(({ type, version }) => type === now.type && version === now.version);
    const golden = before ? (acceptOptional ? withAdded(before, now) : before) : now;
    if (golden === before) continue;
    await writeFile(pathOf(directory, golden), `${print(golden)}\n`);
    written.push(pathOf(directory, golden));
  }
  return written;
};

const withAdded = (before: GoldenEvent, now: GoldenEvent): GoldenEvent => {
  const added = addedOptionalFields(before, now);
  return added && added.length > 0 ? { ...now, examples: [...before.examples, ...now.examples] } : before;
};

/** As the formatter wants it: a list of plain values on one line, where it fits. */
const print = (value: unknown, indent = '', before = 0): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const deeper = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => print(item, deeper))
    : Object.entries(value).map(([name, item]) => {
        const key = `${JSON.stringify(name)}: `;
        return key + print(item, deeper, key.length);
      });
  if (items.length === 0) return open + close;
  const line = `[${items.join(', ')}]`;
  const isPlain = Array.isArray(value) && !items.some((item) => item.includes('\n'));
  // A comma may follow.
  if (isPlain && indent.length + before + line.length < LINE_WIDTH) return line;
  return `${open}\n${items.map((item) => deeper + item).join(',\n')}\n${indent}${close}`;
};
