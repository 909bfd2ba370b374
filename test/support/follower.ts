import type { ApiClient } from '../../src/client/api-client.js';
import type { ActiveCallsSubscription, CallTranscriptSubscription } from '../../src/client/gql/graphql.js';
import { ActiveCalls, CallTranscript } from '../../src/client/operations.js';
import { until } from './postgres/until.js';

export type TranscriptLine = CallTranscriptSubscription['callTranscript'];
export type ActiveCall = ActiveCallsSubscription['activeCalls'];

/** A subscriber who takes everything. */
export class Follower<Item> {
  readonly items: Item[] = [];
  /** Once the platform says that it's over. Rejects with what the subscription failed of. */
  readonly ended: Promise<void>;
  #failure: unknown;

  constructor(items: AsyncIterable<Item>) {
    this.ended = this.#take(items);
    this.ended.catch((error: unknown) => {
      this.#failure = error;
    });
  }

  /** Waits until one of the items is such, and throws what the subscription failed of before. */
  has(what: string, isSuch: (item: Item) => boolean): Promise<Item> {
    return until(what, async () => {
      const found = this.items.find(isSuch);
      if (found === undefined && this.#failure) throw this.#failure;
      return found;
    });
  }

  async #take(items: AsyncIterable<Item>): Promise<void> {
    for await (const item of items) this.items.push(item);
  }
}

export const followTranscript = (
  client: ApiClient,
  callId: string,
  after: string | null = null,
): Follower<TranscriptLine> =>
  new Follower(only(client.subscribe(CallTranscript, { callId, after }), 'callTranscript'));

export const followActiveCalls = (client: ApiClient): Follower<ActiveCall> =>
  new Follower(only(client.subscribe(ActiveCalls, {}), 'activeCalls'));

async function* only<Result, Key extends keyof Result>(
  results: AsyncIterable<Result>,
  key: Key,
): AsyncIterable<Result[Key]> {
  for await (const result of results) yield result[key];
}

export const lineOf = ({ kind, speaker, text }: TranscriptLine) => [kind, speaker, text];

/** The lines of a `WrittenCall` with two turns. */
export const TWO_TURNS = [
  ['SPEECH', 'AGENT', 'Hello'],
  ['SPEECH', 'CALLER', 'question 1'],
  ['SPEECH', 'AGENT', 'answer 1'],
  ['SPEECH', 'CALLER', 'question 2'],
  ['SPEECH', 'AGENT', 'answer 2'],
  ['ENDED', null, null],
];
