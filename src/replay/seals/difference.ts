/** Where a ledger isn't what was sealed. */
export interface Difference {
  /** `null`: it isn't an event that differs, but a file or a copy. */
  readonly position: string | null;
  /** `null`: nothing tells it. */
  readonly stream: string | null;
  readonly revision: number | null;
  /** What is wrong, as a sentence that goes on after the place. */
  readonly problem: string;
}

/** An event's place in the ledger. */
export interface Place {
  readonly position: string;
  readonly stream: string | null;
  readonly revision: number | null;
}

export const differenceAt = ({ position, stream, revision }: Place, problem: string): Difference => ({
  position,
  stream,
  revision,
  problem,
});

/** As a person reads it: the place, then what is wrong there. */
export const describeDifference = ({ position, stream, revision, problem }: Difference): string => {
  if (position === null) return problem;
  const where = stream === null ? '' : ` (${stream}, revision ${revision})`;
  return `The first event that differs is at position ${position}${where}: ${problem}`;
};
