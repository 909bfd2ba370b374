import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiFailure } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import { EndCall, EraseSubject, TransferCall } from '../../src/client/operations.js';
import { AppError, ErrorCode } from '../../src/domain/errors.js';
import { callStream } from '../../src/domain/stream.js';
import { AccessTokens } from '../../src/identity/tokens.js';
import { addReplayCommands } from '../../src/main/replay/commands.js';
import type { LanguageModel } from '../../src/providers/language-model.js';
import { Providers } from '../../src/providers/registry.js';
import { createSandboxProviders } from '../../src/providers/sandbox/index.js';
import { DEFAULT_ACCOUNT_SID } from '../../src/simulator/place-call.js';
import { phrasesOf } from '../../src/voice/turn-taking/phrases.js';
import { AtOnce } from '../support/at-once.js';
import { Workplace } from '../support/command.js';
import { runHere } from '../support/command-here.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  testSecrets,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { type Call, eventsOf, TestCalls } from '../support/test-calls.js';
import { tablesWith } from '../support/traces.js';
import { incomingCall, newCallSid, postWebhook } from '../support/twilio.js';

const RebuildCalls = graphql(`
  mutation RebuildCalls {
    rebuildProjection(name: "calls") {
      userErrors {
        code
      }
    }
  }
`);

const CallsGeneration = graphql(`
  query CallsGeneration {
    projections(name: "calls") {
      generation
    }
  }
`);

const PHRASES = phrasesOf('en');
const COLLEAGUE = '+14155550133';
const MANAGER = '+14155550144';
const WISH = { say: 'Can I talk to a real person, please?' };
const PROMPT = `You are Ada, the receptionist of Rosewood Dental.
On Saturday from nine to one.
A check-up costs eighty dollars, takes half an hour, and includes cleaning and a talk with the dentist about your teeth, and about all that you may want to know of them.`;

const CONSENT =
  'This call is recorded so that we can get better at what we do, and what is recorded of it is kept for as long as we have to keep it, and then it is gone.';

const brokenModel: LanguageModel = {
  name: 'broken',
  answer() {
    throw new AppError(ErrorCode.UNAVAILABLE, 'status 500');
  },
};

const typesOf = (call: Call) => call.events.nodes.map(({ type }) => type);
const saidOf = (call: Call) =>
  call.turns.flatMap(({ agentHeardText, prompts }) => [
    ...(agentHeardText ? [agentHeardText] : []),
    ...(prompts ?? []).map(({ heardText }) => heardText),
  ]);

