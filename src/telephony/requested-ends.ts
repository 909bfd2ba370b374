import { callDecider } from '../domain/call/decider.js';
import { isWithPerson } from '../domain/call/transfers.js';
import { parseStreamName } from '../domain/stream.js';
import { execute } from '../ledger/execute.js';
import type { Ledger, LedgerRecord } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import { defineWorkflow, type Workflow } from '../tenancy/workflows/workflow.js';
import { callMs } from './lost-stream.js';
import type { TwilioRest } from './twilio-rest.js';

export interface RequestedEndsOptions {
  readonly ledger: Ledger;
  readonly rest: TwilioRest;
  /** Names this process in the ledger. */
  readonly worker: string;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

/**
 * Ends the calls that an operator wants to end while a person has them: no worker carries those, and the carrier asks nothing
 * until the two are done. Either may be stored first, the wish or the dial: the later one sees both.
 */
export const requestedEnds = (options: RequestedEndsOptions): readonly Workflow[] => {
  const finish = ({ stream }: LedgerRecord): Promise<void> => endWithPerson(options, stream);
  return [
    defineWorkflow({ startsWith: 'CallEndRequested', afterMs: 0, finish }),
    defineWorkflow({ startsWith: 'TransferDialed', afterMs: 0, finish }),
  ];
};

/** The carrier first: a call whose end is stored is nobody's to end any more. Throws `UNAVAILABLE` where Twilio is away. */
const endWithPerson = async (
  { ledger, rest, worker, now }: RequestedEndsOptions,
  stream: string,
): Promise<void> => {
  const state = await load(ledger, callDecider, stream);
  const { phase, endRequestedAtMs, accountSid, callSid } = state;
  if (phase !== 'answered' || endRequestedAtMs === null || !isWithPerson(state)) return;
  if (accountSid === null || callSid === null) return;
  await rest.hangUp({ accountSid, callSid });
  const { id: callId } = parseStreamName(stream);
  const nowMs = now();
  await execute(
    ledger,
    callDecider,
    stream,
    { type: 'EndUncarried', atMs: callMs(state, nowMs) },
    {
      commandId: `requested-end:${callId}`,
      correlationId: callId,
      actor: { type: 'platform', id: worker },
      occurredAt: new Date(nowMs).toISOString(),
    },
  );
};
