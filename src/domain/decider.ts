/**
 * A decider is pure: no I/O, no clock, no randomness. The caller passes times and ids in the command.
 * `decide` throws an `AppError` where a rule forbids the command, and returns `[]` where it's already so.
 */
export interface Decider<Command, State, Event> {
  readonly initial: State;
  decide(command: Command, state: State): readonly Event[];
  evolve(state: State, event: Event): State;
}

/** The state after the events. Unknown types leave it alone. */
export const fold = <State, Event>(
  { initial, evolve }: Pick<Decider<never, State, Event>, 'initial' | 'evolve'>,
  events: Iterable<Event>,
  from: State = initial,
): State => {
  let state = from;
  for (const event of events) state = evolve(state, event);
  return state;
};
