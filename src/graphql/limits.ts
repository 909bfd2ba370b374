import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import type { GraphQLError, ValidationContext, ValidationRule } from 'graphql';
import { noNulInQuery } from './nul-characters.js';

/** The deepest sensible query (a call's events' actors, through connections) has 8 levels. */
const MAX_DEPTH = 12;
const MAX_ALIASES = 30;

/** A limit of the parser: what is longer isn't even read. */
export const MAX_TOKENS = 4_000;

/** Reported beside what else is wrong; the rules' own way is to throw, which Apollo answers with 500. */
const reported = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, error: GraphQLError) => {
      context?.reportError(error);
    },
  ],
};

/** What a request may not exceed, over HTTP and over the socket alike. */
export const limits: readonly ValidationRule[] = [
  maxDepthRule({ n: MAX_DEPTH, ...reported }) as unknown as ValidationRule,
  maxAliasesRule({ n: MAX_ALIASES, ...reported }) as unknown as ValidationRule,
  noNulInQuery,
];
