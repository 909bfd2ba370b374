import { expect } from '@jest/globals';
import { type Decider, fold } from '../../src/domain/decider.js';
import type { DomainEvent } from '../../src/domain/event.js';
import { eventDefinitions } from '../../src/domain/events.js';

/** The event as it reads once its subject is erased. */
const erased = <Event extends DomainEvent>(event: Event): Event => {
  const { personalFields } = eventDefinitions[event.type as keyof typeof eventDefinitions];
  const nulls = Object.fromEntries(
    personalFields.filter((name) => name in event.data).map((name) => [name, null]),
  );
  return { ...event, data: { ...event.data, ...nulls } };
};

/** Given these events, when this command comes, then these events follow. Everything is folded once more erased. */
export const given = <Command, State, Event extends DomainEvent>(
  decider: Decider<Command, State, Event>,
  past: readonly Event[] = [],
) => {
  const state = fold(decider, past);
  return {
    state,
    when: (command: Command) => ({
      emits: (...expected: readonly Event[]) => {
        const events = decider.decide(command, state);
        expect(events).toEqual(expected);
        for (const event of events) {
          const { type } = event;
          const { writeSchema } = eventDefinitions[type as keyof typeof eventDefinitions];
          expect({ type, ...writeSchema.safeParse(event.data) }).toMatchObject({ type, success: true });
        }
        expect(() => fold(decider, [...past, ...events].map(erased))).not.toThrow();
      },
      isRefused: (error: object) => {
        expect(() => decider.decide(command, state)).toThrow(expect.objectContaining(error));
      },
    }),
  };
};
