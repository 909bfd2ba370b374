import type { LedgerRecord } from '../ledger/ledger.js';
import { defineWorkflow, type Workflow } from '../tenancy/workflows/workflow.js';
import type { CallRecordings } from '../voice/recording/call-recordings.js';

/** A worker that lives finishes its recording within seconds of the media stream's end. */
const AFTER_MS = 10_000;

/** Finishes the recordings of workers that died, once nobody carries them any more. */
export const recoverRecordings = (recordings: CallRecordings): readonly Workflow[] => {
  const finish = ({ stream }: LedgerRecord): Promise<void> => recordings.recover(stream);
  return [
    defineWorkflow({ startsWith: 'CallEnded', afterMs: AFTER_MS, finish }),
    defineWorkflow({ startsWith: 'MediaStreamLost', afterMs: AFTER_MS, finish }),
  ];
};
