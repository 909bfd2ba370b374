import { setTimeout as sleep } from 'node:timers/promises';
import { projections } from '../../projections/index.js';
import { rebuild } from '../../projections/runtime/rebuild.js';
import { ProjectionRunner } from '../../projections/runtime/runner.js';
import { loginConfig } from '../../src/database/roles.js';
import { silentLogger } from '../../src/domain/logger.js';
import { openLedger } from './ledger.js';
import { testMasterKey } from './secrets.js';

/**
 * A process that keeps the read models up (`feed`), or rebuilds one after the other (`rebuild`), for as long as it lives.
 * It prints `started`, and `rebuilt <projection>` after each. Tests run it, compiled, to have somebody to kill.
 */
const [databaseUrl = '', work = ''] = process.argv.slice(2);
const RETRY_MS = 50;

const { ledger } = openLedger(databaseUrl);
const connection = loginConfig(databaseUrl, testMasterKey, 'projector');

const rebuildAll = async (): Promise<never> => {
  const { signal } = new AbortController();
  for (;;) {
    for (const projection of projections) {
      try {
        await rebuild(projection, { ledger, connection, signal });
        process.stdout.write(`rebuilt ${projection.name}\n`);
      } catch {
        // PostgreSQL is stopped now and then: an operator would try again.
        await sleep(RETRY_MS);
      }
    }
  }
};

process.stdout.write('started\n');
if (work === 'rebuild') await rebuildAll();
else new ProjectionRunner({ ledger, connection, projections, logger: silentLogger }).start();
