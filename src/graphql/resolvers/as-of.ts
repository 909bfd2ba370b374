import { ArgsType, Field, Int } from 'type-graphql';
import { parseStreamName } from '../../domain/stream.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import { decodedUntil } from '../../replay/moment.js';
import type { ApiContext } from '../context.js';
import { DateTime } from '../scalars.js';

/** For reads of one thing. */
@ArgsType()
export class AsOfArgs {
  @Field(() => DateTime, { nullable: true, description: "As it was then, by the ledger's clock." })
  asOf?: Date | null;

  @Field(() => Int, { nullable: true, description: 'As it was after this event of its stream.' })
  atRevision?: number | null;
}

/** The stream's events up to the moment that is asked for; `null`: none is, and the read model has what is. */
export const eventsAsOf = async (
  { services: { ledger } }: ApiContext,
  stream: string,
  { asOf, atRevision }: AsOfArgs,
): Promise<readonly LedgerRecord[] | null> => {
  if ((asOf ?? null) === null && (atRevision ?? null) === null) return null;
  const moment = { revision: atRevision, time: asOf?.toISOString() };
  return decodedUntil(ledger, subjectOf(stream), await ledger.store.readStream(stream), moment);
};

/** What a stream is about, for those who know its id and not its name. */
const subjectOf = (stream: string): string => {
  const { category, id } = parseStreamName(stream);
  return `The ${category} ${id}`;
};

/** When the moment was by the ledger's clock, ISO 8601, for what is of other streams. `past`: as `eventsAsOf` gives it. */
export const instantOf = ({ asOf }: AsOfArgs, past: readonly LedgerRecord[]): string | null =>
  asOf?.toISOString() ?? past.at(-1)?.createdAt ?? null;
