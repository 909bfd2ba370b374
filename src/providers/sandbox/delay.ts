/** Waits, and no longer than until the abort: whether the time passed. No time takes no timer. */
export const delay = (ms: number, signal: AbortSignal): Promise<boolean> => {
  if (ms <= 0 || signal.aborted) return Promise.resolve(!signal.aborted);
  return new Promise((resolve) => {
    const settle = (passed: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(passed);
    };
    const onAbort = (): void => settle(false);
    const timer = setTimeout(settle, ms, true);
    signal.addEventListener('abort', onAbort);
  });
};
