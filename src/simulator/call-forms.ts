/** Who calls whom, by Twilio's names. */
export interface CallParties {
  readonly accountSid: string;
  readonly callSid: string;
  readonly from: string;
  readonly to: string;
}

type Form = Readonly<Record<string, string>>;

/** What Twilio sends with every request of a call. It knows nothing of the cities, and sends their fields all the same. */
export const callForm = ({ accountSid, callSid, from, to }: CallParties, callStatus: string): Form => ({
  AccountSid: accountSid,
  ApiVersion: '2010-04-01',
  CallSid: callSid,
  CallStatus: callStatus,
  Called: to,
  Caller: from,
  Direction: 'inbound',
  From: from,
  FromCity: '',
  FromCountry: 'US',
  To: to,
  ToCity: '',
  ToCountry: 'US',
});

/** Whom the platform dials: what comes of it, by Twilio's DialCallStatus. */
export const dialStatuses = ['completed', 'busy', 'no-answer', 'failed', 'canceled'] as const;
export type DialStatus = (typeof dialStatuses)[number];

/** What Twilio tells beside the rest when a `<Dial>` is over. `talkedMs`: of two who talked. */
export const dialedForm = (status: DialStatus, callSid: string, talkedMs: number): Form => ({
  DialCallStatus: status,
  DialCallSid: callSid,
  DialBridged: String(status === 'completed'),
  ...(status === 'completed' && { DialCallDuration: String(Math.round(talkedMs / 1000)) }),
});

/** The status callback of a call that is over. */
export const completedForm = (parties: CallParties, durationMs: number, endedAt: Date): Form => {
  const seconds = Math.round(durationMs / 1000);
  return {
    ...callForm(parties, 'completed'),
    CallDuration: String(seconds),
    // In minutes, begun ones included: that is how calls are billed.
    Duration: String(Math.ceil(seconds / 60)),
    // RFC 2822, as Twilio's.
    Timestamp: endedAt.toUTCString().replace('GMT', '+0000'),
    CallbackSource: 'call-progress-events',
    SequenceNumber: '0',
  };
};
