/** What of JSON Schema the shapes of events use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

const FORMATS: Readonly<Record<string, string>> = {
  email: 'ada@example.com',
  'date-time': '2026-11-21T12:00:00.000Z',
  date: '2026-11-21',
  uri: 'https://example.com/a',
  uuid: '5c4a8d1e-6f0b-5e2a-9d3c-7b1f2a6e4c90',
};

/** For a `pattern`, the first of these that it takes. */
const TEXTS = ['en', '0', 'a', '0'.repeat(64), 'a'.repeat(26), '+14155550123', '2026-11-21T12:00:00.000Z'];

/**
 * A value that a schema takes, with every optional field: always the same one. A text says which field it's in, so that
 * a golden file shows what an upcaster moved where. Throws for what no value can be found.
 */
export const exampleOf = (schema: JsonSchema, name: string): unknown => {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  // `null` stands last where a value may be missing.
  if (schema.anyOf?.[0]) return exampleOf(schema.anyOf[0], name);
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  switch (type) {
    case 'object':
      return exampleObject(schema, name);
    case 'array':
      return Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () =>
        exampleOf(schema.items ?? {}, name),
      );
    case 'string':
      return exampleText(schema, name);
    case 'integer':
      return Math.max(schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1);
    case 'number':
      return Math.min(schema.maximum ?? 0.5, Math.max(schema.minimum ?? 0.5, 0.5));
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      throw new Error(`${name}: test/golden/example.ts knows no example of ${JSON.stringify(schema)}.`);
  }
};

const exampleObject = ({ properties = {}, additionalProperties }: JsonSchema, name: string): unknown => {
  const fields = Object.entries(properties).map(([field, schema]) => [
    field,
    exampleOf(schema, `${name}.${field}`),
  ]);
  // A record: any key.
  const any =
    typeof additionalProperties === 'object' ? [['key', exampleOf(additionalProperties, name)]] : [];
  return Object.fromEntries([...fields, ...any]);
};

const exampleText = ({ format, pattern, minLength = 0, maxLength }: JsonSchema, name: string): string => {
  const known = format === undefined ? undefined : FORMATS[format];
  if (known !== undefined) return known;
  if (pattern === undefined) return name.padEnd(minLength, '.').slice(0, maxLength);
  const found = TEXTS.find((text) => new RegExp(pattern, 'u').test(text));
  if (found !== undefined) return found;
  throw new Error(`${name}: add a text that matches ${pattern} to test/golden/example.ts.`);
};
