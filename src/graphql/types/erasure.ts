import { IsOptional, MaxLength } from 'class-validator';
import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import type { SubjectKind } from '../../domain/erasure/events.js';
import { SubjectKindEnum } from './enums.js';
import { Payload } from './payload.js';
import { SubjectInput } from './subject.js';

@InputType()
export class EraseSubjectInput extends SubjectInput {}

@ArgsType()
export class EraseCallArgs {
  @Field(() => ID)
  @MaxLength(100)
  id!: string;

  @Field(() => String, { nullable: true, description: 'The same key within 24 h gives the same result.' })
  @IsOptional()
  @MaxLength(200)
  idempotencyKey?: string | null;
}

@ObjectType({ simpleResolvers: true })
export class ErasedSubject {
  @Field(() => SubjectKindEnum)
  kind!: SubjectKind;

  @Field(() => ID, { description: "Never a number: a contact's is its `contactId`." })
  id!: string;
}

@ObjectType({ simpleResolvers: true })
export class EraseSubjectPayload extends Payload {
  @Field(() => ErasedSubject, { nullable: true })
  subject!: ErasedSubject | null;
}
