import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorCode, isAppError, reasonOf } from '../../domain/errors.js';
import type { Logger } from '../../domain/logger.js';
import { UnreadableEvent } from '../../ledger/codec/codec.js';
import type { StoredEvent } from '../../ledger/event-store.js';
import type { Ledger, LedgerRecord } from '../../ledger/ledger.js';
import { refuseLost } from '../../ledger/lost-events.js';
import type { Reached, ReactorCheckpoint } from './checkpoint.js';
import { passes } from './patience.js';
import type { Workflow } from './workflow.js';

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;
/** Nobody waits for a reactor: so it reads a few times a second what a hundred calls append, and not after each. */
const GATHER_MS = 250;
/** What isn't a workflow's beginning is read again after a crash for so long at most. */
const SAVE_EVERY_MS = 10_000;

export interface WorkflowReactorOptions {
  readonly ledger: Ledger;
  readonly checkpoint: ReactorCheckpoint;
  readonly workflows: readonly Workflow[];
  readonly logger: Logger;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

/**
 * Finishes the workflows that a process began and left: follows the whole ledger from a checkpoint of its own, and does the
 * remaining steps of each. Several processes may do so at once, and the checkpoint may be lost: a step that is done isn't
 * done again.
 */
export class WorkflowReactor {
  readonly #options: WorkflowReactorOptions;
  readonly #workflows: ReadonlyMap<string, Workflow>;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #retryMs = RETRY_MIN_MS;
  #said = '';
  /** The checkpoint is of what the ledger has lost. */
  #seesAllAgain = false;

  constructor(options: WorkflowReactorOptions) {
    this.#options = options;
    this.#workflows = new Map(options.workflows.map((workflow) => [workflow.startsWith, workflow]));
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** After the step in hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#follow().catch((error: unknown) => this.#failed(error));
      await pause(this.#retryMs, signal);
      this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS);
    }
  }

  /**
   * What lasts is said once. Where the ledger lost events, nobody knows since which one, and what stands in their places was
   * never seen: it begins at the ledger's start.
   */
  #failed(error: unknown): void {
    const reason = reasonOf(error);
    if (reason !== this.#said)
      this.#options.logger.warn({ error: reason }, 'Workflows stopped, and start again.');
    this.#said = reason;
    if (isAppError(error, ErrorCode.EVENTS_LOST)) this.#seesAllAgain = true;
  }

  async #follow(): Promise<void> {
    const { ledger, checkpoint, now } = this.#options;
    const { signal } = this.#stop;
    let saved = await this.#saved();
    let savedAtMs = now();
    let reached = saved;
    for await (const { events, atHead } of ledger.store.subscribeAll({ after: saved?.position, signal })) {
      this.#retryMs = RETRY_MIN_MS;
      this.#said = '';
      let isFinished = false;
      for (const event of events) {
        const workflow = this.#workflows.get(event.type);
        if (workflow) {
          isFinished = await this.#finish(workflow, event);
          if (!isFinished) break;
        }
        reached = { position: event.position, eventId: event.id };
      }
      if (reached && reached !== saved && (isFinished || now() - savedAtMs >= SAVE_EVERY_MS)) {
        await checkpoint.write(reached);
        this.#seesAllAgain = false;
        saved = reached;
        savedAtMs = now();
      }
      if (atHead) await pause(GATHER_MS, signal);
    }
  }

  /** `undefined`: the ledger's start. */
  async #saved(): Promise<Reached | undefined> {
    if (this.#seesAllAgain) return undefined;
    const { checkpoint, ledger } = this.#options;
    const saved = await checkpoint.read();
    if (saved) await refuseLost(ledger.store, saved);
    return saved;
  }

  /** `false`: told to stop before the end. Throws what can't be read by this version of the program. */
  async #finish(workflow: Workflow, stored: StoredEvent): Promise<boolean> {
    const { ledger, logger, now } = this.#options;
    const { signal } = this.#stop;
    // By two clocks: where the ledger's is ahead, or was, nothing waits for the other to get there.
    const leftMs = Date.parse(stored.createdAt) + workflow.afterMs - now();
    await pause(Math.min(leftMs, workflow.afterMs), signal);
    for (let retryMs = RETRY_MIN_MS; !signal.aborted; retryMs = Math.min(retryMs * 2, RETRY_MAX_MS)) {
      try {
        const [event] = await ledger.codec.decode([stored]);
        if (event instanceof UnreadableEvent) throw event.error;
        await workflow.finish(event as LedgerRecord);
        return true;
      } catch (error) {
        if (isAppError(error, ErrorCode.NEEDS_UPGRADE)) throw error;
        const { type, stream } = stored;
        const isRefused = !passes(error);
        const what = isRefused ? 'A workflow can not be finished.' : 'A workflow waits, and is tried again.';
        logger.warn({ type, stream, error: reasonOf(error) }, what);
        // What refuses a step refuses it each time: the others go on.
        if (isRefused) return true;
        await pause(retryMs, signal);
      }
    }
    return false;
  }
}

/** Resolves early at the signal. */
const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
};
