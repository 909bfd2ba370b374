import { agentDecider } from '../domain/agent/decider.js';
import { callDecider } from '../domain/call/decider.js';
import { type Decider, fold } from '../domain/decider.js';
import { documentDecider } from '../domain/document/decider.js';
import { erasureDecider } from '../domain/erasure/decider.js';
import { exportDecider } from '../domain/export/decider.js';
import { numberDecider } from '../domain/number/decider.js';
import { reservationDecider } from '../domain/reservation/decider.js';
import { parseStreamName, type StreamCategory } from '../domain/stream.js';
import { tenantDecider } from '../domain/tenant/decider.js';
import { userDecider } from '../domain/user/decider.js';
import type { LedgerRecord } from '../ledger/ledger.js';

type AnyDecider = Pick<Decider<never, unknown, LedgerRecord>, 'initial' | 'evolve'>;

/** `null`: a stream that only records. A category that isn't here doesn't compile. */
const deciders: Readonly<Record<StreamCategory, AnyDecider | null>> = {
  access: null,
  agent: agentDecider as unknown as AnyDecider,
  call: callDecider as unknown as AnyDecider,
  circuit: null,
  document: documentDecider as unknown as AnyDecider,
  erasure: erasureDecider as unknown as AnyDecider,
  export: exportDecider as unknown as AnyDecider,
  number: numberDecider as unknown as AnyDecider,
  reservation: reservationDecider as unknown as AnyDecider,
  seal: null,
  tenant: tenantDecider as unknown as AnyDecider,
  user: userDecider as unknown as AnyDecider,
};

/** Nobody reads these, whoever asks. */
const SECRETS: ReadonlySet<string> = new Set(['passwordHash']);

/** What commands were decided by after these events of one stream; `null` for streams that only record. */
export const stateAfter = (stream: string, events: readonly LedgerRecord[]): unknown => {
  const decider = deciders[parseStreamName(stream).category];
  return decider ? withoutSecrets(fold(decider, events)) : null;
};

/** As plain JSON, without what is nobody's to read. */
export const withoutSecrets = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (name, field) => (SECRETS.has(name) ? undefined : field)) ?? 'null');
