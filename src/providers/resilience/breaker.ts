import type { CircuitCapability } from '../../domain/circuit/events.js';
import { AppError, ErrorCode, isAppError, messageOf } from '../../domain/errors.js';
import { type FailureKind, failureKindOf } from './failure-kind.js';
import { Outcomes } from './outcomes.js';
import { tookTooLong } from './took-too-long.js';

/** `half_open`: one request tries whether the provider is back; the others are refused until it's known. */
export type CircuitState = 'closed' | 'open' | 'half_open';

export interface CircuitHealth {
  readonly provider: string;
  readonly capability: CircuitCapability;
  readonly state: CircuitState;
  /** Within the last minute. */
  readonly failures: number;
  /** Without anybody's words; `null`: none since the start. */
  readonly lastError: string | null;
  /** When the state began, in ms since the epoch. */
  readonly sinceMs: number;
}

export type CircuitChange =
  | { readonly type: 'opened'; readonly failures: number; readonly error: string; readonly retryInMs: number }
  | { readonly type: 'closed'; readonly openMs: number };

/** One request's way past a breaker: the first of its endings counts. */
export interface Attempt {
  succeed(): void;
  fail(error: unknown): void;
  /** It's over, and it says nothing. */
  release(): void;
}

/** So many failures within a minute open it, where they are at least half of the requests: one agent's settings aren't an outage. */
const FAILURES_TO_OPEN = 5;
const SHARE_TO_OPEN = 0.5;

/** Then another may try in its place: a stream whose caller is silent says nothing of its provider. */
const PROBE_FOR_MS = 10_000;
/** After an outage it's tried again soon, and then half as often each time. */
const RETRY_MIN_MS = 5_000;
const RETRY_MAX_MS = 60_000;
/** A key doesn't mend itself: somebody must change it, and start the process with it. */
const RETRY_CREDENTIALS_MS = 60_000;

/** What a breaker throws: `UNAVAILABLE` with this in its details. */
const CIRCUIT_OPEN = 'circuit_open';

/** Whether a request wasn't made, since the provider's breaker is open. */
export const isCircuitOpen = (error: unknown): boolean =>
  isAppError(error, ErrorCode.UNAVAILABLE) && error.details.reason === CIRCUIT_OPEN;

/** Keeps calls from waiting for a provider that fails: shared by all calls of the process. */
export class Breaker {
  readonly #provider: string;
  readonly #capability: CircuitCapability;
  readonly #now: () => number;
  readonly #onChange: (change: CircuitChange) => void;
  readonly #outcomes = new Outcomes();
  #state: CircuitState = 'closed';
  #sinceMs: number;
  #openedAtMs = 0;
  #retryAtMs = 0;
  #retryInMs = RETRY_MIN_MS;
  #lastError: string | null = null;
  #probe: Attempt | null = null;
  #probeSinceMs = 0;

  /** `now`: in ms since the epoch. `onChange` must not throw. */
  constructor(
    of: { readonly provider: string; readonly capability: CircuitCapability },
    now: () => number,
    onChange: (change: CircuitChange) => void,
  ) {
    this.#provider = of.provider;
    this.#capability = of.capability;
    this.#now = now;
    this.#onChange = onChange;
    this.#sinceMs = now();
  }

  get health(): CircuitHealth {
    return {
      provider: this.#provider,
      capability: this.#capability,
      state: this.#state,
      failures: this.#outcomes.count(this.#now()).failed,
      lastError: this.#lastError,
      sinceMs: this.#sinceMs,
    };
  }

  /**
   * Begins a request. When its signal aborts it's over: a failure where the provider took too long. Throws `UNAVAILABLE`
   * (see `isCircuitOpen`) at once where it would only make a caller wait.
   */
  begin(signal: AbortSignal): Attempt {
    this.#refuseWhileOpen();
    let isOver = false;
    const end = (outcome: () => void) => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener('abort', onAbort);
      const isProbe = this.#probe === attempt;
      if (isProbe) this.#probe = null;
      outcome();
    };
    const attempt: Attempt = {
      succeed: () => end(() => this.#onSuccess()),
      fail: (error) => end(() => this.#onFailure(messageOf(error), failureKindOf(error))),
      release: () => end(() => undefined),
    };
    const onAbort = () =>
      tookTooLong(signal) ? end(() => this.#onFailure('deadline', 'outage')) : attempt.release();
    if (this.#state !== 'closed') {
      this.#enter('half_open');
      this.#probe = attempt;
      this.#probeSinceMs = this.#now();
    }
    signal.addEventListener('abort', onAbort, { once: true });
    return attempt;
  }

  #refuseWhileOpen(): void {
    if (this.#state === 'closed') return;
    const nowMs = this.#now();
    const isFree = this.#probe === null || nowMs - this.#probeSinceMs >= PROBE_FOR_MS;
    if (isFree && nowMs >= this.#retryAtMs) return;
    throw new AppError(
      ErrorCode.UNAVAILABLE,
      `${this.#provider} isn't asked now: it failed too often (${this.#lastError}).`,
      { reason: CIRCUIT_OPEN, provider: this.#provider, capability: this.#capability },
    );
  }

  #onSuccess(): void {
    this.#outcomes.add('succeeded', this.#now());
    if (this.#state !== 'half_open' || this.#probe !== null) return;
    this.#outcomes.clear();
    this.#retryInMs = RETRY_MIN_MS;
    this.#enter('closed');
    this.#onChange({ type: 'closed', openMs: Math.max(0, this.#now() - this.#openedAtMs) });
  }

  #onFailure(error: string, kind: FailureKind): void {
    // The provider answers, though not this request: for the others it's up.
    if (kind === 'request') return this.#state === 'half_open' ? this.#onSuccess() : undefined;
    const nowMs = this.#now();
    this.#lastError = error.slice(0, 500);
    this.#outcomes.add('failed', nowMs);
    if (this.#state === 'half_open') return this.#openAgain(kind);
    if (this.#state === 'open') return;
    const { succeeded, failed } = this.#outcomes.count(nowMs);
    const isOutage = failed >= FAILURES_TO_OPEN && failed >= SHARE_TO_OPEN * (failed + succeeded);
    if (kind !== 'credentials' && !isOutage) return;
    this.#openedAtMs = nowMs;
    this.#retryInMs = kind === 'credentials' ? RETRY_CREDENTIALS_MS : RETRY_MIN_MS;
    this.#open();
    this.#onChange({
      type: 'opened',
      failures: failed,
      error: this.#lastError,
      retryInMs: this.#retryInMs,
    });
  }

  #openAgain(kind: FailureKind): void {
    // A request from before may end while another one tries: that one decides.
    if (this.#probe !== null) return;
    this.#retryInMs =
      kind === 'credentials' ? RETRY_CREDENTIALS_MS : Math.min(this.#retryInMs * 2, RETRY_MAX_MS);
    this.#open();
  }

  #open(): void {
    this.#retryAtMs = this.#now() + this.#retryInMs;
    this.#enter('open');
  }

  #enter(state: CircuitState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#sinceMs = this.#now();
  }
}
