/** A column of a read model: its SQL type, and the TypeScript type of its values. */
export interface Column<T> {
  readonly type: string;
  readonly nullable: boolean;
  /** Only for the type checker. */
  readonly value?: T;
}

const column = <T>(type: string): Column<T> => ({ type, nullable: false });

export const text = column<string>('text');
export const integer = column<number>('integer');
export const real = column<number>('double precision');
export const boolean = column<boolean>('boolean');
/** ISO 8601 in UTC on both ways. */
export const timestamp = column<string>('timestamptz');
export const json = <T>(): Column<T> => column<T>('jsonb');
export const nullable = <T>({ type }: Column<T>): Column<T | null> => ({ type, nullable: true });

export type Columns = Readonly<Record<string, Column<unknown>>>;

/** A row as handlers and queries see it: camelCase names; columns have the same names in snake_case. */
export type RowOf<C extends Columns> = {
  readonly [K in keyof C]: C[K] extends Column<infer T> ? T : never;
};

/** Who can be erased, beside the whole tenant, whose rows are found by `tenantId`. */
export type RowSubject = 'contact' | 'user' | 'call';

/** The column that names the subject; or, where it's another table's, the column that leads to that table's rows. */
export type SubjectColumn = string | { readonly by: string; readonly in: NamedTable };

/** What the runtime sets to `null` when a row's subject is erased. */
export interface PersonalColumns {
  readonly columns: readonly string[];
  readonly subjects: Readonly<Partial<Record<RowSubject, SubjectColumn>>>;
}

/** A table whatever its columns are. */
export interface NamedTable {
  readonly name: string;
  readonly personal: PersonalColumns;
}

export interface Table<C extends Columns = Columns> extends NamedTable {
  readonly columns: C;
  /** Column names; their values are unique. */
  readonly key: readonly (keyof C & string)[];
  /** Each the columns of an index, in order, with `desc` where it's wanted. */
  readonly indexes: readonly (readonly string[])[];
}

const nothingPersonal: PersonalColumns = { columns: [], subjects: {} };

/**
 * Every table has `tenantId`: row-level security is by it. Every column that holds what an event declares as personal, or
 * anything derived from it, is in `personal`. Throws `TypeError` where one of these can't be `null`.
 */
export const defineTable = <const C extends Columns & { tenantId: Column<string> }>(
  name: string,
  columns: C,
  {
    key,
    indexes = [],
    personal = nothingPersonal,
  }: {
    key: readonly (keyof C & string)[];
    indexes?: readonly (readonly string[])[];
    personal?: PersonalColumns & { readonly columns: readonly (keyof C & string)[] };
  },
): Table<C> => {
  const kept = personal.columns.find((property) => !columns[property]?.nullable);
  if (kept) throw new TypeError(`${name}.${kept} is personal: it must be nullable.`);
  return { name, columns, key, indexes, personal };
};

/** What a query selects: never `*`, so that its columns are those that this code knows. */
export const propertiesOf = <C extends Columns>({ columns }: Table<C>): readonly (keyof C & string)[] =>
  Object.keys(columns);

/** `startedAt` → `started_at`: as Kysely's CamelCasePlugin does it. */
export const columnName = (property: string): string =>
  property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The queries read the view; it stays while the generations behind it change. */
export const viewName = (table: NamedTable, version: number): string => `${table.name}_v${version}`;

export const generationName = (table: NamedTable, version: number, generation: number): string =>
  `${viewName(table, version)}_g${generation}`;
