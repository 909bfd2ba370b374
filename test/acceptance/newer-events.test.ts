import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { z } from 'zod';
import { projections } from '../../projections/index.js';
import { ProjectionRunner } from '../../projections/runtime/runner.js';
import { graphql } from '../../src/client/gql/gql.js';
import { CallBySid, PublishAgentVersion } from '../../src/client/operations.js';
import { type DomainEvent, defineEvent, type EventDefinition, personal } from '../../src/domain/event.js';
import { eventDefinitions, type LedgerEvent } from '../../src/domain/events.js';
import { type Logger, silentLogger } from '../../src/domain/logger.js';
import { SEAL_STREAM } from '../../src/domain/seal/events.js';
import { agentStream, callStream } from '../../src/domain/stream.js';
import { Codec } from '../../src/ledger/codec/codec.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { FileObjectStore } from '../../src/objects/file-object-store.js';
import { Sealer } from '../../src/replay/seals/sealer.js';
import { Signer } from '../../src/replay/seals/signing.js';
import { Orphans } from '../../src/telephony/orphans.js';
import { testCall } from '../support/call-events.js';
import { Workplace } from '../support/command.js';
import { type Follower, followTranscript, lineOf, TWO_TURNS } from '../support/follower.js';
import { openLedger, testContext } from '../support/ledger.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  testSecrets,
} from '../support/platform.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { until } from '../support/postgres/until.js';
import { testMasterKey } from '../support/secrets.js';
import { incomingCall, postWebhook, streamUrlOf } from '../support/twilio.js';
import { WrittenCall } from '../support/written-call.js';

jest.setTimeout(60_000);

/** As tomorrow's program has it: today's has no `loudness`, and calls the words `text`. */
const newerDefinitions: Readonly<Record<string, EventDefinition>> = {
  ...eventDefinitions,
  BackchannelHeard: defineEvent(
    'BackchannelHeard',
    { turn: z.int(), words: personal(z.string()), loudness: z.number().nullable(), atMs: z.int() },
    { version: 2, upcasters: { 1: ({ text, ...rest }) => ({ ...rest, words: text, loudness: null }) } },
  ) as unknown as EventDefinition,
  AgentEnabled: defineEvent(
    'AgentEnabled',
    { until: z.string().nullable() },
    { version: 2, upcasters: { 1: () => ({ until: null }) } },
  ) as unknown as EventDefinition,
};

const newer = (ledger: Ledger): Ledger =>
  new Ledger(ledger.store, new Codec(newerDefinitions, ledger.keys), ledger.keys);

const heard = { type: 'BackchannelHeard', data: { turn: 1, words: 'mhm', loudness: 0.5, atMs: 5_000 } };
const enabled = { type: 'AgentEnabled', data: { until: null } };

/** Appends it at the stream's end, as tomorrow's program would. Returns its revision. */
const appendNewer = async (ledger: Ledger, stream: string, event: DomainEvent): Promise<number> => {
  const revision = (await ledger.store.readStream(stream)).length - 1;
  const events = [event as unknown as LedgerEvent];
  return (await newer(ledger).append(stream, events, revision, testContext(`newer:${stream}`))).revision;
};

const needsUpgrade = (stream: string, revision: number): string =>
  `BackchannelHeard at ${stream}, revision ${revision} has version 2; this process knows 1: upgrade it.`;

const ProjectionStates = graphql(`
  query ProjectionStates {
    projections {
      name
      state
      waitsFor
      position
      parked {
        stream
      }
    }
  }
`);

const RowOfCall = graphql(`
  query RowOfCall($callSid: CallSid!) {
    call(callSid: $callSid) {
      status
      turns {
        callerText
      }
    }
  }
`);

const TypesOf = graphql(`
  query TypesOf($name: String!) {
    stream(name: $name) {
      events {
        nodes {
          type
        }
      }
    }
  }
`);

const RevisionAt = graphql(`
  query RevisionAt($stream: String!, $revision: Int) {
    stateAt(stream: $stream, revision: $revision) {
      revision
    }
  }
`);

const Changes = graphql(`
  query Changes($stream: String!, $from: Int!, $to: Int!) {
    diff(stream: $stream, from: $from, to: $to) {
      changes {
        path
      }
    }
  }
`);

const CallAt = graphql(`
  query CallAt($id: ID!, $revision: Int) {
    call(id: $id, atRevision: $revision) {
      status
    }
  }
`);

