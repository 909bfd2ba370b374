import { benchCalls } from './calls.js';
import { benchLedger } from './ledger.js';
import { benchReplay } from './replay.js';
import { benchTail } from './tail.js';

/** A benchmark prints what it does, and returns its figures: the last line, as JSON. */
const benchmarks: Readonly<Record<string, (arguments_: readonly string[]) => Promise<object>>> = {
  ledger: benchLedger,
  replay: benchReplay,
  tail: benchTail,
  calls: benchCalls,
};

const [name = '', ...rest] = process.argv.slice(2);
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (benchmark) {
  const figures = await benchmark(rest);
  process.stdout.write(`${JSON.stringify({ bench: name, ...figures })}\n`);
} else {
  process.stderr.write(`There is no benchmark "${name}"; there are ${Object.keys(benchmarks).join(', ')}.\n`);
  process.exitCode = 1;
}
