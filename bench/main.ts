import { inspect } from 'node:util';
import { AppError } from '../src/domain/errors.js';
import { benchCalls } from './calls.js';
import { benchLedger } from './ledger.js';
import { benchOverload } from './overload.js';
import { benchReplay } from './replay.js';
import { benchSoak } from './soak.js';
import { benchTail } from './tail.js';

/** A benchmark prints what it does, and returns its figures: the last line, as JSON. */
const benchmarks: Readonly<Record<string, (arguments_: readonly string[]) => Promise<object>>> = {
  ledger: benchLedger,
  replay: benchReplay,
  tail: benchTail,
  calls: benchCalls,
  overload: benchOverload,
  soak: benchSoak,
};

const [name = '', ...rest] = process.argv.slice(2);
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (benchmark) {
  try {
    const figures = await benchmark(rest);
    process.stdout.write(`${JSON.stringify({ bench: name, ...figures })}\n`);
  } catch (error) {
    // A sentence for what was asked wrongly; the stack for what we don't know.
    process.stderr.write(`${error instanceof AppError ? error.message : inspect(error)}\n`);
    process.exitCode = 1;
  }
} else {
  process.stderr.write(`There is no benchmark "${name}"; there are ${Object.keys(benchmarks).join(', ')}.\n`);
  process.exitCode = 1;
}
