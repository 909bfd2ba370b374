import { type ImportedTenant, importTenant } from '../../src/tenancy/import/import-tenant.js';
import type { Installation } from './installation.js';

/** Imports an archive's lines into an installation, as one of its processes. */
export const importInto = (
  process: ReturnType<Installation['process']>,
  lines: readonly string[],
): Promise<ImportedTenant> =>
  importTenant({
    ...process,
    lines: async function* () {
      yield* lines;
    },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
