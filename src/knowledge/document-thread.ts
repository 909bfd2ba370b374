import { parentPort, workerData } from 'node:worker_threads';
import { isAppError } from '../domain/errors.js';
import { chunkDocument } from './chunk.js';
import type { DocumentAnswer, DocumentResults, DocumentTask } from './document-task.js';
import { parserOf } from './parsers.js';
import type { Unreadable } from './unreadable.js';

const resultOf = async (task: DocumentTask): Promise<DocumentResults[DocumentTask['do']]> =>
  task.do === 'chunk' ? chunkDocument(task.document) : await parserOf(task.mediaType)(task.bytes);

const answerOf = async (task: DocumentTask): Promise<DocumentAnswer> => {
  try {
    return { result: await resultOf(task) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { reason: error.details.reason as Unreadable, message: error.message };
  }
};

parentPort?.postMessage(await answerOf(workerData as DocumentTask));
