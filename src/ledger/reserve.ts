import { type Decider, fold } from '../domain/decider.js';
import { ErrorCode, isAppError } from '../domain/errors.js';
import type { LedgerEvent } from '../domain/events.js';
import { derivedUuid } from '../domain/ids.js';
import { reservationDecider, TAKE_OVER_AFTER_MS } from '../domain/reservation/decider.js';
import type { ReservationEvent } from '../domain/reservation/events.js';
import { reservationStream } from '../domain/stream.js';
import { type Executed, execute, MAX_TRIES } from './execute.js';
import type { Pseudonyms } from './keys/pseudonyms.js';
import type { CommandContext, Ledger, LedgerRecord } from './ledger.js';
import { isLost, refuseLost } from './lost-owner.js';

export interface ReservationOptions {
  readonly ledger: Ledger;
  readonly pseudonyms: Pseudonyms;
}

export interface Reservation {
  readonly kind: 'email' | 'number';
  readonly value: string;
  /** The stream that is created next, and owns the value. */
  readonly ownerStream: string;
  /** For the message: "The number +1…", and the field that it was given in. */
  readonly what: string;
  readonly field: string;
}

/** The stream that keeps a value from others. */
export const reservationOf = (
  { pseudonyms }: Pick<ReservationOptions, 'pseudonyms'>,
  { kind, value }: Pick<Reservation, 'kind' | 'value'>,
): string => reservationStream(pseudonyms.reservation(kind, value));

/**
 * Takes a value that is unique on the platform, before its owner's stream is created (`createOwner`). An owner that never
 * came to be has lost it after a minute: it's kept from coming to be later, then another takes over. Throws
 * `ALREADY_EXISTS` when another has it.
 */
export const reserve = async (
  options: ReservationOptions,
  { kind, value, ownerStream, what, field }: Reservation,
  context: CommandContext,
): Promise<void> => {
  const { ledger } = options;
  const stream = reservationOf(options, { kind, value });
  const { commandId } = context;
  for (let tries = 1; ; tries++) {
    const past = await ledger.readStream(stream);
    const state = fold(reservationDecider, past as readonly unknown[] as readonly ReservationEvent[]);
    if (past.length > 0) refuseLost(await ledger.readStream(ownerStream));
    if (state.ownerStream === ownerStream) return;
    const missingOwner = await missingOwnerOf(ledger, past.at(-1), state.ownerStream, context);
    const command = { type: 'Reserve', ownerStream, commandId, missingOwner, what, field } as const;
    const events = reservationDecider.decide(command, state);
    try {
      await ledger.append(stream, events, past.at(-1)?.revision ?? 'none', context);
      return;
    } catch (error) {
      if (!isAppError(error, ErrorCode.CONFLICT) || tries >= MAX_TRIES) throw error;
    }
  }
};

/**
 * Creates the stream that owns a value, or does a command to it that is there already. The reservation is checked once
 * more: who was so late that another took over is refused. Throws `ALREADY_EXISTS`, `CONFLICT`, and what the decider throws.
 */
export const createOwner = async <Command, State, Event extends LedgerEvent>(
  options: ReservationOptions,
  reservation: Reservation,
  decider: Decider<Command, State, Event>,
  command: Command,
  context: CommandContext,
): Promise<Executed<State>> => {
  const { ledger } = options;
  const { ownerStream } = reservation;
  // Who is there has it, or had it and gave it up: it isn't taken anew.
  const isThere = (await ledger.readStream(ownerStream)).length > 0;
  if (!isThere) await reserve(options, reservation, context);
  return execute(ledger, decider, ownerStream, command, context);
};

/** Gives a value up. Nothing happens where it's another's by now. */
export const release = async (
  ledger: Ledger,
  reservation: string,
  ownerStream: string,
  context: CommandContext,
): Promise<void> => {
  await execute(ledger, reservationDecider, reservation, { type: 'Release', ownerStream }, context);
};

/** The stream that owns a value; `null`: nobody has it. */
export const ownerOf = async (
  options: ReservationOptions,
  kind: Reservation['kind'],
  value: string,
): Promise<string | null> => {
  const past = await options.ledger.readStream(reservationOf(options, { kind, value }));
  return fold(reservationDecider, past as readonly unknown[] as readonly ReservationEvent[]).ownerStream;
};

/** The owner, where it had its time and wasn't created; it can't be any more. */
const missingOwnerOf = async (
  ledger: Ledger,
  last: LedgerRecord | undefined,
  ownerStream: string | null,
  { occurredAt }: CommandContext,
): Promise<string | null> => {
  if (!last || ownerStream === null) return null;
  if (Date.parse(occurredAt) - Date.parse(last.createdAt) < TAKE_OVER_AFTER_MS) return null;
  return (await shutOut(ledger, ownerStream, last.stream, occurredAt)) ? ownerStream : null;
};

/**
 * Keeps an owner that wasn't created from being so. The owner's own process may be slow rather than dead: whose event is
 * the first of the stream, the other's or this one, decides between them. Returns whether the owner is out.
 */
const shutOut = async (
  ledger: Ledger,
  ownerStream: string,
  reservation: string,
  occurredAt: string,
): Promise<boolean> => {
  const lost = { type: 'ReservationLost', data: { reservation } } as const;
  // The same for all who take over, and nobody's name: the stream may be another tenant's.
  const commandId = derivedUuid('take-over', ownerStream);
  const actor = { type: 'platform', id: 'reservations' } as const;
  for (let tries = 1; ; tries++) {
    const past = await ledger.readStream(ownerStream);
    if (past.length > 0) return isLost(past);
    try {
      await ledger.append(ownerStream, [lost], 'none', {
        commandId,
        correlationId: commandId,
        actor,
        occurredAt,
      });
      return true;
    } catch (error) {
      if (!isAppError(error, ErrorCode.CONFLICT) || tries >= MAX_TRIES) throw error;
    }
  }
};
