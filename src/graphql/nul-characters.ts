import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

const NUL = '\u0000';

/** `where`: of the variables, as `$filter.actorId`. */
const refused = (where: string) =>
  `${where} has the character NUL (U+0000) in it, which no database and no name takes: leave it out.`;

/** PostgreSQL stores no NUL: an event with one would be in the ledger, and in no read model. Of what the query itself says. */
export const noNulInQuery = (context: ValidationContext): ASTVisitor => ({
  StringValue: (node) => {
    if (node.value.includes(NUL)) context.reportError(new GraphQLError(refused('A text'), { nodes: node }));
  },
});

/** The same of its variables. Throws a `GraphQLError`, which Apollo answers with 400. */
export const refuseNulIn = (variables: Readonly<Record<string, unknown>> | null | undefined): void => {
  // A list of what is left, since somebody may send more levels than the stack has room for.
  const left = Object.entries(variables ?? {}).map(([name, value]) => ({ where: `$${name}`, value }));
  for (let next = left.pop(); next; next = left.pop()) {
    const { where, value } = next;
    if (typeof value === 'string' && value.includes(NUL)) {
      const extensions = { code: 'BAD_USER_INPUT', http: { status: 400 } };
      throw new GraphQLError(refused(where), { extensions });
    }
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, inner] of Object.entries(value)) left.push({ where: `${where}.${name}`, value: inner });
  }
};
