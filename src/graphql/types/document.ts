import { ArrayMaxSize, IsOptional, Max, MaxLength, Min, MinLength } from 'class-validator';
import { ArgsType, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MAX_TAGS } from '../../domain/document/limits.js';
import type { DocumentStatus, IngestionStep } from '../../domain/document/vocabulary.js';
import { DateTime } from '../scalars.js';
import { connectionTypes } from './connections.js';
import { DocumentStatusEnum, IngestionStepEnum } from './enums.js';
import { Node } from './node.js';
import { Payload } from './payload.js';

@ObjectType({ simpleResolvers: true, description: 'Why a document is not found.' })
export class KnowledgeFailure {
  @Field(() => IngestionStepEnum)
  step!: IngestionStep;

  @Field(() => String, { description: 'As PARSE_FAILED, EMPTY_DOCUMENT, EMBEDDING_REFUSED or FILE_MISSING.' })
  code!: string;

  @Field(() => String, { nullable: true, description: 'Null once erased.' })
  message!: string | null;
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A file that agents look things up in. It is uploaded at `POST /upload/knowledge`.',
})
export class KnowledgeDocument extends Node {
  @Field(() => String, { nullable: true, description: 'Null once erased.' })
  title!: string | null;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => [String], { nullable: true, description: 'Null once erased.' })
  tags!: readonly string[] | null;

  @Field(() => String, { nullable: true })
  fileName!: string | null;

  @Field(() => String)
  mediaType!: string;

  @Field(() => Int)
  bytes!: number;

  @Field(() => DocumentStatusEnum)
  status!: DocumentStatus;

  @Field(() => Int, { nullable: true, description: 'Of its text. Null: it is not parsed yet.' })
  chars!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Null: its kind of file has none, or it is not parsed yet.',
  })
  pages!: number | null;

  @Field(() => Int, { nullable: true, description: 'How many passages it has.' })
  chunks!: number | null;

  @Field(() => KnowledgeFailure, { nullable: true })
  failure!: KnowledgeFailure | null;

  @Field(() => ID, { description: 'The user who uploaded it.' })
  uploadedBy!: string;

  @Field(() => DateTime)
  uploadedAt!: string;

  @Field(() => DateTime)
  updatedAt!: string;
}

export const { ConnectionType: KnowledgeDocumentConnection } = connectionTypes(
  'KnowledgeDocument',
  () => KnowledgeDocument,
);

@InputType()
export class DocumentStatusFilterInput {
  @Field(() => [DocumentStatusEnum])
  in!: DocumentStatus[];
}

@InputType()
export class KnowledgeDocumentFilterInput {
  @Field(() => DocumentStatusFilterInput, {
    nullable: true,
    description: 'Absent: all but those that were removed.',
  })
  status?: DocumentStatusFilterInput | null;
}

@InputType()
export class DeleteKnowledgeDocumentInput {
  @Field(() => ID)
  documentId!: string;
}

@ObjectType({ simpleResolvers: true })
export class DeleteKnowledgeDocumentPayload extends Payload {
  @Field(() => KnowledgeDocument, { nullable: true })
  document!: KnowledgeDocument | null;
}

@ArgsType()
export class SearchKnowledgeArgs {
  @Field(() => String)
  @MinLength(1)
  @MaxLength(2_000)
  query!: string;

  @Field(() => Int, { defaultValue: 5, description: '1 to 50.' })
  @Min(1)
  @Max(50)
  limit!: number;

  @Field(() => Float, { defaultValue: 0, description: 'What is less alike is left out: -1 to 1.' })
  @Min(-1)
  @Max(1)
  minScore!: number;

  @Field(() => [String], {
    nullable: true,
    description: 'Only of documents that have one of these. Null or empty: of all.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_TAGS)
  tags?: string[] | null;
}

@ObjectType({ simpleResolvers: true, description: 'What a document says about something.' })
export class KnowledgeHit {
  @Field(() => ID)
  documentId!: string;

  @Field(() => String)
  title!: string;

  @Field(() => Int, { description: 'Its place in the document, from 0 on.' })
  chunk!: number;

  @Field(() => String)
  text!: string;

  @Field(() => Float, { description: 'How alike it is to what was asked: -1 to 1.' })
  score!: number;
}
