import type { CallBySidQuery } from '../../src/client/gql/graphql.js';
import { CallBySid } from '../../src/client/operations.js';
import type { CallReport } from '../../src/simulator/call-report.js';
import { type PlaceCallOptions, placeCall } from '../../src/simulator/place-call.js';
import { parseScenario } from '../../src/simulator/scenario.js';
import { type TestPlatform, type TestTenant, TWILIO_AUTH_TOKEN } from './platform.js';
import { until } from './postgres/until.js';
import { CALLER, newCallSid } from './twilio.js';

/** A call as its tenant is shown it. */
export type Call = NonNullable<CallBySidQuery['call']>;

/** The platform that is asked has calls to hold meanwhile. */
const ASKED_EVERY_MS = 100;

type PlaceOptions = Partial<
  Pick<PlaceCallOptions, 'callSid' | 'platformUrl' | 'recordTo' | 'signal' | 'person' | 'onPlaced'>
> & { readonly personTalksMs?: number };

/** Simulated calls of a tenant's number, in real time. */
export class TestCalls {
  constructor(
    readonly platform: Pick<TestPlatform, 'url'>,
    readonly tenant: TestTenant,
  ) {}

  /**
   * Resolves when the caller is done. `platformUrl`: by another way than the platform's own address. `personTalksMs`: who
   * takes the call over, where not for a moment.
   */
  place(steps: readonly object[], { personTalksMs, ...options }: PlaceOptions = {}): Promise<CallReport> {
    return placeCall({
      platformUrl: this.platform.url,
      publicUrl: this.platform.url,
      authToken: TWILIO_AUTH_TOKEN,
      callSid: newCallSid(),
      from: CALLER,
      to: this.tenant.number,
      scenario: parseScenario({ name: 'test', steps, personTalksMs }, 'the test'),
      ...options,
    });
  }

  /** The call as soon as it's so. */
  until(callSid: string, what: string, isSo: (call: Call) => boolean): Promise<Call> {
    return until(
      what,
      async () => {
        const { call } = await this.tenant.client.request(CallBySid, { callSid });
        return call && isSo(call) ? call : undefined;
      },
      ASKED_EVERY_MS,
    );
  }

  /** The call once it's over, and the carrier has reported so. */
  ended(callSid: string): Promise<Call> {
    return this.until(
      callSid,
      'the call has ended',
      ({ endReason, carrierDurationSeconds }) => endReason != null && carrierDurationSeconds != null,
    );
  }

  /** The whole call. */
  async talk(steps: readonly object[]): Promise<Call> {
    const { callSid } = await this.place(steps);
    return this.ended(callSid);
  }
}

/** What the call's events of a type say, in order. */
export const eventsOf = (call: Call, type: string): Record<string, unknown>[] =>
  call.events.nodes.flatMap((event) => (event.type === type ? [event.data as Record<string, unknown>] : []));
