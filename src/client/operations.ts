import { graphql } from './gql/gql.js';

export const Login = graphql(`
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      accessToken
      tenantId
    }
  }
`);

export const CreateTenant = graphql(`
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
`);

export const CreateAgent = graphql(`
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
`);

export const PublishAgentVersion = graphql(`
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
`);

export const AssignPhoneNumber = graphql(`
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
`);

export const CallBySid = graphql(`
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
`);

export const CallTranscript = graphql(`
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
`);

export const ActiveCalls = graphql(`
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
`);

export const EraseSubject = graphql(`
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
`);

export const EraseCall = graphql(`
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
`);

export const RequestDataExport = graphql(`
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
`);

export const DataExport = graphql(`
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
`);

export const TransferCall = graphql(`
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
`);

export const EndCall = graphql(`
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
`);
