import type { AuditRow } from '../../../projections/audit/queries.js';
import type { CausationNode } from '../../replay/causation.js';
import { causationTree } from './causation-tree.js';
import { clock, placeOf, TYPE_WIDTH } from './lines.js';

type Node = CausationNode<
  Pick<
    AuditRow,
    'eventId' | 'causationId' | 'actorType' | 'actorId' | 'storedAt' | 'type' | 'stream' | 'revision'
  >
>;

/**
 * What caused what, a line a node. Where a terminal has too few `columns` for one of them, a stream's name stands on a line of
 * its own, beneath the first event of it in a row: most are of one.
 */
export const correlationLines = (nodes: readonly Node[], columns: number | null): readonly string[] => {
  const lines = causationTree(nodes, (node) => [lineOf(node)]);
  if (columns === null || lines.every((line) => line.length <= columns)) return lines;
  let shown: string | undefined;
  return causationTree(nodes, (node) => {
    const { event } = node;
    if (!event) return [lineOf(node)];
    const { stream, revision } = event;
    const line = `${clock(event.storedAt)}  ${event.type}`;
    if (stream === shown) return [`${line}  @${revision}`];
    shown = stream;
    return [line, placeOf(event)];
  });
};

const lineOf = ({ id, actor, event }: Node): string =>
  event
    ? `${clock(event.storedAt)}  ${event.type.padEnd(TYPE_WIDTH)}  ${placeOf(event)}`
    : `${id}  by ${actor.type} ${actor.id}`;
