import type { EventDefinition } from '../../src/domain/event.js';
import { addedOptionalFields, type GoldenEvent, goldenOf, isSameShape } from './golden-event.js';

type Definitions = Readonly<Record<string, EventDefinition>>;

/** What is wrong with the event types beside their golden files, a sentence each: what was stored must stay readable. */
export const problemsOf = (definitions: Definitions, golden: readonly GoldenEvent[]): readonly string[] => [
  ...Object.values(definitions).flatMap((definition) =>
    problemsOfType(
      definition,
      golden.filter(({ type }) => type === definition.type),
    ),
  ),
  ...golden
    .filter(({ type }) => !Object.hasOwn(definitions, type))
    .map(({ type }) => `${type} is stored, and not declared any more: an event type stays for ever.`),
];

const problemsOfType = (definition: EventDefinition, golden: readonly GoldenEvent[]): readonly string[] => {
  const { type, version: current, upcasters } = definition;
  const problems: string[] = [];
  for (let version = 1; version <= current; version++) {
    const before = golden.find((file) => file.version === version);
    if (!before) problems.push(missing(type, version, current));
    else if (version === current) problems.push(...changesOf(before, goldenOf(definition)));
    if (version < current && !upcasters[version]) {
      problems.push(`${type} has no upcaster from version ${version}.`);
    }
  }
  const newer = golden.filter(({ version }) => version > current);
  problems.push(...newer.map(({ version }) => `${type} was version ${version} once, and is ${current} now.`));
  return problems;
};

const missing = (type: string, version: number, current: number): string =>
  version === current
    ? `${type} has no golden file of version ${version}: run npm run golden.`
    : `${type} has no golden file of version ${version}: take it from the repository's history.`;

const changesOf = (before: GoldenEvent, now: GoldenEvent): readonly string[] => {
  if (isSameShape(before, now)) return [];
  const { type, version } = now;
  const added = addedOptionalFields(before, now);
  return added
    ? [`${type} has the new optional ${added.join(', ')}: run npm run golden -- --accept-optional.`]
    : [
        `${type} is stored in another shape than its version ${version} was: make it version ${version + 1}, with an upcaster from ${version}.`,
      ];
};
