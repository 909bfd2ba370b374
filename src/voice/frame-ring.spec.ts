import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../test/support/runs.js';
import { FRAME_BYTES } from '../audio/mu-law.js';
import { FrameRing } from './frame-ring.js';

/** A frame that tells its number in all its bytes. */
const frame = (n: number): Buffer => Buffer.alloc(FRAME_BYTES, n % 251);

describe('a ring of frames', () => {
  it('is a queue, however much goes in and out of it', () => {
    const push = fc.record({ push: fc.integer({ min: 1, max: 150 }), voiced: fc.boolean() });
    const drop = fc.record({ drop: fc.nat({ max: 200 }) });
    fc.assert(
      fc.property(fc.array(fc.oneof(push, drop), { maxLength: 20 }), (acts) => {
        const ring = new FrameRing();
        const queue: { frame: Buffer; voiced: boolean }[] = [];
        let n = 0;
        for (const act of acts) {
          if ('drop' in act) {
            ring.dropFirst(act.drop);
            queue.splice(0, act.drop);
          } else {
            for (let i = 0; i < act.push; i++, n++) {
              ring.push(frame(n), act.voiced);
              queue.push({ frame: frame(n), voiced: act.voiced });
            }
          }
        }
        const differs = queue.findIndex(
          ({ frame, voiced }, at) => !frame.equals(ring.frame(at)) || ring.isVoiced(at) !== voiced,
        );
        expect(differs).toBe(-1);
        expect(ring.length).toBe(queue.length);
        expect(ring.countVoiced()).toBe(queue.filter(({ voiced }) => voiced).length);
      }),
      { numRuns: runs(50) },
    );
  });

  it('keeps its own copy', () => {
    const ring = new FrameRing();
    const bytes = frame(1);
    ring.push(bytes, true);
    bytes.fill(9);
    ring.frame(0).fill(9);
    expect(frame(1).equals(ring.frame(0))).toBe(true);
  });
});
