import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { streamCategories, streamName } from '../domain/stream.js';
import { stateAfter } from './state.js';

/** By its folder's name, as tests run from the repository's root. */
const hasDecider = (category: string): boolean => existsSync(`src/domain/${category}/decider.ts`);

describe('the state of a stream', () => {
  it.each(streamCategories.filter(hasDecider))('is what its commands are decided by: %s', (category) => {
    expect(stateAfter(streamName(category, 'tnt_1', '1'), [])).not.toBeNull();
  });

  it.each(streamCategories.filter((category) => !hasDecider(category)))(
    'is null where it only records: %s',
    (category) => {
      expect(stateAfter(streamName(category, 'tnt_1', '1'), [])).toBeNull();
    },
  );
});
