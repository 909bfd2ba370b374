import { SEAL_STREAM, type Seal, sealEvents } from '../../domain/seal/events.js';
import type { StoredEvent } from '../../ledger/event-store.js';
import { type Difference, differenceAt } from './difference.js';
import { chained, GENESIS } from './leaf.js';
import type { TrustedKeys } from './signing.js';

/** The ledger's next event: foreign ones are known by their hash only. */
export interface Link {
  readonly position: string;
  readonly leaf: Buffer;
  readonly event: StoredEvent | null;
}

/** Where a check begins: before the first event of this seal. */
export interface ChainStart {
  readonly number: number;
  /** The chain there. */
  readonly previous: Buffer;
}

interface Unsealed {
  readonly position: string;
  /** After this event. */
  readonly chain: Buffer;
}

/**
 * Follows the chain from event to event, and compares it with each seal that comes by: its signature, its place after the
 * seal before, its hash. It holds the chain since the last seal in memory, and where each stream stands.
 */
export class ChainCheck {
  readonly #trusted: TrustedKeys;
  readonly #start: ChainStart;
  readonly #revisions = new Map<string, number>();
  #chain: Buffer;
  #previous: Buffer;
  #nextNumber: number;
  #unsealed: Unsealed[] = [];
  #lastSeal: Seal | null = null;

  constructor(trusted: TrustedKeys, start: ChainStart = { number: 0, previous: GENESIS }) {
    this.#trusted = trusted;
    this.#start = start;
    this.#chain = start.previous;
    this.#previous = start.previous;
    this.#nextNumber = start.number;
  }

  /** The last one that was found true. */
  get lastSeal(): Seal | null {
    return this.#lastSeal;
  }

  /** How many seals were found true. */
  get seals(): number {
    return this.#nextNumber - this.#start.number;
  }

  /** How many events stand after the last seal's last one. */
  get unsealed(): number {
    return this.#unsealed.length;
  }

  take({ position, leaf, event }: Link): Difference | null {
    this.#chain = chained(this.#chain, leaf);
    this.#unsealed.push({ position, chain: this.#chain });
    if (!event) return null;
    return this.#gapBefore(event) ?? (event.stream === SEAL_STREAM ? this.#takeSeal(event) : null);
  }

  /** Revisions are dense: a gap is an event that is gone. */
  #gapBefore({ position, stream, revision }: StoredEvent): Difference | null {
    const last = this.#revisions.get(stream);
    this.#revisions.set(stream, revision);
    // A check from the middle of the ledger meets a stream in its middle.
    const expected = last === undefined ? (this.#start.number === 0 ? 0 : revision) : last + 1;
    if (revision === expected) return null;
    const place = { position, stream, revision };
    return revision > expected
      ? differenceAt(place, `revision ${expected} of its stream is missing before it.`)
      : differenceAt(place, `revision ${expected} of its stream should stand here.`);
  }

  #takeSeal(event: StoredEvent): Difference | null {
    const seal = parseSeal(event);
    const problem = seal ? this.#problemOf(seal, event.revision) : "this seal can't be read.";
    if (problem || !seal) return differenceAt(event, problem ?? '');
    if (seal.number < this.#start.number) return null;
    const range = this.#rangeProblem(seal);
    if (range) return range;
    this.#unsealed = this.#unsealed.slice(seal.events);
    this.#previous = Buffer.from(seal.hash, 'hex');
    this.#nextNumber++;
    this.#lastSeal = seal;
    return null;
  }

  #problemOf(seal: Seal, revision: number): string | null {
    const signature = this.#trusted.problemOfSeal(seal);
    if (signature) return `seal ${seal.number} ${signature}.`;
    if (seal.number !== revision) return `this seal has the number ${seal.number}, not ${revision}.`;
    if (seal.number < this.#start.number) return null;
    return seal.number === this.#nextNumber && seal.previous === this.#previous.toString('hex')
      ? null
      : `seal ${seal.number} doesn't follow the seal before it.`;
  }

  #rangeProblem({ number, from, to, events, hash }: Seal): Difference | null {
    const [first] = this.#unsealed;
    const last = this.#unsealed[events - 1];
    if (first?.position === from && last?.position === to && last.chain.toString('hex') === hash) return null;
    return {
      position: null,
      stream: null,
      revision: null,
      problem: `Of the ${events} events from position ${from} to ${to}, one isn't what was sealed (seal ${number}). Which one can't be told: their hashes aren't here.`,
    };
  }
}

const parseSeal = (event: StoredEvent): Seal | null => {
  try {
    return sealEvents.LedgerSealed.readSchema.parse(JSON.parse(event.data));
  } catch {
    // The event is named by who asked; its content is of no use.
    return null;
  }
};
