import { AppError, ErrorCode } from '../domain/errors.js';
import { MARKER, type StoreMarker } from './store-marker.js';

/** Which object store is a database's, as the database says. Every method throws `UNAVAILABLE`. */
export interface KnownStore {
  /** `null`: it's new, or from before stores had an id. */
  read(): Promise<string | null>;
  /** Of several who keep one the first does. Returns what is kept. */
  keep(id: string): Promise<string>;
  replace(id: string): Promise<void>;
}

export interface StoreOwnershipOptions {
  readonly marker: StoreMarker;
  readonly known: KnownStore;
  /** Where the store is, for people. */
  readonly place: string;
}

/** Whether an object store is the database's own: its marker and the database name the same id. */
export class StoreOwnership {
  readonly #options: StoreOwnershipOptions;

  constructor(options: StoreOwnershipOptions) {
    this.#options = options;
  }

  /**
   * Makes them each other's where the database has none yet: the marker first, so that whoever comes after one that died in
   * between takes the marker's id, as a backup of the database from before it does. Returns the id. Throws as `require`.
   */
  async claim(newId: string): Promise<string> {
    const { marker, known } = this.#options;
    const id = (await known.read()) ?? (await known.keep(await marker.readOrMake(newId)));
    await this.require(id);
    return id;
  }

  /** As `claim`, and makes nothing: a database that has none yet (`null`) takes any store. */
  async check(): Promise<string | null> {
    const id = await this.#options.known.read();
    if (id !== null) await this.require(id);
    return id;
  }

  /** As `check`, for who can do without a store: one without a marker passes. */
  async refuseAnothers(): Promise<void> {
    if ((await this.#options.marker.read()) !== null) await this.check();
  }

  /** Throws `UNAVAILABLE`, with what to do, where the store has another id or none. */
  async require(id: string): Promise<void> {
    const there = await this.#options.marker.read();
    if (there !== id) throw notOwn(this.#options.place, id, there);
  }

  /** The store is the database's from now on, whatever either said before. */
  async adopt(newId: string): Promise<void> {
    const { marker, known } = this.#options;
    await known.replace(await marker.readOrMake(newId));
  }
}

const notOwn = (place: string, id: string, there: string | null): AppError =>
  new AppError(
    ErrorCode.UNAVAILABLE,
    there === null
      ? `The object store in ${place} isn't this database's: it has no ${MARKER}, and so is probably not mounted. Mount it, or set DATA_DIR to where it is; where its files are lost, "ledgerline objects adopt" goes on without them.`
      : `The object store in ${place} is another installation's: its ${MARKER} says ${there}, and this database's is ${id}. Set DATA_DIR to where that is; where its files are lost, "ledgerline objects adopt" goes on with these.`,
    {},
    { toClients: "The object store isn't there; try again later." },
  );
