import { describe, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import { reservationDecider } from './decider.js';
import type { ReservationEvent } from './events.js';

const reserve = (ownerStream: string, ownerIsMissing = false) =>
  ({
    type: 'Reserve',
    ownerStream,
    commandId: 'command-1',
    ownerIsMissing,
    what: 'The number +14155550100',
    field: 'phoneNumber',
  }) as const;
const reserved = (ownerStream: string): ReservationEvent => ({
  type: 'Reserved',
  data: { ownerStream, commandId: 'command-1' },
});

describe('a value that must be unique', () => {
  it('is for the first who asks', () => {
    given(reservationDecider).when(reserve('number-a_1')).emits(reserved('number-a_1'));
    given(reservationDecider, [reserved('number-a_1')])
      .when(reserve('number-b_2'))
      .isRefused({
        code: 'ALREADY_EXISTS',
        message: 'The number +14155550100 is already in use.',
        details: { field: 'phoneNumber' },
      });
  });

  it('stays with its owner, who may ask again', () =>
    given(reservationDecider, [reserved('number-a_1')])
      .when(reserve('number-a_1'))
      .emits());

  it('is for another one where its owner never came to be', () =>
    given(reservationDecider, [reserved('number-a_1')])
      .when(reserve('number-b_2', true))
      .emits(reserved('number-b_2')));
});
