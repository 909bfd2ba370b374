import { describe, expect, it } from '@jest/globals';
import { runTool, toolsOf } from './tools.js';

const call = (name: string) => ({ id: 'a', name, arguments: '{}' });
const namesOf = (transferTo: string | null) => toolsOf({ transferTo }).map(({ name }) => name);

describe("an agent's tools", () => {
  it('put callers through only where it has a number for that', () => {
    expect(namesOf(null)).toEqual(['end_call']);
    expect(namesOf('+14155550133')).toEqual(['end_call', 'transfer_call']);
    expect(runTool(call('transfer_call'), { transferTo: '+14155550133' })).toMatchObject({
      ok: true,
      endsCall: false,
      transferTo: '+14155550133',
    });
  });

  it('that it does not have are told to be none', () => {
    const none = { ok: false, endsCall: false, result: '{"error":"there is no tool transfer_call"}' };
    expect(runTool(call('transfer_call'), { transferTo: null })).toEqual(none);
  });
});
