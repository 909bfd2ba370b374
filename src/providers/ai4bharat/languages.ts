import { anyOf } from '../language.js';

/** Indic Conformer's, from its model card: the 22 of India's constitution, and so not English. */
export const isHeard = anyOf('as bn brx doi gu hi kn kok ks mai ml mni mr ne or pa sa sat sd ta te ur');

/** Indic Parler's, from its model card; the last three are "unofficial". */
export const isSpoken = anyOf(
  'as bn brx doi en gu hi kn kok mai ml mni mr ne or sa sat sd ta te ur hne ks pa',
);
