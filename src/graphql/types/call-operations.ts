import { MaxLength, MinLength } from 'class-validator';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { PhoneNumber } from '../scalars.js';
import { Call } from './call.js';
import { Payload } from './payload.js';

@InputType()
export class TransferCallInput {
  @Field(() => ID)
  callId!: string;

  @Field(() => PhoneNumber, {
    nullable: true,
    description: "Who is to take the call over. The agent's `transferTo` where absent.",
  })
  to?: string | null;

  @Field(() => String, {
    description: 'The same key within 24 h gives the same result: a retry makes no telephone ring again.',
  })
  @MinLength(1)
  @MaxLength(200)
  idempotencyKey!: string;
}

@InputType()
export class EndCallInput {
  @Field(() => ID)
  callId!: string;
}

@ObjectType({ simpleResolvers: true })
export class CallPayload extends Payload {
  @Field(() => Call, {
    nullable: true,
    description: 'As it is now: what was asked for comes of it in a moment.',
  })
  call!: Call | null;
}
