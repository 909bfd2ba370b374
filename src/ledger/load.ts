import { type Decider, fold } from '../domain/decider.js';
import type { LedgerEvent } from '../domain/events.js';
import type { Ledger } from './ledger.js';

/** The state of a stream now. */
export const load = async <State, Event extends LedgerEvent>(
  ledger: Ledger,
  decider: Decider<never, State, Event>,
  stream: string,
): Promise<State> =>
  fold(decider, (await ledger.readStream(stream)) as readonly unknown[] as readonly Event[]);
