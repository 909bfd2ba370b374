import { describe, expect, it } from '@jest/globals';
import { testCall } from '../../test/support/call-events.js';
import { agentDecider } from './agent/decider.js';
import { callDecider } from './call/decider.js';
import { type Decider, fold } from './decider.js';
import { documentDecider } from './document/decider.js';
import type { DomainEvent } from './event.js';
import { eventDefinitions, type LedgerEvent } from './events.js';
import { numberDecider } from './number/decider.js';
import { tenantDecider } from './tenant/decider.js';
import { userDecider } from './user/decider.js';

type AnyDecider = Pick<Decider<never, unknown, DomainEvent>, 'initial' | 'evolve'>;

const PERSONAL = 'something personal';
const provider = { provider: 'sandbox', model: null };

const pasts: Readonly<
  Record<string, { readonly decider: unknown; readonly events: readonly LedgerEvent[] }>
> = {
  tenant: {
    decider: tenantDecider,
    events: [
      {
        type: 'TenantCreated',
        data: { tenantId: 'tnt_1', name: PERSONAL, description: PERSONAL, createdBy: 'usr_1' },
      },
      { type: 'MemberAdded', data: { userId: 'usr_1', role: 'OWNER' } },
      { type: 'TenantSuspended', data: { reason: PERSONAL } },
      { type: 'TenantDeactivated', data: { reason: PERSONAL } },
    ],
  },
  user: {
    decider: userDecider,
    events: [
      {
        type: 'UserRegistered',
        data: {
          userId: 'usr_1',
          email: PERSONAL,
          firstName: PERSONAL,
          lastName: PERSONAL,
          passwordHash: PERSONAL,
          platformRole: 'OPERATOR',
        },
      },
    ],
  },
  agent: {
    decider: agentDecider,
    events: [
      {
        type: 'AgentCreated',
        data: { agentId: 'agt_1', name: PERSONAL, description: PERSONAL, createdBy: 'usr_1' },
      },
      { type: 'AgentRenamed', data: { name: PERSONAL } },
      { type: 'AgentDescribed', data: { description: PERSONAL } },
      {
        type: 'AgentVersionDrafted',
        data: {
          version: 1,
          language: 'en',
          greeting: PERSONAL,
          systemPrompt: PERSONAL,
          speechToText: provider,
          languageModel: { ...provider, temperature: null, maxTokens: null },
          textToSpeech: { ...provider, voice: null },
          silenceTimeoutMs: 20_000,
          maxDurationMs: 60_000,
        },
      },
      { type: 'AgentVersionPublished', data: { version: 1 } },
    ],
  },
  document: {
    decider: documentDecider,
    events: [
      {
        type: 'KnowledgeDocumentUploaded',
        data: {
          documentId: 'doc_1',
          title: PERSONAL,
          description: PERSONAL,
          tags: [PERSONAL],
          fileName: PERSONAL,
          mediaType: 'text/plain',
          bytes: 1,
          object: 'documents/t/d/original',
          sha256: '0'.repeat(64),
          uploadedBy: 'usr_1',
        },
      },
      {
        type: 'KnowledgeIngestionFailed',
        data: { step: 'parse', code: 'PARSE_FAILED', error: PERSONAL },
      },
    ],
  },
  number: {
    decider: numberDecider,
    events: [
      { type: 'PhoneNumberAdded', data: { numberId: 'num_1', number: PERSONAL, addedBy: 'usr_1' } },
      { type: 'PhoneNumberAssigned', data: { agentId: 'agt_1' } },
    ],
  },
  'rejected call': {
    decider: callDecider,
    events: [
      {
        type: 'CallRejected',
        data: {
          callId: 'call_1',
          callSid: 'CA1',
          accountSid: 'AC1',
          from: PERSONAL,
          to: PERSONAL,
          contactId: 'c',
          reason: 'busy',
        },
      },
    ],
  },
  call: {
    decider: callDecider,
    events: [
      ...testCall(2).events.slice(0, -2),
      { type: 'DtmfReceived', data: { turn: 3, digits: PERSONAL, atMs: 5 } },
      { type: 'BackchannelHeard', data: { turn: 3, text: PERSONAL, atMs: 5 } },
      { type: 'ToolCalled', data: { turn: 3, toolCallId: 't', name: 'find', arguments: PERSONAL } },
      { type: 'ToolReturned', data: { turn: 3, toolCallId: 't', result: PERSONAL, ok: true, ms: 1 } },
      { type: 'SilencePrompted', data: { rung: 1, text: PERSONAL, atMs: 6 } },
      { type: 'NoticeGiven', data: { notice: 'resumed', text: PERSONAL, turn: 3, atMs: 7 } },
      {
        type: 'PromptSpoken',
        data: {
          turn: 3,
          heardText: PERSONAL,
          heardMs: 900,
          interrupted: false,
          startedMs: 7,
          endedMs: 8,
        },
      },
      { type: 'TransferRequested', data: { transfer: 1, to: PERSONAL, by: 'agent', turn: 3, atMs: 8 } },
      { type: 'CallEnded', data: { reason: 'caller_hung_up', by: 'caller', atMs: 8, durationMs: 7 } },
    ],
  },
};

/** The event with all its personal fields set to this. */
const personalAs = (value: string | null, event: LedgerEvent): DomainEvent => {
  const fields = eventDefinitions[event.type].personalFields.filter((name) => name in event.data);
  return { ...event, data: { ...event.data, ...Object.fromEntries(fields.map((name) => [name, value])) } };
};

const withNulls = (state: unknown): unknown =>
  JSON.parse(JSON.stringify(state, (_, value) => (value === PERSONAL ? null : value)));

describe('once somebody is erased', () => {
  it.each(Object.entries(pasts))('a %s folds to the same state with nulls', (_, { decider, events }) => {
    const foldAs = (value: string | null) =>
      fold(
        decider as AnyDecider,
        events.map((event) => personalAs(value, event)),
      );
    expect(withNulls(foldAs(null))).toEqual(withNulls(foldAs(PERSONAL)));
    expect(JSON.stringify(foldAs(null))).not.toContain(PERSONAL);
  });

  it('every event that has personal fields is among these, and reads with nulls', () => {
    const events = Object.values(pasts).flatMap((past) => past.events);
    const types = new Set<string>(events.map(({ type }) => type));
    const personal = Object.values(eventDefinitions).filter(
      ({ personalFields }) => personalFields.length > 0,
    );
    expect(personal.map(({ type }) => type).filter((type) => !types.has(type))).toEqual([]);
    for (const event of events) {
      const { type, data } = personalAs(null, event);
      const checked = eventDefinitions[event.type].readSchema.safeParse(data);
      expect({ type, error: checked.error?.message }).toEqual({ type, error: undefined });
    }
  });
});
