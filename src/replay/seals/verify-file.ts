import { createHash } from 'node:crypto';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { StoredEvent } from '../../ledger/event-store.js';
import { ChainCheck } from './chain-check.js';
import { type Difference, differenceAt } from './difference.js';
import {
  EXPORT_VERSION,
  footerProblem,
  footerSchema,
  headerSchema,
  lineSchema,
  placeSchema,
} from './export-file.js';
import { leafOf } from './leaf.js';
import type { TrustedKeys } from './signing.js';
import type { Verdict, VerifyOptions } from './verify-ledger.js';

const PROGRESS_LINES = 2_000;

export interface VerifyFileOptions extends VerifyOptions {
  /** Without their ends. */
  readonly lines: AsyncIterable<string>;
}

export type FileVerdict = Omit<Verdict, 'withoutCopy'> & {
  /** Whose export it is; `null`: the whole ledger's. */
  readonly tenantId: string | null;
  /** How many of the events are there with their content. */
  readonly shown: number;
};

/**
 * Compares an exported file with itself, its seals and the signature in its last line, up to the first event that differs.
 * Throws `BAD_USER_INPUT` for a file that is no export.
 */
export const verifyFile = async (options: VerifyFileOptions): Promise<FileVerdict> => {
  const check = new FileCheck(options.trusted);
  for await (const line of options.lines) {
    options.signal.throwIfAborted();
    if (!check.take(line)) break;
    if (check.verdict().events % PROGRESS_LINES === 0) options.onProgress(check.verdict().events);
  }
  options.signal.throwIfAborted();
  return check.end();
};

class FileCheck {
  readonly #trusted: TrustedKeys;
  readonly #chain: ChainCheck;
  readonly #hash = createHash('sha256');
  #tenantId: string | null | undefined;
  #events = 0;
  #shown = 0;
  #isWhole = false;
  #difference: Difference | null = null;

  constructor(trusted: TrustedKeys) {
    this.#trusted = trusted;
    this.#chain = new ChainCheck(trusted);
  }

  /** `false`: nothing needs to be read any more. */
  take(text: string): boolean {
    if (this.#tenantId === undefined) {
      this.#tenantId = tenantIn(text);
    } else if (this.#isWhole) {
      this.#difference = whole('The file goes on after its last line: something was added.');
    } else {
      this.#difference = this.#problemOf(text);
    }
    this.#hash.update(`${text}\n`);
    return this.#difference === null;
  }

  end(): FileVerdict {
    if (this.#tenantId === undefined) throw noExport();
    if (!this.#difference && !this.#isWhole) {
      this.#difference = whole(`The file ends early: after ${this.#events} events, without its last line.`);
    }
    return this.verdict();
  }

  verdict(): FileVerdict {
    const { seals, unsealed, lastSeal } = this.#chain;
    return {
      tenantId: this.#tenantId ?? null,
      events: this.#events,
      shown: this.#shown,
      seals,
      unsealed: this.#isWhole ? unsealed : 0,
      lastSeal,
      difference: this.#difference,
    };
  }

  #problemOf(text: string): Difference | null {
    const json = parseJson(text);
    const line = lineSchema.safeParse(json);
    if (line.success) return this.#takeEvent(line.data);
    const footer = footerSchema.safeParse(json);
    if (!footer.success) return unreadable(json, this.#events + 2);
    this.#isWhole = true;
    const problem = footerProblem(footer.data, this.#hash.copy().digest('hex'), this.#trusted);
    return problem ? whole(problem) : null;
  }

  #takeEvent({ n, position, leaf, event: shown }: Line): Difference | null {
    if (n !== this.#events) {
      const missing = `event ${this.#events} of the file, counted from 0, should stand here, not ${n}.`;
      return differenceAt(
        shown ? { position, ...shown } : { position, stream: null, revision: null },
        missing,
      );
    }
    if (!shown && this.#tenantId === null) {
      return differenceAt(
        { position, stream: null, revision: null },
        'its content was taken out of the file.',
      );
    }
    this.#events++;
    const event = shown ? ({ position, ...shown } as StoredEvent) : null;
    if (event) this.#shown++;
    if (event && leafOf(event).toString('hex') !== leaf) {
      return differenceAt(event, "it isn't what was exported: its content and its hash don't agree.");
    }
    return this.#chain.take({ position, leaf: Buffer.from(leaf, 'hex'), event });
  }
}

type Line = ReturnType<typeof lineSchema.parse>;

const whole = (problem: string): Difference => ({ position: null, stream: null, revision: null, problem });

/** Of a line that is no export's: also one that was made of a row that was changed beyond reading. */
const unreadable = (json: unknown, line: number): Difference => {
  const place = placeSchema.safeParse(json);
  if (!place.success) return whole(`Line ${line} of the file can't be read.`);
  const { position, event } = place.data;
  return differenceAt(
    { position, stream: event?.stream ?? null, revision: event?.revision ?? null },
    `line ${line} of the file can't be read.`,
  );
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const noExport = (): AppError =>
  new AppError(
    ErrorCode.BAD_USER_INPUT,
    'This file is no export of the ledger, by its first line: "ledgerline audit export" makes one that can be verified.',
  );

/** Of the first line. */
const tenantIn = (text: string): string | null => {
  const header = headerSchema.safeParse(parseJson(text));
  if (!header.success) throw noExport();
  if (header.data.version > EXPORT_VERSION) {
    throw new AppError(
      ErrorCode.NEEDS_UPGRADE,
      `This export has version ${header.data.version}; this program knows ${EXPORT_VERSION}: upgrade it.`,
    );
  }
  return header.data.tenantId;
};
