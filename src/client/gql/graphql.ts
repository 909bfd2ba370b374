/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type ActiveCallChangeKind =
  | 'ENDED'
  | 'SNAPSHOT'
  | 'STARTED'
  | 'UPDATED';

/** What is absent stays as it is, or is its default; null clears what can be cleared. */
export type AgentSettingsInput = {
  /** The agent ends the call once the caller has said one of them. 20 at most, each of 100 characters at most. */
  endPhrases?: Array<string> | null | undefined;
  /** BCP 47. Spoken instead where a provider doesn't know the language. */
  fallbackLanguage?: string | null | undefined;
  /** Said first; empty: the agent waits for the caller. 2,000 characters at most. */
  greeting?: string | null | undefined;
  /** BCP 47, as `en` or `de-AT`; en by default. */
  language?: string | null | undefined;
  languageModel?: LanguageModelInput | null | undefined;
  /** 10,000 to 14,400,000; 1,800,000 by default. */
  maxDurationMs?: number | null | undefined;
  /** Said before the greeting of a call that is recorded; empty: nothing is. 500 characters at most. */
  recordingConsent?: string | null | undefined;
  /** false by default. */
  recordingEnabled?: boolean | null | undefined;
  /** 4,000 to 600,000; 20,000 by default. */
  silenceTimeoutMs?: number | null | undefined;
  /** One model that hears and speaks instead of the three. Null: the three. */
  speechToSpeech?: VoiceChoiceInput | null | undefined;
  speechToText?: SpeechToTextInput | null | undefined;
  /** 32,000 characters at most. */
  systemPrompt?: string | null | undefined;
  textToSpeech?: TextToSpeechInput | null | undefined;
  /** In E.164: where callers are put through who want a person, or whom the agent cannot help. Null by default: nowhere. */
  transferTo?: string | null | undefined;
  turnTaking?: TurnTakingInput | null | undefined;
};

/** INACTIVE: disabled. ARCHIVED: disabled, left out of lists, and not to be changed. */
export type AgentStatus =
  | 'ACTIVE'
  | 'ARCHIVED'
  | 'INACTIVE';

/** DRAFT: never published. PUBLISHED: what new calls get. ARCHIVED: another took its place. */
export type AgentVersionStatus =
  | 'ARCHIVED'
  | 'DRAFT'
  | 'PUBLISHED';

export type ArchiveAgentInput = {
  agentId: string;
};

export type AssignPhoneNumberInput = {
  agentId: string;
  /** The same key within 24 h gives the same result. */
  idempotencyKey?: string | null | undefined;
  /** Becomes the tenant's where it is nobody's yet. */
  phoneNumber: string;
};

export type AuditFilterInput = {
  actorId?: string | null | undefined;
  correlationId?: string | null | undefined;
  storedAt?: DateTimeComparator | null | undefined;
  stream?: string | null | undefined;
  /** For platform roles: one tenant of all, or sys. */
  tenantId?: string | null | undefined;
  type?: EventTypeComparator | null | undefined;
};

/** Why a call ended. */
export type CallEndReason =
  | 'AGENT_ENDED'
  | 'CALLER_HUNG_UP'
  | 'FAILED'
  | 'MAX_DURATION'
  | 'OPERATOR'
  | 'SILENCE'
  | 'TRANSFERRED'
  | 'VOICEMAIL'
  | 'WORKER_LOST';

/** Why a call was not taken. */
export type CallRejectReason =
  | 'AGENT_DISABLED'
  | 'AGENT_UNPUBLISHED'
  | 'BUSY'
  | 'CALL_LIMIT'
  | 'NUMBER_UNASSIGNED'
  | 'TENANT_INACTIVE'
  | 'TENANT_SUSPENDED'
  | 'UNKNOWN_NUMBER';

export type CallStatus =
  | 'BUSY'
  | 'CANCELED'
  | 'COMPLETED'
  | 'FAILED'
  | 'INITIATED'
  | 'IN_PROGRESS'
  | 'NO_ANSWER'
  | 'QUEUED'
  | 'REJECTED'
  | 'RINGING';

export type CreateAgentInput = {
  description?: string | null | undefined;
  /** The same key within 24 h gives the same result. */
  idempotencyKey?: string | null | undefined;
  name: string;
  settings?: AgentSettingsInput | null | undefined;
};

export type CreateTenantInput = {
  description?: string | null | undefined;
  /** The same key within 24 h gives the same result. */
  idempotencyKey?: string | null | undefined;
  /** BCP 47, as `en` or `de-AT`: what callers hear where no agent answers. English where absent. */
  language?: string | null | undefined;
  name: string;
  /** The tenant's first number. */
  phoneNumber?: string | null | undefined;
};

/** ERASED: somebody in it was erased since. MISSING: its file is not in this installation. */
export type DataExportStatus =
  | 'ERASED'
  | 'FAILED'
  | 'MISSING'
  | 'READY'
  | 'REQUESTED';

export type DateTimeComparator = {
  gte?: string | null | undefined;
  lt?: string | null | undefined;
};

export type DocumentStatusFilterInput = {
  in: Array<KnowledgeDocumentStatus>;
};

export type EndCallInput = {
  callId: string;
};

export type EraseSubjectInput = {
  /** A contact's is a call's `contactId`, or its number in E.164. */
  id: string;
  /** The same key within 24 h gives the same result. */
  idempotencyKey?: string | null | undefined;
  kind: SubjectKind;
};

export type EventTypeComparator = {
  in: Array<string>;
};

/** OFF: the agent always finishes. */
export type InterruptionSensitivity =
  | 'HIGH'
  | 'LOW'
  | 'MEDIUM'
  | 'OFF';

export type KnowledgeDocumentFilterInput = {
  /** Absent: all but those that were removed. */
  status?: DocumentStatusFilterInput | null | undefined;
};

/** READY: it is found. FAILED: `failure` says why it is not. */
export type KnowledgeDocumentStatus =
  | 'CHUNKED'
  | 'FAILED'
  | 'PARSED'
  | 'READY'
  | 'REMOVED'
  | 'UPLOADED';

export type KnowledgeIngestionStep =
  | 'CHUNK'
  | 'EMBED'
  | 'PARSE';

export type LanguageModelInput = {
  /** Who does it when the first can't, in this order; 3 at most. */
  fallbacks?: Array<ProviderChoiceInput> | null | undefined;
  /** 100 to 5,000; null by default. */
  hedgeAfterMs?: number | null | undefined;
  /** 1 to 32,000; null by default. */
  maxTokens?: number | null | undefined;
  /** Null: the provider's default. 200 characters at most. */
  model?: string | null | undefined;
  /** The installation's default where nobody said. Another one begins with its own model and voice. */
  provider?: string | null | undefined;
  /** 0 to 2; null by default. */
  temperature?: number | null | undefined;
  /** 0 to 1; null by default. */
  topP?: number | null | undefined;
};

export type LatencyFilterInput = {
  agentId?: string | null | undefined;
  languageModel?: string | null | undefined;
  /** A provider, as are the next two. */
  speechToText?: string | null | undefined;
  /** When the answers were spoken: the last 7 days where nothing is said, 31 days at most. */
  spokenAt?: DateTimeComparator | null | undefined;
  textToSpeech?: string | null | undefined;
};

/** SPEECH_TO_TEXT, LANGUAGE_MODEL, TEXT_TO_SPEECH: the provider that did it, fallbacks included. */
export type LatencyGrouping =
  | 'AGENT'
  | 'AGENT_VERSION'
  | 'LANGUAGE_MODEL'
  | 'SPEECH_TO_TEXT'
  | 'TEXT_TO_SPEECH';

export type LoginInput = {
  email: string;
  password: string;
  /** The tenant to act in, any for platform roles; absent: the user's first. `sys`: none, for platform roles, whose audit is of all tenants then. */
  tenantId?: string | null | undefined;
};

export type PlatformRole =
  | 'OPERATOR'
  | 'SUPERADMIN';

export type ProjectionState =
  | 'BUILDING'
  | 'LIVE'
  | 'NEEDS_UPGRADE';

/** SILENCE: whether the caller is there, or a goodbye since nobody is. RESUMED: the caller is asked to go on. MAX_DURATION, FAILED: why the call ends. TRANSFER: a person takes it over. TRANSFER_FAILED: nobody does. */
export type PromptKind =
  | 'FAILED'
  | 'MAX_DURATION'
  | 'RESUMED'
  | 'SILENCE'
  | 'TRANSFER'
  | 'TRANSFER_FAILED';

export type ProviderCapability =
  | 'LANGUAGE_MODEL'
  | 'SPEECH_TO_SPEECH'
  | 'SPEECH_TO_TEXT'
  | 'TEXT_TO_SPEECH';

export type ProviderChoiceInput = {
  /** Null: the provider's default. 200 characters at most. */
  model?: string | null | undefined;
  provider: string;
};

export type PublishAgentVersionInput = {
  agentId: string;
  version: number;
};

export type RequestDataExportInput = {
  /** A contact's is a call's `contactId`, or its number in E.164. */
  id: string;
  /** The same key within 24 h gives the same result. */
  idempotencyKey?: string | null | undefined;
  kind: SubjectKind;
};

export type RollbackAgentInput = {
  agentId: string;
  /** The live version, as the caller knows it; CONFLICT when it is another by now. */
  expectedVersion?: number | null | undefined;
  /** One that was live before. */
  toVersion: number;
};

export type SetAgentEnabledInput = {
  agentId: string;
  enabled: boolean;
};

export type SetTenantCallLimitInput = {
  /** Null: no limit of its own. */
  maxConcurrentCalls?: number | null | undefined;
  tenantId: string;
};

export type SetTenantStatusInput = {
  reason?: string | null | undefined;
  status: TenantStatus;
  tenantId: string;
};

export type Speaker =
  | 'AGENT'
  | 'CALLER';

/** What cut the agent's speech. MEDIA_LOST: the media stream closed without a word. FAILURE: who speaks or listens for the agent could not go on. OPERATOR: who ended the call. */
export type SpeechCut =
  | 'CALLER_HUNG_UP'
  | 'CALLER_KEYS'
  | 'CALLER_SPEECH'
  | 'FAILURE'
  | 'MAX_DURATION'
  | 'MEDIA_LOST'
  | 'OPERATOR'
  | 'TRANSFER';

export type SpeechToTextInput = {
  /** Who does it when the first can't, in this order; 3 at most. */
  fallbacks?: Array<ProviderChoiceInput> | null | undefined;
  /** Null: the provider's default. 200 characters at most. */
  model?: string | null | undefined;
  /** The installation's default where nobody said. Another one begins with its own model and voice. */
  provider?: string | null | undefined;
};

