import type { Ending } from './handover.js';
import { policy } from './policy.js';
import type { Capability } from './state.js';
import type { Transition } from './transition.js';

/** Why a provider didn't do what it was asked. */
export interface Failure {
  /** `deadline`, or what the provider said. */
  readonly error: string;
  /** It failed in other calls, and wasn't asked. */
  readonly circuitOpen?: boolean | undefined;
}

/** Those that have fallbacks within a conversation; the ear has its own. */
export type Ranked = Exclude<Capability, 'speech_to_text'>;

/** How many can do it: the agent's first choice and its fallbacks. */
export const choices = (t: Transition, capability: Ranked): number =>
  1 + t.state.settings.fallbacks[capability].length;

/** The provider that is the agent's choice of this rank; 0 is the first. */
export const nameOf = (t: Transition, capability: Ranked, rank: number): string => {
  const { providers, fallbacks } = t.state.settings;
  return (rank === 0 ? undefined : fallbacks[capability][rank - 1]) ?? providers[capability];
};

/** Records a provider's failure. */
export const report = (
  t: Transition,
  capability: Capability | 'tool',
  provider: string,
  { error }: Failure,
): void => {
  const data = { turn: t.state.turn, capability, provider, error: error.slice(0, 500), atMs: t.nowMs };
  t.emit({ type: 'ProviderFailed', data });
};

/** Records a failure that nobody else makes good: once more in a row. */
export const fail = (t: Transition, capability: Capability, error: string): void => {
  report(t, capability, t.state.settings.providers[capability], { error });
  countFailure(t, capability);
};

/** Records the failure of one of the agent's choices. */
export const reportRanked = (t: Transition, capability: Ranked, rank: number, failure: Failure): void =>
  report(t, capability, nameOf(t, capability, rank), failure);

/** Records that another does it; a failure before it has its own event, except that nobody was asked. */
export const passOn = (
  t: Transition,
  capability: Ranked,
  { fromRank, toRank }: { readonly fromRank: number; readonly toRank: number },
  failure: Failure | 'slower',
): void => {
  const names = { from: nameOf(t, capability, fromRank), to: nameOf(t, capability, toRank) };
  if (failure === 'slower') return recordFailOver(t, capability, names, 'slower');
  if (!failure.circuitOpen) report(t, capability, names.from, failure);
  recordFailOver(t, capability, names, reasonOf(failure));
};

/** As an event's `reason`. */
export const reasonOf = ({ error, circuitOpen }: Failure): 'circuit_open' | 'deadline' | 'error' => {
  if (circuitOpen) return 'circuit_open';
  return error === 'deadline' ? 'deadline' : 'error';
};

export const recordFailOver = (
  t: Transition,
  capability: Capability,
  { from, to }: { readonly from: string; readonly to: string },
  reason: ReturnType<typeof reasonOf> | 'slower',
): void => {
  const data = { turn: t.state.turn, capability, from, to, reason, atMs: t.nowMs };
  t.emit({ type: 'ProviderFailedOver', data });
};

/** Nobody could do it: once more in a row. */
export const countFailure = (t: Transition, capability: Capability): void => {
  const { failures } = t.state;
  t.patch({ failures: { ...failures, [capability]: failures[capability] + 1 } });
};

/** The provider did what it was asked. */
export const succeed = (t: Transition, capability: Capability): void => {
  if (t.state.failures[capability] > 0) t.patch({ failures: { ...t.state.failures, [capability]: 0 } });
};

/** What comes when nobody can do it any more, and how it's said: a person, where the agent has one, or else the end. */
export const lastResort = (t: Transition): { readonly ends: Ending; readonly apology: string } => {
  const { failureTransferTo: to } = t.state.settings;
  return to === null
    ? { ends: { reason: 'failed', by: 'platform' }, apology: t.phrases.failure }
    : { ends: { request: { to, by: 'platform' } }, apology: t.phrases.failureTransfer };
};

/** There were too many failures in a row: the call ends. */
export const hasFailedTooOften = (t: Transition, capability: Capability): boolean =>
  t.state.failures[capability] >= policy.failuresInARow;
