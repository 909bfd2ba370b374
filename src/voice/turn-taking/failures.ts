import { policy } from './policy.js';
import type { Capability } from './state.js';
import type { Transition } from './transition.js';

/** Records a provider's failure. */
export const fail = (t: Transition, capability: Capability, error: string): void => {
  const { failures, settings, turn } = t.state;
  t.patch({ failures: { ...failures, [capability]: failures[capability] + 1 } });
  t.emit({
    type: 'ProviderFailed',
    data: {
      turn,
      capability,
      provider: settings.providers[capability],
      error: error.slice(0, 500),
      atMs: t.nowMs,
    },
  });
};

/** The provider did what it was asked. */
export const succeed = (t: Transition, capability: Capability): void => {
  if (t.state.failures[capability] > 0) t.patch({ failures: { ...t.state.failures, [capability]: 0 } });
};

/** There were too many failures in a row: the call ends. */
export const hasFailedTooOften = (t: Transition, capability: Capability): boolean =>
  t.state.failures[capability] >= policy.failuresInARow;
