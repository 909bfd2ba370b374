import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { ActiveCallsSubscription, CallTranscriptSubscription } from '../../src/client/gql/graphql.js';
import { ActiveCalls, CallBySid } from '../../src/client/operations.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import { AccessTokens } from '../../src/identity/tokens.js';
import {
  type ActiveCall,
  followActiveCalls,
  followTranscript,
  lineOf,
  TWO_TURNS,
} from '../support/follower.js';
import { GraphqlSocket } from '../support/graphql-socket.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  testSecrets,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { WrittenCall } from '../support/written-call.js';

const ALLOWED_ORIGIN = 'https://console.example.com';
const ACTIVE_CALLS = 'subscription { activeCalls { change call { id status } } }';
const TRANSCRIPT =
  'subscription T($callId: ID!, $after: String) { callTranscript(callId: $callId, after: $after) { cursor kind text } }';

/** A credential of the tenant's owner, or of nobody in particular, for so long. */
const tokenFor = (tenantId: string | null, lifetimeSeconds: number, keys = testSecrets.jwtKeys): string =>
  new AccessTokens(keys, lifetimeSeconds).issue({
    userId: 'usr_00000000000000000000000001',
    tenantId,
    tenantRole: tenantId === null ? null : 'OWNER',
    platformRole: null,
  }).accessToken;

const strangersKeys = [{ kid: 'test', secret: 'a secret of a stranger that is long enough' }];

