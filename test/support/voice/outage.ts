/** A stretch in which a provider doesn't do what it's asked. */
export interface Outage {
  /** Which of the agent's choices; `null`: all of them. */
  readonly rank: number | null;
  readonly fromMs: number;
  readonly toMs: number;
  /** `circuit_open`: it isn't even asked, since it failed in other calls. */
  readonly how: 'fails' | 'circuit_open' | 'hangs';
}

export const outageAt = (outages: readonly Outage[], rank: number, atMs: number): Outage | undefined =>
  outages.find((outage) => {
    const isOfIt = outage.rank === null || outage.rank === rank;
    return isOfIt && outage.fromMs <= atMs && atMs < outage.toMs;
  });