describe('a call that is put through', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  let callers: TestCalls;
  /** Of an agent whose model can't answer. */
  let helpless: TestCalls;
  /** Of an agent that records its calls. */
  let recorded: TestCalls;
  const calls = new AtOnce();
  beforeAll(async () => {
    const sandbox = createSandboxProviders({ espeakNg: null });
    const providers = new Providers({ sandbox, broken: { languageModel: brokenModel } }, 'sandbox');
    platform = await startTestPlatform({ providers });
    tenant = await createTestTenant(platform, {
      greeting: 'Hello.',
      systemPrompt: PROMPT,
      transferTo: COLLEAGUE,
    });
    callers = new TestCalls(platform, tenant);
    const failing = { transferTo: COLLEAGUE, languageModel: { provider: 'broken' } };
    helpless = new TestCalls(platform, await createTestTenant(platform, failing));
    const consent = { greeting: 'Hello.', recordingEnabled: true, recordingConsent: CONSENT };
    recorded = new TestCalls(platform, await createTestTenant(platform, consent));
    calls.start();
  });
  afterAll(async () => {
    await calls.settled();
    await platform.close();
  });

  const speaks = (callSid: string): Promise<Call> =>
    callers.until(callSid, 'the agent answers', ({ events }) =>
      events.nodes.some(({ type }) => type === 'AgentTurnStarted'),
    );

  const answered = calls.add(() => callers.place([{ waitForAgent: true }, WISH, { pauseMs: 12_000 }]));
  it('by the agent is the person’s, and over with them', async () => {
    const report = await answered();
    expect(report).toMatchObject({ dials: [COLLEAGUE], endedBy: 'platform', errors: [], says: [] });
    const call = await callers.ended(report.callSid);
    expect(call).toMatchObject({
      status: 'COMPLETED',
      endReason: 'TRANSFERRED',
      endedBy: 'agent',
      mediaAttempts: 1,
      transfers: [{ to: COLLEAGUE, by: 'AGENT', outcome: 'ANSWERED', durationSeconds: 1 }],
    });
    expect(saidOf(call)).toEqual(['Hello.', 'Of course, a colleague takes over now.']);
    const types = typesOf(call);
    expect(types).not.toContain('MediaStreamLost');
    expect(types.filter((type) => /^Transfer|CallEnded/.test(type))).toEqual([
      'TransferRequested',
      'TransferDialed',
      'TransferEnded',
      'CallEnded',
    ]);
    expect(types.indexOf('TransferRequested')).toBeGreaterThan(types.indexOf('AgentTurnSpoken'));
    expect(eventsOf(call, 'ToolCalled')).toMatchObject([{ name: 'transfer_call' }]);
  });

  const busy = calls.add(() =>
    callers.place(
      [
        { waitForAgent: true },
        WISH,
        // Into the middle of what the agent says when it has the call again.
        { pauseMs: 6_500 },
        { say: 'Are you open on Saturday?' },
        { waitForAgent: true },
        { hangUp: true },
      ],
      { person: 'busy' },
    ),
  );
  it('to somebody who is busy is the agent’s again, who says so and knows what was said', async () => {
    const report = await busy();
    expect(report).toMatchObject({ dials: [COLLEAGUE], endedBy: 'caller', errors: [] });
    const call = await callers.ended(report.callSid);
    expect(call).toMatchObject({
      endReason: 'CALLER_HUNG_UP',
      mediaAttempts: 2,
      transfers: [{ outcome: 'BUSY', durationSeconds: null }],
    });
    expect(saidOf(call)).toEqual([
      'Hello.',
      'Of course, a colleague takes over now.',
      PHRASES.transferFailed,
      expect.stringContaining('from nine to one'),
    ]);
    expect(call.turns.map(({ turn }) => turn)).toEqual([0, 1, 2]);
    const types = typesOf(call);
    expect(types).not.toContain('MediaStreamLost');
    expect(types).toContain('CallResumed');
  });

  const wanted = calls.add(async () => {
    const callSid = newCallSid();
    const done = callers.place(
      [
        { waitForAgent: true },
        { say: 'How much does a check-up cost?' },
        // Words over the sentence.
        { interrupt: 'No, wait, stop that!', afterMs: 2_500 },
        { pauseMs: 9_000 },
      ],
      { callSid },
    );
    const { id: callId } = await speaks(callSid);
    const input = { callId, to: MANAGER, idempotencyKey: 'once' };
    const first = await tenant.client.request(TransferCall, { input });
    const again = await tenant.client.request(TransferCall, { input });
    const other = await tenant.client.request(TransferCall, { input: { callId, idempotencyKey: 'other' } });
    return { report: await done, first, again, other };
  });
  it('by an operator is cut off in the middle of a word, whatever the caller says', async () => {
    const { report, first, again, other } = await wanted();
    expect(first.transferCall).toMatchObject({
      userErrors: [],
      call: { transfers: [{ to: MANAGER, by: 'OPERATOR' }] },
    });
    expect(again.transferCall).toMatchObject({ userErrors: [], position: expect.any(String) });
    expect(other.transferCall.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    expect(report).toMatchObject({ dials: [MANAGER], endedBy: 'platform', errors: [] });
    const call = await callers.ended(report.callSid);
    expect(call).toMatchObject({ endReason: 'TRANSFERRED', endedBy: 'operator' });
    expect(eventsOf(call, 'AgentTurnSpoken')).toMatchObject([{ interrupted: true, cutBy: 'transfer' }]);
    expect(eventsOf(call, 'PromptSpoken')).toMatchObject([
      { heardText: PHRASES.transfer, interrupted: false },
    ]);
    expect(eventsOf(call, 'TransferRequested')).toHaveLength(1);
    const stored = await platform.storage.ledger.readStream(callStream(tenant.tenantId, call.id));
    const wish = stored.find(({ type }) => type === 'TransferRequested');
    expect(wish?.metadata.actor).toEqual({ type: 'user', id: expect.stringMatching(/^usr_/) });
  });

  const failed = calls.add(() => {
    const asks = ['One?', 'Two?', 'Three?'].map((say) => ({ say }));
    const steps = [{ pauseMs: 500 }, ...asks, { pauseMs: 9_000 }, ...asks, { pauseMs: 9_000 }];
    return helpless.place(steps, { person: 'busy' });
  });
  it('since nothing works any more is so once: an agent that comes back and fails again ends it', async () => {
    const report = await failed();
    expect(report).toMatchObject({ dials: [COLLEAGUE], endedBy: 'platform', errors: [] });
    const call = await helpless.ended(report.callSid);
    expect(call).toMatchObject({
      endReason: 'FAILED',
      transfers: [{ by: 'PLATFORM', outcome: 'BUSY' }],
    });
    const spoken = saidOf(call);
    expect(spoken.filter((text) => text === PHRASES.failureTransfer)).toHaveLength(1);
    expect(spoken).toContain(PHRASES.transferFailed);
    expect(spoken.at(-1)).toBe(PHRASES.failure);
  });

  const cutConsent = calls.add(async () => {
    const callSid = newCallSid();
    // Until an operator ends it, when the agent has said all.
    const done = recorded.place([{ pauseMs: 40_000 }], { callSid, person: 'busy' });
    const { id: callId } = await recorded.until(callSid, 'the agent greets', ({ events }) =>
      events.nodes.some(({ type }) => type === 'GreetingStarted'),
    );
    const { client } = recorded.tenant;
    await client.request(TransferCall, { input: { callId, to: COLLEAGUE, idempotencyKey: 'consent' } });
    await recorded.until(callSid, 'the agent has the call again, and has said so', (call) =>
      eventsOf(call, 'PromptSpoken').some(({ heardText }) => heardText !== PHRASES.transfer),
    );
    await client.request(EndCall, { input: { callId } });
    return done;
  });
  it('before it was said that the call is recorded is told so when the agent has it again', async () => {
    const { callSid, dials, errors } = await cutConsent();
    expect({ dials, errors }).toEqual({ dials: [COLLEAGUE], errors: [] });
    const call = await recorded.ended(callSid);
    expect(eventsOf(call, 'GreetingSpoken')).toMatchObject([
      { cutBy: 'transfer', recordingConsentHeard: false },
    ]);
    const heardText = `${CONSENT} ${PHRASES.transferFailed}`;
    expect(eventsOf(call, 'NoticeGiven').at(-1)).toMatchObject({
      text: heardText,
      recordingConsent: CONSENT,
    });
    expect(eventsOf(call, 'PromptSpoken').at(-1)).toMatchObject({ heardText, recordingConsentHeard: true });
  });

  const ended = calls.add(async () => {
    const callSid = newCallSid();
    const done = callers.place(
      [{ waitForAgent: true }, { say: 'How much does a check-up cost?' }, { pauseMs: 9_000 }],
      { callSid },
    );
    const { id: callId } = await speaks(callSid);
    const { endCall } = await tenant.client.request(EndCall, { input: { callId } });
    return { report: await done, endCall };
  });
  it('is another thing than one that an operator ends: at once', async () => {
    const { report, endCall } = await ended();
    expect(endCall).toMatchObject({ userErrors: [], call: { id: expect.any(String) } });
    expect(report).toMatchObject({ dials: [], endedBy: 'platform', errors: [], says: [] });
    const call = await callers.ended(report.callSid);
    expect(call).toMatchObject({ endReason: 'OPERATOR', endedBy: 'operator', status: 'COMPLETED' });
    expect(eventsOf(call, 'AgentTurnSpoken')).toMatchObject([{ interrupted: true, cutBy: 'operator' }]);
    const callId = call.id;
    const late = [
      (await tenant.client.request(TransferCall, { input: { callId, idempotencyKey: 'late' } })).transferCall,
      (await tenant.client.request(EndCall, { input: { callId } })).endCall,
    ];
    for (const { userErrors } of late) {
      expect(userErrors).toMatchObject([{ code: 'CONFLICT', message: 'The call has ended.' }]);
    }
  });

  it('by the carrier’s word is told once, and asked again it is the same', async () => {
    const report = await busy();
    const call = await callers.ended(report.callSid);
    const form = { ...incomingCall(tenant.number, report.callSid), AccountSid: DEFAULT_ACCOUNT_SID };
    const told = { ...form, DialCallStatus: 'completed', DialCallDuration: '9' };
    for (const path of ['/webhooks/transfer-ended?transfer=1', '/webhooks/transfer-ended?transfer=7']) {
      expect((await postWebhook(platform, path, told)).body).toContain('<Hangup/>');
    }
    expect((await postWebhook(platform, '/webhooks/transfer-ended', told, { signature: null })).status).toBe(
      403,
    );
    const after = await callers.until(report.callSid, 'it is read again', () => true);
    expect(after.transfers).toEqual(call.transfers);
  });

  it('is refused to who may only look, and of a call that is not there', async () => {
    const viewer = platform.admin.as(
      new AccessTokens(testSecrets.jwtKeys, 600).issue({
        userId: 'usr_00000000000000000000000001',
        tenantId: tenant.tenantId,
        tenantRole: 'VIEWER',
        platformRole: null,
      }).accessToken,
    );
    const callId = `call_${'0'.repeat(26)}`;
    const refused = await viewer
      .request(EndCall, { input: { callId } })
      .catch(({ errors }: ApiFailure) => errors);
    expect(refused).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    for (const id of [callId, 'nothing', tenant.agentId]) {
      const { transferCall } = await tenant.client.request(TransferCall, {
        input: { callId: id, idempotencyKey: `of ${id}` },
      });
      expect(transferCall).toMatchObject({
        call: null,
        userErrors: [{ field: 'callId', code: 'NOT_FOUND', message: `There is no call "${id}".` }],
      });
    }
    const other = await createTestTenant(platform);
    const { id } = await callers.ended((await answered()).callSid);
    const { endCall } = await other.client.request(EndCall, { input: { callId: id } });
    expect(endCall.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  it('is refused to a number that is none, before it is answered, and where there is no number', async () => {
    const input = { callId: `call_${'0'.repeat(26)}`, to: '0800 BOB', idempotencyKey: 'bad' };
    const bad = await tenant.client
      .request(TransferCall, { input })
      .catch(({ errors }: ApiFailure) => errors);
    expect(bad).toMatchObject([
      {
        message: expect.stringContaining('"0800 BOB" is not a PhoneNumber'),
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    const lonely = await createTestTenant(platform);
    const form = incomingCall(lonely.number);
    await postWebhook(platform, '/webhooks/incoming-call', form);
    const { id } = await new TestCalls(platform, lonely).until(form.CallSid ?? '', 'it rings', () => true);
    const nowhere = await lonely.client.request(TransferCall, {
      input: { callId: id, idempotencyKey: 'nowhere' },
    });
    expect(nowhere.transferCall.userErrors).toMatchObject([{ field: 'to', code: 'BAD_USER_INPUT' }]);
    const early = await lonely.client.request(TransferCall, {
      input: { callId: id, to: MANAGER, idempotencyKey: 'early' },
    });
    expect(early.transferCall.userErrors).toMatchObject([
      { code: 'CONFLICT', message: 'The call is not answered yet: try again in a moment.' },
    ]);
  });

  it('is refused without a key: a retry would ring again', async () => {
    const callId = `call_${'0'.repeat(26)}`;
    for (const [key, message] of [
      [{}, 'Field "idempotencyKey" of required type "String!" was not provided'],
      [{ idempotencyKey: '' }, 'idempotencyKey must be longer than or equal to 1 characters'],
    ] as const) {
      const input = { callId, ...key } as { callId: string; idempotencyKey: string };
      const refused = await tenant.client
        .request(TransferCall, { input })
        .catch(({ errors }: ApiFailure) => errors);
      expect(refused).toMatchObject([
        { message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    }
  });

  it('is replayed by the same rules, and told line by line', async () => {
    const workplace = await Workplace.open(platform.variables);
    const replay = (...args: readonly string[]) => runHere(workplace, addReplayCommands, ['replay', ...args]);
    for (const [name, of] of Object.entries({
      answered,
      busy,
      wanted: async () => (await wanted()).report,
    })) {
      const { callSid, streams } = await of();
      await callers.until(callSid, 'its traces are stored', ({ events }) => {
        const traces = events.nodes.filter(({ type }) => type === 'CallTraceStored');
        return traces.length === streams.length;
      });
      const file = join(workplace.directory, `${name}.json`);
      expect(await replay('export', callSid, '--out', file)).toMatchObject({ exitCode: 0, stderr: '' });
      const { exitCode, stdout } = await replay('run', file);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('Equal, twice')]);
    }
    const { stdout } = await replay('call', (await wanted()).report.callSid);
    expect(stdout).toContain(`puts the caller through to ${MANAGER}: an operator wants it`);
    expect(stdout).toContain('put through: answered, 1 s');
    await workplace.close();
  });

  it('is shown the same by a rebuild, and without the number once it is erased', async () => {
    const { report } = await wanted();
    const before = await callers.ended(report.callSid);
    await platform.admin.request(RebuildCalls);
    await until('the new generation is live', async () => {
      const { projections } = await platform.admin.request(CallsGeneration);
      return projections[0]?.generation === 2;
    });
    expect((await callers.ended(report.callSid)).transfers).toEqual(before.transfers);
    expect(await tablesWith(platform.databaseUrl, [MANAGER])).toEqual(['read.transfers_v3_g2']);
    await tenant.client.request(EraseSubject, { input: { kind: 'CALL', id: before.id } });
    const erased = await callers.until(report.callSid, 'it is erased', ({ transfers }) =>
      transfers.every(({ to }) => to === null),
    );
    expect(erased.transfers).toMatchObject([{ to: null, by: 'OPERATOR', outcome: 'ANSWERED' }]);
    expect(eventsOf(erased, 'TransferRequested')).toMatchObject([{ to: null }]);
    expect(await tablesWith(platform.databaseUrl, [MANAGER])).toEqual([]);
  });
});
