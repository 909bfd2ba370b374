import { describe, expect, it } from '@jest/globals';
import type { CausationNode, CorrelatedEntry } from '../../replay/causation.js';
import { causationTree } from './causation-tree.js';

const actor = { type: 'user', id: 'usr_1' };

const command = (id: string, ...causedBy: string[]): CausationNode<CorrelatedEntry> => ({
  id,
  causedBy,
  actor,
  event: null,
});

const event = (eventId: string, ...causedBy: string[]): CausationNode<CorrelatedEntry> => ({
  id: eventId,
  causedBy,
  actor,
  event: { eventId, stream: 's', causationId: causedBy[0] ?? '', actorType: actor.type, actorId: actor.id },
});

const treeOf = (...nodes: CausationNode<CorrelatedEntry>[]) =>
  causationTree(nodes, ({ id }) => id.split(' '));

describe('a causation graph as a tree', () => {
  it('has events beneath their command, and a command beneath the one that it followed from', () => {
    expect(
      treeOf(
        command('erase:deactivate', 'erase'),
        event('TenantDeactivated', 'erase:deactivate'),
        command('erase'),
        event('SubjectErased', 'erase'),
        command('erase:release', 'erase'),
        event('Released', 'erase:release'),
      ),
    ).toEqual([
      'erase',
      '├─ erase:deactivate',
      '│  └─ TenantDeactivated',
      '├─ SubjectErased',
      '└─ erase:release',
      '   └─ Released',
    ]);
  });

  it('has an event beneath the one that it answers, and leaves out a command that has nothing beneath it', () => {
    expect(
      treeOf(
        command('w:1'),
        event('CallReceived', 'w:1'),
        command('w:2'),
        event('CallAnswered', 'w:2', 'CallReceived'),
      ),
    ).toEqual(['w:1', '└─ CallReceived', '   └─ CallAnswered']);
  });

  it('has the further lines of a node beneath its first', () => {
    expect(
      treeOf(command('w:1'), event('a 1', 'w:1'), event('b 2', 'w:1', 'a 1'), event('c 3', 'w:1')),
    ).toEqual(['w:1', '├─ a', '│  │  1', '│  └─ b', '│        2', '└─ c', '      3']);
  });
});
