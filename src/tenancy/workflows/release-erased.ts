import { numberStream, SYSTEM_TENANT, userStream } from '../../domain/stream.js';
import type { Ledger, LedgerRecord } from '../../ledger/ledger.js';
import { release } from '../../ledger/reserve.js';
import { commandOf, defineWorkflow, type RecordOf, type Workflow } from './workflow.js';

export interface ReleaseErasedOptions {
  readonly ledger: Ledger;
  /** The ids of a tenant's numbers, with all that were added before a position. Throws `RETRY_LATER` and `UNAVAILABLE`. */
  readonly numbersOf: (tenantId: string, position: string) => Promise<readonly string[]>;
}

/** Lets others have what an erased user or tenant had alone: its e-mail, its numbers. */
export const releaseErased = ({ ledger, numbersOf }: ReleaseErasedOptions): Workflow =>
  defineWorkflow({
    startsWith: 'SubjectErased',
    afterMs: 0,
    finish: async (event) => {
      for (const stream of await ownersOf(event, numbersOf)) {
        const reservation = reservationOf((await ledger.readStream(stream))[0]);
        if (reservation) await release(ledger, reservation, stream, releaseOf(event));
      }
    },
  });

const ownersOf = async (
  { data: { kind, subjectId }, position }: RecordOf<'SubjectErased'>,
  numbersOf: ReleaseErasedOptions['numbersOf'],
): Promise<readonly string[]> => {
  if (kind === 'user') return [userStream(subjectId)];
  if (kind !== 'tenant' || subjectId === SYSTEM_TENANT) return [];
  return (await numbersOf(subjectId, position)).map((numberId) => numberStream(subjectId, numberId));
};

const reservationOf = (first: LedgerRecord | undefined): string | undefined =>
  first?.type === 'UserRegistered' || first?.type === 'PhoneNumberAdded' ? first.data.reservation : undefined;

/** The platform's own, with its own id: whoever erased knows nothing of it. */
const releaseOf = (event: LedgerRecord) => {
  const command = commandOf(event);
  return {
    ...command,
    commandId: `${command.commandId}:release`,
    actor: { type: 'platform', id: 'workflows' },
  } as const;
};
