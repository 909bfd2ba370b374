import { IsOptional, MaxLength } from 'class-validator';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { DateTime, PhoneNumber } from '../scalars.js';
import { Node } from './node.js';
import { Payload } from './payload.js';

@ObjectType('PhoneNumberEntry', {
  implements: Node,
  simpleResolvers: true,
  description: "A tenant's number, and who answers it.",
})
export class PhoneNumberEntry extends Node {
  @Field(() => PhoneNumber, { nullable: true, description: 'Null once erased.' })
  number!: string | null;

  @Field(() => ID, { nullable: true, description: 'Null: nobody answers yet.' })
  agentId!: string | null;

  @Field(() => DateTime)
  addedAt!: string;

  @Field(() => DateTime, { nullable: true })
  assignedAt!: string | null;
}

@InputType()
export class AssignPhoneNumberInput {
  @Field(() => PhoneNumber, { description: "Becomes the tenant's where it is nobody's yet." })
  phoneNumber!: string;

  @Field(() => ID)
  agentId!: string;

  @Field(() => String, { nullable: true, description: 'The same key within 24 h gives the same result.' })
  @IsOptional()
  @MaxLength(200)
  idempotencyKey?: string | null;
}

@ObjectType({ simpleResolvers: true })
export class AssignPhoneNumberPayload extends Payload {
  @Field(() => PhoneNumberEntry, { nullable: true })
  phoneNumber!: PhoneNumberEntry | null;
}
