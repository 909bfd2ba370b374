/** One value that isn't what it was. `undefined` (left out in JSON): it wasn't there, or isn't any more. */
export interface Change {
  /** As `members.usr_1` or `versions[2].greeting`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two values of plain JSON, leaf by leaf, in the order of their keys. */
export const diff = (before: unknown, after: unknown, path = ''): readonly Change[] => {
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) =>
      diff(fieldOf(before, name), fieldOf(after, name), pathTo(path, name, Array.isArray(before))),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
};

type Branch = Readonly<Record<string, unknown>>;

const isBranch = (value: unknown): value is Branch => typeof value === 'object' && value !== null;

const fieldOf = (branch: Branch, name: string): unknown =>
  Object.hasOwn(branch, name) ? branch[name] : undefined;

const pathTo = (path: string, name: string, isIndex: boolean): string => {
  if (isIndex) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
};
