import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { SubjectKind } from '../../domain/erasure/events.js';
import type { ExportStatus } from '../../tenancy/export/data-exports.js';
import { DateTime } from '../scalars.js';
import { ExportStatusEnum, SubjectKindEnum } from './enums.js';
import { Payload } from './payload.js';
import { SubjectInput } from './subject.js';

@InputType()
export class RequestDataExportInput extends SubjectInput {}

@ObjectType({ simpleResolvers: true, description: 'Everything about a subject, as JSON lines.' })
export class DataExport {
  @Field(() => ID)
  id!: string;

  @Field(() => SubjectKindEnum)
  kind!: SubjectKind;

  @Field(() => ID, { description: "Never a number: a contact's is its `contactId`." })
  subjectId!: string;

  @Field(() => ExportStatusEnum)
  status!: ExportStatus;

  @Field(() => Int, { nullable: true, description: 'How many events it has.' })
  events!: number | null;

  @Field(() => Float, { nullable: true, description: 'Its size: it may be more than an Int holds.' })
  bytes!: number | null;

  @Field(() => String, { nullable: true, description: 'Why it could not be made.' })
  failure!: string | null;

  @Field(() => DateTime)
  requestedAt!: string;

  @Field(() => DateTime, { nullable: true })
  readyAt!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where it is downloaded, with `Range`, for 15 minutes: whoever has the link has the file.',
  })
  downloadUrl!: string | null;
}

@ObjectType({ simpleResolvers: true })
export class RequestDataExportPayload extends Payload {
  @Field(() => DataExport, { nullable: true })
  dataExport!: DataExport | null;
}
