import { reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import type { KeyRing } from '../ledger/keys/key-ring.js';
import type { LedgerTail } from '../ledger/tail.js';

export interface ErasedUsersOptions {
  readonly keys: Pick<KeyRing, 'erasedUsers'>;
  readonly tail: Pick<LedgerTail, 'followAll'>;
  readonly logger: Logger;
}

/** Who was erased, by any process: an access token doesn't say it. All of them, since an id is given once. */
export class ErasedUsers {
  readonly #options: ErasedUsersOptions;
  readonly #ids = new Set<string>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(options: ErasedUsersOptions) {
    this.#options = options;
  }

  /**
   * When it resolves, everybody is known who was erased before. The tail runs already: a user's keys are gone before the
   * event that says so, so nobody falls between the two. Throws `UNAVAILABLE`.
   */
  async start(): Promise<void> {
    const { tail, logger } = this.#options;
    tail.followAll(
      ({ type, data }) => type === 'SubjectErased' && data.kind === 'user' && this.#add(data.subjectId),
      () =>
        this.#learn().catch((error: unknown) =>
          logger.error({ error: reasonOf(error) }, 'Who was erased meanwhile is not known before a restart.'),
        ),
    );
    await this.#learn();
  }

  has(userId: string): boolean {
    return this.#ids.has(userId);
  }

  /** Calls `then` once, when the user is erased from now on. Returns how to stop. */
  whenErased(userId: string, then: () => void): () => void {
    const waiting = this.#waiting.get(userId) ?? new Set();
    this.#waiting.set(userId, waiting.add(then));
    return () => {
      waiting.delete(then);
      if (waiting.size === 0 && this.#waiting.get(userId) === waiting) this.#waiting.delete(userId);
    };
  }

  async #learn(): Promise<void> {
    for (const userId of await this.#options.keys.erasedUsers()) this.#add(userId);
  }

  #add(userId: string): void {
    this.#ids.add(userId);
    const waiting = this.#waiting.get(userId);
    this.#waiting.delete(userId);
    for (const then of waiting ?? []) then();
  }
}
