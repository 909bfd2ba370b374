import { access, constants, readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { z } from 'zod';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';
import { type DialStatus, dialStatuses } from '../simulator/call-forms.js';
import { audioScenario, defaultScenario } from '../simulator/default-scenario.js';
import { type PlaceCallOptions, placeCall } from '../simulator/place-call.js';
import { type Progress, placeCalls } from '../simulator/place-calls.js';
import { readScenario } from '../simulator/read-scenario.js';
import { phoneNumber, type Scenario } from '../simulator/scenario.js';
import { callSummary, callsSummary, eventLine } from '../simulator/summary.js';
import { onInterrupt } from './interrupt.js';
import { unwritable } from './new-file.js';

/** As the command line gives them. */
export interface SimulateOptions {
  readonly url: string;
  readonly publicUrl?: string;
  readonly to?: string;
  readonly from?: string;
  readonly authToken?: string;
  readonly audio?: string;
  readonly record?: string;
  readonly person?: string;
  readonly calls: string;
  readonly concurrency?: string;
  readonly json?: true;
}

type Common = Omit<PlaceCallOptions, 'from' | 'recordTo'>;

const DEFAULT_FROM = '+14155550123';
const PROGRESS_EVERY_MS = 1_000;

/**
 * `ledgerline simulate`: places one call or many, tells what was measured, and fails the process when a call isn't what its
 * scenario expects. Throws `BAD_USER_INPUT` for what can't be used.
 */
export const simulate = async (scenarioPath: string | undefined, options: SimulateOptions): Promise<void> => {
  const calls = wholeNumber('--calls', options.calls);
  const concurrency = wholeNumber('--concurrency', options.concurrency ?? options.calls);
  const scenario = await scenarioOf(scenarioPath, options.audio);
  if (options.record !== undefined) await requireDirectoryOf(options.record);
  const stop = new AbortController();
  // Hangs up all calls.
  onInterrupt(() => stop.abort());
  const common: Common = {
    platformUrl: httpUrl('--url', options.url),
    ...(options.publicUrl !== undefined && { publicUrl: httpUrl('--public-url', options.publicUrl) }),
    authToken: await authTokenOf(options),
    to: number('--to', options.to ?? scenario.to),
    scenario,
    ...(options.person !== undefined && { person: dialStatus(options.person) }),
    signal: stop.signal,
  };
  const given = options.from ?? scenario.from;
  const from = given === undefined ? undefined : number('--from', given);
  if (calls === 1) await simulateOne({ ...common, from: from ?? DEFAULT_FROM }, options);
  else
    await simulateMany({ ...common, ...(from !== undefined && { from }) }, { calls, concurrency }, options);
};

const simulateOne = async (call: PlaceCallOptions, { record, json }: SimulateOptions): Promise<void> => {
  const report = await placeCall({
    ...call,
    ...(record !== undefined && { recordTo: record }),
    ...(!json && {
      onEvent: (event, atMs) => {
        const line = eventLine(event, atMs);
        if (line !== null) process.stdout.write(`${line}\n`);
      },
    }),
  });
  process.exitCode = report.ok ? 0 : 1;
  if (json) return print(asJson(report));
  // The platform took nothing of it: there is nothing to measure.
  if (report.webhookMs === null && report.errors.length > 0) throw wrong(report.errors.join(' '));
  print(`\n${callSummary(report)}`);
};

const simulateMany = async (
  call: Common & { readonly from?: string },
  counts: { readonly calls: number; readonly concurrency: number },
  { record, json }: SimulateOptions,
): Promise<void> => {
  const report = await placeCalls({
    ...call,
    ...counts,
    ...(record !== undefined && { recordTo: (n: number) => numbered(record, n) }),
    onProgress: progressTo(process.stderr, counts.calls),
  });
  process.exitCode = report.ok ? 0 : 1;
  print(json ? asJson(report) : callsSummary(report));
};

/** Times to a tenth of a ms: the digits behind it are noise. */
const asJson = (report: object): string =>
  JSON.stringify(
    report,
    (_key, value: unknown) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value),
    2,
  );

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** One line that is written over on a terminal; elsewhere a line each second. */
const progressTo = (output: NodeJS.WriteStream, calls: number): ((progress: Progress) => void) => {
  let shownAtMs = 0;
  return ({ finished, active, failed }) => {
    const isLast = finished === calls;
    if (!isLast && performance.now() - shownAtMs < PROGRESS_EVERY_MS) return;
    shownAtMs = performance.now();
    const text = `${finished} of ${calls} calls are over, ${active} under way${failed > 0 ? `, ${failed} not as expected` : ''}`;
    output.write(output.isTTY ? `\r${text}   ${isLast ? '\n' : ''}` : `${text}\n`);
  };
};

/** Before the call, which can't be had again. */
const requireDirectoryOf = async (file: string): Promise<void> => {
  await access(dirname(file), constants.W_OK).catch((cause: unknown) => {
    throw unwritable(file, cause);
  });
};

const numbered = (path: string, n: number): string => {
  const ending = extname(path);
  return `${path.slice(0, path.length - ending.length)}-${n}${ending}`;
};

const scenarioOf = async (path: string | undefined, audio: string | undefined): Promise<Scenario> => {
  if (path !== undefined && audio !== undefined) {
    throw wrong(`Give a scenario (${path}) or --audio (${audio}), not both.`);
  }
  if (audio !== undefined) return audioScenario(audio);
  return path === undefined ? defaultScenario : readScenario(path);
};

const keptSecrets = z.object({ twilioAuthToken: z.string() });

/** The option's, the environment's, or the one that a platform on this machine made for itself. */
const authTokenOf = async ({ authToken }: SimulateOptions): Promise<string> => {
  const given = authToken ?? process.env.TWILIO_AUTH_TOKEN;
  if (given) return given;
  const file = join(process.env.DATA_DIR || 'data', 'secrets.json');
  try {
    return keptSecrets.parse(JSON.parse(await readFile(file, 'utf8'))).twilioAuthToken;
  } catch (cause) {
    throw wrong(
      `There is no auth token to sign with: give --auth-token, or TWILIO_AUTH_TOKEN, or let ${file} be readable (${messageOf(cause)}).`,
    );
  }
};

const wholeNumber = (name: string, text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw wrong(`${name} must be a whole number, 1 or more, and is "${text}".`);
};

const dialStatus = (text: string): DialStatus => {
  const status = dialStatuses.find((known) => known === text);
  if (status) return status;
  throw wrong(`--person must be one of ${dialStatuses.join(', ')}, and is "${text}".`);
};

const httpUrl = (name: string, text: string): string => {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw wrong(`${name} must be a URL like http://localhost:8000, and is "${text}".`);
};

const number = (name: string, text: string | undefined): string => {
  if (text === undefined) throw wrong(`${name} is missing: the number to call, as +14155550100.`);
  const parsed = phoneNumber.safeParse(text);
  if (parsed.success) return parsed.data;
  throw wrong(`${name} ${parsed.error.issues[0]?.message}, and is "${text}".`);
};

const wrong = (message: string): AppError => new AppError(ErrorCode.BAD_USER_INPUT, message);