/** Whose data can be forgotten, with all that is beneath: a contact with its calls. */
export type SubjectKind =
  | 'CALL'
  | 'CONTACT'
  | 'TENANT'
  | 'USER';

export type TenantRole =
  | 'ADMIN'
  | 'MEMBER'
  | 'OWNER'
  | 'VIEWER';

/** Only an active tenant's numbers are answered. */
export type TenantStatus =
  | 'ACTIVE'
  | 'INACTIVE'
  | 'SUSPENDED';

export type TextToSpeechInput = {
  /** Who does it when the first can't, in this order; 3 at most. */
  fallbacks?: Array<VoiceChoiceInput> | null | undefined;
  /** Null: the provider's default. 200 characters at most. */
  model?: string | null | undefined;
  /** The installation's default where nobody said. Another one begins with its own model and voice. */
  provider?: string | null | undefined;
  /** The provider's own, by the provider's names: numbers, booleans and texts. */
  settings?: unknown;
  /** 0.25 to 4; null by default. */
  speed?: number | null | undefined;
  /** As "calm and friendly", for voices that take an instruction. 500 characters at most. */
  tone?: string | null | undefined;
  /** Null: the provider's default. 200 characters at most. */
  voice?: string | null | undefined;
};

/** TRANSFER: a person is to take the call over. RESUMED: the agent has it again. */
export type TranscriptKind =
  | 'BACKCHANNEL'
  | 'ENDED'
  | 'KEYS'
  | 'NOTICE'
  | 'RESUMED'
  | 'SPEECH'
  | 'TRANSFER';

export type TransferCallInput = {
  callId: string;
  /** The same key within 24 h gives the same result: a retry makes no telephone ring again. */
  idempotencyKey: string;
  /** Who is to take the call over. The agent's `transferTo` where absent. */
  to?: string | null | undefined;
};

/** What came of dialing. CANCELLED: the caller hung up before anybody answered. */
export type TransferOutcome =
  | 'ANSWERED'
  | 'BUSY'
  | 'CANCELLED'
  | 'FAILED'
  | 'NO_ANSWER';

/** Who wanted a person to take the call over. PLATFORM: since everything else failed. */
export type TransferRequester =
  | 'AGENT'
  | 'OPERATOR'
  | 'PLATFORM';

/** VOICE_ACTIVITY: with the transcript. PROVIDER: the speech-to-text says so. FIXED_BUFFER: so much audio. */
export type TurnDetection =
  | 'FIXED_BUFFER'
  | 'PROVIDER'
  | 'VOICE_ACTIVITY';

export type TurnTakingInput = {
  /** 500 to 10,000; 2,000 by default. */
  bufferMs?: number | null | undefined;
  /** 10,000 to 600,000; 90,000 by default. Null: never. */
  callerTurnLimitMs?: number | null | undefined;
  /** VOICE_ACTIVITY by default. */
  detection?: TurnDetection | null | undefined;
  /** MEDIUM by default. */
  interruptionSensitivity?: InterruptionSensitivity | null | undefined;
  /** 0 to 5,000; 0 by default. */
  responseDelayMs?: number | null | undefined;
};

export type UnarchiveAgentInput = {
  agentId: string;
};

/** What is absent stays as it is; null clears what can be cleared. */
export type UpdateAgentInput = {
  agentId: string;
  /** Null: it has none any more. */
  description?: string | null | undefined;
  /** The latest version, as the caller knows it; CONFLICT when there is a newer one. */
  expectedVersion: number;
  name?: string | null | undefined;
  settings?: AgentSettingsInput | null | undefined;
};

export type VoiceChoiceInput = {
  /** Null: the provider's default. 200 characters at most. */
  model?: string | null | undefined;
  provider: string;
  /** Null: the provider's default. 200 characters at most. */
  voice?: string | null | undefined;
};

export type OwnSharesQueryVariables = Exact<{
  since: string;
  after?: string | null | undefined;
}>;


