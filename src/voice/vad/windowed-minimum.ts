/** The least value of the last 5 to 6 s of frames: the running second and the five before it. Immutable. */
export interface WindowedMinimum {
  /** Of the running second. */
  readonly running: number;
  readonly runningFrames: number;
  /** Of each whole second, latest last. */
  readonly seconds: readonly number[];
  /** Of those together. */
  readonly earlier: number;
}

const FRAMES_PER_SECOND = 50;
const SECONDS = 5;

/** Nothing measured: its minimum is Infinity. */
export const emptyWindow: WindowedMinimum = {
  running: Infinity,
  runningFrames: 0,
  seconds: [],
  earlier: Infinity,
};

export const minimumOf = (window: WindowedMinimum): number => Math.min(window.running, window.earlier);

/** Moves the window on by one frame; a frame without a measurement is Infinity. */
export const addFrame = (window: WindowedMinimum, value: number): WindowedMinimum => {
  const running = Math.min(window.running, value);
  const runningFrames = window.runningFrames + 1;
  if (runningFrames < FRAMES_PER_SECOND) {
    return { running, runningFrames, seconds: window.seconds, earlier: window.earlier };
  }
  const seconds = [...window.seconds, running].slice(-SECONDS);
  return { running: Infinity, runningFrames: 0, seconds, earlier: Math.min(...seconds) };
};
