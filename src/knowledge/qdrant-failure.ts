import { AppError, ErrorCode } from '../domain/errors.js';

/** What the server answered; `undefined`: it didn't. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined;

export interface QdrantFailures {
  /** The work's outcome; its failure as `UNAVAILABLE`, without the key or what a URL has of a password. */
  translated<T>(work: () => Promise<T>): Promise<T>;
}

export const qdrantFailures = (url: string, timeoutMs: number): QdrantFailures => {
  const server = `Qdrant at ${new URL(url).host} (QDRANT_URL)`;
  return {
    async translated(work) {
      try {
        return await work();
      } catch (cause) {
        throw new AppError(ErrorCode.UNAVAILABLE, `${server} ${reasonOf(cause, timeoutMs)}`, {}, { cause });
      }
    },
  };
};

const reasonOf = (error: unknown, timeoutMs: number): string => {
  if (isOverdue(error)) return `gave no answer for ${timeoutMs} ms.`;
  const status = statusOf(error);
  if (status === 401 || status === 403) return `refuses the key (${status}): look at QDRANT_API_KEY.`;
  return status === undefined ? "can't be reached." : `answered ${status}.`;
};

/** The client's own error, or the one that it is made of where the client doesn't know it (of another realm). */
const isOverdue = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'name' in error &&
  (error.name === 'QdrantClientTimeoutError' || error.name === 'AbortError');
