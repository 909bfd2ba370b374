import type { Decider } from '../decider.js';
import type { Erasure, ErasureEvent } from './events.js';

export interface ErasureState {
  /** The keys that are gone: this generation and those before; 0: the subject was never erased. */
  readonly generation: number;
}

export type EraseSubject = { readonly type: 'EraseSubject' } & Erasure;

/** One subject's erasures: what is erased already isn't recorded twice, who came back is erased again. */
export const erasureDecider: Decider<EraseSubject, ErasureState, ErasureEvent> = {
  initial: { generation: 0 },

  decide({ kind, subjectId, generation }, state) {
    return generation > state.generation
      ? [{ type: 'SubjectErased', data: { kind, subjectId, generation } }]
      : [];
  },

  evolve(state, event) {
    return event.type === 'SubjectErased' ? { generation: event.data.generation } : state;
  },
};
