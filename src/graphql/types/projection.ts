import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars.js';
import { ProjectionStateEnum } from './enums.js';
import { Payload } from './payload.js';

@ObjectType({
  simpleResolvers: true,
  description: 'A stream that a projection leaves out, since an event of it can not be applied.',
})
export class ParkedStream {
  @Field(() => String)
  stream!: string;

  @Field(() => String, { description: "The event's." })
  position!: string;

  @Field(() => String)
  error!: string;

  @Field(() => DateTime)
  parkedAt!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A generation of a read model.' })
export class Projection {
  @Field(() => String)
  name!: string;

  @Field(() => Int, { description: 'Of its shape.' })
  version!: number;

  @Field(() => Int, { description: 'Counts the rebuilds.' })
  generation!: number;

  @Field(() => ProjectionStateEnum, {
    description:
      'LIVE: queries read it. BUILDING: it is being filled beside that one. NEEDS_UPGRADE: queries read it, and it stands still before an event of a newer version of the program.',
  })
  state!: 'live' | 'building' | 'needs_upgrade';

  @Field(() => String, { nullable: true, description: 'Which event it can not go on with, and what to do.' })
  waitsFor!: string | null;

  @Field(() => String, { nullable: true, description: 'The last one that is applied.' })
  position!: string | null;

  @Field(() => Int, { description: 'Events that are not applied yet; 10,000 may be more.' })
  lagEvents!: number;

  @Field(() => Int, { description: 'For how long the oldest of them has been stored.' })
  lagMs!: number;

  @Field(() => Int, { description: 'How far it is, 0 to 100.' })
  percent!: number;

  @Field(() => Int, {
    description:
      'Events that it passed and that the program which feeds it did not know. A rebuild by one that knows them shows them.',
  })
  skippedEvents!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many events the batch before its last one had. Read models that follow the ledger together have their batches together.',
  })
  batchEvents!: number | null;

  @Field(() => Float, { nullable: true, description: 'How long that batch took, in ms, with its commit.' })
  batchMs!: number | null;

  @Field(() => [ParkedStream])
  parked!: readonly ParkedStream[];
}

@ObjectType()
export class ProjectionPayload extends Payload {
  @Field(() => [Projection], { description: 'Its generations.' })
  projections!: readonly Projection[];
}
