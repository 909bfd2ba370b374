/** An answer that may be meant for some requests only. */
export interface Addressed {
  /** Stays, for every request that has this in what was said last: one may be asked twice, or in vain. */
  readonly to?: string;
}

/** The script for what was said last, or the next one. `undefined`: there is none. */
export const scriptFor = <S extends Addressed>(saidLast: string, scripts: S[]): S | undefined => {
  const standing = scripts.find(({ to }) => to !== undefined && saidLast.includes(to));
  if (standing) return standing;
  const next = scripts.findIndex(({ to }) => to === undefined);
  return next < 0 ? undefined : scripts.splice(next, 1)[0];
};
