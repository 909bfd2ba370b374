import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ToolCallAssembly, type ToolCallDelta } from './tool-calls.js';

const assemble = (...deltas: ToolCallDelta[]) => {
  const assembly = new ToolCallAssembly();
  for (const delta of deltas) assembly.add(delta);
  return assembly.take();
};

describe('the assembly of tool calls', () => {
  it('puts each call together by its index, however the pieces are cut and mixed', () => {
    const pieces = fc.array(fc.string(), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.array(pieces, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        (calls, choices) => {
          const assembly = new ToolCallAssembly();
          const rest = calls.map((call, index) => ({ index, pieces: [...call] }));
          for (const [index] of calls.entries()) {
            assembly.add({ index, id: `id-${index}`, function: { name: `tool-${index}`, arguments: '' } });
          }
          while (rest.length > 0) {
            const at = (choices.next().value ?? 0) % rest.length;
            const piece = rest[at]?.pieces.shift();
            if (piece === undefined) rest.splice(at, 1);
            else assembly.add({ index: rest[at]?.index, function: { arguments: piece } });
          }
          expect(assembly.take()).toEqual(
            calls.map((call, index) => ({
              id: `id-${index}`,
              name: `tool-${index}`,
              arguments: call.join('').trim() || '{}',
            })),
          );
        },
      ),
    );
  });

  it('tells whole calls apart when the server leaves out index and id', () => {
    const calls = assemble(
      { function: { name: 'book', arguments: '{"at":1}' } },
      { function: { name: 'book', arguments: '{"at":2}' } },
    );
    expect(calls.map((call) => call.arguments)).toEqual(['{"at":1}', '{"at":2}']);
    expect(new Set(calls.map((call) => call.id)).size).toBe(2);
  });

  it('tells calls apart by their ids when every index is 0', () => {
    const calls = assemble(
      { index: 0, id: 'a', function: { name: 'book', arguments: '{}' } },
      { index: 0, id: 'b', function: { name: 'cancel', arguments: '{"id":' } },
      { index: 0, id: 'b', function: { arguments: '7}' } },
    );
    expect(calls).toEqual([
      { id: 'a', name: 'book', arguments: '{}' },
      { id: 'b', name: 'cancel', arguments: '{"id":7}' },
    ]);
  });

  it('goes on with a call whose pieces have neither index nor id, or repeat the id and the name', () => {
    expect(
      assemble(
        { id: 'a', function: { name: 'book', arguments: '{"at"' } },
        { function: { arguments: ':1' } },
        { id: 'a', function: { name: 'book', arguments: '}' } },
      ),
    ).toEqual([{ id: 'a', name: 'book', arguments: '{"at":1}' }]);
    expect(
      assemble(
        { index: 0, function: { name: 'book', arguments: '{' } },
        { index: 0, function: { name: 'book', arguments: '}' } },
      ),
    ).toMatchObject([{ name: 'book', arguments: '{}' }]);
  });

  it('takes arguments that come as an object, and none at all', () => {
    expect(assemble({ index: 0, id: 'a', function: { name: 'book', arguments: { at: 1 } } })).toMatchObject([
      { arguments: '{"at":1}' },
    ]);
    expect(assemble({ index: 0, id: 'a', function: { name: 'hangUp' } })).toMatchObject([
      { arguments: '{}' },
    ]);
  });
});
