import { describe, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import { reservationDecider } from './decider.js';
import type { ReservationEvent } from './events.js';

const reserve = (ownerStream: string, missingOwner: string | null = null) =>
  ({
    type: 'Reserve',
    ownerStream,
    commandId: 'command-1',
    missingOwner,
    what: 'The number +14155550100',
    field: 'phoneNumber',
  }) as const;
const reserved = (ownerStream: string): ReservationEvent => ({
  type: 'Reserved',
  data: { ownerStream, commandId: 'command-1' },
});
const release = (ownerStream: string) => ({ type: 'Release', ownerStream }) as const;
const released = (ownerStream: string): ReservationEvent => ({ type: 'Released', data: { ownerStream } });

const inUse = {
  code: 'ALREADY_EXISTS',
  message: 'The number +14155550100 is already in use.',
  details: { field: 'phoneNumber' },
};

describe('a value that must be unique', () => {
  it('is for the first who asks', () => {
    given(reservationDecider).when(reserve('number-a_1')).emits(reserved('number-a_1'));
    given(reservationDecider, [reserved('number-a_1')])
      .when(reserve('number-b_2'))
      .isRefused(inUse);
  });

  it('stays with its owner, who may ask again', () =>
    given(reservationDecider, [reserved('number-a_1')])
      .when(reserve('number-a_1'))
      .emits());

  it('is for another one where its owner never came to be', () =>
    given(reservationDecider, [reserved('number-a_1')])
      .when(reserve('number-b_2', 'number-a_1'))
      .emits(reserved('number-b_2')));

  it('is for one of two only who want to take it over', () =>
    given(reservationDecider, [reserved('number-a_1'), reserved('number-b_2')])
      .when(reserve('number-c_3', 'number-a_1'))
      .isRefused(inUse));

  it('is for anybody when its owner gives it up', () => {
    const past = [reserved('number-a_1'), released('number-a_1')];
    given(reservationDecider, past.slice(0, 1)).when(release('number-a_1')).emits(released('number-a_1'));
    given(reservationDecider, past).when(reserve('number-b_2')).emits(reserved('number-b_2'));
  });

  it('is given up once, and by its owner only', () => {
    const past = [reserved('number-a_1'), released('number-a_1'), reserved('number-b_2')];
    given(reservationDecider, past).when(release('number-a_1')).emits();
  });
});