describe('an event of a newer version than a process knows', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  let other: TestTenant;
  /** It stands in this call's stream. */
  let newerCall: WrittenCall;
  let stream: string;
  let revision: number;
  /** Where everything is still read. */
  let before: string | undefined;
  /** Under way when it comes. */
  let call: WrittenCall;
  /** Nobody carries it, as nobody does the newer one. */
  let orphan: WrittenCall;
  let newerTranscript: Follower<unknown>;
  let transcript: ReturnType<typeof followTranscript>;

  beforeAll(async () => {
    platform = await startTestPlatform();
    tenant = await createTestTenant(platform);
    other = await createTestTenant(platform);
    [newerCall, call, orphan] = [newWrittenCall(), newWrittenCall(), newWrittenCall()];
    for (const written of [newerCall, call, orphan]) await written.until('AgentTurnSpoken');
    stream = callStream(tenant.tenantId, newerCall.callId);
    await until('all calls are shown', async () =>
      (await Promise.all([newerCall, call, orphan].map(shown))).every((seen) => seen?.turns.length === 2),
    );
    transcript = followTranscript(tenant.client, call.callId);
    newerTranscript = followTranscript(tenant.client, newerCall.callId);
    newerTranscript.ended.catch(() => undefined);
    await transcript.has('it follows', ({ text }) => text === 'answer 1');
    await until('it follows', async () => newerTranscript.items.length === 3);
    before = await platform.storage.ledger.store.head();
    revision = await appendNewer(platform.storage.ledger, stream, heard);
    await until('all projections wait', async () =>
      (await states()).every(({ state }) => state === 'NEEDS_UPGRADE'),
    );
  });
  afterAll(() => platform.close());

  const newWrittenCall = () => new WrittenCall(platform.storage.ledger, tenant.tenantId, 2);
  const shown = async ({ callSid }: WrittenCall) =>
    (await tenant.client.request(CallBySid, { callSid })).call;
  const states = async () => (await platform.admin.request(ProjectionStates, {})).projections;

  it('pauses the read models just before it, says which event and what to do, and parks nothing', async () => {
    const waitsFor = needsUpgrade(stream, revision);
    expect(await states()).toEqual(
      projections.map(({ name }) => ({
        name,
        state: 'NEEDS_UPGRADE',
        waitsFor,
        position: before,
        parked: [],
      })),
    );
  });

  it('leaves what is there readable, and the process ready', async () => {
    for (const { callSid } of [call, newerCall]) {
      const { call: row } = await tenant.client.request(RowOfCall, { callSid });
      expect(row).toEqual({
        status: 'IN_PROGRESS',
        turns: [{ callerText: null }, { callerText: 'question 1' }],
      });
    }
    expect((await fetch(`${platform.url}/health/ready`)).status).toBe(200);
  });

  it('stops no other call: its transcript goes on, and new ones are taken', async () => {
    await call.toItsEnd();
    await transcript.ended;
    expect(transcript.items.map(lineOf)).toEqual(TWO_TURNS);
    const { status, body } = await postWebhook(
      platform,
      '/webhooks/incoming-call',
      incomingCall(tenant.number),
    );
    expect({ status, isTaken: streamUrlOf(body) !== null }).toEqual({ status: 200, isTaken: true });
  });

  it('ends the transcript of its own call with a sentence, instead of leaving something out', async () => {
    const refused = [{ message: needsUpgrade(stream, revision), extensions: { code: 'NEEDS_UPGRADE' } }];
    await expect(newerTranscript.ended).rejects.toMatchObject({ errors: refused });
    expect(newerTranscript.items).toHaveLength(3);
    const { ended } = followTranscript(tenant.client, newerCall.callId);
    await expect(ended).rejects.toMatchObject({ errors: refused });
  });

  it('is named to operators who ask for its stream, or for the state after it', async () => {
    const errors = [{ message: needsUpgrade(stream, revision), extensions: { code: 'NEEDS_UPGRADE' } }];
    const { admin } = platform;
    await expect(admin.request(TypesOf, { name: stream })).rejects.toMatchObject({ errors });
    await expect(admin.request(RevisionAt, { stream })).rejects.toMatchObject({ errors });
    await expect(admin.request(Changes, { stream, from: 0, to: revision })).rejects.toMatchObject({ errors });
  });

  it('hides nothing of what was before it', async () => {
    const { admin } = platform;
    const to = revision - 1;
    expect(await admin.request(RevisionAt, { stream, revision: to })).toEqual({ stateAt: { revision: to } });
    const { changes } = (await admin.request(Changes, { stream, from: 0, to })).diff;
    expect(changes.map(({ path }) => path)).toContain('state.phase');
    const past = { id: newerCall.callId, revision: to };
    expect(await tenant.client.request(CallAt, past)).toEqual({ call: { status: 'IN_PROGRESS' } });
  });

  it('keeps no orphan from its end but its own call, which nobody decides about', async () => {
    const warnings: object[] = [];
    const { ledger, readModels } = platform.storage;
    const now = () => Date.now() + 70_000;
    const logger: Logger = { ...silentLogger, warn: (details) => void warnings.push(details) };
    await new Orphans({ ledger, readModels, worker: 'test', logger, now }).endAll();
    const types = async ({ callId }: WrittenCall) =>
      (await ledger.store.readStream(callStream(tenant.tenantId, callId))).map(({ type }) => type);
    expect((await types(orphan)).at(-1)).toBe('CallEnded');
    expect((await types(newerCall)).at(-1)).toBe('BackchannelHeard');
    expect(warnings).toContainEqual({ callId: newerCall.callId, error: needsUpgrade(stream, revision) });
  });

  it('is nothing that a command skips: the command is refused, and a call hears that the line is busy', async () => {
    const agent = agentStream(other.tenantId, other.agentId);
    const at = await appendNewer(platform.storage.ledger, agent, enabled);
    const input = { agentId: other.agentId, version: 1 };
    await expect(other.client.request(PublishAgentVersion, { input })).rejects.toMatchObject({
      errors: [
        {
          message: `AgentEnabled at ${agent}, revision ${at} has version 2; this process knows 1: upgrade it.`,
          extensions: { code: 'NEEDS_UPGRADE' },
        },
      ],
    });
    const { status, body } = await postWebhook(
      platform,
      '/webhooks/incoming-call',
      incomingCall(other.number),
    );
    expect(status).toBe(200);
    expect(body).toContain('All our lines are busy.');
  });

  it('is sealed as any other', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'seals-'));
    const { ledger } = platform.storage;
    let nowMs = Date.now();
    const sealer = new Sealer({
      ledger,
      objects: new FileObjectStore(directory),
      signer: new Signer(testSecrets.sealKey),
      worker: 'test',
      logger: silentLogger,
      now: () => nowMs,
    });
    await sealer.look();
    nowMs += 61_000;
    await sealer.look();
    const seal = (await ledger.readStream(SEAL_STREAM)).at(-1);
    const sealed = BigInt(seal?.type === 'LedgerSealed' ? seal.data.to : 0);
    const at = (await ledger.store.readStream(stream)).at(-1)?.position;
    expect(sealed).toBeGreaterThanOrEqual(BigInt(at ?? 0));
    await rm(directory, { recursive: true });
  });

  it('is applied by a newer process as soon as there is one, which goes on from there', async () => {
    const runner = new ProjectionRunner({
      ledger: newer(platform.storage.ledger),
      connection: platform.storage.connection('projector'),
      projections,
      logger: silentLogger,
    });
    runner.start();
    await until('all go on', async () =>
      (await states()).every(({ state, waitsFor }) => state === 'LIVE' && waitsFor === null),
    );
    await until('what came meanwhile is shown', async () => (await shown(call))?.endReason);
    expect((await states()).flatMap(({ parked }) => parked)).toEqual([]);
    await runner.stop();
  });
});

