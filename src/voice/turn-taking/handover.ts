import type { Ending, Handover, Reply } from './state.js';

export const isHandover = (ending: Ending): ending is Handover => 'request' in ending;

/** Said before what an operator wants: nobody but the operator may call that off. */
export const isWanted = ({ ends }: Reply): boolean =>
  ends !== null && isHandover(ends) && ends.request === null;
