import { describe, expect, it } from '@jest/globals';
import { correlationLines } from './correlation-lines.js';

const actor = { type: 'platform', id: 'worker-1' };
const call = `call-${'1'.repeat(26)}_${'2'.repeat(26)}`;
const reservation = `reservation-sys_${'3'.repeat(26)}`;

const command = (id: string) => ({ id, causedBy: [], actor, event: null });
const event = (type: string, revision: number, causedBy: readonly string[], stream = call) => ({
  id: type,
  causedBy,
  actor,
  event: {
    ...{ eventId: type, causationId: causedBy[0] ?? '', actorType: actor.type, actorId: actor.id },
    ...{ storedAt: '2026-11-21T12:00:00Z', type, stream, revision },
  },
});

const nodes = [
  command('w:1'),
  event('CallReceived', 0, ['w:1']),
  event('CallAnswered', 1, ['w:1', 'CallReceived']),
  event('Reserved', 0, ['w:1'], reservation),
  event('CallEnded', 12, ['w:1']),
];

const TIME = '2026-11-21T12:00:00.000Z';

describe('what caused what', () => {
  it('is a line each in a pipe, and where the terminal is wide enough', () => {
    const lines = [
      'w:1  by platform worker-1',
      `├─ ${TIME}  CallReceived               ${call}@0`,
      `│  └─ ${TIME}  CallAnswered               ${call}@1`,
      `├─ ${TIME}  Reserved                   ${reservation}@0`,
      `└─ ${TIME}  CallEnded                  ${call}@12`,
    ];
    expect(correlationLines(nodes, null)).toEqual(lines);
    expect(correlationLines(nodes, lines[2]?.length ?? 0)).toEqual(lines);
  });

  it('has a stream on a line of its own where it is not, once for all events of it in a row', () => {
    const lines = correlationLines(nodes, 80);
    expect(lines).toEqual([
      'w:1  by platform worker-1',
      `├─ ${TIME}  CallReceived`,
      `│  │  ${call}@0`,
      `│  └─ ${TIME}  CallAnswered  @1`,
      `├─ ${TIME}  Reserved`,
      `│     ${reservation}@0`,
      `└─ ${TIME}  CallEnded`,
      `      ${call}@12`,
    ]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });
});
