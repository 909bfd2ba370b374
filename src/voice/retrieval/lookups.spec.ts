import { once } from 'node:events';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../domain/logger.js';
import type { Input } from '../turn-taking/input.js';
import { Lookups } from './lookups.js';
import type { Passage, Retriever } from './retriever.js';

const passage = (chunk: number, text: string, score = 0.5): Passage => ({
  documentId: 'doc_1',
  title: 'Opening hours',
  chunk,
  text,
  score,
});

type Search = Retriever['retrieve'];

/** Comes when it's no longer waited for. */
const never: Search = async (_, signal) => {
  await once(signal, 'abort');
  throw signal.reason;
};

describe('what a call looks up', () => {
  let taken: Input[];
  let asked: string[];
  let stop: AbortController;
  const lookupsOf = (search: Search) =>
    new Lookups(
      {
        retrieve: (text, signal) => {
          asked.push(text);
          return search(text, signal);
        },
      },
      (input) => taken.push(input),
      stop.signal,
      silentLogger,
    );
  beforeEach(() => {
    taken = [];
    asked = [];
    stop = new AbortController();
  });

  it('is told without its text, which stays here', async () => {
    const lookups = lookupsOf(async () => [passage(3, 'We open at eight.', 0.9), passage(7, 'Closed.', 0.4)]);
    await lookups.lookUp({ retrieval: '1.1', uncommitted: 'When do you open today?' }, []);
    expect(asked).toEqual(['When do you open today?']);
    expect(taken).toEqual([
      {
        type: 'retrieved',
        retrieval: '1.1',
        hits: [
          { documentId: 'doc_1', chunk: 3, score: 0.9 },
          { documentId: 'doc_1', chunk: 7, score: 0.4 },
        ],
      },
    ]);
    expect(lookups.passagesOf('1.1').map(({ text }) => text)).toEqual(['We open at eight.', 'Closed.']);
    lookups.forget('1.1');
    expect(lookups.passagesOf('1.1')).toEqual([]);
  });

  it('is no more than a model should read: the best, whole where they fit', async () => {
    const lookups = lookupsOf(async () => [
      passage(0, 'a'.repeat(4_000)),
      passage(1, 'b'.repeat(3_000)),
      passage(2, 'c'.repeat(2_000)),
    ]);
    await lookups.lookUp({ retrieval: '1.1', uncommitted: 'When do you open today?' }, []);
    expect(taken).toMatchObject([{ hits: [{ chunk: 0 }, { chunk: 2 }] }]);
    const long = lookupsOf(async () => [passage(0, 'a'.repeat(9_000))]);
    await long.lookUp({ retrieval: '1.1', uncommitted: 'When do you open today?' }, []);
    expect(long.passagesOf('1.1').map(({ text }) => text.length)).toEqual([6_000]);
  });

  it('is nothing where there is nothing to look up', async () => {
    await lookupsOf(never).lookUp({ retrieval: '1.1' }, [{ role: 'keys', digits: '1' }]);
    expect(asked).toEqual([]);
    expect(taken).toEqual([{ type: 'retrieved', retrieval: '1.1', hits: [] }]);
  });

  it('is told to have failed where it does', async () => {
    const lookups = lookupsOf(async () => {
      throw new Error('status 500');
    });
    await lookups.lookUp({ retrieval: '1.1', uncommitted: 'When do you open today?' }, []);
    expect(taken).toEqual([{ type: 'retrieval_failed', retrieval: '1.1' }]);
  });

  it('is for nobody once it is forgotten, or the call is over', async () => {
    const lookups = lookupsOf(never);
    const forgotten = lookups.lookUp({ retrieval: '1.1', uncommitted: 'When do you open today?' }, []);
    const unended = lookups.lookUp({ retrieval: '1.2', uncommitted: 'When do you close today?' }, []);
    lookups.forget('1.1');
    await forgotten;
    stop.abort();
    await unended;
    expect(taken).toEqual([]);
  });

  it('has a score that JSON knows', async () => {
    await lookupsOf(async () => [passage(0, 'a', Number.NaN)]).lookUp(
      { retrieval: '1.1', uncommitted: 'a b c d' },
      [],
    );
    expect(taken).toMatchObject([{ hits: [{ score: 0 }] }]);
  });
});
