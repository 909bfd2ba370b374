import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { type HttpServer, hangUpOf, startHttpServer } from '../http-server.js';
import {
  type Condition,
  createCollection,
  createIndex,
  deletePoints,
  type Point,
  queryPoints,
  upsertPoints,
} from './shapes.js';

interface Collection {
  readonly size: number;
  readonly indexes: Set<string>;
  readonly points: Map<string, Point>;
}

export interface QdrantEmulator extends HttpServer {
  readonly collections: ReadonlyMap<string, Collection>;
  /** What the next requests meet: no answer, or that status. */
  fault: 'silence' | number | null;
}

class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A Qdrant that isn't: collections, points and exact searches, with the key that it is given. */
export const startQdrantEmulator = async (apiKey: string | null = null): Promise<QdrantEmulator> => {
  const collections = new Map<string, Collection>();
  const faults: { fault: QdrantEmulator['fault'] } = { fault: null };
  const server = await startHttpServer(async (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (faults.fault === 'silence') return hangUpOf(response);
    try {
      if (faults.fault !== null) throw new Refused(faults.fault, 'fault');
      if (apiKey !== null && request.headers['api-key'] !== apiKey)
        throw new Refused(401, 'Invalid API key or JWT');
      answer(200, { result: await resultOf(collections, request), status: 'ok', time: 0.001 });
    } catch (error) {
      const status = error instanceof Refused ? error.status : error instanceof z.ZodError ? 400 : 500;
      answer(status, { status: { error: String(error) }, time: 0 });
    }
  });
  return Object.assign(faults, { ...server, collections });
};

const PATH = /^\/collections(?:\/([^/]+)(\/index|\/points|\/points\/delete|\/points\/query)?)?$/;
const DONE = { operation_id: 1, status: 'completed' };

const resultOf = async (collections: Map<string, Collection>, request: IncomingMessage): Promise<unknown> => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
  const [matched, name, rest = ''] = PATH.exec(pathname) ?? [];
  const operation = `${request.method} ${rest}`;
  if (matched !== undefined && name === undefined && operation === 'GET ') {
    return { collections: [...collections.keys()].map((each) => ({ name: each })) };
  }
  if (name === undefined) throw new Refused(404, `${request.method} ${pathname} is not emulated`);
  const body = await json(request);
  if (operation === 'PUT ') {
    if (collections.has(name)) throw new Refused(409, `Collection ${name} already exists!`);
    const { vectors } = createCollection.parse(body);
    collections.set(name, { size: vectors.size, indexes: new Set(), points: new Map() });
    return true;
  }
  const collection = collections.get(name);
  if (!collection) throw new Refused(404, `Not found: Collection ${name} doesn't exist!`);
  if (operation === 'POST /points/query') return { points: queried(collection, queryPoints.parse(body)) };
  // Without `wait`, the next search might still find what was there.
  if (searchParams.get('wait') !== 'true') throw new Refused(400, 'wait is not true');
  change(collection, operation, body);
  return DONE;
};

const change = ({ size, indexes, points }: Collection, operation: string, body: unknown): void => {
  if (operation === 'PUT /index') indexes.add(createIndex.parse(body).field_name);
  else if (operation === 'POST /points/delete') {
    const { filter } = deletePoints.parse(body);
    for (const point of [...points.values()]) if (filter.must.every(meant(point))) points.delete(point.id);
  } else if (operation === 'PUT /points') {
    for (const point of upsertPoints.parse(body).points) {
      if (point.vector.length !== size)
        throw new Refused(400, `expected dim: ${size}, got ${point.vector.length}`);
      points.set(point.id, point);
    }
  } else throw new Refused(404, `${operation} is not emulated`);
};

const queried = (
  { size, points }: Collection,
  { query, filter, limit, score_threshold }: z.infer<typeof queryPoints>,
): readonly object[] => {
  if (query.length !== size) throw new Refused(400, `expected dim: ${size}, got ${query.length}`);
  return [...points.values()]
    .filter((point) => filter.must.every(meant(point)))
    .map(({ id, vector, payload }) => ({ id, version: 1, score: cosine(vector, query), payload }))
    .filter(({ score }) => score >= score_threshold)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
};

const meant =
  ({ payload }: Point) =>
  (condition: Condition): boolean => {
    const value = payload[condition.key as keyof Point['payload']];
    if ('range' in condition) return typeof value === 'number' && value >= condition.range.gte;
    const { match } = condition;
    return 'any' in match ? match.any.includes(String(value)) : match.value === value;
  };

/** At most 1, as with Qdrant's. */
const cosine = (a: readonly number[], b: readonly number[]): number => {
  const dot = a.reduce((sum, value, n) => sum + value * (b[n] as number), 0);
  return Math.max(-1, Math.min(1, dot / (Math.hypot(...a) * Math.hypot(...b))));
};
