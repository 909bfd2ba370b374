import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { CallEvent } from '../../src/domain/call/events.js';
import { callStream } from '../../src/domain/stream.js';
import { testContext } from '../support/ledger.js';
import { MediaSocket } from '../support/media-socket.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { eventsOf, TestCalls } from '../support/test-calls.js';
import { ACCOUNT_SID, incomingCall, newCallSid, postWebhook, streamUrlOf } from '../support/twilio.js';

jest.setTimeout(60_000);

const CONSENT =
  'This call is recorded so that we get better, and you may hang up at once if you do not like that.';

/** What the caller had asked when the worker was lost. */
const question: CallEvent = {
  type: 'CallerTurnCommitted',
  data: {
    turn: 1,
    text: 'When are you open?',
    startedMs: 900,
    endedMs: 1_500,
    confidence: 1,
    endpointing: 'transcript',
  },
};

let one: TestPlatform;
let other: TestPlatform;
let tenant: TestTenant;
beforeAll(async () => {
  one = await startTestPlatform();
  other = await startTestPlatform({ databaseUrl: one.databaseUrl, environment: { DATA_DIR: one.dataDir } });
  tenant = await createTestTenant(one, { greeting: '', recordingEnabled: true, recordingConsent: CONSENT });
});
afterAll(async () => {
  await other.close();
  await one.close();
});

it('a caller who was not told to the end that the call is recorded is told so before the owed answer', async () => {
  const call = { callSid: newCallSid(), accountSid: ACCOUNT_SID };
  const rung = await postWebhook(one, '/webhooks/incoming-call', incomingCall(tenant.number, call.callSid));
  const lost = await MediaSocket.start(streamUrlOf(rung.body) ?? '', call);
  await until('the agent speaks', async () => lost.hasAudio);
  lost.socket.terminate();
  const calls = new TestCalls(one, tenant);
  const { id } = await calls.until(
    call.callSid,
    'what was heard is shown',
    (found) => eventsOf(found, 'GreetingSpoken').length > 0,
  );
  const stream = callStream(tenant.tenantId, id);
  const { ledger } = one.storage;
  const past = await ledger.readStream(stream);
  await ledger.append(stream, [question], past.at(-1)?.revision ?? 'none', testContext('question'));

  const form = { CallSid: call.callSid, AccountSid: ACCOUNT_SID };
  const { body } = await postWebhook(other, '/webhooks/stream-ended?attempt=1', form);
  const streamSid = `MZ${'2'.repeat(32)}`;
  const media = await MediaSocket.start(streamUrlOf(body) ?? '', { ...call, streamSid });
  media.echoMarks();
  const answered = await calls.until(
    call.callSid,
    'the answer is heard',
    (found) => eventsOf(found, 'AgentTurnSpoken').length > 0,
  );
  media.stop(call);
  await media.closed;

  expect(eventsOf(answered, 'GreetingSpoken')).toMatchObject([{ recordingConsentHeard: false }]);
  const types = answered.events.nodes.map(({ type }) => type);
  expect(types.filter((type) => /^(CallResumed|Notice|Prompt|AgentTurnS)/.test(type))).toEqual([
    'CallResumed',
    'NoticeGiven',
    'PromptSpoken',
    'AgentTurnStarted',
    'AgentTurnSpoken',
  ]);
  expect(eventsOf(answered, 'PromptSpoken')).toMatchObject([
    { heardText: CONSENT, recordingConsentHeard: true },
  ]);
  expect(eventsOf(answered, 'AgentTurnSpoken')).toMatchObject([{ turn: 1 }]);
});
