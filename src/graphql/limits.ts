import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import type { ValidationRule } from 'graphql';

/** The deepest sensible query (a call's events' actors, through connections) has 8 levels. */
const MAX_DEPTH = 12;
const MAX_ALIASES = 30;

export const MAX_TOKENS = 4_000;

/** What a request may not exceed, over HTTP and over the socket alike. */
export const limits: readonly ValidationRule[] = [
  maxDepthRule({ n: MAX_DEPTH }) as unknown as ValidationRule,
  maxAliasesRule({ n: MAX_ALIASES }) as unknown as ValidationRule,
];
