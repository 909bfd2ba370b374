import { z } from 'zod';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { type Seal, sealEvents } from '../../domain/seal/events.js';
import type { ObjectStore } from '../../objects/object-store.js';
import { chained } from './leaf.js';
import type { TrustedKeys } from './signing.js';

/** An event that a seal covers: where it stands, and its hash. */
export interface SealedEvent {
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  readonly leaf: Buffer;
}

/** A seal outside the database, with the hash of each event: with it the one that differs can be named. */
export interface SealCopy {
  readonly seal: Seal;
  readonly events: readonly SealedEvent[];
}

const FOLDER = 'seals';
const FOLDER_SEALS = 1_000;
const FOLDER_DIGITS = 7;
const NUMBER_DIGITS = 10;

/** Numbers of one length stand in the order of their characters. */
const folderOf = (number: number): string =>
  String(Math.floor(number / FOLDER_SEALS)).padStart(FOLDER_DIGITS, '0');

/**
 * A seal's number and the beginning of its hash. Who dies between the copy and the append leaves a copy that isn't the
 * ledger's seal; it's as true as the one that takes its number, and doesn't stand in its way.
 */
const keyOf = ({ number, hash }: Seal): string =>
  `${FOLDER}/${folderOf(number)}/${String(number).padStart(NUMBER_DIGITS, '0')}-${hash.slice(0, 16)}.json`;

const numberIn = (name: string): number => Number.parseInt(name, 10);

const copySchema = z.object({
  seal: sealEvents.LedgerSealed.readSchema,
  events: z.array(z.tuple([z.string(), z.string(), z.int(), z.string()])),
});

/** Written before the seal is appended: no seal is without its copy. */
export const writeCopy = async (objects: ObjectStore, { seal, events }: SealCopy): Promise<void> => {
  const rows = events.map(({ position, stream, revision, leaf }) => [
    position,
    stream,
    revision,
    leaf.toString('hex'),
  ]);
  // The same events under the same number have a copy already: it says the same.
  await objects.put(keyOf(seal), Buffer.from(JSON.stringify({ seal, events: rows })));
};

/** The highest number that has a copy; `null`: there is none. */
export const lastCopyNumber = async (objects: ObjectStore): Promise<number | null> => {
  const folder = (await objects.list(FOLDER)).at(-1);
  const name = folder === undefined ? undefined : (await objects.list(`${FOLDER}/${folder}`)).at(-1);
  return name === undefined ? null : numberIn(name);
};

/** The keys of the copies from a seal's number on, by that number, in order. */
export const copyKeys = async (
  objects: ObjectStore,
  fromNumber: number,
): Promise<ReadonlyMap<number, readonly string[]>> => {
  const byNumber = new Map<number, string[]>();
  for (const folder of await objects.list(FOLDER)) {
    if (folder < folderOf(fromNumber)) continue;
    for (const name of await objects.list(`${FOLDER}/${folder}`)) {
      const number = numberIn(name);
      if (number < fromNumber) continue;
      byNumber.set(number, [...(byNumber.get(number) ?? []), `${FOLDER}/${folder}/${name}`]);
    }
  }
  return byNumber;
};

/** Throws `BAD_USER_INPUT`, saying why, when it isn't what was signed. */
export const readCopy = async (
  objects: ObjectStore,
  key: string,
  trusted: TrustedKeys,
): Promise<SealCopy> => {
  const content = await objects.get(key);
  const copy = content && parseCopy(content.toString('utf8'));
  if (!copy) throw untrue(key, "can't be read");
  const problem = trusted.problemOfSeal(copy.seal);
  if (problem) throw untrue(key, problem);
  let chain: Buffer = Buffer.from(copy.seal.previous, 'hex');
  for (const { leaf } of copy.events) chain = chained(chain, leaf);
  if (chain.toString('hex') !== copy.seal.hash) {
    throw untrue(key, "has other events' hashes than those that were signed");
  }
  return copy;
};

const parseCopy = (text: string): SealCopy | null => {
  try {
    const { seal, events } = copySchema.parse(JSON.parse(text));
    return {
      seal,
      events: events.map(([position, stream, revision, leaf]) => ({
        position,
        stream,
        revision,
        leaf: Buffer.from(leaf, 'hex'),
      })),
    };
  } catch {
    // What exactly is wrong with it doesn't matter: nobody but the platform writes there.
    return null;
  }
};

const untrue = (key: string, problem: string): AppError =>
  new AppError(ErrorCode.BAD_USER_INPUT, `The copy ${key} in the object store ${problem}.`);
