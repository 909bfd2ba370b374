import { type CallCommand, callDecider } from '../domain/call/decider.js';
import { ErrorCode, isAppError } from '../domain/errors.js';
import { parseStreamName } from '../domain/stream.js';
import { execute } from '../ledger/execute.js';
import type { Ledger } from '../ledger/ledger.js';
import type { CallJournal } from './call-journal.js';

export interface TellOptions {
  readonly ledger: Ledger;
  /** Names this process in the ledger. */
  readonly worker: string;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

/**
 * What is known of a media stream once it's over, by the call's journal, which waits for a ledger that is away; a journal
 * that is fenced takes nothing more. `commandId`: the same whenever this is told.
 */
export const tellAfterwards = async (
  options: TellOptions,
  journal: CallJournal,
  command: CallCommand,
  commandId: string,
): Promise<void> => {
  try {
    await journal.record(command);
  } catch (error) {
    if (!isAppError(error, ErrorCode.CONFLICT)) throw error;
    await tellLedger(options, journal.stream, command, commandId);
  }
};

/** As `tellAfterwards`, by somebody who has no journal of the call. */
export const tellLedger = async (
  { ledger, worker, now }: TellOptions,
  stream: string,
  command: CallCommand,
  commandId: string,
): Promise<void> => {
  await execute(ledger, callDecider, stream, command, {
    commandId,
    correlationId: parseStreamName(stream).id,
    actor: { type: 'platform', id: worker },
    occurredAt: new Date(now()).toISOString(),
  });
};
