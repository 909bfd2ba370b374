import type { EndReason, TransferRequester } from '../../domain/call/vocabulary.js';
import type { Reply } from './state.js';

/** The call is over. */
export interface CallEnd {
  readonly reason: EndReason;
  readonly by: 'caller' | 'agent' | 'platform' | 'carrier' | 'operator';
}

/** A person takes the call over. `null`: the ledger has it already, since an operator wants it. */
export interface Handover {
  readonly request: { readonly to: string; readonly by: Exclude<TransferRequester, 'operator'> } | null;
}

/** What comes once a reply is said. */
export type Ending = CallEnd | Handover;

export const isHandover = (ending: Ending): ending is Handover => 'request' in ending;

/** Said before what an operator wants: nobody but the operator may call that off. */
export const isWanted = ({ ends }: Reply): boolean =>
  ends !== null && isHandover(ends) && ends.request === null;
