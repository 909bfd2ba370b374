/**
 * Why a call wasn't answered by an agent: each has its own sentence. `busy`: the platform has no room; `call_limit`: the
 * tenant has as many calls as it may.
 */
export const rejectReasons = [
  'unknown_number',
  'number_unassigned',
  'agent_unpublished',
  'agent_disabled',
  'tenant_inactive',
  'tenant_suspended',
  'busy',
  'call_limit',
] as const;
export type RejectReason = (typeof rejectReasons)[number];

export const endReasons = [
  'caller_hung_up',
  'agent_ended',
  'silence',
  'max_duration',
  'transferred',
  'failed',
  'voicemail',
  'operator',
  'worker_lost',
] as const;
export type EndReason = (typeof endReasons)[number];

/** What the agent says of the platform's own accord, beside asking a silent caller. */
export const notices = ['resumed', 'max_duration', 'failed', 'transfer', 'transfer_failed'] as const;

/** What the agent says that answers nobody: a notice, or the question whether a silent caller is there, and its goodbye. */
export const promptKinds = ['silence', ...notices] as const;
export type PromptKind = (typeof promptKinds)[number];

/**
 * What cut the agent's speech short. `media_lost`: the media stream closed without a word; `failure`: who speaks or listens
 * for the agent could not go on. `operator`: who ended the call.
 */
export const speechCuts = [
  'caller_speech',
  'caller_keys',
  'caller_hung_up',
  'media_lost',
  'max_duration',
  'transfer',
  'failure',
  'operator',
] as const;
export type SpeechCut = (typeof speechCuts)[number];

/** Whether the caller interrupted the agent. Events of before don't say what cut its speech: there every cut counts. */
export const isInterruption = ({
  interrupted,
  cutBy,
}: {
  readonly interrupted: boolean;
  readonly cutBy?: SpeechCut | undefined;
}): boolean => interrupted && (cutBy === undefined || cutBy === 'caller_speech' || cutBy === 'caller_keys');

/** Twilio's CallStatus, in the order of a call's life; the last five are terminal. */
export const carrierStatuses = [
  'queued',
  'initiated',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'failed',
  'no-answer',
  'canceled',
] as const;
export type CarrierStatus = (typeof carrierStatuses)[number];

export const isTerminal = (status: CarrierStatus): boolean =>
  carrierStatuses.indexOf(status) >= carrierStatuses.indexOf('completed');

/** The status that the API shows. */
export const callStatuses = [
  'QUEUED',
  'INITIATED',
  'RINGING',
  'IN_PROGRESS',
  'COMPLETED',
  'BUSY',
  'NO_ANSWER',
  'FAILED',
  'CANCELED',
  'REJECTED',
] as const;
export type CallStatus = (typeof callStatuses)[number];

/** Who wants a person to take a call over. `platform`: since everything else failed. */
export const transferRequesters = ['agent', 'operator', 'platform'] as const;
export type TransferRequester = (typeof transferRequesters)[number];

/** What came of dialing a person. `cancelled`: the caller hung up before anybody answered. */
export const transferOutcomes = ['answered', 'busy', 'no_answer', 'failed', 'cancelled'] as const;
export type TransferOutcome = (typeof transferOutcomes)[number];

/** What came of looking something up in the tenant's documents. */
export const retrievalOutcomes = ['found', 'nothing', 'timeout', 'failed'] as const;
export type RetrievalOutcome = (typeof retrievalOutcomes)[number];
