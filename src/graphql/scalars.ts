import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars';
import { E164, E164_HINT } from '../domain/phone-number.js';

export { GraphQLJSON as Json };

/** What PostgreSQL has, too: what JavaScript counts beyond it would fail in the query. */
const YEAR = /^(?!0000)\d{4}-/;

const storable = (time: Date, typed: unknown): Date => {
  if (YEAR.test(time.toISOString())) return time;
  throw new GraphQLError(
    `${JSON.stringify(typed)} is not a DateTime: in UTC it must be in the years 0001 to 9999.`,
    {
      extensions: { code: 'BAD_USER_INPUT' },
    },
  );
};

const { parseValue, parseLiteral, ...dateTime } = GraphQLDateTimeISO.toConfig();

export const DateTime = new GraphQLScalarType({
  ...dateTime,
  name: 'DateTime',
  description: 'A moment, in ISO 8601 and UTC: `2026-11-21T12:00:00.000Z`.',
  parseValue: (value) => storable(parseValue(value), value),
  parseLiteral: (node, variables) =>
    storable(parseLiteral(node, variables), node.kind === Kind.STRING ? node.value : null),
});

const CALL_SID = /^CA[0-9a-f]{32}$/;

const textScalar = (name: string, pattern: RegExp, description: string, hint: string): GraphQLScalarType => {
  const parse = (value: unknown): string => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new GraphQLError(`${JSON.stringify(value)} is not a ${name}: ${hint}.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  };
  return new GraphQLScalarType({
    name,
    description,
    // What we give out was checked when it came in.
    serialize: String,
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : null),
  });
};

export const PhoneNumber = textScalar(
  'PhoneNumber',
  E164,
  'A phone number in E.164: `+14155550100`.',
  E164_HINT,
);

export const CallSid = textScalar(
  'CallSid',
  CALL_SID,
  "Twilio's name of a call: `CA` and 32 hexadecimal digits.",
  'it is CA and 32 hexadecimal digits',
);
