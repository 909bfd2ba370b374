import { prepareDatabase } from '../../../src/database/prepare.js';
import { testMasterKey } from '../secrets.js';

/**
 * Builds what every test database begins with, in the empty database at `url` (as the superuser). It runs once a
 * test run; no connection to that database may be left open.
 */
export const prepareTemplate = (url: string): Promise<void> =>
  prepareDatabase({ adminUrl: url, masterKey: testMasterKey });
