import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { checkFirst, type Page, type PageRequest } from '../../../projections/runtime/keyset.js';

@ObjectType({ simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'For `after`, to get the next page.' })
  endCursor!: string | null;
}

/** `first` and `after`, as every list has them. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 50, description: '1 to 100.' })
  first!: number;

  @Field(() => String, { nullable: true, description: 'The cursor behind which the page begins.' })
  after!: string | null;
}

export const pageRequest = ({ first, after }: PageArgs): PageRequest => ({
  first: checkFirst(first),
  after: after ?? null,
});

export interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

export interface Connection<Node> {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge<Node>[];
  readonly pageInfo: PageInfo;
}

/** A page of rows as a Relay connection. */
export const connectionOf = <Row, Node>(
  { rows, hasNextPage }: Page<Row>,
  cursorOf: (row: Row) => string,
  nodeOf: (row: Row) => Node,
): Connection<Node> => {
  const edges = rows.map((row) => ({ cursor: cursorOf(row), node: nodeOf(row) }));
  return {
    nodes: edges.map(({ node }) => node),
    edges,
    pageInfo: { hasNextPage, endCursor: edges.at(-1)?.cursor ?? null },
  };
};

/** The connection and edge types of a node type: `CallConnection`, `CallEdge`. */
export const connectionTypes = <Node extends object>(name: string, nodeType: () => ClassType<Node>) => {
  @ObjectType(`${name}Edge`, { simpleResolvers: true })
  class EdgeType {
    @Field(() => String)
    cursor!: string;

    @Field(nodeType)
    node!: Node;
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true })
  class ConnectionType {
    @Field(() => [nodeType()])
    nodes!: Node[];

    @Field(() => [EdgeType])
    edges!: EdgeType[];

    @Field(() => PageInfo)
    pageInfo!: PageInfo;
  }
  return { EdgeType, ConnectionType };
};
