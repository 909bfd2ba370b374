import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TwilioRest } from '../../src/telephony/twilio-rest.js';
import { startTwilioEmulator, type TwilioEmulator } from '../emulators/twilio/emulator.js';
import { warningLogger } from '../support/memory-call.js';
import { newCallSid } from '../support/twilio.js';

const MAIN = { accountSid: `AC${'1'.repeat(32)}`, authToken: 'main-token' };
const SUBACCOUNT = { accountSid: `AC${'2'.repeat(32)}`, authToken: 'subaccount-token' };
const TWIML = '<Response/>';

describe("Twilio's REST API", () => {
  let twilio: TwilioEmulator;
  beforeAll(async () => {
    twilio = await startTwilioEmulator({ ...MAIN, subaccount: SUBACCOUNT });
  });
  afterAll(() => twilio.close());

  const warnings: string[] = [];
  beforeEach(() => void warnings.splice(0));
  const restWith = (accountSid: string, authToken: string) =>
    new TwilioRest({ accountSid, authToken, baseUrl: twilio.url, logger: warningLogger(warnings) });

  /** A call under way of that account. */
  const callOf = ({ accountSid }: typeof MAIN, isOver = false) => {
    const call = { accountSid, callSid: newCallSid() };
    const told: string[] = [];
    const does = (what: string) => {
      told.push(what);
      return !isOver;
    };
    twilio.onPlaced({ ...call, redirect: does, complete: () => does('completed') });
    return { call, told };
  };

  it.each([
    ['its own', MAIN, MAIN],
    // The token that signs a subaccount's webhooks is its own, whatever TWILIO_ACCOUNT_SID says.
    ["a subaccount's, though the main account's SID is set", MAIN, SUBACCOUNT],
    ["the main account's, though a subaccount's SID is set", SUBACCOUNT, MAIN],
  ])('is asked as the account that the call came from: %s', async (_, { accountSid }, owner) => {
    const { call, told } = callOf(owner);
    const rest = restWith(accountSid, owner.authToken);
    expect(await rest.redirect(call, TWIML)).toBe('redirected');
    await rest.hangUp(call);
    expect(told).toEqual([TWIML, 'completed']);
    expect(warnings).toEqual([]);
  });

  it('is asked as the account that is set for a call that told none', async () => {
    const rest = restWith(MAIN.accountSid, MAIN.authToken);
    expect(await rest.redirect({ accountSid: '', callSid: newCallSid() }, TWIML)).toBe('over');
    expect(twilio.requests.at(-1)).toMatchObject({ accountSid: MAIN.accountSid });
  });

  it('tells of a call that it does not know, which may not be over at all', async () => {
    const rest = restWith(MAIN.accountSid, MAIN.authToken);
    const call = { accountSid: MAIN.accountSid, callSid: newCallSid() };
    expect(await rest.redirect(call, TWIML)).toBe('over');
    expect(warnings).toEqual([expect.stringMatching(/knows no such call.*region/)]);
  });

  it('tells nothing of a call that is over', async () => {
    const rest = restWith(MAIN.accountSid, MAIN.authToken);
    expect(await rest.redirect(callOf(MAIN, true).call, TWIML)).toBe('over');
    expect(warnings).toEqual([]);
  });

  it('that refuses the token has ended nothing', async () => {
    const { call, told } = callOf(MAIN);
    const rest = restWith(MAIN.accountSid, 'another-token');
    const refused = { code: 'UNAVAILABLE', message: expect.stringContaining('TWILIO_AUTH_TOKEN') };
    await expect(rest.hangUp(call)).rejects.toMatchObject(refused);
    expect(told).toEqual([]);
  });
});
