import { IsOptional, MaxLength } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import type { SubjectKind } from '../../domain/erasure/events.js';
import { SubjectKindEnum } from './enums.js';

/** Somebody, or something, that data is about: what a mutation about it is told. */
@InputType()
export abstract class SubjectInput {
  @Field(() => SubjectKindEnum)
  kind!: SubjectKind;

  @Field(() => ID, { description: "A contact's is a call's `contactId`, or its number in E.164." })
  @MaxLength(100)
  id!: string;

  @Field(() => String, { nullable: true, description: 'The same key within 24 h gives the same result.' })
  @IsOptional()
  @MaxLength(200)
  idempotencyKey?: string | null;
}
