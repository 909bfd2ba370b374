import { Worker } from 'node:worker_threads';
import { AppError, ErrorCode } from '../domain/errors.js';
import { compiled } from './compiled.js';
import type { DocumentAnswer, DocumentResults, DocumentTask } from './document-task.js';
import { unreadable } from './unreadable.js';

/** A document of 10 MB takes up to a quarter of both. */
const LIMITS = { timeMs: 60_000, heapMb: 768 };

/** Starts a thread for the task, and stops it when it is done, when it takes too long, and when the signal aborts. */
export const inThread = async <T extends DocumentTask>(
  task: T,
  signal: AbortSignal,
): Promise<DocumentResults[T['do']]> => {
  signal.throwIfAborted();
  const thread = new Worker(compiled('document-thread.js'), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: LIMITS.heapMb },
    // What reads a stranger's file has no business with our secrets.
    env: {},
    execArgv: [],
  });
  try {
    const answer = await answerOf(thread, signal);
    if ('reason' in answer) throw unreadable(answer.reason, answer.message);
    return answer.result as DocumentResults[T['do']];
  } finally {
    await thread.terminate();
  }
};

const answerOf = (thread: Worker, signal: AbortSignal): Promise<DocumentAnswer> => {
  const over = new AbortController();
  return new Promise<DocumentAnswer>((resolve, reject) => {
    const overdue = setTimeout(() => {
      reject(
        unreadable(
          'PARSE_FAILED',
          `The document took longer to read than ${LIMITS.timeMs / 1000} s: split it.`,
        ),
      );
    }, LIMITS.timeMs);
    over.signal.addEventListener('abort', () => clearTimeout(overdue));
    signal.addEventListener('abort', () => reject(signal.reason), { signal: over.signal });
    thread.once('message', resolve);
    thread.once('error', (error) => reject(failureOf(error)));
    thread.once('exit', (code) =>
      reject(new AppError(ErrorCode.INTERNAL, `The thread that reads a document ended with ${code}.`)),
    );
  }).finally(() => over.abort());
};

const failureOf = (error: Error): AppError =>
  'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? unreadable('PARSE_FAILED', `The document takes more memory to read than ${LIMITS.heapMb} MB: split it.`)
    : new AppError(
        ErrorCode.INTERNAL,
        "The document couldn't be read: the program is at fault.",
        {},
        { cause: error },
      );
