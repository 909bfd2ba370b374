import { Matches } from 'class-validator';

/** A name that nobody can read in a list, or say, is none. */
export const IsNotBlank = (): PropertyDecorator =>
  Matches(/\S/, { message: ({ property }) => `${property} can't be blank` });