describe('at the terminal, an event of a newer version', () => {
  const tenantId = 'tnt_00000000000000000000000001';
  const call = testCall(1);
  const stream = callStream(tenantId, call.callId);
  const sentence = needsUpgrade(stream, call.events.length);
  let database: TestDatabase;
  let workplace: Workplace;

  beforeAll(async () => {
    database = await createTestDatabase();
    workplace = await Workplace.open({
      DATABASE_URL: database.url,
      LEDGERLINE_MASTER_KEY: testMasterKey.export().toString('base64'),
    });
    const { ledger, close } = openLedger(database.url);
    await ledger.keys.createCallKey(tenantId, call.contactId, call.callId);
    await ledger.append(stream, call.events, 'none', testContext('call'));
    await appendNewer(ledger, stream, heard);
    await close();
  });
  afterAll(async () => {
    await workplace.close();
    await database.drop();
  });

  it('is in the log of the process that meets it, once, and in the status of the read models', async () => {
    const platform = workplace.start(['serve']);
    await platform.printed(/Projections wait: /);
    const status = await workplace.run(['projections', 'status']);
    expect(status).toMatchObject({ exitCode: 0, stderr: '' });
    expect(status.stdout.match(/needs upgrade/g)).toHaveLength(projections.length);
    expect(status.stdout).toContain(`\n  Waiting: ${sentence}\n`);
    platform.signal('SIGTERM');
    const { stdout, stderr, exitCode } = await platform.ended;
    expect(exitCode).toBe(0);
    expect((stdout + stderr).match(/Projections wait: /g)).toHaveLength(1);
    expect(stdout + stderr).toContain(sentence);
  });

  it.each([
    ['a rebuild', ['projections', 'rebuild', 'calls']],
    ['a replay', ['replay', 'call', call.callId]],
  ])('stops %s with a sentence', async (_, args) => {
    const { exitCode, stderr } = await workplace.run(args);
    expect({ exitCode, stderr: stderr.trim() }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining(sentence),
    });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