export type OwnSharesQuery = { calls: { nodes: Array<{ receivedAt: string, turns: Array<{ agentStartedMs: number | null, latency: { ownMs: number | null } | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type LoginMutationVariables = Exact<{
  input: LoginInput;
}>;


export type LoginMutation = { login: { accessToken: string, tenantId: string | null } };

export type CreateTenantMutationVariables = Exact<{
  input: CreateTenantInput;
}>;


export type CreateTenantMutation = { createTenant: { position: string | null, tenant: { id: string, name: string | null, status: TenantStatus, phoneNumbers: Array<{ id: string, number: string | null, agentId: string | null }> } | null, userErrors: Array<{ field: string | null, message: string, code: string }> } };

export type CreateAgentMutationVariables = Exact<{
  input: CreateAgentInput;
}>;


export type CreateAgentMutation = { createAgent: { position: string | null, agent: { id: string, name: string | null, latestVersion: number, liveVersion: number | null, versions: Array<{ version: number, greeting: string | null, systemPrompt: string | null, languageModel: { provider: string } }> } | null, userErrors: Array<{ field: string | null, message: string, code: string }> } };

export type PublishAgentVersionMutationVariables = Exact<{
  input: PublishAgentVersionInput;
}>;


export type PublishAgentVersionMutation = { publishAgentVersion: { position: string | null, agent: { id: string, latestVersion: number, liveVersion: number | null } | null, userErrors: Array<{ field: string | null, message: string, code: string }> } };

export type AssignPhoneNumberMutationVariables = Exact<{
  input: AssignPhoneNumberInput;
}>;


export type AssignPhoneNumberMutation = { assignPhoneNumber: { position: string | null, phoneNumber: { id: string, number: string | null, agentId: string | null } | null, userErrors: Array<{ field: string | null, message: string, code: string }> } };

export type CallBySidQueryVariables = Exact<{
  callSid: string;
  minPosition?: string | null | undefined;
}>;


export type CallBySidQuery = { call: { id: string, callSid: string, status: CallStatus, from: string | null, to: string | null, agentVersion: number | null, rejectReason: CallRejectReason | null, receivedAt: string, answeredAt: string | null, endedAt: string | null, durationMs: number | null, endReason: CallEndReason | null, endedBy: string | null, carrierDurationSeconds: number | null, mediaAttempts: number, turnCount: number, interruptions: number, agent: { id: string, name: string | null } | null, failure: { code: string, message: string } | null, transfers: Array<{ to: string | null, by: TransferRequester, outcome: TransferOutcome | null, requestedAt: string, endedAt: string | null, durationSeconds: number | null }>, turns: Array<{ turn: number, callerText: string | null, callerKeys: string | null, callerConfidence: number | null, endpointing: string | null, agentText: string | null, agentHeardText: string | null, interrupted: boolean, cutBy: SpeechCut | null, prompts: Array<{ kind: PromptKind, text: string, heardText: string | null, interrupted: boolean, cutBy: SpeechCut | null }> | null, latency: { endpointingMs: number | null, transcriptMs: number | null, retrievalMs: number | null, modelFirstTokenMs: number | null, synthesisFirstByteMs: number | null, leadingSilenceMs: number | null, firstFrameMs: number | null, playoutMs: number | null, responseMs: number | null, ownMs: number | null, interruptionMs: number | null } | null }>, events: { nodes: Array<{ revision: number, type: string, occurredAt: string, position: string, data: unknown }> } } | null };

export type CallTranscriptSubscriptionVariables = Exact<{
  callId: string;
  after?: string | null | undefined;
}>;


export type CallTranscriptSubscription = { callTranscript: { callId: string, cursor: string | null, final: boolean, kind: TranscriptKind, speaker: Speaker | null, turn: number | null, text: string | null, startedMs: number | null, endedMs: number | null, interrupted: boolean, cutBy: SpeechCut | null, endReason: CallEndReason | null } };

export type ActiveCallsSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type ActiveCallsSubscription = { activeCalls: { change: ActiveCallChangeKind, call: { id: string, callSid: string, status: CallStatus, from: string | null, turnCount: number } } };

export type EraseSubjectMutationVariables = Exact<{
  input: EraseSubjectInput;
}>;


export type EraseSubjectMutation = { eraseSubject: { position: string | null, subject: { kind: SubjectKind, id: string } | null, userErrors: Array<{ field: string | null, message: string, code: string }> } };

export type EraseCallMutationVariables = Exact<{
  id: string;
}>;


export type EraseCallMutation = { eraseCall: { position: string | null, subject: { kind: SubjectKind, id: string } | null, userErrors: Array<{ field: string | null, message: string, code: string }> } };

export type RequestDataExportMutationVariables = Exact<{
  input: RequestDataExportInput;
}>;


export type RequestDataExportMutation = { requestDataExport: { position: string | null, dataExport: { id: string, kind: SubjectKind, subjectId: string, status: DataExportStatus } | null, userErrors: Array<{ field: string | null, message: string, code: string }> } };

export type DataExportQueryVariables = Exact<{
  id: string;
}>;


export type DataExportQuery = { dataExport: { id: string, kind: SubjectKind, subjectId: string, status: DataExportStatus, events: number | null, bytes: number | null, failure: string | null, requestedAt: string, readyAt: string | null, downloadUrl: string | null } | null };

export type TransferCallMutationVariables = Exact<{
  input: TransferCallInput;
}>;


export type TransferCallMutation = { transferCall: { position: string | null, call: { id: string, transfers: Array<{ to: string | null, by: TransferRequester, outcome: TransferOutcome | null }> } | null, userErrors: Array<{ field: string | null, message: string, code: string }> } };

export type EndCallMutationVariables = Exact<{
  input: EndCallInput;
}>;


export type EndCallMutation = { endCall: { position: string | null, call: { id: string, endReason: CallEndReason | null } | null, userErrors: Array<{ field: string | null, message: string, code: string }> } };

export type RollBackAgentMutationVariables = Exact<{
  input: RollbackAgentInput;
}>;


export type RollBackAgentMutation = { rollbackAgent: { agent: { liveVersion: number | null } | null, userErrors: Array<{ field: string | null, message: string, code: string }> } };

export type AgentHistoryQueryVariables = Exact<{
  agentId: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AgentHistoryQuery = { agentVersions: { nodes: Array<{ version: number, status: AgentVersionStatus, draftedAt: string, publishedAt: string | null, draftedBy: { type: string, id: string }, publishedBy: { id: string } | null, changes: Array<{ field: string, before: unknown, after: unknown }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type AgentDiffQueryVariables = Exact<{
  agentId: string;
  from: number;
  to: number;
}>;


export type AgentDiffQuery = { agentVersionDiff: Array<{ field: string, before: unknown, after: unknown }> };

export type AgentsAuthorQueryVariables = Exact<{ [key: string]: never; }>;


export type AgentsAuthorQuery = { me: { id: string } };

export type NewAgentMutationVariables = Exact<{
  input: CreateAgentInput;
}>;


export type NewAgentMutation = { createAgent: { agent: { id: string, name: string | null, description: string | null, status: AgentStatus, createdAt: string, updatedAt: string, config: { version: number } | null, version: { language: string, fallbackLanguage: string | null, greeting: string | null, systemPrompt: string | null, endPhrases: Array<string> | null, transferTo: string | null, recordingEnabled: boolean, recordingConsent: string | null, silenceTimeoutMs: number, maxDurationMs: number, speechToText: { provider: string, model: string | null, fallbacks: Array<{ provider: string, model: string | null }> }, languageModel: { provider: string, model: string | null, temperature: number | null, topP: number | null, maxTokens: number | null, hedgeAfterMs: number | null, fallbacks: Array<{ provider: string, model: string | null }> }, textToSpeech: { provider: string, model: string | null, voice: string | null, speed: number | null, tone: string | null, settings: unknown, fallbacks: Array<{ provider: string, model: string | null, voice: string | null }> }, speechToSpeech: { provider: string } | null, turnTaking: { detection: TurnDetection, bufferMs: number, interruptionSensitivity: InterruptionSensitivity, responseDelayMs: number, callerTurnLimitMs: number | null } } | null } | null, userErrors: Array<{ field: string | null, message: string, code: string }> } };

export type AllSettingsFragment = { language: string, fallbackLanguage: string | null, greeting: string | null, systemPrompt: string | null, endPhrases: Array<string> | null, transferTo: string | null, recordingEnabled: boolean, recordingConsent: string | null, silenceTimeoutMs: number, maxDurationMs: number, speechToText: { provider: string, model: string | null, fallbacks: Array<{ provider: string, model: string | null }> }, languageModel: { provider: string, model: string | null, temperature: number | null, topP: number | null, maxTokens: number | null, hedgeAfterMs: number | null, fallbacks: Array<{ provider: string, model: string | null }> }, textToSpeech: { provider: string, model: string | null, voice: string | null, speed: number | null, tone: string | null, settings: unknown, fallbacks: Array<{ provider: string, model: string | null, voice: string | null }> }, speechToSpeech: { provider: string } | null, turnTaking: { detection: TurnDetection, bufferMs: number, interruptionSensitivity: InterruptionSensitivity, responseDelayMs: number, callerTurnLimitMs: number | null } };

export type ArchiveAgentMutationVariables = Exact<{
  input: ArchiveAgentInput;
}>;


export type ArchiveAgentMutation = { archiveAgent: { agent: { status: AgentStatus, enabled: boolean } | null, userErrors: Array<{ message: string }> } };

export type UnarchiveAgentMutationVariables = Exact<{
  input: UnarchiveAgentInput;
}>;


export type UnarchiveAgentMutation = { unarchiveAgent: { agent: { status: AgentStatus } | null, userErrors: Array<{ message: string }> } };

export type EnableAgentMutationVariables = Exact<{
  input: SetAgentEnabledInput;
}>;


export type EnableAgentMutation = { setAgentEnabled: { agent: { status: AgentStatus } | null, userErrors: Array<{ code: string, message: string }> } };

export type ListedAgentsQueryVariables = Exact<{
  includeArchived?: boolean | null | undefined;
}>;


export type ListedAgentsQuery = { agents: { nodes: Array<{ id: string }> } };

export type AuditTrailQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: AuditFilterInput | null | undefined;
}>;


export type AuditTrailQuery = { auditTrail: { nodes: Array<{ id: string, tenantId: string, stream: string, revision: number, type: string, correlationId: string, causationId: string, actor: { type: string, id: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CorrelationOfQueryVariables = Exact<{
  id: string;
}>;


export type CorrelationOfQuery = { correlation: { isCut: boolean, commands: Array<{ commandId: string, actor: { type: string }, events: Array<{ type: string }> }>, nodes: Array<{ id: string, causedBy: Array<string>, actor: { type: string }, event: { type: string, stream: string } | null }> } | null };

export type EraseTenantMutationVariables = Exact<{
  id: string;
}>;


export type EraseTenantMutation = { eraseSubject: { position: string | null } };

export type StreamOfQueryVariables = Exact<{
  name: string;
}>;


export type StreamOfQuery = { stream: { tenantId: string, revision: number, events: { nodes: Array<{ revision: number, type: string, storedAt: string, data: unknown }> } } | null };

export type StateAtQueryVariables = Exact<{
  stream: string;
  revision?: number | null | undefined;
  time?: string | null | undefined;
}>;


export type StateAtQuery = { stateAt: { revision: number, storedAt: string, state: unknown, readModels: unknown } };

export type DiffQueryVariables = Exact<{
  stream: string;
  from: number;
  to: number;
}>;


export type DiffQuery = { diff: { changes: Array<{ path: string, before: unknown, after: unknown }> } };

export type AsOfQueryVariables = Exact<{
  call: string;
  agent: string;
  tenant: string;
  time?: string | null | undefined;
  callRevision?: number | null | undefined;
  agentRevision?: number | null | undefined;
}>;


export type AsOfQuery = { call: { status: CallStatus, turnCount: number, endReason: CallEndReason | null, turns: Array<{ turn: number, callerText: string | null, agentHeardText: string | null }>, events: { nodes: Array<{ revision: number }> } } | null, agent: { name: string | null, liveVersion: number | null, versions: Array<{ version: number }> } | null, tenant: { name: string | null, status: TenantStatus } | null };

export type LinksOfQueryVariables = Exact<{
  call: string;
  callRevision?: number | null | undefined;
  tenant: string;
  asOf?: string | null | undefined;
  tenantRevision?: number | null | undefined;
}>;


export type LinksOfQuery = { call: { agentVersion: number | null, agent: { name: string | null, liveVersion: number | null, latestVersion: number, config: { version: number, greeting: string | null } | null } | null, events: { nodes: Array<{ storedAt: string }> } } | null, tenant: { phoneNumbers: Array<{ number: string | null, agentId: string | null }> } | null };

export type RenameAndDraftMutationVariables = Exact<{
  agentId: string;
}>;


export type RenameAndDraftMutation = { updateAgent: { userErrors: Array<{ message: string }> }, publishAgentVersion: { userErrors: Array<{ message: string }> } };

export type AtMomentQueryVariables = Exact<{
  call: string;
  agent: string;
  tenant: string;
  time?: string | null | undefined;
  revision?: number | null | undefined;
}>;


export type AtMomentQuery = { call: { id: string } | null, agent: { id: string } | null, tenant: { id: string } | null };

export type ReadModelsQueryVariables = Exact<{ [key: string]: never; }>;


export type ReadModelsQuery = { projections: Array<{ name: string }> };

export type MendNothingMutationVariables = Exact<{ [key: string]: never; }>;


export type MendNothingMutation = { rebuildProjection: { userErrors: Array<{ code: string }> }, retryParked: { userErrors: Array<{ code: string }> } };

export type SuspendMutationVariables = Exact<{
  tenantId: string;
}>;


export type SuspendMutation = { setTenantStatus: { position: string | null } };

export type QualityOfQueryVariables = Exact<{
  callSid: string;
}>;


export type QualityOfQuery = { call: { id: string, quality: { receivedFrames: number, sentFrames: number, gaps: number, gapMs: number, longestGapMs: number, jitterMs: number, maxJitterMs: number, underruns: number, underrunMs: number, lateMarks: number, echoes: number | null } | null } | null };

export type CallQualitySubscriptionVariables = Exact<{
  callId: string;
}>;


export type CallQualitySubscription = { callQuality: { callId: string, attempt: number, final: boolean, quality: { receivedFrames: number, sentFrames: number, gaps: number, gapMs: number, echoes: number | null } } };

export type SetTenantCallLimitMutationVariables = Exact<{
  input: SetTenantCallLimitInput;
}>;


export type SetTenantCallLimitMutation = { setTenantCallLimit: { tenant: { maxConcurrentCalls: number | null } | null, userErrors: Array<{ message: string }> } };

export type UsageOfQueryVariables = Exact<{
  callSid: string;
}>;


export type UsageOfQuery = { call: { id: string, usage: Array<{ capability: ProviderCapability, provider: string, model: string | null, requests: number, heardMs: number | null, characters: number | null, spokenMs: number | null, inputTokens: number | null, outputTokens: number | null }> | null } | null };

export type RoleQueryVariables = Exact<{ [key: string]: never; }>;


export type RoleQuery = { me: { platformRole: PlatformRole | null, tenant: { id: string } | null } };

export type WhoErasesQueryVariables = Exact<{ [key: string]: never; }>;


export type WhoErasesQuery = { me: { id: string } };

export type CallToEraseQueryVariables = Exact<{
  id: string;
  minPosition?: string | null | undefined;
}>;


export type CallToEraseQuery = { call: { contactId: string, from: string | null, to: string | null, status: CallStatus, turnCount: number, turns: Array<{ turn: number, callerText: string | null, agentText: string | null, agentHeardText: string | null }>, events: { nodes: Array<{ type: string, data: unknown }> } } | null };

export type TenantToEraseQueryVariables = Exact<{
  id: string;
}>;


export type TenantToEraseQuery = { tenant: { name: string | null, status: TenantStatus, phoneNumbers: Array<{ number: string | null }> } | null };

export type AgentsToEraseQueryVariables = Exact<{ [key: string]: never; }>;


export type AgentsToEraseQuery = { agents: { nodes: Array<{ name: string | null, versions: Array<{ greeting: string | null }> }> } };

export type RutabagaToEraseQueryVariables = Exact<{ [key: string]: never; }>;


export type RutabagaToEraseQuery = { knowledgeDocuments: { nodes: Array<{ title: string | null, tags: Array<string> | null, fileName: string | null }> }, searchKnowledge: Array<{ title: string }> };

export type MeToEraseQueryVariables = Exact<{ [key: string]: never; }>;


export type MeToEraseQuery = { me: { id: string, email: string | null } };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { id: string, email: string | null, firstName: string | null, lastName: string | null, platformRole: PlatformRole | null, tenantRole: TenantRole | null, tenant: { id: string, name: string | null } | null } };

export type TenantsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type TenantsQuery = { tenants: { nodes: Array<{ id: string, name: string | null, status: TenantStatus }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type AgentsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AgentsQuery = { agents: { edges: Array<{ cursor: string, node: { id: string, name: string | null, description: string | null, enabled: boolean, latestVersion: number, liveVersion: number | null, versions: Array<{ version: number, language: string, greeting: string | null, systemPrompt: string | null, maxDurationMs: number, publishedAt: string | null }> } }> } };

export type UpdateAgentMutationVariables = Exact<{
  input: UpdateAgentInput;
}>;


export type UpdateAgentMutation = { updateAgent: { agent: { latestVersion: number, liveVersion: number | null, versions: Array<{ version: number, greeting: string | null, systemPrompt: string | null }> } | null, userErrors: Array<{ field: string | null, message: string, code: string }> } };

export type CallsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  minPosition?: string | null | undefined;
}>;


export type CallsQuery = { calls: { totalCount: number, nodes: Array<{ id: string }> } };

export type OneOfNoneQueryVariables = Exact<{ [key: string]: never; }>;


export type OneOfNoneQuery = { calls: { totalCount: number, nodes: Array<{ id: string }> }, auditTrail: { nodes: Array<{ type: string }> } };

export type ReadsOfQueryVariables = Exact<{
  actorId: string;
}>;


export type ReadsOfQuery = { auditTrail: { nodes: Array<{ type: string, actor: { type: string, id: string } }> } };

export type TranscriptOfNobodySubscriptionVariables = Exact<{
  callId: string;
}>;


export type TranscriptOfNobodySubscription = { callTranscript: { cursor: string | null } };

export type NodeByIdQueryVariables = Exact<{
  id: string;
}>;


export type NodeByIdQuery = { node:
    | { __typename: 'Agent', name: string | null, id: string }
    | { __typename: 'Call', callSid: string, id: string }
    | { __typename: 'KnowledgeDocument', id: string }
    | { __typename: 'PhoneNumberEntry', id: string }
    | { __typename: 'Tenant', name: string | null, id: string, phoneNumbers: Array<{ number: string | null }> }
   | null };

export type DocumentStatusQueryVariables = Exact<{
  id: string;
}>;


export type DocumentStatusQuery = { knowledgeDocument: { status: KnowledgeDocumentStatus } | null };

export type AskQueryVariables = Exact<{
  query: string;
}>;


export type AskQuery = { searchKnowledge: Array<{ documentId: string, text: string }> };

export type ForgetMutationVariables = Exact<{
  id: string;
}>;


export type ForgetMutation = { deleteKnowledgeDocument: { position: string | null } };

export type KnowledgeDocumentsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: KnowledgeDocumentFilterInput | null | undefined;
}>;


export type KnowledgeDocumentsQuery = { knowledgeDocuments: { nodes: Array<{ id: string, title: string | null }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type KnowledgeDocumentQueryVariables = Exact<{
  id: string;
  asOf?: string | null | undefined;
  atRevision?: number | null | undefined;
}>;


export type KnowledgeDocumentQuery = { knowledgeDocument: { id: string, title: string | null, description: string | null, tags: Array<string> | null, fileName: string | null, mediaType: string, bytes: number, status: KnowledgeDocumentStatus, chars: number | null, chunks: number | null, uploadedBy: string, failure: { step: KnowledgeIngestionStep, code: string } | null } | null, node:
    | { __typename: 'Agent', id: string }
    | { __typename: 'Call', id: string }
    | { __typename: 'KnowledgeDocument', id: string }
    | { __typename: 'PhoneNumberEntry', id: string }
    | { __typename: 'Tenant', id: string }
   | null };

export type KnowledgeStateQueryVariables = Exact<{
  stream: string;
  revision?: number | null | undefined;
}>;


export type KnowledgeStateQuery = { stateAt: { storedAt: string, state: unknown, readModels: unknown } };

export type SearchKnowledgeQueryVariables = Exact<{
  query: string;
  limit?: number | null | undefined;
  minScore?: number | null | undefined;
  tags?: Array<string> | string | null | undefined;
}>;


export type SearchKnowledgeQuery = { searchKnowledge: Array<{ documentId: string, title: string, chunk: number, text: string, score: number }> };

export type DeleteKnowledgeDocumentMutationVariables = Exact<{
  id: string;
}>;


export type DeleteKnowledgeDocumentMutation = { deleteKnowledgeDocument: { document: { id: string, status: KnowledgeDocumentStatus } | null, userErrors: Array<{ field: string | null, code: string }> } };

export type LatencyReportQueryVariables = Exact<{
  filter?: LatencyFilterInput | null | undefined;
  groupBy: Array<LatencyGrouping> | LatencyGrouping;
  minPosition?: string | null | undefined;
}>;


export type LatencyReportQuery = { latencyReport: { from: string, to: string, groups: Array<{ agentVersion: number | null, speechToText: string | null, languageModel: string | null, textToSpeech: string | null, calls: number, turns: number, interrupted: number, budgetExceeded: number, agent: { id: string } | null, speculation: { started: number, promoted: number, wastedOutputTokens: number, wastedRetrievals: number }, retrievalMs: { p50: number, p95: number, p99: number } | null, responseMs: { p50: number, p95: number, p99: number } | null, modelFirstTokenMs: { p50: number, p95: number, p99: number } | null, ownMs: { p50: number, p95: number, p99: number } | null, interruptionMs: { p50: number, p95: number, p99: number } | null }> } };

export type ProjectionStatesQueryVariables = Exact<{ [key: string]: never; }>;


export type ProjectionStatesQuery = { projections: Array<{ name: string, state: ProjectionState, waitsFor: string | null, position: string | null, parked: Array<{ stream: string }> }> };

export type RowOfCallQueryVariables = Exact<{
  callSid: string;
}>;


export type RowOfCallQuery = { call: { status: CallStatus, turns: Array<{ callerText: string | null }> } | null };

export type TypesOfQueryVariables = Exact<{
  name: string;
}>;


export type TypesOfQuery = { stream: { events: { nodes: Array<{ type: string }> } } | null };

export type RevisionAtQueryVariables = Exact<{
  stream: string;
  revision?: number | null | undefined;
}>;


export type RevisionAtQuery = { stateAt: { revision: number } };

export type ChangesQueryVariables = Exact<{
  stream: string;
  from: number;
  to: number;
}>;


export type ChangesQuery = { diff: { changes: Array<{ path: string }> } };

export type CallAtQueryVariables = Exact<{
  id: string;
  revision?: number | null | undefined;
}>;


export type CallAtQuery = { call: { status: CallStatus } | null };

export type TrailOfQueryVariables = Exact<{
  filter?: AuditFilterInput | null | undefined;
}>;


export type TrailOfQuery = { auditTrail: { nodes: Array<{ tenantId: string, correlationId: string }> } };

export type CorrelationInQueryVariables = Exact<{
  id: string;
}>;


export type CorrelationInQuery = { correlation: { nodes: Array<{ id: string }> } | null };

export type StreamNamedQueryVariables = Exact<{
  name: string;
}>;


export type StreamNamedQuery = { stream: { revision: number } | null };

export type AllTenantsQueryVariables = Exact<{ [key: string]: never; }>;


export type AllTenantsQuery = { tenants: { nodes: Array<{ id: string, phoneNumbers: Array<{ id: string }> }> } };

export type NodeNamedQueryVariables = Exact<{
  id: string;
}>;


export type NodeNamedQuery = { node:
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
   | null };

export type MyTenantQueryVariables = Exact<{ [key: string]: never; }>;


export type MyTenantQuery = { me: { tenant: { phoneNumbers: Array<{ id: string }> } | null } };

export type OneCallQueryVariables = Exact<{
  id?: string | null | undefined;
  callSid?: string | null | undefined;
}>;


export type OneCallQuery = { call: { id: string, callSid: string } | null };

export type OneAgentQueryVariables = Exact<{
  id: string;
}>;


export type OneAgentQuery = { agent: { id: string } | null };

export type VersionsOfOneQueryVariables = Exact<{
  id: string;
}>;


export type VersionsOfOneQuery = { agentVersions: { nodes: Array<{ version: number }> } };

export type DiffOfOneQueryVariables = Exact<{
  id: string;
}>;


export type DiffOfOneQuery = { agentVersionDiff: Array<{ field: string }> };

export type OneDocumentQueryVariables = Exact<{
  id: string;
}>;


export type OneDocumentQuery = { knowledgeDocument: { id: string } | null };

export type OneTenantQueryVariables = Exact<{
  id: string;
}>;


export type OneTenantQuery = { tenant: { phoneNumbers: Array<{ id: string }> } | null };

export type ListsQueryVariables = Exact<{ [key: string]: never; }>;


export type ListsQuery = { calls: { totalCount: number, nodes: Array<{ id: string }> }, agents: { nodes: Array<{ id: string }> }, knowledgeDocuments: { nodes: Array<{ id: string }> } };

export type QualityOfOneSubscriptionVariables = Exact<{
  callId: string;
}>;


export type QualityOfOneSubscription = { callQuality: { final: boolean } };

export type ProjectionsQueryVariables = Exact<{
  name?: string | null | undefined;
}>;


export type ProjectionsQuery = { projections: Array<{ name: string, version: number, generation: number, state: ProjectionState, position: string | null, lagEvents: number, lagMs: number, percent: number, skippedEvents: number, batchEvents: number | null, batchMs: number | null, parked: Array<{ stream: string, error: string }> }> };

export type RebuildProjectionMutationVariables = Exact<{
  name: string;
}>;


export type RebuildProjectionMutation = { rebuildProjection: { projections: Array<{ generation: number, state: ProjectionState }>, userErrors: Array<{ code: string, message: string }> } };

export type RetryParkedMutationVariables = Exact<{
  name: string;
  stream: string;
}>;


export type RetryParkedMutation = { retryParked: { projections: Array<{ parked: Array<{ stream: string }> }>, userErrors: Array<{ code: string, message: string }> } };

export type ProjectionProgressSubscriptionVariables = Exact<{
  name: string;
}>;


export type ProjectionProgressSubscription = { projectionProgress: { generation: number, state: ProjectionState, percent: number } };

export type RecordingOfQueryVariables = Exact<{
  callSid: string;
}>;


export type RecordingOfQuery = { call: { id: string, turns: Array<{ turn: number, callerText: string | null, callerStartedMs: number | null, callerEndedMs: number | null, agentHeardText: string | null, agentStartedMs: number | null, agentEndedMs: number | null, interrupted: boolean }>, recording: { startedAtMs: number, durationMs: number, bytes: number, sha256: string, complete: boolean, url: string | null } | null } | null };

export type SetAgentEnabledMutationVariables = Exact<{
  input: SetAgentEnabledInput;
}>;


export type SetAgentEnabledMutation = { setAgentEnabled: { agent: { enabled: boolean } | null, userErrors: Array<{ message: string }> } };

export type SetTenantStatusMutationVariables = Exact<{
  input: SetTenantStatusInput;
}>;


export type SetTenantStatusMutation = { setTenantStatus: { tenant: { status: TenantStatus } | null, userErrors: Array<{ message: string }> } };

export type CreateUnpublishedAgentMutationVariables = Exact<{
  input: CreateAgentInput;
}>;


export type CreateUnpublishedAgentMutation = { createAgent: { agent: { id: string } | null } };

export type AssignMutationVariables = Exact<{
  input: AssignPhoneNumberInput;
}>;


export type AssignMutation = { assignPhoneNumber: { userErrors: Array<{ message: string }> } };

export type CallOfABackupQueryVariables = Exact<{
  id: string;
  minPosition?: string | null | undefined;
}>;


export type CallOfABackupQuery = { call: { from: string | null, turns: Array<{ callerText: string | null }> } | null };

export type EverythingOfATenantQueryVariables = Exact<{
  id: string;
}>;


export type EverythingOfATenantQuery = { tenant: { id: string, name: string | null, status: TenantStatus, language: string, createdAt: string, phoneNumbers: Array<{ id: string, number: string | null, agentId: string | null }> } | null, agents: { nodes: Array<{ id: string, name: string | null, latestVersion: number, liveVersion: number | null, createdAt: string, versions: Array<{ version: number, greeting: string | null }> }> }, calls: { nodes: Array<{ id: string, callSid: string, contactId: string, from: string | null, to: string | null, status: CallStatus, receivedAt: string, endedAt: string | null, durationMs: number | null, turnCount: number, turns: Array<{ turn: number, callerText: string | null, agentText: string | null, agentHeardText: string | null, interrupted: boolean }>, events: { nodes: Array<{ id: string, type: string, revision: number, occurredAt: string, data: unknown }> } }> } };

export type MovedDocumentsQueryVariables = Exact<{
  query: string;
}>;


export type MovedDocumentsQuery = { knowledgeDocuments: { nodes: Array<{ title: string | null, status: KnowledgeDocumentStatus, failure: { code: string, message: string | null } | null }> }, searchKnowledge: Array<{ title: string }> };

export type RebuildCallsMutationVariables = Exact<{ [key: string]: never; }>;


export type RebuildCallsMutation = { rebuildProjection: { userErrors: Array<{ code: string }> } };

export type CallsGenerationQueryVariables = Exact<{ [key: string]: never; }>;


export type CallsGenerationQuery = { projections: Array<{ generation: number }> };

export type ChangeAgentMutationVariables = Exact<{
  input: UpdateAgentInput;
}>;


export type ChangeAgentMutation = { updateAgent: { agent: { name: string | null, description: string | null, latestVersion: number } | null, userErrors: Array<{ field: string | null, message: string, code: string }> } };

export type AgentConfigQueryVariables = Exact<{
  id: string;
  version?: number | null | undefined;
  atRevision?: number | null | undefined;
}>;


export type AgentConfigQuery = { agent: { name: string | null, status: AgentStatus, liveVersion: number | null, config: { version: number, status: AgentVersionStatus, greeting: string | null, systemPrompt: string | null, textToSpeech: { voice: string | null, speed: number | null, settings: unknown }, turnTaking: { detection: TurnDetection, callerTurnLimitMs: number | null } } | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const AllSettingsFragmentDoc = new TypedDocumentString(`
    fragment AllSettings on AgentVersion {
  language
  fallbackLanguage
  greeting
  systemPrompt
  speechToText {
    provider
    model
    fallbacks {
      provider
      model
    }
  }
  languageModel {
    provider
    model
    temperature
    topP
    maxTokens
    hedgeAfterMs
    fallbacks {
      provider
      model
    }
  }
  textToSpeech {
    provider
    model
    voice
    speed
    tone
    settings
    fallbacks {
      provider
      model
      voice
    }
  }
  speechToSpeech {
    provider
  }
  turnTaking {
    detection
    bufferMs
    interruptionSensitivity
    responseDelayMs
    callerTurnLimitMs
  }
  endPhrases
  transferTo
  recordingEnabled
  recordingConsent
  silenceTimeoutMs
  maxDurationMs
}
    `, {"fragmentName":"AllSettings"}) as unknown as TypedDocumentString<AllSettingsFragment, unknown>;
export const OwnSharesDocument = new TypedDocumentString(`
    query OwnShares($since: DateTime!, $after: String) {
  calls(first: 100, after: $after, filter: {receivedAt: {gte: $since}}) {
    nodes {
      receivedAt
      turns {
        agentStartedMs
        latency {
          ownMs
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<OwnSharesQuery, OwnSharesQueryVariables>;
export const LoginDocument = new TypedDocumentString(`
    mutation Login($input: LoginInput!) {
  login(input: $input) {
    accessToken
    tenantId
  }
}
    `) as unknown as TypedDocumentString<LoginMutation, LoginMutationVariables>;
export const CreateTenantDocument = new TypedDocumentString(`
    mutation CreateTenant($input: CreateTenantInput!) {
  createTenant(input: $input) {
    tenant {
      id
      name
      status
      phoneNumbers {
        id
        number
        agentId
      }
    }
    userErrors {
      field
      message
      code
    }
    position
  }
}
    `) as unknown as TypedDocumentString<CreateTenantMutation, CreateTenantMutationVariables>;
export const CreateAgentDocument = new TypedDocumentString(`
    mutation CreateAgent($input: CreateAgentInput!) {
  createAgent(input: $input) {
    agent {
      id
      name
      latestVersion
      liveVersion
      versions {
        version
        greeting
        systemPrompt
        languageModel {
          provider
        }
      }
    }
    userErrors {
      field
      message
      code
    }
    position
  }
}
    `) as unknown as TypedDocumentString<CreateAgentMutation, CreateAgentMutationVariables>;
export const PublishAgentVersionDocument = new TypedDocumentString(`
    mutation PublishAgentVersion($input: PublishAgentVersionInput!) {
  publishAgentVersion(input: $input) {
    agent {
      id
      latestVersion
      liveVersion
    }
    userErrors {
      field
      message
      code
    }
    position
  }
}
    `) as unknown as TypedDocumentString<PublishAgentVersionMutation, PublishAgentVersionMutationVariables>;
export const AssignPhoneNumberDocument = new TypedDocumentString(`
    mutation AssignPhoneNumber($input: AssignPhoneNumberInput!) {
  assignPhoneNumber(input: $input) {
    phoneNumber {
      id
      number
      agentId
    }
    userErrors {
      field
      message
      code
    }
    position
  }
}
    `) as unknown as TypedDocumentString<AssignPhoneNumberMutation, AssignPhoneNumberMutationVariables>;
export const CallBySidDocument = new TypedDocumentString(`
    query CallBySid($callSid: CallSid!, $minPosition: String) {
  call(callSid: $callSid, minPosition: $minPosition) {
    id
    callSid
    status
    from
    to
    agent {
      id
      name
    }
    agentVersion
    rejectReason
    receivedAt
    answeredAt
    endedAt
    durationMs
    endReason
    endedBy
    failure {
      code
      message
    }
    carrierDurationSeconds
    mediaAttempts
    turnCount
    interruptions
    transfers {
      to
      by
      outcome
      requestedAt
      endedAt
      durationSeconds
    }
    turns {
      turn
      callerText
      callerKeys
      callerConfidence
      endpointing
      agentText
      agentHeardText
      interrupted
      cutBy
      prompts {
        kind
        text
        heardText
        interrupted
        cutBy
      }
      latency {
        endpointingMs
        transcriptMs
        retrievalMs
        modelFirstTokenMs
        synthesisFirstByteMs
        leadingSilenceMs
        firstFrameMs
        playoutMs
        responseMs
        ownMs
        interruptionMs
      }
    }
    events(first: 100) {
      nodes {
        revision
        type
        occurredAt
        position
        data
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CallBySidQuery, CallBySidQueryVariables>;
export const CallTranscriptDocument = new TypedDocumentString(`
    subscription CallTranscript($callId: ID!, $after: String) {
  callTranscript(callId: $callId, after: $after) {
    callId
    cursor
    final
    kind
    speaker
    turn
    text
    startedMs
    endedMs
    interrupted
    cutBy
    endReason
  }
}
    `) as unknown as TypedDocumentString<CallTranscriptSubscription, CallTranscriptSubscriptionVariables>;
export const ActiveCallsDocument = new TypedDocumentString(`
    subscription ActiveCalls {
  activeCalls {
    change
    call {
      id
      callSid
      status
      from
      turnCount
    }
  }
}
    `) as unknown as TypedDocumentString<ActiveCallsSubscription, ActiveCallsSubscriptionVariables>;
export const EraseSubjectDocument = new TypedDocumentString(`
    mutation EraseSubject($input: EraseSubjectInput!) {
  eraseSubject(input: $input) {
    subject {
      kind
      id
    }
    userErrors {
      field
      message
      code
    }
    position
  }
}
    `) as unknown as TypedDocumentString<EraseSubjectMutation, EraseSubjectMutationVariables>;
export const EraseCallDocument = new TypedDocumentString(`
    mutation EraseCall($id: ID!) {
  eraseCall(id: $id) {
    subject {
      kind
      id
    }
    userErrors {
      field
      message
      code
    }
    position
  }
}
    `) as unknown as TypedDocumentString<EraseCallMutation, EraseCallMutationVariables>;
export const RequestDataExportDocument = new TypedDocumentString(`
    mutation RequestDataExport($input: RequestDataExportInput!) {
  requestDataExport(input: $input) {
    dataExport {
      id
      kind
      subjectId
      status
    }
    userErrors {
      field
      message
      code
    }
    position
  }
}
    `) as unknown as TypedDocumentString<RequestDataExportMutation, RequestDataExportMutationVariables>;
export const DataExportDocument = new TypedDocumentString(`
    query DataExport($id: ID!) {
  dataExport(id: $id) {
    id
    kind
    subjectId
    status
    events
    bytes
    failure
    requestedAt
    readyAt
    downloadUrl
  }
}
    `) as unknown as TypedDocumentString<DataExportQuery, DataExportQueryVariables>;
export const TransferCallDocument = new TypedDocumentString(`
    mutation TransferCall($input: TransferCallInput!) {
  transferCall(input: $input) {
    call {
      id
      transfers {
        to
        by
        outcome
      }
    }
    userErrors {
      field
      message
      code
    }
    position
  }
}
    `) as unknown as TypedDocumentString<TransferCallMutation, TransferCallMutationVariables>;
export const EndCallDocument = new TypedDocumentString(`
    mutation EndCall($input: EndCallInput!) {
  endCall(input: $input) {
    call {
      id
      endReason
    }
    userErrors {
      field
      message
      code
    }
    position
  }
}
    `) as unknown as TypedDocumentString<EndCallMutation, EndCallMutationVariables>;
export const RollBackAgentDocument = new TypedDocumentString(`
    mutation RollBackAgent($input: RollbackAgentInput!) {
  rollbackAgent(input: $input) {
    agent {
      liveVersion
    }
    userErrors {
      field
      message
      code
    }
  }
}
    `) as unknown as TypedDocumentString<RollBackAgentMutation, RollBackAgentMutationVariables>;
export const AgentHistoryDocument = new TypedDocumentString(`
    query AgentHistory($agentId: ID!, $first: Int, $after: String) {
  agentVersions(agentId: $agentId, first: $first, after: $after) {
    nodes {
      version
      status
      draftedAt
      draftedBy {
        type
        id
      }
      publishedAt
      publishedBy {
        id
      }
      changes {
        field
        before
        after
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<AgentHistoryQuery, AgentHistoryQueryVariables>;
export const AgentDiffDocument = new TypedDocumentString(`
    query AgentDiff($agentId: ID!, $from: Int!, $to: Int!) {
  agentVersionDiff(agentId: $agentId, from: $from, to: $to) {
    field
    before
    after
  }
}
    `) as unknown as TypedDocumentString<AgentDiffQuery, AgentDiffQueryVariables>;
export const AgentsAuthorDocument = new TypedDocumentString(`
    query AgentsAuthor {
  me {
    id
  }
}
    `) as unknown as TypedDocumentString<AgentsAuthorQuery, AgentsAuthorQueryVariables>;
export const NewAgentDocument = new TypedDocumentString(`
    mutation NewAgent($input: CreateAgentInput!) {
  createAgent(input: $input) {
    agent {
      id
      name
      description
      status
      createdAt
      updatedAt
      config {
        version
      }
      version(number: 1) {
        ...AllSettings
      }
    }
    userErrors {
      field
      message
      code
    }
  }
}
    fragment AllSettings on AgentVersion {
  language
  fallbackLanguage
  greeting
  systemPrompt
  speechToText {
    provider
    model
    fallbacks {
      provider
      model
    }
  }
  languageModel {
    provider
    model
    temperature
    topP
    maxTokens
    hedgeAfterMs
    fallbacks {
      provider
      model
    }
  }
  textToSpeech {
    provider
    model
    voice
    speed
    tone
    settings
    fallbacks {
      provider
      model
      voice
    }
  }
  speechToSpeech {
    provider
  }
  turnTaking {
    detection
    bufferMs
    interruptionSensitivity
    responseDelayMs
    callerTurnLimitMs
  }
  endPhrases
  transferTo
  recordingEnabled
  recordingConsent
  silenceTimeoutMs
  maxDurationMs
}`) as unknown as TypedDocumentString<NewAgentMutation, NewAgentMutationVariables>;
export const ArchiveAgentDocument = new TypedDocumentString(`
    mutation ArchiveAgent($input: ArchiveAgentInput!) {
  archiveAgent(input: $input) {
    agent {
      status
      enabled
    }
    userErrors {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ArchiveAgentMutation, ArchiveAgentMutationVariables>;
export const UnarchiveAgentDocument = new TypedDocumentString(`
    mutation UnarchiveAgent($input: UnarchiveAgentInput!) {
  unarchiveAgent(input: $input) {
    agent {
      status
    }
    userErrors {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<UnarchiveAgentMutation, UnarchiveAgentMutationVariables>;
export const EnableAgentDocument = new TypedDocumentString(`
    mutation EnableAgent($input: SetAgentEnabledInput!) {
  setAgentEnabled(input: $input) {
    agent {
      status
    }
    userErrors {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<EnableAgentMutation, EnableAgentMutationVariables>;
export const ListedAgentsDocument = new TypedDocumentString(`
    query ListedAgents($includeArchived: Boolean) {
  agents(includeArchived: $includeArchived) {
    nodes {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<ListedAgentsQuery, ListedAgentsQueryVariables>;
export const AuditTrailDocument = new TypedDocumentString(`
    query AuditTrail($first: Int, $after: String, $filter: AuditFilterInput) {
  auditTrail(first: $first, after: $after, filter: $filter) {
    nodes {
      id
      tenantId
      stream
      revision
      type
      actor {
        type
        id
      }
      correlationId
      causationId
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<AuditTrailQuery, AuditTrailQueryVariables>;
export const CorrelationOfDocument = new TypedDocumentString(`
    query CorrelationOf($id: ID!) {
  correlation(id: $id) {
    isCut
    commands {
      commandId
      actor {
        type
      }
      events {
        type
      }
    }
    nodes {
      id
      causedBy
      actor {
        type
      }
      event {
        type
        stream
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CorrelationOfQuery, CorrelationOfQueryVariables>;
export const EraseTenantDocument = new TypedDocumentString(`
    mutation EraseTenant($id: ID!) {
  eraseSubject(input: {kind: TENANT, id: $id}) {
    position
  }
}
    `) as unknown as TypedDocumentString<EraseTenantMutation, EraseTenantMutationVariables>;
export const StreamOfDocument = new TypedDocumentString(`
    query StreamOf($name: String!) {
  stream(name: $name) {
    tenantId
    revision
    events(first: 100) {
      nodes {
        revision
        type
        storedAt
        data
      }
    }
  }
}
    `) as unknown as TypedDocumentString<StreamOfQuery, StreamOfQueryVariables>;
export const StateAtDocument = new TypedDocumentString(`
    query StateAt($stream: String!, $revision: Int, $time: DateTime) {
  stateAt(stream: $stream, revision: $revision, time: $time) {
    revision
    storedAt
    state
    readModels
  }
}
    `) as unknown as TypedDocumentString<StateAtQuery, StateAtQueryVariables>;
export const DiffDocument = new TypedDocumentString(`
    query Diff($stream: String!, $from: Int!, $to: Int!) {
  diff(stream: $stream, from: $from, to: $to) {
    changes {
      path
      before
      after
    }
  }
}
    `) as unknown as TypedDocumentString<DiffQuery, DiffQueryVariables>;
export const AsOfDocument = new TypedDocumentString(`
    query AsOf($call: ID!, $agent: ID!, $tenant: ID!, $time: DateTime, $callRevision: Int, $agentRevision: Int) {
  call(id: $call, atRevision: $callRevision) {
    status
    turnCount
    endReason
    turns {
      turn
      callerText
      agentHeardText
    }
    events(first: 100) {
      nodes {
        revision
      }
    }
  }
  agent(id: $agent, atRevision: $agentRevision) {
    name
    liveVersion
    versions {
      version
    }
  }
  tenant(id: $tenant, asOf: $time) {
    name
    status
  }
}
    `) as unknown as TypedDocumentString<AsOfQuery, AsOfQueryVariables>;
export const LinksOfDocument = new TypedDocumentString(`
    query LinksOf($call: ID!, $callRevision: Int, $tenant: ID!, $asOf: DateTime, $tenantRevision: Int) {
  call(id: $call, atRevision: $callRevision) {
    agentVersion
    agent {
      name
      liveVersion
      latestVersion
      config {
        version
        greeting
      }
    }
    events(first: 100) {
      nodes {
        storedAt
      }
    }
  }
  tenant(id: $tenant, asOf: $asOf, atRevision: $tenantRevision) {
    phoneNumbers {
      number
      agentId
    }
  }
}
    `) as unknown as TypedDocumentString<LinksOfQuery, LinksOfQueryVariables>;
export const RenameAndDraftDocument = new TypedDocumentString(`
    mutation RenameAndDraft($agentId: ID!) {
  updateAgent(
    input: {agentId: $agentId, expectedVersion: 1, name: "Eve", settings: {greeting: "Good day"}}
  ) {
    userErrors {
      message
    }
  }
  publishAgentVersion(input: {agentId: $agentId, version: 2}) {
    userErrors {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RenameAndDraftMutation, RenameAndDraftMutationVariables>;
export const AtMomentDocument = new TypedDocumentString(`
    query AtMoment($call: ID!, $agent: ID!, $tenant: ID!, $time: DateTime, $revision: Int) {
  call(id: $call, asOf: $time, atRevision: $revision) {
    id
  }
  agent(id: $agent, asOf: $time, atRevision: $revision) {
    id
  }
  tenant(id: $tenant, asOf: $time, atRevision: $revision) {
    id
  }
}
    `) as unknown as TypedDocumentString<AtMomentQuery, AtMomentQueryVariables>;
export const ReadModelsDocument = new TypedDocumentString(`
    query ReadModels {
  projections {
    name
  }
}
    `) as unknown as TypedDocumentString<ReadModelsQuery, ReadModelsQueryVariables>;
export const MendNothingDocument = new TypedDocumentString(`
    mutation MendNothing {
  rebuildProjection(name: "nonsense") {
    userErrors {
      code
    }
  }
  retryParked(name: "nonsense", stream: "nonsense") {
    userErrors {
      code
    }
  }
}
    `) as unknown as TypedDocumentString<MendNothingMutation, MendNothingMutationVariables>;
export const SuspendDocument = new TypedDocumentString(`
    mutation Suspend($tenantId: ID!) {
  setTenantStatus(
    input: {tenantId: $tenantId, status: SUSPENDED, reason: "unpaid"}
  ) {
    position
  }
}
    `) as unknown as TypedDocumentString<SuspendMutation, SuspendMutationVariables>;
export const QualityOfDocument = new TypedDocumentString(`
    query QualityOf($callSid: CallSid!) {
  call(callSid: $callSid) {
    id
    quality {
      receivedFrames
      sentFrames
      gaps
      gapMs
      longestGapMs
      jitterMs
      maxJitterMs
      underruns
      underrunMs
      lateMarks
      echoes
    }
  }
}
    `) as unknown as TypedDocumentString<QualityOfQuery, QualityOfQueryVariables>;
export const CallQualityDocument = new TypedDocumentString(`
    subscription CallQuality($callId: ID!) {
  callQuality(callId: $callId) {
    callId
    attempt
    final
    quality {
      receivedFrames
      sentFrames
      gaps
      gapMs
      echoes
    }
  }
}
    `) as unknown as TypedDocumentString<CallQualitySubscription, CallQualitySubscriptionVariables>;
export const SetTenantCallLimitDocument = new TypedDocumentString(`
    mutation SetTenantCallLimit($input: SetTenantCallLimitInput!) {
  setTenantCallLimit(input: $input) {
    tenant {
      maxConcurrentCalls
    }
    userErrors {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SetTenantCallLimitMutation, SetTenantCallLimitMutationVariables>;
export const UsageOfDocument = new TypedDocumentString(`
    query UsageOf($callSid: CallSid!) {
  call(callSid: $callSid) {
    id
    usage {
      capability
      provider
      model
      requests
      heardMs
      characters
      spokenMs
      inputTokens
      outputTokens
    }
  }
}
    `) as unknown as TypedDocumentString<UsageOfQuery, UsageOfQueryVariables>;
export const RoleDocument = new TypedDocumentString(`
    query Role {
  me {
    platformRole
    tenant {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<RoleQuery, RoleQueryVariables>;
export const WhoErasesDocument = new TypedDocumentString(`
    query WhoErases {
  me {
    id
  }
}
    `) as unknown as TypedDocumentString<WhoErasesQuery, WhoErasesQueryVariables>;
export const CallToEraseDocument = new TypedDocumentString(`
    query CallToErase($id: ID!, $minPosition: String) {
  call(id: $id, minPosition: $minPosition) {
    contactId
    from
    to
    status
    turnCount
    turns {
      turn
      callerText
      agentText
      agentHeardText
    }
    events(first: 100) {
      nodes {
        type
        data
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CallToEraseQuery, CallToEraseQueryVariables>;
export const TenantToEraseDocument = new TypedDocumentString(`
    query TenantToErase($id: ID!) {
  tenant(id: $id) {
    name
    status
    phoneNumbers {
      number
    }
  }
}
    `) as unknown as TypedDocumentString<TenantToEraseQuery, TenantToEraseQueryVariables>;
export const AgentsToEraseDocument = new TypedDocumentString(`
    query AgentsToErase {
  agents {
    nodes {
      name
      versions {
        greeting
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AgentsToEraseQuery, AgentsToEraseQueryVariables>;
export const RutabagaToEraseDocument = new TypedDocumentString(`
    query RutabagaToErase {
  knowledgeDocuments {
    nodes {
      title
      tags
      fileName
    }
  }
  searchKnowledge(query: "rutabaga", minScore: -1) {
    title
  }
}
    `) as unknown as TypedDocumentString<RutabagaToEraseQuery, RutabagaToEraseQueryVariables>;
export const MeToEraseDocument = new TypedDocumentString(`
    query MeToErase {
  me {
    id
    email
  }
}
    `) as unknown as TypedDocumentString<MeToEraseQuery, MeToEraseQueryVariables>;
export const MeDocument = new TypedDocumentString(`
    query Me {
  me {
    id
    email
    firstName
    lastName
    platformRole
    tenantRole
    tenant {
      id
      name
    }
  }
}
    `) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const TenantsDocument = new TypedDocumentString(`
    query Tenants($first: Int, $after: String) {
  tenants(first: $first, after: $after) {
    nodes {
      id
      name
      status
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<TenantsQuery, TenantsQueryVariables>;
export const AgentsDocument = new TypedDocumentString(`
    query Agents($first: Int, $after: String) {
  agents(first: $first, after: $after) {
    edges {
      cursor
      node {
        id
        name
        description
        enabled
        latestVersion
        liveVersion
        versions {
          version
          language
          greeting
          systemPrompt
          maxDurationMs
          publishedAt
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AgentsQuery, AgentsQueryVariables>;
export const UpdateAgentDocument = new TypedDocumentString(`
    mutation UpdateAgent($input: UpdateAgentInput!) {
  updateAgent(input: $input) {
    agent {
      latestVersion
      liveVersion
      versions {
        version
        greeting
        systemPrompt
      }
    }
    userErrors {
      field
      message
      code
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateAgentMutation, UpdateAgentMutationVariables>;
export const CallsDocument = new TypedDocumentString(`
    query Calls($first: Int, $after: String, $minPosition: String) {
  calls(first: $first, after: $after, minPosition: $minPosition) {
    nodes {
      id
    }
    totalCount
  }
}
    `) as unknown as TypedDocumentString<CallsQuery, CallsQueryVariables>;
export const OneOfNoneDocument = new TypedDocumentString(`
    query OneOfNone {
  calls(filter: {status: {in: []}}) {
    nodes {
      id
    }
    totalCount
  }
  auditTrail(filter: {type: {in: []}}) {
    nodes {
      type
    }
  }
}
    `) as unknown as TypedDocumentString<OneOfNoneQuery, OneOfNoneQueryVariables>;
export const ReadsOfDocument = new TypedDocumentString(`
    query ReadsOf($actorId: ID!) {
  auditTrail(filter: {actorId: $actorId}) {
    nodes {
      type
      actor {
        type
        id
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ReadsOfQuery, ReadsOfQueryVariables>;
export const TranscriptOfNobodyDocument = new TypedDocumentString(`
    subscription TranscriptOfNobody($callId: ID!) {
  callTranscript(callId: $callId) {
    cursor
  }
}
    `) as unknown as TypedDocumentString<TranscriptOfNobodySubscription, TranscriptOfNobodySubscriptionVariables>;
export const NodeByIdDocument = new TypedDocumentString(`
    query NodeById($id: ID!) {
  node(id: $id) {
    __typename
    id
    ... on Tenant {
      name
      phoneNumbers {
        number
      }
    }
    ... on Agent {
      name
    }
    ... on Call {
      callSid
    }
  }
}
    `) as unknown as TypedDocumentString<NodeByIdQuery, NodeByIdQueryVariables>;
export const DocumentStatusDocument = new TypedDocumentString(`
    query DocumentStatus($id: ID!) {
  knowledgeDocument(id: $id) {
    status
  }
}
    `) as unknown as TypedDocumentString<DocumentStatusQuery, DocumentStatusQueryVariables>;
export const AskDocument = new TypedDocumentString(`
    query Ask($query: String!) {
  searchKnowledge(query: $query, minScore: -1) {
    documentId
    text
  }
}
    `) as unknown as TypedDocumentString<AskQuery, AskQueryVariables>;
export const ForgetDocument = new TypedDocumentString(`
    mutation Forget($id: ID!) {
  deleteKnowledgeDocument(input: {documentId: $id}) {
    position
  }
}
    `) as unknown as TypedDocumentString<ForgetMutation, ForgetMutationVariables>;
export const KnowledgeDocumentsDocument = new TypedDocumentString(`
    query KnowledgeDocuments($first: Int, $after: String, $filter: KnowledgeDocumentFilterInput) {
  knowledgeDocuments(first: $first, after: $after, filter: $filter) {
    nodes {
      id
      title
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    `) as unknown as TypedDocumentString<KnowledgeDocumentsQuery, KnowledgeDocumentsQueryVariables>;
export const KnowledgeDocumentDocument = new TypedDocumentString(`
    query KnowledgeDocument($id: ID!, $asOf: DateTime, $atRevision: Int) {
  knowledgeDocument(id: $id, asOf: $asOf, atRevision: $atRevision) {
    id
    title
    description
    tags
    fileName
    mediaType
    bytes
    status
    chars
    chunks
    failure {
      step
      code
    }
    uploadedBy
  }
  node(id: $id) {
    id
    __typename
  }
}
    `) as unknown as TypedDocumentString<KnowledgeDocumentQuery, KnowledgeDocumentQueryVariables>;
export const KnowledgeStateDocument = new TypedDocumentString(`
    query KnowledgeState($stream: String!, $revision: Int) {
  stateAt(stream: $stream, revision: $revision) {
    storedAt
    state
    readModels
  }
}
    `) as unknown as TypedDocumentString<KnowledgeStateQuery, KnowledgeStateQueryVariables>;
export const SearchKnowledgeDocument = new TypedDocumentString(`
    query SearchKnowledge($query: String!, $limit: Int, $minScore: Float, $tags: [String!]) {
  searchKnowledge(query: $query, limit: $limit, minScore: $minScore, tags: $tags) {
    documentId
    title
    chunk
    text
    score
  }
}
    `) as unknown as TypedDocumentString<SearchKnowledgeQuery, SearchKnowledgeQueryVariables>;
export const DeleteKnowledgeDocumentDocument = new TypedDocumentString(`
    mutation DeleteKnowledgeDocument($id: ID!) {
  deleteKnowledgeDocument(input: {documentId: $id}) {
    document {
      id
      status
    }
    userErrors {
      field
      code
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteKnowledgeDocumentMutation, DeleteKnowledgeDocumentMutationVariables>;
export const LatencyReportDocument = new TypedDocumentString(`
    query LatencyReport($filter: LatencyFilterInput, $groupBy: [LatencyGrouping!]!, $minPosition: String) {
  latencyReport(filter: $filter, groupBy: $groupBy, minPosition: $minPosition) {
    from
    to
    groups {
      agent {
        id
      }
      agentVersion
      speechToText
      languageModel
      textToSpeech
      calls
      turns
      interrupted
      budgetExceeded
      speculation {
        started
        promoted
        wastedOutputTokens
        wastedRetrievals
      }
      retrievalMs {
        p50
        p95
        p99
      }
      responseMs {
        p50
        p95
        p99
      }
      modelFirstTokenMs {
        p50
        p95
        p99
      }
      ownMs {
        p50
        p95
        p99
      }
      interruptionMs {
        p50
        p95
        p99
      }
    }
  }
}
    `) as unknown as TypedDocumentString<LatencyReportQuery, LatencyReportQueryVariables>;
export const ProjectionStatesDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<ProjectionStatesQuery, ProjectionStatesQueryVariables>;
export const RowOfCallDocument = new TypedDocumentString(`
    query RowOfCall($callSid: CallSid!) {
  call(callSid: $callSid) {
    status
    turns {
      callerText
    }
  }
}
    `) as unknown as TypedDocumentString<RowOfCallQuery, RowOfCallQueryVariables>;
export const TypesOfDocument = new TypedDocumentString(`
    query TypesOf($name: String!) {
  stream(name: $name) {
    events {
      nodes {
        type
      }
    }
  }
}
    `) as unknown as TypedDocumentString<TypesOfQuery, TypesOfQueryVariables>;
export const RevisionAtDocument = new TypedDocumentString(`
    query RevisionAt($stream: String!, $revision: Int) {
  stateAt(stream: $stream, revision: $revision) {
    revision
  }
}
    `) as unknown as TypedDocumentString<RevisionAtQuery, RevisionAtQueryVariables>;
export const ChangesDocument = new TypedDocumentString(`
    query Changes($stream: String!, $from: Int!, $to: Int!) {
  diff(stream: $stream, from: $from, to: $to) {
    changes {
      path
    }
  }
}
    `) as unknown as TypedDocumentString<ChangesQuery, ChangesQueryVariables>;
export const CallAtDocument = new TypedDocumentString(`
    query CallAt($id: ID!, $revision: Int) {
  call(id: $id, atRevision: $revision) {
    status
  }
}
    `) as unknown as TypedDocumentString<CallAtQuery, CallAtQueryVariables>;
export const TrailOfDocument = new TypedDocumentString(`
    query TrailOf($filter: AuditFilterInput) {
  auditTrail(first: 100, filter: $filter) {
    nodes {
      tenantId
      correlationId
    }
  }
}
    `) as unknown as TypedDocumentString<TrailOfQuery, TrailOfQueryVariables>;
export const CorrelationInDocument = new TypedDocumentString(`
    query CorrelationIn($id: ID!) {
  correlation(id: $id) {
    nodes {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<CorrelationInQuery, CorrelationInQueryVariables>;
export const StreamNamedDocument = new TypedDocumentString(`
    query StreamNamed($name: String!) {
  stream(name: $name) {
    revision
  }
}
    `) as unknown as TypedDocumentString<StreamNamedQuery, StreamNamedQueryVariables>;
export const AllTenantsDocument = new TypedDocumentString(`
    query AllTenants {
  tenants(first: 100) {
    nodes {
      id
      phoneNumbers {
        id
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AllTenantsQuery, AllTenantsQueryVariables>;
export const NodeNamedDocument = new TypedDocumentString(`
    query NodeNamed($id: ID!) {
  node(id: $id) {
    id
  }
}
    `) as unknown as TypedDocumentString<NodeNamedQuery, NodeNamedQueryVariables>;
export const MyTenantDocument = new TypedDocumentString(`
    query MyTenant {
  me {
    tenant {
      phoneNumbers {
        id
      }
    }
  }
}
    `) as unknown as TypedDocumentString<MyTenantQuery, MyTenantQueryVariables>;
export const OneCallDocument = new TypedDocumentString(`
    query OneCall($id: ID, $callSid: CallSid) {
  call(id: $id, callSid: $callSid) {
    id
    callSid
  }
}
    `) as unknown as TypedDocumentString<OneCallQuery, OneCallQueryVariables>;
export const OneAgentDocument = new TypedDocumentString(`
    query OneAgent($id: ID!) {
  agent(id: $id) {
    id
  }
}
    `) as unknown as TypedDocumentString<OneAgentQuery, OneAgentQueryVariables>;
export const VersionsOfOneDocument = new TypedDocumentString(`
    query VersionsOfOne($id: ID!) {
  agentVersions(agentId: $id) {
    nodes {
      version
    }
  }
}
    `) as unknown as TypedDocumentString<VersionsOfOneQuery, VersionsOfOneQueryVariables>;
export const DiffOfOneDocument = new TypedDocumentString(`
    query DiffOfOne($id: ID!) {
  agentVersionDiff(agentId: $id, from: 1, to: 1) {
    field
  }
}
    `) as unknown as TypedDocumentString<DiffOfOneQuery, DiffOfOneQueryVariables>;
export const OneDocumentDocument = new TypedDocumentString(`
    query OneDocument($id: ID!) {
  knowledgeDocument(id: $id) {
    id
  }
}
    `) as unknown as TypedDocumentString<OneDocumentQuery, OneDocumentQueryVariables>;
export const OneTenantDocument = new TypedDocumentString(`
    query OneTenant($id: ID!) {
  tenant(id: $id) {
    phoneNumbers {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<OneTenantQuery, OneTenantQueryVariables>;
export const ListsDocument = new TypedDocumentString(`
    query Lists {
  calls {
    totalCount
    nodes {
      id
    }
  }
  agents {
    nodes {
      id
    }
  }
  knowledgeDocuments {
    nodes {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<ListsQuery, ListsQueryVariables>;
export const QualityOfOneDocument = new TypedDocumentString(`
    subscription QualityOfOne($callId: ID!) {
  callQuality(callId: $callId) {
    final
  }
}
    `) as unknown as TypedDocumentString<QualityOfOneSubscription, QualityOfOneSubscriptionVariables>;
export const ProjectionsDocument = new TypedDocumentString(`
    query Projections($name: String) {
  projections(name: $name) {
    name
    version
    generation
    state
    position
    lagEvents
    lagMs
    percent
    skippedEvents
    batchEvents
    batchMs
    parked {
      stream
      error
    }
  }
}
    `) as unknown as TypedDocumentString<ProjectionsQuery, ProjectionsQueryVariables>;
export const RebuildProjectionDocument = new TypedDocumentString(`
    mutation RebuildProjection($name: String!) {
  rebuildProjection(name: $name) {
    projections {
      generation
      state
    }
    userErrors {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RebuildProjectionMutation, RebuildProjectionMutationVariables>;
export const RetryParkedDocument = new TypedDocumentString(`
    mutation RetryParked($name: String!, $stream: String!) {
  retryParked(name: $name, stream: $stream) {
    projections {
      parked {
        stream
      }
    }
    userErrors {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RetryParkedMutation, RetryParkedMutationVariables>;
export const ProjectionProgressDocument = new TypedDocumentString(`
    subscription ProjectionProgress($name: String!) {
  projectionProgress(name: $name) {
    generation
    state
    percent
  }
}
    `) as unknown as TypedDocumentString<ProjectionProgressSubscription, ProjectionProgressSubscriptionVariables>;
export const RecordingOfDocument = new TypedDocumentString(`
    query RecordingOf($callSid: CallSid!) {
  call(callSid: $callSid) {
    id
    turns {
      turn
      callerText
      callerStartedMs
      callerEndedMs
      agentHeardText
      agentStartedMs
      agentEndedMs
      interrupted
    }
    recording {
      startedAtMs
      durationMs
      bytes
      sha256
      complete
      url
    }
  }
}
    `) as unknown as TypedDocumentString<RecordingOfQuery, RecordingOfQueryVariables>;
export const SetAgentEnabledDocument = new TypedDocumentString(`
    mutation SetAgentEnabled($input: SetAgentEnabledInput!) {
  setAgentEnabled(input: $input) {
    agent {
      enabled
    }
    userErrors {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SetAgentEnabledMutation, SetAgentEnabledMutationVariables>;
export const SetTenantStatusDocument = new TypedDocumentString(`
    mutation SetTenantStatus($input: SetTenantStatusInput!) {
  setTenantStatus(input: $input) {
    tenant {
      status
    }
    userErrors {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SetTenantStatusMutation, SetTenantStatusMutationVariables>;
export const CreateUnpublishedAgentDocument = new TypedDocumentString(`
    mutation CreateUnpublishedAgent($input: CreateAgentInput!) {
  createAgent(input: $input) {
    agent {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<CreateUnpublishedAgentMutation, CreateUnpublishedAgentMutationVariables>;
export const AssignDocument = new TypedDocumentString(`
    mutation Assign($input: AssignPhoneNumberInput!) {
  assignPhoneNumber(input: $input) {
    userErrors {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<AssignMutation, AssignMutationVariables>;
export const CallOfABackupDocument = new TypedDocumentString(`
    query CallOfABackup($id: ID!, $minPosition: String) {
  call(id: $id, minPosition: $minPosition) {
    from
    turns {
      callerText
    }
  }
}
    `) as unknown as TypedDocumentString<CallOfABackupQuery, CallOfABackupQueryVariables>;
export const EverythingOfATenantDocument = new TypedDocumentString(`
    query EverythingOfATenant($id: ID!) {
  tenant(id: $id) {
    id
    name
    status
    language
    createdAt
    phoneNumbers {
      id
      number
      agentId
    }
  }
  agents {
    nodes {
      id
      name
      latestVersion
      liveVersion
      createdAt
      versions {
        version
        greeting
      }
    }
  }
  calls {
    nodes {
      id
      callSid
      contactId
      from
      to
      status
      receivedAt
      endedAt
      durationMs
      turnCount
      turns {
        turn
        callerText
        agentText
        agentHeardText
        interrupted
      }
      events(first: 100) {
        nodes {
          id
          type
          revision
          occurredAt
          data
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<EverythingOfATenantQuery, EverythingOfATenantQueryVariables>;
export const MovedDocumentsDocument = new TypedDocumentString(`
    query MovedDocuments($query: String!) {
  knowledgeDocuments {
    nodes {
      title
      status
      failure {
        code
        message
      }
    }
  }
  searchKnowledge(query: $query, minScore: -1) {
    title
  }
}
    `) as unknown as TypedDocumentString<MovedDocumentsQuery, MovedDocumentsQueryVariables>;
export const RebuildCallsDocument = new TypedDocumentString(`
    mutation RebuildCalls {
  rebuildProjection(name: "calls") {
    userErrors {
      code
    }
  }
}
    `) as unknown as TypedDocumentString<RebuildCallsMutation, RebuildCallsMutationVariables>;
export const CallsGenerationDocument = new TypedDocumentString(`
    query CallsGeneration {
  projections(name: "calls") {
    generation
  }
}
    `) as unknown as TypedDocumentString<CallsGenerationQuery, CallsGenerationQueryVariables>;
export const ChangeAgentDocument = new TypedDocumentString(`
    mutation ChangeAgent($input: UpdateAgentInput!) {
  updateAgent(input: $input) {
    agent {
      name
      description
      latestVersion
    }
    userErrors {
      field
      message
      code
    }
  }
}
    `) as unknown as TypedDocumentString<ChangeAgentMutation, ChangeAgentMutationVariables>;
export const AgentConfigDocument = new TypedDocumentString(`
    query AgentConfig($id: ID!, $version: Int, $atRevision: Int) {
  agent(id: $id, version: $version, atRevision: $atRevision) {
    name
    status
    liveVersion
    config {
      version
      status
      greeting
      systemPrompt
      textToSpeech {
        voice
        speed
        settings
      }
      turnTaking {
        detection
        callerTurnLimitMs
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AgentConfigQuery, AgentConfigQueryVariables>;