import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Fleet, type FleetProcess } from '../support/fleet.js';
import { MediaSocket } from '../support/media-socket.js';
import { createTestTenant, type TestTenant } from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { ACCOUNT_SID, incomingCall, newCallSid, postWebhook, streamUrlOf } from '../support/twilio.js';

jest.setTimeout(120_000);

let fleet: Fleet;
let one: FleetProcess;
let other: FleetProcess;
let tenant: TestTenant;
beforeAll(async () => {
  fleet = await Fleet.open({ MAX_CALLS: '1', BUSY_WAIT_SECONDS: '90' });
  [one, other] = await fleet.two();
  const platform = { admin: await fleet.admin(), url: fleet.balancer.url };
  tenant = await createTestTenant(platform, { greeting: 'Hello, how can I help you today?' });
});
afterAll(() => fleet.close());

/** Asks that process for a line. */
const ring = async ({ url }: FleetProcess, callSid = newCallSid(), query = '') => {
  const publicUrl = fleet.balancer.url;
  const form = incomingCall(tenant.number, callSid);
  const { body } = await postWebhook({ url }, `/webhooks/incoming-call${query}`, form, { publicUrl });
  const [again = ''] = /\?waitingSince=\d+/.exec(body) ?? [];
  return { callSid, again, streamUrl: streamUrlOf(body) };
};

/** Has a line of that process. */
const connect = async (process: FleetProcess) => {
  fleet.balancer.backends = [process.url];
  const { callSid, streamUrl } = await ring(process);
  const call = { callSid, accountSid: ACCOUNT_SID };
  const media = await MediaSocket.start(streamUrl ?? '', call);
  await until('the agent speaks', async () => media.hasAudio);
  return () => media.stop(call);
};

const isFull = async ({ url }: FleetProcess): Promise<boolean> => {
  const { isFull } = (await (await fetch(`${url}/health`)).json()) as { isFull: boolean };
  return isFull;
};

it('a line that is free is had by who has waited longest, over all processes', async () => {
  const hangUps = [await connect(one), await connect(other)];
  const first = await ring(one);
  const second = await ring(other);
  expect([first.again, second.again]).not.toContain('');
  hangUps[1]?.();
  await until('there is a free line', async () => !(await isFull(other)));
  expect((await ring(other, second.callSid, second.again)).streamUrl).toBeNull();
  const third = await ring(other);
  expect(third.streamUrl).toBeNull();
  expect((await ring(other, first.callSid, first.again)).streamUrl).not.toBeNull();
  hangUps[0]?.();
  await until('there is another one', async () => !(await isFull(one)));
  expect((await ring(one, third.callSid, third.again)).streamUrl).toBeNull();
  expect((await ring(one, second.callSid, second.again)).streamUrl).not.toBeNull();
});
