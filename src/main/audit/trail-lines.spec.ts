import { describe, expect, it } from '@jest/globals';
import { trailLines } from './trail-lines.js';

const stream = `call-${'1'.repeat(26)}_${'2'.repeat(26)}`;
const entry = {
  storedAt: '2026-11-21T12:00:00Z',
  actorType: 'user',
  actorId: `usr_${'3'.repeat(26)}`,
  type: 'CallReceived',
  stream,
  revision: 0,
};
const drafted = { ...entry, type: 'AgentVersionDrafted', actorType: 'operator', actorId: 'command-line' };

const WHO = '2026-11-21T12:00:00.000Z  user usr_33333333333333333333333333';
const OPERATOR = '2026-11-21T12:00:00.000Z  operator command-line          ';

describe('entries of the trail', () => {
  it('are a line each in a pipe, and where the terminal is wide enough', () => {
    const lines = [
      `${WHO}   CallReceived               ${stream}@0`,
      `${OPERATOR}       AgentVersionDrafted        ${stream}@0`,
    ];
    expect(trailLines([entry, drafted], null)).toEqual(lines);
    expect(trailLines([entry, drafted], lines[0]?.length ?? 0)).toEqual(lines);
  });

  it('stand in columns, too, where an operator has an id as users do', () => {
    const read = { ...entry, type: 'RecordsRead', actorType: 'operator' };
    expect(trailLines([entry, read], null)).toEqual([
      `${WHO}      CallReceived               ${stream}@0`,
      `2026-11-21T12:00:00.000Z  operator usr_33333333333333333333333333  RecordsRead                ${stream}@0`,
    ]);
  });

  it('have their stream on a line of its own where it is not', () => {
    expect(trailLines([entry, drafted], 88)).toEqual([
      `${WHO}  CallReceived`,
      `    ${stream}@0`,
      `${OPERATOR}      AgentVersionDrafted`,
      `    ${stream}@0`,
    ]);
  });

  it('have a type on a line of its own that would be broken', () => {
    const lines = trailLines([entry, drafted], 80);
    expect(lines.slice(2)).toEqual([OPERATOR.trimEnd(), '    AgentVersionDrafted', `    ${stream}@0`]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });
});
