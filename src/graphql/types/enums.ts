import { registerEnumType } from 'type-graphql';
import {
  agentStatuses,
  agentVersionStatuses,
  interruptionSensitivities,
  turnDetections,
} from '../../domain/agent/vocabulary.js';
import {
  callStatuses,
  endReasons,
  promptKinds,
  rejectReasons,
  speechCuts,
  transferOutcomes,
  transferRequesters,
} from '../../domain/call/vocabulary.js';
import { documentStatuses, ingestionSteps } from '../../domain/document/vocabulary.js';
import { subjectKinds } from '../../domain/erasure/events.js';
import { tenantRoles } from '../../domain/tenant/events.js';
import { platformRoles } from '../../domain/user/events.js';
import { exportStatuses } from '../../tenancy/export/data-exports.js';

/** Keys go over the wire, and are upper case; values are what the platform itself says. */
const enumOf = <const T extends string>(values: readonly T[]): Readonly<Record<string, T>> =>
  Object.fromEntries(values.map((value) => [value.toUpperCase(), value]));

export const AgentStatusEnum = enumOf(agentStatuses);
export const AgentVersionStatusEnum = enumOf(agentVersionStatuses);
export const TurnDetectionEnum = enumOf(turnDetections);
export const InterruptionSensitivityEnum = enumOf(interruptionSensitivities);
export const CallStatusEnum = enumOf(callStatuses);
export const EndReasonEnum = enumOf(endReasons);
export const RejectReasonEnum = enumOf(rejectReasons);
export const PromptKindEnum = enumOf(promptKinds);
export const SpeechCutEnum = enumOf(speechCuts);
export const TransferRequesterEnum = enumOf(transferRequesters);
export const TransferOutcomeEnum = enumOf(transferOutcomes);
export const TenantRoleEnum = enumOf(tenantRoles);
export const PlatformRoleEnum = enumOf(platformRoles);
export const SubjectKindEnum = enumOf(subjectKinds);
export const TenantStatusEnum = enumOf(['ACTIVE', 'INACTIVE', 'SUSPENDED']);
export const SpeakerEnum = enumOf(['CALLER', 'AGENT']);
export const TranscriptKindEnum = enumOf([
  'SPEECH',
  'KEYS',
  'BACKCHANNEL',
  'NOTICE',
  'TRANSFER',
  'RESUMED',
  'ENDED',
]);
export const ActiveCallChangeEnum = enumOf(['SNAPSHOT', 'STARTED', 'UPDATED', 'ENDED']);
export const ExportStatusEnum = enumOf(exportStatuses);
export const DocumentStatusEnum = enumOf(documentStatuses);
export const IngestionStepEnum = enumOf(ingestionSteps);
export const ProjectionStateEnum = enumOf(['live', 'building', 'needs_upgrade']);

registerEnumType(AgentStatusEnum, {
  name: 'AgentStatus',
  description: 'INACTIVE: disabled. ARCHIVED: disabled, left out of lists, and not to be changed.',
});
registerEnumType(AgentVersionStatusEnum, {
  name: 'AgentVersionStatus',
  description: 'DRAFT: never published. PUBLISHED: what new calls get. ARCHIVED: another took its place.',
});
registerEnumType(TurnDetectionEnum, {
  name: 'TurnDetection',
  description:
    'VOICE_ACTIVITY: with the transcript. PROVIDER: the speech-to-text says so. FIXED_BUFFER: so much audio.',
});
registerEnumType(InterruptionSensitivityEnum, {
  name: 'InterruptionSensitivity',
  description: 'OFF: the agent always finishes.',
});
registerEnumType(CallStatusEnum, { name: 'CallStatus' });
registerEnumType(EndReasonEnum, { name: 'CallEndReason', description: 'Why a call ended.' });
registerEnumType(RejectReasonEnum, { name: 'CallRejectReason', description: 'Why a call was not taken.' });
registerEnumType(PromptKindEnum, {
  name: 'PromptKind',
  description:
    'SILENCE: whether the caller is there, or a goodbye since nobody is. RESUMED: the caller is asked to go on. MAX_DURATION, FAILED: why the call ends. TRANSFER: a person takes it over. TRANSFER_FAILED: nobody does.',
});
registerEnumType(SpeechCutEnum, {
  name: 'SpeechCut',
  description:
    "What cut the agent's speech. MEDIA_LOST: the media stream closed without a word. FAILURE: who speaks or listens for the agent could not go on. OPERATOR: who ended the call.",
});
registerEnumType(TransferRequesterEnum, {
  name: 'TransferRequester',
  description: 'Who wanted a person to take the call over. PLATFORM: since everything else failed.',
});
registerEnumType(TransferOutcomeEnum, {
  name: 'TransferOutcome',
  description: 'What came of dialing. CANCELLED: the caller hung up before anybody answered.',
});
registerEnumType(TenantRoleEnum, { name: 'TenantRole' });
registerEnumType(PlatformRoleEnum, { name: 'PlatformRole' });
registerEnumType(SubjectKindEnum, {
  name: 'SubjectKind',
  description: 'Whose data can be forgotten, with all that is beneath: a contact with its calls.',
});
registerEnumType(TenantStatusEnum, {
  name: 'TenantStatus',
  description: "Only an active tenant's numbers are answered.",
});
registerEnumType(SpeakerEnum, { name: 'Speaker' });
registerEnumType(TranscriptKindEnum, {
  name: 'TranscriptKind',
  description: 'TRANSFER: a person is to take the call over. RESUMED: the agent has it again.',
});
registerEnumType(ActiveCallChangeEnum, { name: 'ActiveCallChangeKind' });
registerEnumType(ProjectionStateEnum, { name: 'ProjectionState' });
registerEnumType(DocumentStatusEnum, {
  name: 'KnowledgeDocumentStatus',
  description: 'READY: it is found. FAILED: `failure` says why it is not.',
});
registerEnumType(IngestionStepEnum, { name: 'KnowledgeIngestionStep' });
registerEnumType(ExportStatusEnum, {
  name: 'DataExportStatus',
  description: 'ERASED: somebody in it was erased since. MISSING: its file is not in this installation.',
});
