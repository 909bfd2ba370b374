import { readFileSync } from 'node:fs';

/** The nearest `package.json` above this file is ours, from the sources as from `dist/`. */
const read = (directory: URL): string => {
  try {
    return (JSON.parse(readFileSync(new URL('package.json', directory), 'utf8')) as { version: string })
      .version;
  } catch {
    return read(new URL('..', directory));
  }
};

export const version: string = read(new URL('.', import.meta.url));
