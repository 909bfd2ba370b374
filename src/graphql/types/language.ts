import { Matches } from 'class-validator';
import { LANGUAGE_TAG } from '../../domain/language.js';

/** A field of an input that is a language's tag. */
export const IsLanguage = (): PropertyDecorator =>
  Matches(LANGUAGE_TAG, { message: ({ property }) => `${property} is a BCP 47 tag, as en or de-AT` });
