import { eventDefinitions } from '../../src/domain/events.js';
import { GOLDEN_DIRECTORY, readGolden, writeGolden } from './golden-files.js';
import { problemsOf } from './problems.js';

/** `npm run golden` writes what is missing; with `--check` (as `npm run check` has it) nothing is written. */
if (!process.argv.includes('--check')) {
  const acceptOptional = process.argv.includes('--accept-optional');
  const written = await writeGolden(GOLDEN_DIRECTORY, eventDefinitions, { acceptOptional });
  for (const path of written) console.log(`Wrote ${path}.`);
}

const problems = problemsOf(eventDefinitions, await readGolden(GOLDEN_DIRECTORY));
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
