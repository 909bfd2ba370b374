import { stopTestServer } from './test-server.js';

/** Jest's `globalTeardown`, compiled like `global-setup.ts`; Node gives both the same `test-server.js`. */
export default stopTestServer;
