import { messageOf } from '../../domain/errors.js';
import type { ObjectStore } from '../../objects/object-store.js';
import { type Difference, differenceAt } from './difference.js';
import { copyKeys, readCopy, type SealCopy, type SealedEvent } from './seal-copy.js';
import type { TrustedKeys } from './signing.js';

export interface CopiesCheckOptions {
  readonly objects: ObjectStore;
  readonly trusted: TrustedKeys;
  readonly comparePositions: (a: string, b: string) => number;
  /** Copies of earlier seals are left out. */
  readonly fromNumber: number;
}

interface Loaded {
  readonly key: string;
  readonly copy: SealCopy;
}

interface Open extends Loaded {
  next: number;
}

/**
 * Compares events with the hashes that stand in the object store: whoever rewrote the ledger, and signed it again, didn't
 * rewrite those. Every copy is compared, also one whose seal never came into the ledger: it tells what was there.
 */
export class CopiesCheck {
  readonly #options: CopiesCheckOptions;
  readonly #keys: Iterator<readonly string[]>;
  /** Those whose first event hasn't come yet: copies of one seal's number. */
  #waiting: Loaded[] = [];
  #open: Open[] = [];
  #isAtEnd = false;
  #broken: Difference | null = null;

  private constructor(options: CopiesCheckOptions, keys: Iterable<readonly string[]>) {
    this.#options = options;
    this.#keys = keys[Symbol.iterator]();
  }

  /** Call it before the ledger is read: a copy that is made meanwhile may be of events that aren't read any more. */
  static async open(options: CopiesCheckOptions): Promise<CopiesCheck> {
    return new CopiesCheck(options, (await copyKeys(options.objects, options.fromNumber)).values());
  }

  /** Whether `load` must be called before the next event. */
  get mustLoad(): boolean {
    return this.#waiting.length === 0 && !this.#isAtEnd;
  }

  /** The first copy, of those that were read so far, that isn't what was signed. */
  get broken(): Difference | null {
    return this.#broken;
  }

  async load(): Promise<void> {
    while (this.mustLoad) {
      const { value: keys, done } = this.#keys.next();
      if (done) this.#isAtEnd = true;
      else for (const key of keys) await this.#loadOne(key);
    }
  }

  async #loadOne(key: string): Promise<void> {
    const { objects, trusted } = this.#options;
    try {
      this.#waiting.push({ key, copy: await readCopy(objects, key, trusted) });
    } catch (error) {
      this.#breaks(messageOf(error));
    }
  }

  #breaks(problem: string): void {
    this.#broken ??= { position: null, stream: null, revision: null, problem };
  }

  /** The ledger's next event. Returns what differs. */
  take(event: SealedEvent): Difference | null {
    this.#start(event);
    for (const open of this.#open) {
      const difference = this.#compare(open, event);
      if (difference) return difference;
    }
    this.#open = this.#open.filter(({ copy, next }) => next < copy.events.length);
    return null;
  }

  /** The ledger has no more events. Returns the first that is missing, or a copy that isn't true. */
  end(): Difference | null {
    const [unfinished] = [...this.#open, ...this.#waiting.map((loaded) => ({ ...loaded, next: 0 }))];
    const missing = unfinished?.copy.events[unfinished.next];
    return missing ? gone(missing) : this.#broken;
  }

  #start({ position }: SealedEvent): void {
    const { comparePositions } = this.#options;
    const hasBegun = ({ copy }: Loaded) => comparePositions(copy.seal.from, position) <= 0;
    this.#open.push(...this.#waiting.filter(hasBegun).map((loaded) => ({ ...loaded, next: 0 })));
    this.#waiting = this.#waiting.filter((loaded) => !hasBegun(loaded));
  }

  #compare(open: Open, event: SealedEvent): Difference | null {
    const expected = open.copy.events[open.next++];
    if (!expected) return null;
    if (expected.leaf.equals(event.leaf)) {
      // The seal's signature covers the hashes, and in each of those stands the place: beside it, it's only written again.
      if (!isSamePlace(expected, event)) this.#breaks(misplaced(open.key, event));
      return null;
    }
    const order = this.#options.comparePositions(expected.position, event.position);
    if (order < 0) return gone(expected);
    if (order > 0) return differenceAt(event, "it wasn't there when this part of the ledger was sealed.");
    return differenceAt(event, `it isn't what was sealed (seal ${open.copy.seal.number}).`);
  }
}

const isSamePlace = (a: SealedEvent, b: SealedEvent): boolean =>
  a.position === b.position && a.stream === b.stream && a.revision === b.revision;

const misplaced = (key: string, { position, stream, revision }: SealedEvent): string =>
  `The copy ${key} in the object store has another place for the event at position ${position} (${stream}, revision ${revision}) than that event's hash.`;

const gone = (event: SealedEvent): Difference => differenceAt(event, 'it was sealed, and is missing now.');
