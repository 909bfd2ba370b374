import { startTestServer } from './test-server.js';

/** The part of Jest's configuration that we look at: the patterns of the command line. */
interface GlobalConfig {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}

/**
 * Jest's `globalSetup`. Jest loads it by Node itself, which can't import our TypeScript, so package.json names the
 * compiled file (`npm run build`). A run of nothing but named unit specs does without the server.
 */
export default async function globalSetup({ testPathPatterns: { patterns } }: GlobalConfig): Promise<void> {
  const onlyUnitSpecs = patterns.length > 0 && patterns.every((pattern) => pattern.endsWith('.spec.ts'));
  if (!onlyUnitSpecs) await startTestServer();
}
