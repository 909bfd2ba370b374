import { describe, expect, it } from '@jest/globals';
import { FRAME_BYTES } from '../audio/mu-law.js';
import type { CarrierStream } from './carrier-stream.js';
import { Line } from './line.js';

/** Takes the caller's frames, and the marks. */
const stream = { send: () => undefined, mark: () => undefined } as unknown as CarrierStream;

const audioOf = (ms: number) => ({
  event: 'media' as const,
  muLaw: new Uint8Array((ms / 20) * FRAME_BYTES).fill(0x55),
});

describe("the caller's line", () => {
  it('has left unplayed what its last media stream left: what an earlier one lost is another matter', () => {
    const line = new Line({
      steps: [],
      recording: null,
      now: () => 0,
      onEvent: () => undefined,
      onHangUp: () => undefined,
      onFailure: (error) => {
        throw error;
      },
    });
    line.attach(stream);
    line.receive(audioOf(600));
    line.detach();
    expect(line.unplayedMs).toBe(600);
    line.attach(stream);
    line.receive(audioOf(200));
    line.close();
    expect(line.unplayedMs).toBe(200);
  });
});
