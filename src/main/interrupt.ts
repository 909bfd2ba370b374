/** One Ctrl-C comes twice where npm passes on what the terminal sends to every process: it's one wish. */
const SAME_WISH_MS = 1_000;

/** Calls `stop` at the first SIGINT or SIGTERM. A later one doesn't wait: it ends the process. */
export const onInterrupt = (stop: (signal: NodeJS.Signals) => void): void => {
  let stoppedAtMs: number | undefined;
  const take = (signal: NodeJS.Signals) => {
    if (stoppedAtMs === undefined) {
      stoppedAtMs = performance.now();
      stop(signal);
    } else if (performance.now() - stoppedAtMs > SAME_WISH_MS) {
      process.exit(signal === 'SIGINT' ? 130 : 143);
    }
  };
  process.on('SIGINT', take);
  process.on('SIGTERM', take);
};
