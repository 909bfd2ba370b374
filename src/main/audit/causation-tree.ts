import type { CausationNode, CorrelatedEntry } from '../../replay/causation.js';

/**
 * A causation graph as a tree, a line a node: each beneath what caused it last, an event that answers another beneath that
 * one rather than its command. A command with nothing beneath it isn't shown.
 */
export const causationTree = <Entry extends CorrelatedEntry>(
  nodes: readonly CausationNode<Entry>[],
  textOf: (node: CausationNode<Entry>) => string,
): readonly string[] => {
  const beneath = new Map<string | undefined, CausationNode<Entry>[]>();
  for (const node of nodes) {
    const cause = node.causedBy.at(-1);
    beneath.set(cause, [...(beneath.get(cause) ?? []), node]);
  }
  const linesBeneath = (id: string | undefined, indent: string): readonly string[] => {
    const shown = (beneath.get(id) ?? []).filter((node) => node.event || beneath.has(node.id));
    return shown.flatMap((node, at) => {
      const isLast = at === shown.length - 1;
      const branch = id === undefined ? '' : isLast ? '└─ ' : '├─ ';
      const below = id === undefined ? '' : isLast ? '   ' : '│  ';
      return [`${indent}${branch}${textOf(node)}`, ...linesBeneath(node.id, `${indent}${below}`)];
    });
  };
  return linesBeneath(undefined, '');
};