describe('a subscription', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  let token: string;
  beforeAll(async () => {
    platform = await startTestPlatform({ environment: { CORS_ORIGINS: ALLOWED_ORIGIN } });
    tenant = await createTestTenant(platform);
    token = tokenFor(tenant.tenantId, 600);
  });
  afterAll(() => platform.close());

  const newCall = () => new WrittenCall(platform.storage.ledger, tenant.tenantId, 2);

  const open = (...options: [Parameters<typeof GraphqlSocket.open>[1]?, (readonly string[])?]) =>
    GraphqlSocket.open(platform.url, ...options);

  /** Over it the API still answers. */
  const expectToWork = async (socket: GraphqlSocket): Promise<void> => {
    const call = newCall();
    await call.toItsEnd();
    socket.subscribe('works', TRANSCRIPT, { callId: call.callId });
    await socket.message('complete', 'works');
    expect(socket.results('works')).toHaveLength(TWO_TURNS.length);
  };

  describe('asks for a credential', () => {
    it.each([
      ['none', undefined],
      ['an empty payload', {}],
      ['what is no text', { authorization: { token: 'x' } }],
      ['another scheme', { authorization: 'Basic YTpi' }],
      ['nonsense', { authorization: 'Bearer nonsense' }],
      [
        'one that is signed by somebody else',
        { authorization: `Bearer ${tokenFor('tnt_1', 60, strangersKeys)}` },
      ],
    ])('and closes with 4403 for %s', async (_, payload) => {
      const socket = await open();
      socket.send({ type: 'connection_init', ...(payload && { payload }) });
      expect(await socket.closed).toEqual({ code: 4403, reason: 'Forbidden' });
      expect(socket.messages).toEqual([]);
    });

    it('that is not over: one that expired is refused', async () => {
      const socket = await open();
      const expired = tokenFor(tenant.tenantId, -1);
      socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${expired}` } });
      expect((await socket.closed).code).toBe(4403);
    });

    it('in its first message: a header of the upgrade is none', async () => {
      const socket = await open({ headers: { authorization: `Bearer ${token}` } });
      socket.send({ type: 'connection_init' });
      expect((await socket.closed).code).toBe(4403);
    });

    it('before anything else', async () => {
      const socket = await open();
      socket.subscribe('1', ACTIVE_CALLS);
      expect((await socket.closed).code).toBe(4401);
    });

    it('once', async () => {
      const socket = await GraphqlSocket.connect(platform.url, token);
      socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
      expect((await socket.closed).code).toBe(4429);
    });

    it('within 3 seconds', async () => {
      const socket = await open();
      expect((await socket.closed).code).toBe(4408);
      expect(socket.messages).toEqual([]);
    });

    it('for somebody who may do this', async () => {
      const socket = await GraphqlSocket.connect(platform.url, tokenFor(null, 60));
      socket.subscribe('1', ACTIVE_CALLS);
      const { payload } = await socket.message('next', '1');
      expect(payload).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
      await socket.message('complete', '1');
      socket.socket.close();
    });

    it('and ends with it: 4403, after which the official client comes back with another', async () => {
      const tokens = [tokenFor(tenant.tenantId, 2), token];
      const closings: unknown[] = [];
      const client = createClient({
        url: `${platform.url.replace(/^http/, 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: () => ({ authorization: `Bearer ${tokens.shift()}` }),
        retryWait: async () => undefined,
        on: {
          closed: (event) => {
            const { code, reason } = event as { code: number; reason: unknown };
            closings.push({ code, reason: String(reason) });
          },
        },
      });
      const call = newCall();
      await call.until('CallAnswered');
      await until('the call is shown', async () => {
        const { call: shown } = await tenant.client.request(CallBySid, { callSid: call.callSid });
        return shown?.status === 'IN_PROGRESS';
      });
      const results = client.iterate<ActiveCallsSubscription>({ query: ActiveCalls.toString() });
      const changes: ActiveCallsSubscription['activeCalls'][] = [];
      for await (const { data } of results) {
        if (data?.activeCalls.call.id === call.callId) changes.push(data.activeCalls);
        // Its end, told to the second connection.
        if (changes.length === 2) await call.toItsEnd();
        if (changes.at(-1)?.change === 'ENDED') break;
      }
      expect(changes.map(({ change }) => change).slice(0, 2)).toEqual(['SNAPSHOT', 'SNAPSHOT']);
      expect(closings).toEqual([{ code: 4403, reason: 'Token expired' }]);
      await client.dispose();
    });
  });

  describe('comes from', () => {
    const statusOf = (origin: string) =>
      open({ origin }).then(
        ({ socket }) => {
          socket.close();
          return 101;
        },
        (error: Error) => Number(/Unexpected server response: (\d+)/.exec(error.message)?.[1]),
      );

    it('pages of this host and of CORS_ORIGINS', async () => {
      const { host } = new URL(platform.url);
      expect(await statusOf(ALLOWED_ORIGIN)).toBe(101);
      expect(await statusOf(`http://${host}`)).toBe(101);
    });

    it.each([
      'https://evil.example.com',
      'https://console.example.com.evil.example',
      'https://console.example.com:8443',
      'http://console.example.com',
      'http://localhost:1',
      'null',
    ])('no other page: %s', async (origin) => {
      expect(await statusOf(origin)).toBe(403);
    });
  });

  describe('speaks graphql-transport-ws', () => {
    it('also where a client offers others before it', async () => {
      const socket = await open({}, ['graphql-ws', 'graphql-transport-ws']);
      expect(socket.socket.protocol).toBe('graphql-transport-ws');
      socket.socket.close();
    });

    it('and closes with 4406 where none is offered', async () => {
      const socket = await open({}, []);
      expect((await socket.closed).code).toBe(4406);
    });

    it('and takes no other', async () => {
      await expect(open({}, ['graphql-ws'])).rejects.toThrow('Server sent no subprotocol');
    });
  });

  describe('is all that goes over the socket', () => {
    const errorOf = async (query: string) => {
      const socket = await GraphqlSocket.connect(platform.url, token);
      socket.subscribe('1', query);
      const { payload } = await socket.message('error', '1');
      await expectToWork(socket);
      socket.socket.close();
      return payload;
    };

    it.each([
      ['a query', '{ node(id: "agt_1") { id } }'],
      [
        'a mutation',
        'mutation { createTenant(input: { name: "By socket" }) { tenant { id } userErrors { code } } }',
      ],
      ['one of several operations that is not named', `${ACTIVE_CALLS} query A { node(id: "x") { id } }`],
    ])('%s is refused, and the socket stays', async (_, query) => {
      expect(await errorOf(query)).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    });

    it('and says where queries go', async () => {
      expect(
        await errorOf('mutation { login(input: { email: "a@b.c", password: "x" }) { tenantId } }'),
      ).toEqual([
        {
          message: 'Only subscriptions go over the socket; send this to POST /graphql.',
          extensions: {
            code: 'BAD_USER_INPUT',
            details: {},
            requestId: expect.any(String),
            timestamp: expect.any(String),
          },
        },
      ]);
    });

    it.each([
      ['that is no GraphQL', 'subscription {', /Syntax Error/],
      ['with a field that there is not', 'subscription { activeCalls { nonsense } }', /Cannot query field/],
      ['of two fields', 'subscription { activeCalls { change } b: activeCalls { change } }', /only one/],
      ['of the schema', 'subscription { __schema { types { name } } }', /./],
      ['that is too long', `subscription { activeCalls { ${'change '.repeat(4_000)} } }`, /token/i],
      [
        'with too many aliases',
        `subscription { activeCalls { ${Array.from({ length: 31 }, (_, at) => `a${at}: change`).join(' ')} } }`,
        /alias/i,
      ],
    ])('a subscription %s is refused, and the socket stays', async (_, query, message) => {
      const [error] = (await errorOf(query)) as { message: string; extensions: { code: string } }[];
      expect(error?.message).toMatch(message);
      expect(error?.extensions.code).toBe('BAD_USER_INPUT');
    });

    it.each([
      ['no variable', {}],
      ['a variable of another type', { callId: ['a', 'b'] }],
    ])('a subscription with %s is refused, and the socket stays', async (_, variables) => {
      const socket = await GraphqlSocket.connect(platform.url, token);
      socket.subscribe('1', TRANSCRIPT, variables);
      const { payload } = await socket.message('next', '1');
      expect(payload).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      await socket.message('complete', '1');
      await expectToWork(socket);
      socket.socket.close();
    });
  });

  describe('is not disturbed', () => {
    let printed: ReturnType<typeof jest.spyOn>;
    beforeEach(() => {
      // graphql-ws prints what the socket itself refuses.
      printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    });
    afterEach(() => {
      printed.mockRestore();
    });

    it.each<[string, object | string, number]>([
      ['what is no JSON', 'hello', 4400],
      ['what is no message', '[]', 4400],
      ['a message of no type', '{"id":"1"}', 4400],
      ['a message of an unknown type', { type: 'start', id: '2', payload: {} }, 4400],
      ['a subscription without a query', { type: 'subscribe', id: '2', payload: {} }, 4400],
      ['a subscription without an id', { type: 'subscribe', payload: { query: ACTIVE_CALLS } }, 4400],
      [
        'variables that are a list',
        { type: 'subscribe', id: '2', payload: { query: '{a}', variables: [] } },
        4400,
      ],
      ['bytes', Buffer.from([0xff, 0x00, 0xfe]), 4400],
      [
        'the id of an operation under way',
        { type: 'subscribe', id: '1', payload: { query: ACTIVE_CALLS } },
        4409,
      ],
      ['more than 64 KiB', 'x'.repeat(64 * 1024 + 1), 1009],
    ])('by %s on another socket, which is closed', async (_, message, code) => {
      const call = newCall();
      await call.until('CallReceived');
      const other = followTranscript(tenant.client, call.callId);
      const bad = await GraphqlSocket.connect(platform.url, token);
      bad.subscribe('1', ACTIVE_CALLS);
      await bad.message('next', '1');
      bad.send(message);
      expect((await bad.closed).code).toBe(code);
      await call.toItsEnd();
      await other.ended;
      expect(other.items.map(lineOf)).toEqual(TWO_TURNS);
    });

    it('by subscribers who go away: they close, vanish, or want no more', async () => {
      const call = newCall();
      await call.until('GreetingSpoken');
      const leavers = await Promise.all(
        ['close', 'vanish', 'complete'].map(async (how) => {
          const socket = await GraphqlSocket.connect(platform.url, token);
          socket.subscribe('1', TRANSCRIPT, { callId: call.callId });
          socket.subscribe('2', ACTIVE_CALLS);
          await socket.message('next', '1');
          await socket.message('next', '2');
          return { socket, how };
        }),
      );
      const isIt = ({ call: { id } }: ActiveCall) => id === call.callId;
      const hasEnded = (changed: ActiveCall) => isIt(changed) && changed.change === 'ENDED';
      const stays = followTranscript(tenant.client, call.callId);
      const alsoStays = followActiveCalls(tenant.client);
      await stays.has('the greeting', ({ kind }) => kind === 'SPEECH');
      await alsoStays.has('the call', isIt);
      for (const { socket, how } of leavers) {
        if (how === 'close') socket.socket.close();
        if (how === 'vanish') socket.socket.terminate();
        if (how === 'complete') socket.send({ type: 'complete', id: '1' });
      }
      await call.toItsEnd();
      await stays.ended;
      expect(stays.items.map(lineOf)).toEqual(TWO_TURNS);
      await alsoStays.has('the end of the call', hasEnded);
      // Who wanted no more of the one still gets the other.
      const halfGone = leavers.find(({ how }) => how === 'complete')?.socket;
      await until('the other operation goes on', async () =>
        halfGone?.results<ActiveCallsSubscription>('2').some(({ activeCalls }) => hasEnded(activeCalls)),
      );
      expect(halfGone?.results('1')).toHaveLength(1);
      halfGone?.socket.close();
    });

    it('by one who does not read: that one is cut off, and told so', async () => {
      const call = newCall();
      await call.until('GreetingSpoken');
      const stuck = await GraphqlSocket.connect(platform.url, token);
      stuck.subscribe('1', TRANSCRIPT, { callId: call.callId });
      await stuck.message('next', '1');
      stuck.socket.pause();
      const other = followTranscript(tenant.client, call.callId);
      await other.has('the greeting', ({ kind }) => kind === 'SPEECH');
      // More than the kernel's buffers hold, then more than the platform keeps for anybody.
      const said = (text: string): CallEvent => ({
        type: 'BackchannelHeard',
        data: { turn: 0, text, atMs: 950 },
      });
      for (let at = 0; at < 40; at++) await call.append([said(`${at} `.repeat(100_000))]);
      for (let at = 0; at < 3; at++) await call.append(Array.from({ length: 400 }, () => said('mhm')));
      await call.toItsEnd();
      await other.ended;
      expect(other.items).toHaveLength(1 + 40 + 1_200 + TWO_TURNS.length - 1);
      stuck.socket.resume();
      const { payload } = await stuck.message('error', '1');
      expect(payload).toMatchObject([{ extensions: { code: 'SUBSCRIPTION_LAGGED' } }]);
      // What came until then is whole: it goes on from its last cursor.
      const last = stuck.results<CallTranscriptSubscription>('1').at(-1)?.callTranscript.cursor ?? null;
      const got = stuck.results('1').length;
      expect(got).toBeLessThan(1_100);
      const rest = followTranscript(tenant.client, call.callId, last);
      await rest.has('what comes next', () => true);
      expect(rest.items[0]).toEqual(other.items[got]);
      stuck.socket.close();
    });
  });
});
