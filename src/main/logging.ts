import { pino } from 'pino';
import pinoPretty from 'pino-pretty';
import type { Environment } from '../config.js';
import type { Logger } from '../domain/logger.js';

/** JSON lines for machines, short lines for a person at a terminal; both on stderr, so that stdout is the program's own. */
export const createLogger = ({ LOG_LEVEL }: Pick<Environment, 'LOG_LEVEL'>): Logger => {
  const options = { level: LOG_LEVEL, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return process.stderr.isTTY
    ? pino(options, pinoPretty({ destination: 2, translateTime: 'SYS:HH:MM:ss', sync: true }))
    : pino(options, pino.destination({ fd: 2, sync: true }));
};
