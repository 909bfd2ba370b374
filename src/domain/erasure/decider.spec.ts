import { describe, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import { erasureDecider } from './decider.js';
import type { ErasureEvent } from './events.js';

const subject = { kind: 'contact', subjectId: 'c1' } as const;
const erased = (generation: number): ErasureEvent => ({
  type: 'SubjectErased',
  data: { ...subject, generation },
});

describe('an erasure', () => {
  it('is recorded once', () => {
    given(erasureDecider)
      .when({ type: 'EraseSubject', ...subject, generation: 1 })
      .emits(erased(1));
    given(erasureDecider, [erased(1)])
      .when({ type: 'EraseSubject', ...subject, generation: 1 })
      .emits();
  });

  it('is recorded again for somebody who came back', () =>
    given(erasureDecider, [erased(1)])
      .when({ type: 'EraseSubject', ...subject, generation: 2 })
      .emits(erased(2)));
});
