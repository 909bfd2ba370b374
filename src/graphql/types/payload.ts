import { Field, ObjectType } from 'type-graphql';
import { AppError, ErrorCode } from '../../domain/errors.js';

@ObjectType({ simpleResolvers: true, description: 'What was wrong with the input of a mutation.' })
export class UserError {
  @Field(() => String, { nullable: true, description: "The input's field, where it is one field's fault." })
  field!: string | null;

  @Field(() => String)
  message!: string;

  @Field(() => String, { description: 'BAD_USER_INPUT, ALREADY_EXISTS, NOT_FOUND or CONFLICT.' })
  code!: string;
}

/** What every mutation's payload has beside its result. */
@ObjectType()
export abstract class Payload {
  @Field(() => [UserError])
  userErrors!: readonly UserError[];

  @Field(() => String, {
    nullable: true,
    description: 'What was written stands here: give it to `minPosition`, to read it back for certain.',
  })
  position!: string | null;
}

const BUSINESS: readonly ErrorCode[] = [
  ErrorCode.BAD_USER_INPUT,
  ErrorCode.ALREADY_EXISTS,
  ErrorCode.NOT_FOUND,
  ErrorCode.CONFLICT,
];

/** A mutation's payload; what the caller can mend is told in it, and everything else is thrown. */
export const payloadOf = async <P extends object>(
  nothing: P,
  work: () => Promise<P & { readonly position: string }>,
): Promise<P & Payload> => {
  try {
    return { ...(await work()), userErrors: [] };
  } catch (error) {
    if (!(error instanceof AppError) || !BUSINESS.includes(error.code)) throw error;
    const field = typeof error.details.field === 'string' ? error.details.field : null;
    return { ...nothing, position: null, userErrors: [{ field, message: error.message, code: error.code }] };
  }
};
