import { fold } from '../domain/decider.js';
import {
  type ReservationState,
  reservationDecider,
  TAKE_OVER_AFTER_MS,
} from '../domain/reservation/decider.js';
import type { ReservationEvent } from '../domain/reservation/events.js';
import { reservationStream } from '../domain/stream.js';
import { execute } from './execute.js';
import type { Pseudonyms } from './keys/pseudonyms.js';
import type { CommandContext, Ledger } from './ledger.js';

export interface Reservation {
  readonly kind: 'email' | 'number';
  readonly value: string;
  /** The stream that is created next, and owns the value. */
  readonly ownerStream: string;
  /** For the message: "The number +1…", and the field that it was given in. */
  readonly what: string;
  readonly field: string;
}

/**
 * Takes a value that is unique on the platform, before its owner's stream is created. Throws `ALREADY_EXISTS` when
 * another has it; a reservation whose owner never appeared may be taken over after a minute.
 */
export const reserve = async (
  { ledger, pseudonyms }: { readonly ledger: Ledger; readonly pseudonyms: Pseudonyms },
  { kind, value, ownerStream, what, field }: Reservation,
  context: CommandContext,
): Promise<void> => {
  const stream = reservationStream(pseudonyms.reservation(kind, value));
  const ownerIsMissing = await isAbandoned(ledger, stream, Date.parse(context.occurredAt));
  const command = {
    type: 'Reserve',
    ownerStream,
    commandId: context.commandId,
    ownerIsMissing,
    what,
    field,
  } as const;
  await execute(ledger, reservationDecider, stream, command, context);
};

const isAbandoned = async (ledger: Ledger, stream: string, nowMs: number): Promise<boolean> => {
  const past = await ledger.readStream(stream);
  const last = past.at(-1);
  const { ownerStream } = stateOf(past);
  if (!last || !ownerStream || nowMs - Date.parse(last.createdAt) < TAKE_OVER_AFTER_MS) return false;
  return (await ledger.readStream(ownerStream)).length === 0;
};

const stateOf = (past: readonly unknown[]): ReservationState =>
  fold(reservationDecider, past as readonly ReservationEvent[]);

/** The stream that owns a value; `null`: nobody has it. */
export const ownerOf = async (
  { ledger, pseudonyms }: { readonly ledger: Ledger; readonly pseudonyms: Pseudonyms },
  kind: Reservation['kind'],
  value: string,
): Promise<string | null> =>
  stateOf(await ledger.readStream(reservationStream(pseudonyms.reservation(kind, value)))).ownerStream;
