import { eventDefinitions } from '../../src/domain/events.js';
import { type Logger, silentLogger } from '../../src/domain/logger.js';
import { callStream } from '../../src/domain/stream.js';
import { Codec } from '../../src/ledger/codec/codec.js';
import { KeyRing } from '../../src/ledger/keys/key-ring.js';
import { Ledger } from '../../src/ledger/ledger.js';
import type { ToldSettings } from '../../src/voice/turn-taking/state.js';
import { MemoryEventStore } from './memory-event-store.js';
import { MemoryKeyStore } from './memory-key-store.js';
import { testMasterKey } from './secrets.js';

/** The one call of a spec, and the commands that it begins and ends with. */
export const tenantId = 'tnt_00000000000000000000000001';
export const callId = 'call_00000000000000000000000002';
export const stream = callStream(tenantId, callId);

export const receive = {
  type: 'ReceiveCall',
  callId,
  callSid: `CA${'0'.repeat(32)}`,
  accountSid: 'AC1',
  from: '+14155550123',
  to: '+14155550100',
  contactId: 'contact',
  numberId: 'num_1',
  agentId: 'agt_1',
  agentVersion: 1,
  receivedAt: '2026-11-21T12:00:00.000Z',
} as const;

export const start = (attempt: number) =>
  ({ type: 'StartMedia', attempt, worker: 'w', streamSid: `MZ${attempt}`, atMs: 500 }) as const;

export const report = (sequence: number) =>
  ({ type: 'ReportStatus', status: 'in-progress', sequence, source: null, durationSeconds: null }) as const;

export const end = { type: 'EndCall', reason: 'operator', by: 'operator', atMs: 9_000 } as const;

export const memoryLedger = (store: MemoryEventStore = new MemoryEventStore()): Ledger => {
  const keys = new KeyRing(new MemoryKeyStore(), testMasterKey);
  return new Ledger(store, new Codec(eventDefinitions, keys), keys);
};

/** What its conversation is told of the agent. */
export const toldSettings: ToldSettings = {
  attempt: 1,
  language: 'en',
  greeting: 'Hello, Alice.',
  silenceTimeoutMs: 20_000,
  maxDurationMs: 60_000,
  answeredAtMs: 500,
  finalWithinMs: 500,
  interims: true,
  providers: { speech_to_text: 'ear', language_model: 'mind', text_to_speech: 'voice' },
};

/** Of the call's journal. `writer`: another name is another process. */
export const journalOptions = (ledger: Ledger, writer: string) => ({
  ledger,
  stream,
  correlationId: callId,
  actor: { type: 'platform', id: 'test' } as const,
  writer,
  now: Date.now,
  prepare: () => ledger.keys.createCallKey(tenantId, 'contact', callId),
});

/** Keeps the warnings' messages. */
export const warningLogger = (warnings: string[]): Logger => ({
  ...silentLogger,
  warn: (_, message) => void warnings.push(message),
});
