import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { PlacedCall } from '../../../src/simulator/place-call.js';

export interface TwilioRequest {
  readonly accountSid: string;
  readonly callSid: string;
  readonly twiml: string | null;
  readonly status: string | null;
}

export interface TwilioEmulator {
  /** For `TWILIO_API_BASE_URL`. */
  readonly url: string;
  /** Updates of calls, as they came in. */
  readonly requests: readonly TwilioRequest[];
  /** By call: so many of the next requests for it are answered with 500. */
  readonly failures: Map<string, number>;
  /** A simulated call that the API knows from now on. */
  readonly onPlaced: (call: PlacedCall) => void;
  close(): Promise<void>;
}

interface Account {
  readonly accountSid: string;
  readonly authToken: string;
}

export interface TwilioEmulatorOptions extends Account {
  /** Has a token of its own, and may use it for its own calls; its parent's is good for them, too. */
  readonly subaccount?: Account;
}

const CALL = /^\/2010-04-01\/Accounts\/(AC\w+)\/Calls\/(CA\w+)\.json$/;

/** Twilio's REST API on a port of this machine, for calls of the simulator: it carries out what an update says. */
export const startTwilioEmulator = async ({
  subaccount,
  ...main
}: TwilioEmulatorOptions): Promise<TwilioEmulator> => {
  const calls = new Map<string, PlacedCall>();
  const requests: TwilioRequest[] = [];
  const accounts = [main, ...(subaccount ? [subaccount] : [])];
  const accountOf = ({ headers: { authorization } }: IncomingMessage) =>
    accounts.find((account) => authorization === credentialsOf(account));

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await text(request));
    const asker = accountOf(request);
    if (!asker) return refuse(response, 401, 20003, 'Authenticate');
    const [, account = '', callSid = ''] = CALL.exec(request.url ?? '') ?? [];
    const [twiml, status] = [form.get('Twiml'), form.get('Status')];
    requests.push({ accountSid: account, callSid, twiml, status });
    const failures = emulator.failures.get(callSid) ?? 0;
    if (failures > 0) {
      emulator.failures.set(callSid, failures - 1);
      return refuse(response, 500, 20500, 'An internal server error has occurred');
    }
    const call = calls.get(callSid);
    const maySee = asker === main || asker.accountSid === account;
    if (request.method !== 'POST' || !maySee || call?.accountSid !== account) {
      return refuse(response, 404, 20404, `The requested resource ${request.url} was not found`);
    }
    if (!update(call, { twiml, status })) {
      return refuse(response, 400, 21220, 'Call is not in-progress. Cannot redirect.');
    }
    send(response, 200, { sid: callSid, account_sid: account, status: status ?? 'in-progress' });
  };

  const server = createServer((request, response) => {
    // A client that hangs up in the middle of its request is gone, and gets no answer.
    respond(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const emulator: TwilioEmulator = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    failures: new Map(),
    onPlaced: (call) => calls.set(call.callSid, call),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return emulator;
};

const credentialsOf = ({ accountSid, authToken }: Account): string =>
  `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;

/** `false`: the call is over, or it's told nothing that it can do. */
const update = (call: PlacedCall, { twiml, status }: Pick<TwilioRequest, 'twiml' | 'status'>): boolean => {
  if (twiml !== null) return call.redirect(twiml);
  return status === 'completed' && call.complete();
};

const send = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const refuse = (response: ServerResponse, status: number, code: number, message: string): void =>
  send(response, status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
