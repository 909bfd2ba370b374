import { type DestinationStream, pino } from 'pino';
import type { Environment } from '../config.js';
import type { Logger } from '../domain/logger.js';

/** JSON lines for machines, short lines for a person at a terminal; both on stderr, so that stdout is the program's own. */
export const createLogger = async ({ LOG_LEVEL }: Pick<Environment, 'LOG_LEVEL'>): Promise<Logger> => {
  const options = { level: LOG_LEVEL, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const destination = process.stderr.isTTY ? await terminal() : pino.destination({ fd: 2, sync: true });
  const logger: Logger = pino(options, destination);
  return logger;
};

const terminal = async (): Promise<DestinationStream> => {
  const { default: pinoPretty } = await import('pino-pretty');
  return pinoPretty({ destination: 2, translateTime: 'SYS:HH:MM:ss', sync: true });
};
