import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { SpeechCut } from '../../domain/call/vocabulary.js';
import { Call } from './call.js';
import {
  ActiveCallChangeEnum,
  EndReasonEnum,
  SpeakerEnum,
  SpeechCutEnum,
  TranscriptKindEnum,
} from './enums.js';

export type TranscriptKind = 'SPEECH' | 'KEYS' | 'BACKCHANNEL' | 'NOTICE' | 'TRANSFER' | 'RESUMED' | 'ENDED';

@ObjectType({ simpleResolvers: true, description: 'A line of a transcript.' })
export class TranscriptItem {
  @Field(() => ID)
  callId!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'For `after`, to go on behind this item. Null for an interim, which is gone when it is over.',
  })
  cursor!: string | null;

  @Field(() => Boolean, {
    description: 'False: an interim, replaced by the next of the same turn and speaker.',
  })
  final!: boolean;

  @Field(() => TranscriptKindEnum)
  kind!: TranscriptKind;

  @Field(() => SpeakerEnum, { nullable: true })
  speaker!: 'CALLER' | 'AGENT' | null;

  @Field(() => Int, { nullable: true })
  turn!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'What was said; of the agent: what was heard. Null once erased.',
  })
  text!: string | null;

  @Field(() => Int, { nullable: true, description: "On the call's clock." })
  startedMs!: number | null;

  @Field(() => Int, { nullable: true })
  endedMs!: number | null;

  @Field(() => Boolean, { description: "The agent's speech was cut short." })
  interrupted!: boolean;

  @Field(() => SpeechCutEnum, { nullable: true, description: 'What cut it, where it is known.' })
  cutBy!: SpeechCut | null;

  @Field(() => Float, { nullable: true })
  confidence!: number | null;

  @Field(() => EndReasonEnum, { nullable: true, description: 'With ENDED.' })
  endReason!: string | null;
}

@ObjectType({ simpleResolvers: true })
export class ActiveCallChange {
  @Field(() => ActiveCallChangeEnum, {
    description: 'SNAPSHOT: it was active already when the subscription began.',
  })
  change!: 'SNAPSHOT' | 'STARTED' | 'UPDATED' | 'ENDED';

  @Field(() => Call)
  call!: Call;
}
