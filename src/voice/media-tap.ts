import type { MediaLink } from './mouth.js';

/**
 * Sees what goes over a media stream, both ways, as it goes: to record it, or to measure it. It must not throw and not
 * wait. `nowMs` is on the call's clock. Audio is mu-law, 8 kHz.
 */
export interface MediaTap {
  /** From the caller. `timestampMs`: the carrier's clock. */
  received(payload: Uint8Array, timestampMs: number, nowMs: number): void;
  /** Handed to the carrier. */
  sent(bytes: Uint8Array, nowMs: number): void;
  markSent(name: string, nowMs: number): void;
  markReturned(name: string, nowMs: number): void;
  /** The carrier is told to throw away what it hasn't played. */
  cleared(nowMs: number): void;
}

/** A link whose outgoing side the taps see. `now`: on the call's clock. */
export const tappedLink = (link: MediaLink, taps: readonly MediaTap[], now: () => number): MediaLink => ({
  audio: (bytes) => {
    link.audio(bytes);
    for (const tap of taps) tap.sent(bytes, now());
  },
  mark: (name) => {
    link.mark(name);
    for (const tap of taps) tap.markSent(name, now());
  },
  clear: () => {
    link.clear();
    for (const tap of taps) tap.cleared(now());
  },
  close: (...why) => link.close(...why),
});
