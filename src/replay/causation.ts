import { causesOf } from '../domain/call/causes.js';
import type { CallEvent } from '../domain/call/events.js';
import type { RecordedEvent } from '../domain/event.js';
import { parseStreamName } from '../domain/stream.js';
import { UnreadableEvent } from '../ledger/codec/codec.js';
import type { Ledger } from '../ledger/ledger.js';

/** What stands beside an event that belongs to a correlation. */
export interface CorrelatedEntry {
  readonly eventId: string;
  readonly stream: string;
  readonly causationId: string;
  readonly actorType: string;
  readonly actorId: string;
}

/** A command, or an event, and the nodes that caused it. */
export interface CausationNode<Entry extends CorrelatedEntry> {
  /** A command's id, or an event's. */
  readonly id: string;
  /** The command of an event comes first; none: its cause is a person, the carrier or the clock. */
  readonly causedBy: readonly string[];
  readonly actor: { readonly type: string; readonly id: string };
  /** `null`: a command. */
  readonly event: Entry | null;
}

/**
 * The graph of what belongs together. An event is caused by its command and, within a call, by the event that it answers; a
 * command that followed from another (`<command>:<step>`, as workflows name their steps) by that one. `entries`: oldest first.
 */
export const causationOf = async <Entry extends CorrelatedEntry>(
  ledger: Ledger,
  entries: readonly Entry[],
): Promise<readonly CausationNode<Entry>[]> => {
  const answered = await answeredIn(ledger, entries);
  const shown = new Set(entries.flatMap(({ eventId, causationId }) => [eventId, causationId]));
  const nodes = new Map<string, CausationNode<Entry>>();
  for (const event of entries) {
    const { eventId, causationId: command, actorType: type, actorId } = event;
    const actor = { type, id: actorId };
    if (!nodes.has(command)) {
      const origin = originOf(command);
      const causedBy = origin !== null && shown.has(origin) ? [origin] : [];
      nodes.set(command, { id: command, causedBy, actor, event: null });
    }
    const cause = answered.get(eventId);
    const causedBy = cause !== undefined && shown.has(cause) ? [command, cause] : [command];
    nodes.set(eventId, { id: eventId, causedBy, actor, event });
  }
  return [...nodes.values()];
};

/** The command that a step's id begins with. */
const originOf = (commandId: string): string | null => {
  const end = commandId.lastIndexOf(':');
  return end < 0 ? null : commandId.slice(0, end);
};

/** Which turn or media stream an event of a call is about stands in its fields alone. What this version can't read tells nothing. */
const answeredIn = async (
  { store, codec }: Ledger,
  entries: readonly CorrelatedEntry[],
): Promise<ReadonlyMap<string, string>> => {
  const streams = new Set(entries.map(({ stream }) => stream));
  const answered: [string, string][] = [];
  for (const stream of streams) {
    if (parseStreamName(stream).category !== 'call') continue;
    const decoded = await codec.decode(await store.readStream(stream));
    const events = decoded.filter((event) => !(event instanceof UnreadableEvent));
    answered.push(...causesOf(events as readonly unknown[] as readonly RecordedEvent<CallEvent>[]));
  }
  return new Map(answered);
};
