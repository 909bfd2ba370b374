import type { CausationNode, CorrelatedEntry } from '../../replay/causation.js';

/**
 * A causation graph as a tree, a node with its lines: each beneath what caused it last, an event that answers another beneath that
 * one rather than its command. A command with nothing beneath it isn't shown.
 */
export const causationTree = <Entry extends CorrelatedEntry>(
  nodes: readonly CausationNode<Entry>[],
  /** Asked in the order of the tree. Never empty. */
  linesOf: (node: CausationNode<Entry>) => readonly string[],
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
      const [first, ...others] = linesOf(node);
      const under = beneath.has(node.id) ? '│  ' : '   ';
      return [
        `${indent}${branch}${first}`,
        ...others.map((line) => `${indent}${below}${under}${line}`),
        ...linesBeneath(node.id, `${indent}${below}`),
      ];
    });
  };
  return linesBeneath(undefined, '');
};
