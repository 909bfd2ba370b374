import type { CommandContext, LedgerRecord } from '../../ledger/ledger.js';

export type RecordOf<T extends LedgerRecord['type']> = Extract<LedgerRecord, { type: T }>;

/** A command over several streams, from its first event on, which says all that the remaining steps need. */
interface WorkflowOf<T extends LedgerRecord['type']> {
  readonly startsWith: T;
  /** How long after its first event's storing others are still at it. */
  readonly afterMs: number;
  /**
   * Does what isn't done yet. It's called at least once an event, by several processes at once and at any time after:
   * every step has the same command id each time. What it throws as `UNAVAILABLE`, `OUTCOME_UNKNOWN` or `RETRY_LATER` has it
   * called again.
   */
  finish(event: RecordOf<T>): Promise<void>;
}

/** A workflow whatever it starts with. */
export type Workflow = WorkflowOf<LedgerRecord['type']>;

/** Ties a workflow to the type of its first event, with the types checked. */
export const defineWorkflow = <T extends LedgerRecord['type']>(workflow: WorkflowOf<T>): Workflow =>
  workflow as unknown as Workflow;

/** Steps are the command's whose event began the workflow: the same ids, whoever does them. */
export const commandOf = ({ metadata }: LedgerRecord): CommandContext => ({
  commandId: metadata.$causationId,
  correlationId: metadata.$correlationId,
  actor: metadata.actor,
  occurredAt: metadata.occurredAt,
});
