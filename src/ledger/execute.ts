import { type Decider, fold } from '../domain/decider.js';
import { ErrorCode, isAppError } from '../domain/errors.js';
import type { LedgerEvent } from '../domain/events.js';
import type { Appended } from './event-store.js';
import type { CommandContext, Ledger, LedgerRecord } from './ledger.js';
import { refuseLost } from './lost-owner.js';

/** Others may keep writing to the stream: after so many conflicts it's their fault, and the caller's turn. */
export const MAX_TRIES = 8;

export interface Executed<State> {
  /** With what the command did. */
  readonly state: State;
  /** Where the stream's last event stands; `null`: there is none. */
  readonly appended: Appended | null;
}

/**
 * Reads a stream, decides and appends; on a conflict it does so again on what others wrote. A command whose events are
 * there already (the same `commandId`) is done. Throws what the decider and the ledger throw, and `CONFLICT` for a stream
 * that lost what it was to own.
 */
export const execute = async <Command, State, Event extends LedgerEvent>(
  ledger: Ledger,
  decider: Decider<Command, State, Event>,
  stream: string,
  command: Command,
  context: CommandContext,
): Promise<Executed<State>> => {
  for (let tries = 1; ; tries++) {
    const past = await ledger.readStream(stream);
    refuseLost(past);
    const state = fold(decider, past as readonly unknown[] as readonly Event[]);
    const last = past.at(-1);
    const unchanged = { state, appended: last ? { revision: last.revision, position: last.position } : null };
    if (isDone(past, context)) return unchanged;
    const events = decider.decide(command, state);
    if (events.length === 0) return unchanged;
    try {
      const appended = await ledger.append(stream, events, last?.revision ?? 'none', context);
      return { state: fold(decider, events, state), appended };
    } catch (error) {
      if (!isAppError(error, ErrorCode.CONFLICT) || tries >= MAX_TRIES) throw error;
    }
  }
};

const isDone = (past: readonly LedgerRecord[], { commandId }: CommandContext): boolean =>
  past.some(({ metadata }) => metadata.$causationId === commandId);
