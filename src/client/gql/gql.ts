/* eslint-disable */
import * as types from './graphql.js';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query OwnShares($since: DateTime!, $after: String) {\n    calls(first: 100, after: $after, filter: { receivedAt: { gte: $since } }) {\n      nodes {\n        receivedAt\n        turns {\n          agentStartedMs\n          latency {\n            ownMs\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.OwnSharesDocument,
    "\n  mutation Login($input: LoginInput!) {\n    login(input: $input) {\n      accessToken\n      tenantId\n    }\n  }\n": typeof types.LoginDocument,
    "\n  mutation CreateTenant($input: CreateTenantInput!) {\n    createTenant(input: $input) {\n      tenant {\n        id\n        name\n        status\n        phoneNumbers {\n          id\n          number\n          agentId\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": typeof types.CreateTenantDocument,
    "\n  mutation CreateAgent($input: CreateAgentInput!) {\n    createAgent(input: $input) {\n      agent {\n        id\n        name\n        latestVersion\n        liveVersion\n        versions {\n          version\n          greeting\n          systemPrompt\n          languageModel {\n            provider\n          }\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": typeof types.CreateAgentDocument,
    "\n  mutation PublishAgentVersion($input: PublishAgentVersionInput!) {\n    publishAgentVersion(input: $input) {\n      agent {\n        id\n        latestVersion\n        liveVersion\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": typeof types.PublishAgentVersionDocument,
    "\n  mutation AssignPhoneNumber($input: AssignPhoneNumberInput!) {\n    assignPhoneNumber(input: $input) {\n      phoneNumber {\n        id\n        number\n        agentId\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": typeof types.AssignPhoneNumberDocument,
    "\n  query CallBySid($callSid: CallSid!, $minPosition: String) {\n    call(callSid: $callSid, minPosition: $minPosition) {\n      id\n      callSid\n      status\n      from\n      to\n      agent {\n        id\n        name\n      }\n      agentVersion\n      rejectReason\n      receivedAt\n      answeredAt\n      endedAt\n      durationMs\n      endReason\n      endedBy\n      failure {\n        code\n        message\n      }\n      carrierDurationSeconds\n      mediaAttempts\n      turnCount\n      interruptions\n      transfers {\n        to\n        by\n        outcome\n        requestedAt\n        endedAt\n        durationSeconds\n      }\n      turns {\n        turn\n        callerText\n        callerKeys\n        callerConfidence\n        endpointing\n        agentText\n        agentHeardText\n        interrupted\n        cutBy\n        prompts {\n          kind\n          text\n          heardText\n          interrupted\n          cutBy\n        }\n        latency {\n          endpointingMs\n          transcriptMs\n          retrievalMs\n          modelFirstTokenMs\n          synthesisFirstByteMs\n          leadingSilenceMs\n          firstFrameMs\n          playoutMs\n          responseMs\n          ownMs\n          interruptionMs\n        }\n      }\n      events(first: 100) {\n        nodes {\n          revision\n          type\n          occurredAt\n          position\n          data\n        }\n      }\n    }\n  }\n": typeof types.CallBySidDocument,
    "\n  subscription CallTranscript($callId: ID!, $after: String) {\n    callTranscript(callId: $callId, after: $after) {\n      callId\n      cursor\n      final\n      kind\n      speaker\n      turn\n      text\n      startedMs\n      endedMs\n      interrupted\n      cutBy\n      endReason\n    }\n  }\n": typeof types.CallTranscriptDocument,
    "\n  subscription ActiveCalls {\n    activeCalls {\n      change\n      call {\n        id\n        callSid\n        status\n        from\n        turnCount\n      }\n    }\n  }\n": typeof types.ActiveCallsDocument,
    "\n  mutation EraseSubject($input: EraseSubjectInput!) {\n    eraseSubject(input: $input) {\n      subject {\n        kind\n        id\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": typeof types.EraseSubjectDocument,
    "\n  mutation EraseCall($id: ID!) {\n    eraseCall(id: $id) {\n      subject {\n        kind\n        id\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": typeof types.EraseCallDocument,
    "\n  mutation RequestDataExport($input: RequestDataExportInput!) {\n    requestDataExport(input: $input) {\n      dataExport {\n        id\n        kind\n        subjectId\n        status\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": typeof types.RequestDataExportDocument,
    "\n  query DataExport($id: ID!) {\n    dataExport(id: $id) {\n      id\n      kind\n      subjectId\n      status\n      events\n      bytes\n      failure\n      requestedAt\n      readyAt\n      downloadUrl\n    }\n  }\n": typeof types.DataExportDocument,
    "\n  mutation TransferCall($input: TransferCallInput!) {\n    transferCall(input: $input) {\n      call {\n        id\n        transfers {\n          to\n          by\n          outcome\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": typeof types.TransferCallDocument,
    "\n  mutation EndCall($input: EndCallInput!) {\n    endCall(input: $input) {\n      call {\n        id\n        endReason\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": typeof types.EndCallDocument,
    "\n  mutation RollBackAgent($input: RollbackAgentInput!) {\n    rollbackAgent(input: $input) {\n      agent {\n        liveVersion\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n    }\n  }\n": typeof types.RollBackAgentDocument,
    "\n  query AgentHistory($agentId: ID!, $first: Int, $after: String) {\n    agentVersions(agentId: $agentId, first: $first, after: $after) {\n      nodes {\n        version\n        status\n        draftedAt\n        draftedBy {\n          type\n          id\n        }\n        publishedAt\n        publishedBy {\n          id\n        }\n        changes {\n          field\n          before\n          after\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.AgentHistoryDocument,
    "\n  query AgentDiff($agentId: ID!, $from: Int!, $to: Int!) {\n    agentVersionDiff(agentId: $agentId, from: $from, to: $to) {\n      field\n      before\n      after\n    }\n  }\n": typeof types.AgentDiffDocument,
    "\n  query AgentsAuthor {\n    me {\n      id\n    }\n  }\n": typeof types.AgentsAuthorDocument,
    "\n  mutation NewAgent($input: CreateAgentInput!) {\n    createAgent(input: $input) {\n      agent {\n        id\n        name\n        description\n        status\n        createdAt\n        updatedAt\n        config {\n          version\n        }\n        version(number: 1) {\n          ...AllSettings\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n    }\n  }\n\n  fragment AllSettings on AgentVersion {\n    language\n    fallbackLanguage\n    greeting\n    systemPrompt\n    speechToText {\n      provider\n      model\n      fallbacks {\n        provider\n        model\n      }\n    }\n    languageModel {\n      provider\n      model\n      temperature\n      topP\n      maxTokens\n      hedgeAfterMs\n      fallbacks {\n        provider\n        model\n      }\n    }\n    textToSpeech {\n      provider\n      model\n      voice\n      speed\n      tone\n      settings\n      fallbacks {\n        provider\n        model\n        voice\n      }\n    }\n    speechToSpeech {\n      provider\n    }\n    turnTaking {\n      detection\n      bufferMs\n      interruptionSensitivity\n      responseDelayMs\n      callerTurnLimitMs\n    }\n    endPhrases\n    transferTo\n    recordingEnabled\n    recordingConsent\n    silenceTimeoutMs\n    maxDurationMs\n  }\n": typeof types.NewAgentDocument,
    "\n  mutation ArchiveAgent($input: ArchiveAgentInput!) {\n    archiveAgent(input: $input) {\n      agent {\n        status\n        enabled\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n": typeof types.ArchiveAgentDocument,
    "\n  mutation UnarchiveAgent($input: UnarchiveAgentInput!) {\n    unarchiveAgent(input: $input) {\n      agent {\n        status\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n": typeof types.UnarchiveAgentDocument,
    "\n  mutation EnableAgent($input: SetAgentEnabledInput!) {\n    setAgentEnabled(input: $input) {\n      agent {\n        status\n      }\n      userErrors {\n        code\n        message\n      }\n    }\n  }\n": typeof types.EnableAgentDocument,
    "\n  query ListedAgents($includeArchived: Boolean) {\n    agents(includeArchived: $includeArchived) {\n      nodes {\n        id\n      }\n    }\n  }\n": typeof types.ListedAgentsDocument,
    "\n  query AuditTrail($first: Int, $after: String, $filter: AuditFilterInput) {\n    auditTrail(first: $first, after: $after, filter: $filter) {\n      nodes {\n        id\n        tenantId\n        stream\n        revision\n        type\n        actor {\n          type\n          id\n        }\n        correlationId\n        causationId\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.AuditTrailDocument,
    "\n  query CorrelationOf($id: ID!) {\n    correlation(id: $id) {\n      isCut\n      commands {\n        commandId\n        actor {\n          type\n        }\n        events {\n          type\n        }\n      }\n      nodes {\n        id\n        causedBy\n        actor {\n          type\n        }\n        event {\n          type\n          stream\n        }\n      }\n    }\n  }\n": typeof types.CorrelationOfDocument,
    "\n  mutation EraseTenant($id: ID!) {\n    eraseSubject(input: { kind: TENANT, id: $id }) {\n      position\n    }\n  }\n": typeof types.EraseTenantDocument,
    "\n  query StreamOf($name: String!) {\n    stream(name: $name) {\n      tenantId\n      revision\n      events(first: 100) {\n        nodes {\n          revision\n          type\n          storedAt\n          data\n        }\n      }\n    }\n  }\n": typeof types.StreamOfDocument,
    "\n  query StateAt($stream: String!, $revision: Int, $time: DateTime) {\n    stateAt(stream: $stream, revision: $revision, time: $time) {\n      revision\n      storedAt\n      state\n      readModels\n    }\n  }\n": typeof types.StateAtDocument,
    "\n  query Diff($stream: String!, $from: Int!, $to: Int!) {\n    diff(stream: $stream, from: $from, to: $to) {\n      changes {\n        path\n        before\n        after\n      }\n    }\n  }\n": typeof types.DiffDocument,
    "\n  query AsOf($call: ID!, $agent: ID!, $tenant: ID!, $time: DateTime, $callRevision: Int, $agentRevision: Int) {\n    call(id: $call, atRevision: $callRevision) {\n      status\n      turnCount\n      endReason\n      turns {\n        turn\n        callerText\n        agentHeardText\n      }\n      events(first: 100) {\n        nodes {\n          revision\n        }\n      }\n    }\n    agent(id: $agent, atRevision: $agentRevision) {\n      name\n      liveVersion\n      versions {\n        version\n      }\n    }\n    tenant(id: $tenant, asOf: $time) {\n      name\n      status\n    }\n  }\n": typeof types.AsOfDocument,
    "\n  query LinksOf($call: ID!, $callRevision: Int, $tenant: ID!, $asOf: DateTime, $tenantRevision: Int) {\n    call(id: $call, atRevision: $callRevision) {\n      agentVersion\n      agent {\n        name\n        liveVersion\n        latestVersion\n        config {\n          version\n          greeting\n        }\n      }\n      events(first: 100) {\n        nodes {\n          storedAt\n        }\n      }\n    }\n    tenant(id: $tenant, asOf: $asOf, atRevision: $tenantRevision) {\n      phoneNumbers {\n        number\n        agentId\n      }\n    }\n  }\n": typeof types.LinksOfDocument,
    "\n  mutation RenameAndDraft($agentId: ID!) {\n    updateAgent(input: { agentId: $agentId, expectedVersion: 1, name: \"Eve\", settings: { greeting: \"Good day\" } }) {\n      userErrors {\n        message\n      }\n    }\n    publishAgentVersion(input: { agentId: $agentId, version: 2 }) {\n      userErrors {\n        message\n      }\n    }\n  }\n": typeof types.RenameAndDraftDocument,
    "\n  query AtMoment($call: ID!, $agent: ID!, $tenant: ID!, $time: DateTime, $revision: Int) {\n    call(id: $call, asOf: $time, atRevision: $revision) {\n      id\n    }\n    agent(id: $agent, asOf: $time, atRevision: $revision) {\n      id\n    }\n    tenant(id: $tenant, asOf: $time, atRevision: $revision) {\n      id\n    }\n  }\n": typeof types.AtMomentDocument,
    "\n  query ReadModels {\n    projections {\n      name\n    }\n  }\n": typeof types.ReadModelsDocument,
    "\n  mutation MendNothing {\n    rebuildProjection(name: \"nonsense\") {\n      userErrors {\n        code\n      }\n    }\n    retryParked(name: \"nonsense\", stream: \"nonsense\") {\n      userErrors {\n        code\n      }\n    }\n  }\n": typeof types.MendNothingDocument,
    "\n  mutation Suspend($tenantId: ID!) {\n    setTenantStatus(input: { tenantId: $tenantId, status: SUSPENDED, reason: \"unpaid\" }) {\n      position\n    }\n  }\n": typeof types.SuspendDocument,
    "\n  query QualityOf($callSid: CallSid!) {\n    call(callSid: $callSid) {\n      id\n      quality {\n        receivedFrames\n        sentFrames\n        gaps\n        gapMs\n        longestGapMs\n        jitterMs\n        maxJitterMs\n        underruns\n        underrunMs\n        lateMarks\n        echoes\n      }\n    }\n  }\n": typeof types.QualityOfDocument,
    "\n  subscription CallQuality($callId: ID!) {\n    callQuality(callId: $callId) {\n      callId\n      attempt\n      final\n      quality {\n        receivedFrames\n        sentFrames\n        gaps\n        gapMs\n        echoes\n      }\n    }\n  }\n": typeof types.CallQualityDocument,
    "\n  mutation SetTenantCallLimit($input: SetTenantCallLimitInput!) {\n    setTenantCallLimit(input: $input) {\n      tenant {\n        maxConcurrentCalls\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n": typeof types.SetTenantCallLimitDocument,
    "\n  query UsageOf($callSid: CallSid!) {\n    call(callSid: $callSid) {\n      id\n      usage {\n        capability\n        provider\n        model\n        requests\n        heardMs\n        characters\n        spokenMs\n        inputTokens\n        outputTokens\n      }\n    }\n  }\n": typeof types.UsageOfDocument,
    "\n  query Role {\n    me {\n      platformRole\n      tenant {\n        id\n      }\n    }\n  }\n": typeof types.RoleDocument,
    "\n  query WhoErases {\n    me {\n      id\n    }\n  }\n": typeof types.WhoErasesDocument,
    "\n  query CallToErase($id: ID!, $minPosition: String) {\n    call(id: $id, minPosition: $minPosition) {\n      contactId\n      from\n      to\n      status\n      turnCount\n      turns {\n        turn\n        callerText\n        agentText\n        agentHeardText\n      }\n      events(first: 100) {\n        nodes {\n          type\n          data\n        }\n      }\n    }\n  }\n": typeof types.CallToEraseDocument,
    "\n  query TenantToErase($id: ID!) {\n    tenant(id: $id) {\n      name\n      status\n      phoneNumbers {\n        number\n      }\n    }\n  }\n": typeof types.TenantToEraseDocument,
    "\n  query AgentsToErase {\n    agents {\n      nodes {\n        name\n        versions {\n          greeting\n        }\n      }\n    }\n  }\n": typeof types.AgentsToEraseDocument,
    "\n  query RutabagaToErase {\n    knowledgeDocuments {\n      nodes {\n        title\n        tags\n        fileName\n      }\n    }\n    searchKnowledge(query: \"rutabaga\", minScore: -1) {\n      title\n    }\n  }\n": typeof types.RutabagaToEraseDocument,
    "\n  query MeToErase {\n    me {\n      id\n      email\n    }\n  }\n": typeof types.MeToEraseDocument,
    "\n  query Me {\n    me {\n      id\n      email\n      firstName\n      lastName\n      platformRole\n      tenantRole\n      tenant {\n        id\n        name\n      }\n    }\n  }\n": typeof types.MeDocument,
    "\n  query Tenants($first: Int, $after: String) {\n    tenants(first: $first, after: $after) {\n      nodes {\n        id\n        name\n        status\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.TenantsDocument,
    "\n  query Agents($first: Int, $after: String) {\n    agents(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          id\n          name\n          description\n          enabled\n          latestVersion\n          liveVersion\n          versions {\n            version\n            language\n            greeting\n            systemPrompt\n            maxDurationMs\n            publishedAt\n          }\n        }\n      }\n    }\n  }\n": typeof types.AgentsDocument,
    "\n  mutation UpdateAgent($input: UpdateAgentInput!) {\n    updateAgent(input: $input) {\n      agent {\n        latestVersion\n        liveVersion\n        versions {\n          version\n          greeting\n          systemPrompt\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n    }\n  }\n": typeof types.UpdateAgentDocument,
    "\n  query Calls($first: Int, $after: String, $minPosition: String) {\n    calls(first: $first, after: $after, minPosition: $minPosition) {\n      nodes {\n        id\n      }\n      totalCount\n    }\n  }\n": typeof types.CallsDocument,
    "\n  query OneOfNone {\n    calls(filter: { status: { in: [] } }) {\n      nodes {\n        id\n      }\n      totalCount\n    }\n    auditTrail(filter: { type: { in: [] } }) {\n      nodes {\n        type\n      }\n    }\n  }\n": typeof types.OneOfNoneDocument,
    "\n  query ReadsOf($actorId: ID!) {\n    auditTrail(filter: { actorId: $actorId }) {\n      nodes {\n        type\n        actor {\n          type\n          id\n        }\n      }\n    }\n  }\n": typeof types.ReadsOfDocument,
    "\n  subscription TranscriptOfNobody($callId: ID!) {\n    callTranscript(callId: $callId) {\n      cursor\n    }\n  }\n": typeof types.TranscriptOfNobodyDocument,
    "\n  query NodeById($id: ID!) {\n    node(id: $id) {\n      __typename\n      id\n      ... on Tenant {\n        name\n        phoneNumbers {\n          number\n        }\n      }\n      ... on Agent {\n        name\n      }\n      ... on Call {\n        callSid\n      }\n    }\n  }\n": typeof types.NodeByIdDocument,
    "\n  query DocumentStatus($id: ID!) {\n    knowledgeDocument(id: $id) {\n      status\n    }\n  }\n": typeof types.DocumentStatusDocument,
    "\n  query Ask($query: String!) {\n    searchKnowledge(query: $query, minScore: -1) {\n      documentId\n      text\n    }\n  }\n": typeof types.AskDocument,
    "\n  mutation Forget($id: ID!) {\n    deleteKnowledgeDocument(input: { documentId: $id }) {\n      position\n    }\n  }\n": typeof types.ForgetDocument,
    "\n  query KnowledgeDocuments($first: Int, $after: String, $filter: KnowledgeDocumentFilterInput) {\n    knowledgeDocuments(first: $first, after: $after, filter: $filter) {\n      nodes {\n        id\n        title\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n": typeof types.KnowledgeDocumentsDocument,
    "\n  query KnowledgeDocument($id: ID!, $asOf: DateTime, $atRevision: Int) {\n    knowledgeDocument(id: $id, asOf: $asOf, atRevision: $atRevision) {\n      id\n      title\n      description\n      tags\n      fileName\n      mediaType\n      bytes\n      status\n      chars\n      chunks\n      failure {\n        step\n        code\n      }\n      uploadedBy\n    }\n    node(id: $id) {\n      id\n      __typename\n    }\n  }\n": typeof types.KnowledgeDocumentDocument,
    "\n  query KnowledgeState($stream: String!, $revision: Int) {\n    stateAt(stream: $stream, revision: $revision) {\n      storedAt\n      state\n      readModels\n    }\n  }\n": typeof types.KnowledgeStateDocument,
    "\n  query SearchKnowledge($query: String!, $limit: Int, $minScore: Float, $tags: [String!]) {\n    searchKnowledge(query: $query, limit: $limit, minScore: $minScore, tags: $tags) {\n      documentId\n      title\n      chunk\n      text\n      score\n    }\n  }\n": typeof types.SearchKnowledgeDocument,
    "\n  mutation DeleteKnowledgeDocument($id: ID!) {\n    deleteKnowledgeDocument(input: { documentId: $id }) {\n      document {\n        id\n        status\n      }\n      userErrors {\n        field\n        code\n      }\n    }\n  }\n": typeof types.DeleteKnowledgeDocumentDocument,
    "\n  query LatencyReport($filter: LatencyFilterInput, $groupBy: [LatencyGrouping!]!, $minPosition: String) {\n    latencyReport(filter: $filter, groupBy: $groupBy, minPosition: $minPosition) {\n      from\n      to\n      groups {\n        agent {\n          id\n        }\n        agentVersion\n        speechToText\n        languageModel\n        textToSpeech\n        calls\n        turns\n        interrupted\n        budgetExceeded\n        speculation {\n          started\n          promoted\n          wastedOutputTokens\n          wastedRetrievals\n        }\n        retrievalMs {\n          p50\n          p95\n          p99\n        }\n        responseMs {\n          p50\n          p95\n          p99\n        }\n        modelFirstTokenMs {\n          p50\n          p95\n          p99\n        }\n        ownMs {\n          p50\n          p95\n          p99\n        }\n        interruptionMs {\n          p50\n          p95\n          p99\n        }\n      }\n    }\n  }\n": typeof types.LatencyReportDocument,
    "\n  query ProjectionStates {\n    projections {\n      name\n      state\n      waitsFor\n      position\n      parked {\n        stream\n      }\n    }\n  }\n": typeof types.ProjectionStatesDocument,
    "\n  query RowOfCall($callSid: CallSid!) {\n    call(callSid: $callSid) {\n      status\n      turns {\n        callerText\n      }\n    }\n  }\n": typeof types.RowOfCallDocument,
    "\n  query TypesOf($name: String!) {\n    stream(name: $name) {\n      events {\n        nodes {\n          type\n        }\n      }\n    }\n  }\n": typeof types.TypesOfDocument,
    "\n  query RevisionAt($stream: String!, $revision: Int) {\n    stateAt(stream: $stream, revision: $revision) {\n      revision\n    }\n  }\n": typeof types.RevisionAtDocument,
    "\n  query Changes($stream: String!, $from: Int!, $to: Int!) {\n    diff(stream: $stream, from: $from, to: $to) {\n      changes {\n        path\n      }\n    }\n  }\n": typeof types.ChangesDocument,
    "\n  query CallAt($id: ID!, $revision: Int) {\n    call(id: $id, atRevision: $revision) {\n      status\n    }\n  }\n": typeof types.CallAtDocument,
    "\n  query TrailOf($filter: AuditFilterInput) {\n    auditTrail(first: 100, filter: $filter) {\n      nodes {\n        tenantId\n        correlationId\n      }\n    }\n  }\n": typeof types.TrailOfDocument,
    "\n  query CorrelationIn($id: ID!) {\n    correlation(id: $id) {\n      nodes {\n        id\n      }\n    }\n  }\n": typeof types.CorrelationInDocument,
    "\n  query StreamNamed($name: String!) {\n    stream(name: $name) {\n      revision\n    }\n  }\n": typeof types.StreamNamedDocument,
    "\n  query AllTenants {\n    tenants(first: 100) {\n      nodes {\n        id\n        phoneNumbers {\n          id\n        }\n      }\n    }\n  }\n": typeof types.AllTenantsDocument,
    "\n  query NodeNamed($id: ID!) {\n    node(id: $id) {\n      id\n    }\n  }\n": typeof types.NodeNamedDocument,
    "\n  query MyTenant {\n    me {\n      tenant {\n        phoneNumbers {\n          id\n        }\n      }\n    }\n  }\n": typeof types.MyTenantDocument,
    "\n  query OneCall($id: ID, $callSid: CallSid) {\n    call(id: $id, callSid: $callSid) {\n      id\n      callSid\n    }\n  }\n": typeof types.OneCallDocument,
    "\n  query OneAgent($id: ID!) {\n    agent(id: $id) {\n      id\n    }\n  }\n": typeof types.OneAgentDocument,
    "\n  query VersionsOfOne($id: ID!) {\n    agentVersions(agentId: $id) {\n      nodes {\n        version\n      }\n    }\n  }\n": typeof types.VersionsOfOneDocument,
    "\n  query DiffOfOne($id: ID!) {\n    agentVersionDiff(agentId: $id, from: 1, to: 1) {\n      field\n    }\n  }\n": typeof types.DiffOfOneDocument,
    "\n  query OneDocument($id: ID!) {\n    knowledgeDocument(id: $id) {\n      id\n    }\n  }\n": typeof types.OneDocumentDocument,
    "\n  query OneTenant($id: ID!) {\n    tenant(id: $id) {\n      phoneNumbers {\n        id\n      }\n    }\n  }\n": typeof types.OneTenantDocument,
    "\n  query Lists {\n    calls {\n      totalCount\n      nodes {\n        id\n      }\n    }\n    agents {\n      nodes {\n        id\n      }\n    }\n    knowledgeDocuments {\n      nodes {\n        id\n      }\n    }\n  }\n": typeof types.ListsDocument,
    "\n  subscription QualityOfOne($callId: ID!) {\n    callQuality(callId: $callId) {\n      final\n    }\n  }\n": typeof types.QualityOfOneDocument,
    "\n  query Projections($name: String) {\n    projections(name: $name) {\n      name\n      version\n      generation\n      state\n      position\n      lagEvents\n      lagMs\n      percent\n      skippedEvents\n      batchEvents\n      batchMs\n      parked {\n        stream\n        error\n      }\n    }\n  }\n": typeof types.ProjectionsDocument,
    "\n  mutation RebuildProjection($name: String!) {\n    rebuildProjection(name: $name) {\n      projections {\n        generation\n        state\n      }\n      userErrors {\n        code\n        message\n      }\n    }\n  }\n": typeof types.RebuildProjectionDocument,
    "\n  mutation RetryParked($name: String!, $stream: String!) {\n    retryParked(name: $name, stream: $stream) {\n      projections {\n        parked {\n          stream\n        }\n      }\n      userErrors {\n        code\n        message\n      }\n    }\n  }\n": typeof types.RetryParkedDocument,
    "\n  subscription ProjectionProgress($name: String!) {\n    projectionProgress(name: $name) {\n      generation\n      state\n      percent\n    }\n  }\n": typeof types.ProjectionProgressDocument,
    "\n  query RecordingOf($callSid: CallSid!) {\n    call(callSid: $callSid) {\n      id\n      turns {\n        turn\n        callerText\n        callerStartedMs\n        callerEndedMs\n        agentHeardText\n        agentStartedMs\n        agentEndedMs\n        interrupted\n      }\n      recording {\n        startedAtMs\n        durationMs\n        bytes\n        sha256\n        complete\n        url\n      }\n    }\n  }\n": typeof types.RecordingOfDocument,
    "\n  mutation SetAgentEnabled($input: SetAgentEnabledInput!) {\n    setAgentEnabled(input: $input) {\n      agent {\n        enabled\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n": typeof types.SetAgentEnabledDocument,
    "\n  mutation SetTenantStatus($input: SetTenantStatusInput!) {\n    setTenantStatus(input: $input) {\n      tenant {\n        status\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n": typeof types.SetTenantStatusDocument,
    "\n  mutation CreateUnpublishedAgent($input: CreateAgentInput!) {\n    createAgent(input: $input) {\n      agent {\n        id\n      }\n    }\n  }\n": typeof types.CreateUnpublishedAgentDocument,
    "\n  mutation Assign($input: AssignPhoneNumberInput!) {\n    assignPhoneNumber(input: $input) {\n      userErrors {\n        message\n      }\n    }\n  }\n": typeof types.AssignDocument,
    "\n  query CallOfABackup($id: ID!, $minPosition: String) {\n    call(id: $id, minPosition: $minPosition) {\n      from\n      turns {\n        callerText\n      }\n    }\n  }\n": typeof types.CallOfABackupDocument,
    "\n  query EverythingOfATenant($id: ID!) {\n    tenant(id: $id) {\n      id\n      name\n      status\n      language\n      createdAt\n      phoneNumbers {\n        id\n        number\n        agentId\n      }\n    }\n    agents {\n      nodes {\n        id\n        name\n        latestVersion\n        liveVersion\n        createdAt\n        versions {\n          version\n          greeting\n        }\n      }\n    }\n    calls {\n      nodes {\n        id\n        callSid\n        contactId\n        from\n        to\n        status\n        receivedAt\n        endedAt\n        durationMs\n        turnCount\n        turns {\n          turn\n          callerText\n          agentText\n          agentHeardText\n          interrupted\n        }\n        events(first: 100) {\n          nodes {\n            id\n            type\n            revision\n            occurredAt\n            data\n          }\n        }\n      }\n    }\n  }\n": typeof types.EverythingOfATenantDocument,
    "\n  query MovedDocuments($query: String!) {\n    knowledgeDocuments {\n      nodes {\n        title\n        status\n        failure {\n          code\n          message\n        }\n      }\n    }\n    searchKnowledge(query: $query, minScore: -1) {\n      title\n    }\n  }\n": typeof types.MovedDocumentsDocument,
    "\n  mutation RebuildCalls {\n    rebuildProjection(name: \"calls\") {\n      userErrors {\n        code\n      }\n    }\n  }\n": typeof types.RebuildCallsDocument,
    "\n  query CallsGeneration {\n    projections(name: \"calls\") {\n      generation\n    }\n  }\n": typeof types.CallsGenerationDocument,
    "\n  mutation ChangeAgent($input: UpdateAgentInput!) {\n    updateAgent(input: $input) {\n      agent {\n        name\n        description\n        latestVersion\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n    }\n  }\n": typeof types.ChangeAgentDocument,
    "\n  query AgentConfig($id: ID!, $version: Int, $atRevision: Int) {\n    agent(id: $id, version: $version, atRevision: $atRevision) {\n      name\n      status\n      liveVersion\n      config {\n        version\n        status\n        greeting\n        systemPrompt\n        textToSpeech {\n          voice\n          speed\n          settings\n        }\n        turnTaking {\n          detection\n          callerTurnLimitMs\n        }\n      }\n    }\n  }\n": typeof types.AgentConfigDocument,
};
const documents: Documents = {
    "\n  query OwnShares($since: DateTime!, $after: String) {\n    calls(first: 100, after: $after, filter: { receivedAt: { gte: $since } }) {\n      nodes {\n        receivedAt\n        turns {\n          agentStartedMs\n          latency {\n            ownMs\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.OwnSharesDocument,
    "\n  mutation Login($input: LoginInput!) {\n    login(input: $input) {\n      accessToken\n      tenantId\n    }\n  }\n": types.LoginDocument,
    "\n  mutation CreateTenant($input: CreateTenantInput!) {\n    createTenant(input: $input) {\n      tenant {\n        id\n        name\n        status\n        phoneNumbers {\n          id\n          number\n          agentId\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": types.CreateTenantDocument,
    "\n  mutation CreateAgent($input: CreateAgentInput!) {\n    createAgent(input: $input) {\n      agent {\n        id\n        name\n        latestVersion\n        liveVersion\n        versions {\n          version\n          greeting\n          systemPrompt\n          languageModel {\n            provider\n          }\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": types.CreateAgentDocument,
    "\n  mutation PublishAgentVersion($input: PublishAgentVersionInput!) {\n    publishAgentVersion(input: $input) {\n      agent {\n        id\n        latestVersion\n        liveVersion\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": types.PublishAgentVersionDocument,
    "\n  mutation AssignPhoneNumber($input: AssignPhoneNumberInput!) {\n    assignPhoneNumber(input: $input) {\n      phoneNumber {\n        id\n        number\n        agentId\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": types.AssignPhoneNumberDocument,
    "\n  query CallBySid($callSid: CallSid!, $minPosition: String) {\n    call(callSid: $callSid, minPosition: $minPosition) {\n      id\n      callSid\n      status\n      from\n      to\n      agent {\n        id\n        name\n      }\n      agentVersion\n      rejectReason\n      receivedAt\n      answeredAt\n      endedAt\n      durationMs\n      endReason\n      endedBy\n      failure {\n        code\n        message\n      }\n      carrierDurationSeconds\n      mediaAttempts\n      turnCount\n      interruptions\n      transfers {\n        to\n        by\n        outcome\n        requestedAt\n        endedAt\n        durationSeconds\n      }\n      turns {\n        turn\n        callerText\n        callerKeys\n        callerConfidence\n        endpointing\n        agentText\n        agentHeardText\n        interrupted\n        cutBy\n        prompts {\n          kind\n          text\n          heardText\n          interrupted\n          cutBy\n        }\n        latency {\n          endpointingMs\n          transcriptMs\n          retrievalMs\n          modelFirstTokenMs\n          synthesisFirstByteMs\n          leadingSilenceMs\n          firstFrameMs\n          playoutMs\n          responseMs\n          ownMs\n          interruptionMs\n        }\n      }\n      events(first: 100) {\n        nodes {\n          revision\n          type\n          occurredAt\n          position\n          data\n        }\n      }\n    }\n  }\n": types.CallBySidDocument,
    "\n  subscription CallTranscript($callId: ID!, $after: String) {\n    callTranscript(callId: $callId, after: $after) {\n      callId\n      cursor\n      final\n      kind\n      speaker\n      turn\n      text\n      startedMs\n      endedMs\n      interrupted\n      cutBy\n      endReason\n    }\n  }\n": types.CallTranscriptDocument,
    "\n  subscription ActiveCalls {\n    activeCalls {\n      change\n      call {\n        id\n        callSid\n        status\n        from\n        turnCount\n      }\n    }\n  }\n": types.ActiveCallsDocument,
    "\n  mutation EraseSubject($input: EraseSubjectInput!) {\n    eraseSubject(input: $input) {\n      subject {\n        kind\n        id\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": types.EraseSubjectDocument,
    "\n  mutation EraseCall($id: ID!) {\n    eraseCall(id: $id) {\n      subject {\n        kind\n        id\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": types.EraseCallDocument,
    "\n  mutation RequestDataExport($input: RequestDataExportInput!) {\n    requestDataExport(input: $input) {\n      dataExport {\n        id\n        kind\n        subjectId\n        status\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": types.RequestDataExportDocument,
    "\n  query DataExport($id: ID!) {\n    dataExport(id: $id) {\n      id\n      kind\n      subjectId\n      status\n      events\n      bytes\n      failure\n      requestedAt\n      readyAt\n      downloadUrl\n    }\n  }\n": types.DataExportDocument,
    "\n  mutation TransferCall($input: TransferCallInput!) {\n    transferCall(input: $input) {\n      call {\n        id\n        transfers {\n          to\n          by\n          outcome\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": types.TransferCallDocument,
    "\n  mutation EndCall($input: EndCallInput!) {\n    endCall(input: $input) {\n      call {\n        id\n        endReason\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n": types.EndCallDocument,
    "\n  mutation RollBackAgent($input: RollbackAgentInput!) {\n    rollbackAgent(input: $input) {\n      agent {\n        liveVersion\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n    }\n  }\n": types.RollBackAgentDocument,
    "\n  query AgentHistory($agentId: ID!, $first: Int, $after: String) {\n    agentVersions(agentId: $agentId, first: $first, after: $after) {\n      nodes {\n        version\n        status\n        draftedAt\n        draftedBy {\n          type\n          id\n        }\n        publishedAt\n        publishedBy {\n          id\n        }\n        changes {\n          field\n          before\n          after\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.AgentHistoryDocument,
    "\n  query AgentDiff($agentId: ID!, $from: Int!, $to: Int!) {\n    agentVersionDiff(agentId: $agentId, from: $from, to: $to) {\n      field\n      before\n      after\n    }\n  }\n": types.AgentDiffDocument,
    "\n  query AgentsAuthor {\n    me {\n      id\n    }\n  }\n": types.AgentsAuthorDocument,
    "\n  mutation NewAgent($input: CreateAgentInput!) {\n    createAgent(input: $input) {\n      agent {\n        id\n        name\n        description\n        status\n        createdAt\n        updatedAt\n        config {\n          version\n        }\n        version(number: 1) {\n          ...AllSettings\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n    }\n  }\n\n  fragment AllSettings on AgentVersion {\n    language\n    fallbackLanguage\n    greeting\n    systemPrompt\n    speechToText {\n      provider\n      model\n      fallbacks {\n        provider\n        model\n      }\n    }\n    languageModel {\n      provider\n      model\n      temperature\n      topP\n      maxTokens\n      hedgeAfterMs\n      fallbacks {\n        provider\n        model\n      }\n    }\n    textToSpeech {\n      provider\n      model\n      voice\n      speed\n      tone\n      settings\n      fallbacks {\n        provider\n        model\n        voice\n      }\n    }\n    speechToSpeech {\n      provider\n    }\n    turnTaking {\n      detection\n      bufferMs\n      interruptionSensitivity\n      responseDelayMs\n      callerTurnLimitMs\n    }\n    endPhrases\n    transferTo\n    recordingEnabled\n    recordingConsent\n    silenceTimeoutMs\n    maxDurationMs\n  }\n": types.NewAgentDocument,
    "\n  mutation ArchiveAgent($input: ArchiveAgentInput!) {\n    archiveAgent(input: $input) {\n      agent {\n        status\n        enabled\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n": types.ArchiveAgentDocument,
    "\n  mutation UnarchiveAgent($input: UnarchiveAgentInput!) {\n    unarchiveAgent(input: $input) {\n      agent {\n        status\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n": types.UnarchiveAgentDocument,
    "\n  mutation EnableAgent($input: SetAgentEnabledInput!) {\n    setAgentEnabled(input: $input) {\n      agent {\n        status\n      }\n      userErrors {\n        code\n        message\n      }\n    }\n  }\n": types.EnableAgentDocument,
    "\n  query ListedAgents($includeArchived: Boolean) {\n    agents(includeArchived: $includeArchived) {\n      nodes {\n        id\n      }\n    }\n  }\n": types.ListedAgentsDocument,
    "\n  query AuditTrail($first: Int, $after: String, $filter: AuditFilterInput) {\n    auditTrail(first: $first, after: $after, filter: $filter) {\n      nodes {\n        id\n        tenantId\n        stream\n        revision\n        type\n        actor {\n          type\n          id\n        }\n        correlationId\n        causationId\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.AuditTrailDocument,
    "\n  query CorrelationOf($id: ID!) {\n    correlation(id: $id) {\n      isCut\n      commands {\n        commandId\n        actor {\n          type\n        }\n        events {\n          type\n        }\n      }\n      nodes {\n        id\n        causedBy\n        actor {\n          type\n        }\n        event {\n          type\n          stream\n        }\n      }\n    }\n  }\n": types.CorrelationOfDocument,
    "\n  mutation EraseTenant($id: ID!) {\n    eraseSubject(input: { kind: TENANT, id: $id }) {\n      position\n    }\n  }\n": types.EraseTenantDocument,
    "\n  query StreamOf($name: String!) {\n    stream(name: $name) {\n      tenantId\n      revision\n      events(first: 100) {\n        nodes {\n          revision\n          type\n          storedAt\n          data\n        }\n      }\n    }\n  }\n": types.StreamOfDocument,
    "\n  query StateAt($stream: String!, $revision: Int, $time: DateTime) {\n    stateAt(stream: $stream, revision: $revision, time: $time) {\n      revision\n      storedAt\n      state\n      readModels\n    }\n  }\n": types.StateAtDocument,
    "\n  query Diff($stream: String!, $from: Int!, $to: Int!) {\n    diff(stream: $stream, from: $from, to: $to) {\n      changes {\n        path\n        before\n        after\n      }\n    }\n  }\n": types.DiffDocument,
    "\n  query AsOf($call: ID!, $agent: ID!, $tenant: ID!, $time: DateTime, $callRevision: Int, $agentRevision: Int) {\n    call(id: $call, atRevision: $callRevision) {\n      status\n      turnCount\n      endReason\n      turns {\n        turn\n        callerText\n        agentHeardText\n      }\n      events(first: 100) {\n        nodes {\n          revision\n        }\n      }\n    }\n    agent(id: $agent, atRevision: $agentRevision) {\n      name\n      liveVersion\n      versions {\n        version\n      }\n    }\n    tenant(id: $tenant, asOf: $time) {\n      name\n      status\n    }\n  }\n": types.AsOfDocument,
    "\n  query LinksOf($call: ID!, $callRevision: Int, $tenant: ID!, $asOf: DateTime, $tenantRevision: Int) {\n    call(id: $call, atRevision: $callRevision) {\n      agentVersion\n      agent {\n        name\n        liveVersion\n        latestVersion\n        config {\n          version\n          greeting\n        }\n      }\n      events(first: 100) {\n        nodes {\n          storedAt\n        }\n      }\n    }\n    tenant(id: $tenant, asOf: $asOf, atRevision: $tenantRevision) {\n      phoneNumbers {\n        number\n        agentId\n      }\n    }\n  }\n": types.LinksOfDocument,
    "\n  mutation RenameAndDraft($agentId: ID!) {\n    updateAgent(input: { agentId: $agentId, expectedVersion: 1, name: \"Eve\", settings: { greeting: \"Good day\" } }) {\n      userErrors {\n        message\n      }\n    }\n    publishAgentVersion(input: { agentId: $agentId, version: 2 }) {\n      userErrors {\n        message\n      }\n    }\n  }\n": types.RenameAndDraftDocument,
    "\n  query AtMoment($call: ID!, $agent: ID!, $tenant: ID!, $time: DateTime, $revision: Int) {\n    call(id: $call, asOf: $time, atRevision: $revision) {\n      id\n    }\n    agent(id: $agent, asOf: $time, atRevision: $revision) {\n      id\n    }\n    tenant(id: $tenant, asOf: $time, atRevision: $revision) {\n      id\n    }\n  }\n": types.AtMomentDocument,
    "\n  query ReadModels {\n    projections {\n      name\n    }\n  }\n": types.ReadModelsDocument,
    "\n  mutation MendNothing {\n    rebuildProjection(name: \"nonsense\") {\n      userErrors {\n        code\n      }\n    }\n    retryParked(name: \"nonsense\", stream: \"nonsense\") {\n      userErrors {\n        code\n      }\n    }\n  }\n": types.MendNothingDocument,
    "\n  mutation Suspend($tenantId: ID!) {\n    setTenantStatus(input: { tenantId: $tenantId, status: SUSPENDED, reason: \"unpaid\" }) {\n      position\n    }\n  }\n": types.SuspendDocument,
    "\n  query QualityOf($callSid: CallSid!) {\n    call(callSid: $callSid) {\n      id\n      quality {\n        receivedFrames\n        sentFrames\n        gaps\n        gapMs\n        longestGapMs\n        jitterMs\n        maxJitterMs\n        underruns\n        underrunMs\n        lateMarks\n        echoes\n      }\n    }\n  }\n": types.QualityOfDocument,
    "\n  subscription CallQuality($callId: ID!) {\n    callQuality(callId: $callId) {\n      callId\n      attempt\n      final\n      quality {\n        receivedFrames\n        sentFrames\n        gaps\n        gapMs\n        echoes\n      }\n    }\n  }\n": types.CallQualityDocument,
    "\n  mutation SetTenantCallLimit($input: SetTenantCallLimitInput!) {\n    setTenantCallLimit(input: $input) {\n      tenant {\n        maxConcurrentCalls\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n": types.SetTenantCallLimitDocument,
    "\n  query UsageOf($callSid: CallSid!) {\n    call(callSid: $callSid) {\n      id\n      usage {\n        capability\n        provider\n        model\n        requests\n        heardMs\n        characters\n        spokenMs\n        inputTokens\n        outputTokens\n      }\n    }\n  }\n": types.UsageOfDocument,
    "\n  query Role {\n    me {\n      platformRole\n      tenant {\n        id\n      }\n    }\n  }\n": types.RoleDocument,
    "\n  query WhoErases {\n    me {\n      id\n    }\n  }\n": types.WhoErasesDocument,
    "\n  query CallToErase($id: ID!, $minPosition: String) {\n    call(id: $id, minPosition: $minPosition) {\n      contactId\n      from\n      to\n      status\n      turnCount\n      turns {\n        turn\n        callerText\n        agentText\n        agentHeardText\n      }\n      events(first: 100) {\n        nodes {\n          type\n          data\n        }\n      }\n    }\n  }\n": types.CallToEraseDocument,
    "\n  query TenantToErase($id: ID!) {\n    tenant(id: $id) {\n      name\n      status\n      phoneNumbers {\n        number\n      }\n    }\n  }\n": types.TenantToEraseDocument,
    "\n  query AgentsToErase {\n    agents {\n      nodes {\n        name\n        versions {\n          greeting\n        }\n      }\n    }\n  }\n": types.AgentsToEraseDocument,
    "\n  query RutabagaToErase {\n    knowledgeDocuments {\n      nodes {\n        title\n        tags\n        fileName\n      }\n    }\n    searchKnowledge(query: \"rutabaga\", minScore: -1) {\n      title\n    }\n  }\n": types.RutabagaToEraseDocument,
    "\n  query MeToErase {\n    me {\n      id\n      email\n    }\n  }\n": types.MeToEraseDocument,
    "\n  query Me {\n    me {\n      id\n      email\n      firstName\n      lastName\n      platformRole\n      tenantRole\n      tenant {\n        id\n        name\n      }\n    }\n  }\n": types.MeDocument,
    "\n  query Tenants($first: Int, $after: String) {\n    tenants(first: $first, after: $after) {\n      nodes {\n        id\n        name\n        status\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.TenantsDocument,
    "\n  query Agents($first: Int, $after: String) {\n    agents(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          id\n          name\n          description\n          enabled\n          latestVersion\n          liveVersion\n          versions {\n            version\n            language\n            greeting\n            systemPrompt\n            maxDurationMs\n            publishedAt\n          }\n        }\n      }\n    }\n  }\n": types.AgentsDocument,
    "\n  mutation UpdateAgent($input: UpdateAgentInput!) {\n    updateAgent(input: $input) {\n      agent {\n        latestVersion\n        liveVersion\n        versions {\n          version\n          greeting\n          systemPrompt\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n    }\n  }\n": types.UpdateAgentDocument,
    "\n  query Calls($first: Int, $after: String, $minPosition: String) {\n    calls(first: $first, after: $after, minPosition: $minPosition) {\n      nodes {\n        id\n      }\n      totalCount\n    }\n  }\n": types.CallsDocument,
    "\n  query OneOfNone {\n    calls(filter: { status: { in: [] } }) {\n      nodes {\n        id\n      }\n      totalCount\n    }\n    auditTrail(filter: { type: { in: [] } }) {\n      nodes {\n        type\n      }\n    }\n  }\n": types.OneOfNoneDocument,
    "\n  query ReadsOf($actorId: ID!) {\n    auditTrail(filter: { actorId: $actorId }) {\n      nodes {\n        type\n        actor {\n          type\n          id\n        }\n      }\n    }\n  }\n": types.ReadsOfDocument,
    "\n  subscription TranscriptOfNobody($callId: ID!) {\n    callTranscript(callId: $callId) {\n      cursor\n    }\n  }\n": types.TranscriptOfNobodyDocument,
    "\n  query NodeById($id: ID!) {\n    node(id: $id) {\n      __typename\n      id\n      ... on Tenant {\n        name\n        phoneNumbers {\n          number\n        }\n      }\n      ... on Agent {\n        name\n      }\n      ... on Call {\n        callSid\n      }\n    }\n  }\n": types.NodeByIdDocument,
    "\n  query DocumentStatus($id: ID!) {\n    knowledgeDocument(id: $id) {\n      status\n    }\n  }\n": types.DocumentStatusDocument,
    "\n  query Ask($query: String!) {\n    searchKnowledge(query: $query, minScore: -1) {\n      documentId\n      text\n    }\n  }\n": types.AskDocument,
    "\n  mutation Forget($id: ID!) {\n    deleteKnowledgeDocument(input: { documentId: $id }) {\n      position\n    }\n  }\n": types.ForgetDocument,
    "\n  query KnowledgeDocuments($first: Int, $after: String, $filter: KnowledgeDocumentFilterInput) {\n    knowledgeDocuments(first: $first, after: $after, filter: $filter) {\n      nodes {\n        id\n        title\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n": types.KnowledgeDocumentsDocument,
    "\n  query KnowledgeDocument($id: ID!, $asOf: DateTime, $atRevision: Int) {\n    knowledgeDocument(id: $id, asOf: $asOf, atRevision: $atRevision) {\n      id\n      title\n      description\n      tags\n      fileName\n      mediaType\n      bytes\n      status\n      chars\n      chunks\n      failure {\n        step\n        code\n      }\n      uploadedBy\n    }\n    node(id: $id) {\n      id\n      __typename\n    }\n  }\n": types.KnowledgeDocumentDocument,
    "\n  query KnowledgeState($stream: String!, $revision: Int) {\n    stateAt(stream: $stream, revision: $revision) {\n      storedAt\n      state\n      readModels\n    }\n  }\n": types.KnowledgeStateDocument,
    "\n  query SearchKnowledge($query: String!, $limit: Int, $minScore: Float, $tags: [String!]) {\n    searchKnowledge(query: $query, limit: $limit, minScore: $minScore, tags: $tags) {\n      documentId\n      title\n      chunk\n      text\n      score\n    }\n  }\n": types.SearchKnowledgeDocument,
    "\n  mutation DeleteKnowledgeDocument($id: ID!) {\n    deleteKnowledgeDocument(input: { documentId: $id }) {\n      document {\n        id\n        status\n      }\n      userErrors {\n        field\n        code\n      }\n    }\n  }\n": types.DeleteKnowledgeDocumentDocument,
    "\n  query LatencyReport($filter: LatencyFilterInput, $groupBy: [LatencyGrouping!]!, $minPosition: String) {\n    latencyReport(filter: $filter, groupBy: $groupBy, minPosition: $minPosition) {\n      from\n      to\n      groups {\n        agent {\n          id\n        }\n        agentVersion\n        speechToText\n        languageModel\n        textToSpeech\n        calls\n        turns\n        interrupted\n        budgetExceeded\n        speculation {\n          started\n          promoted\n          wastedOutputTokens\n          wastedRetrievals\n        }\n        retrievalMs {\n          p50\n          p95\n          p99\n        }\n        responseMs {\n          p50\n          p95\n          p99\n        }\n        modelFirstTokenMs {\n          p50\n          p95\n          p99\n        }\n        ownMs {\n          p50\n          p95\n          p99\n        }\n        interruptionMs {\n          p50\n          p95\n          p99\n        }\n      }\n    }\n  }\n": types.LatencyReportDocument,
    "\n  query ProjectionStates {\n    projections {\n      name\n      state\n      waitsFor\n      position\n      parked {\n        stream\n      }\n    }\n  }\n": types.ProjectionStatesDocument,
    "\n  query RowOfCall($callSid: CallSid!) {\n    call(callSid: $callSid) {\n      status\n      turns {\n        callerText\n      }\n    }\n  }\n": types.RowOfCallDocument,
    "\n  query TypesOf($name: String!) {\n    stream(name: $name) {\n      events {\n        nodes {\n          type\n        }\n      }\n    }\n  }\n": types.TypesOfDocument,
    "\n  query RevisionAt($stream: String!, $revision: Int) {\n    stateAt(stream: $stream, revision: $revision) {\n      revision\n    }\n  }\n": types.RevisionAtDocument,
    "\n  query Changes($stream: String!, $from: Int!, $to: Int!) {\n    diff(stream: $stream, from: $from, to: $to) {\n      changes {\n        path\n      }\n    }\n  }\n": types.ChangesDocument,
    "\n  query CallAt($id: ID!, $revision: Int) {\n    call(id: $id, atRevision: $revision) {\n      status\n    }\n  }\n": types.CallAtDocument,
    "\n  query TrailOf($filter: AuditFilterInput) {\n    auditTrail(first: 100, filter: $filter) {\n      nodes {\n        tenantId\n        correlationId\n      }\n    }\n  }\n": types.TrailOfDocument,
    "\n  query CorrelationIn($id: ID!) {\n    correlation(id: $id) {\n      nodes {\n        id\n      }\n    }\n  }\n": types.CorrelationInDocument,
    "\n  query StreamNamed($name: String!) {\n    stream(name: $name) {\n      revision\n    }\n  }\n": types.StreamNamedDocument,
    "\n  query AllTenants {\n    tenants(first: 100) {\n      nodes {\n        id\n        phoneNumbers {\n          id\n        }\n      }\n    }\n  }\n": types.AllTenantsDocument,
    "\n  query NodeNamed($id: ID!) {\n    node(id: $id) {\n      id\n    }\n  }\n": types.NodeNamedDocument,
    "\n  query MyTenant {\n    me {\n      tenant {\n        phoneNumbers {\n          id\n        }\n      }\n    }\n  }\n": types.MyTenantDocument,
    "\n  query OneCall($id: ID, $callSid: CallSid) {\n    call(id: $id, callSid: $callSid) {\n      id\n      callSid\n    }\n  }\n": types.OneCallDocument,
    "\n  query OneAgent($id: ID!) {\n    agent(id: $id) {\n      id\n    }\n  }\n": types.OneAgentDocument,
    "\n  query VersionsOfOne($id: ID!) {\n    agentVersions(agentId: $id) {\n      nodes {\n        version\n      }\n    }\n  }\n": types.VersionsOfOneDocument,
    "\n  query DiffOfOne($id: ID!) {\n    agentVersionDiff(agentId: $id, from: 1, to: 1) {\n      field\n    }\n  }\n": types.DiffOfOneDocument,
    "\n  query OneDocument($id: ID!) {\n    knowledgeDocument(id: $id) {\n      id\n    }\n  }\n": types.OneDocumentDocument,
    "\n  query OneTenant($id: ID!) {\n    tenant(id: $id) {\n      phoneNumbers {\n        id\n      }\n    }\n  }\n": types.OneTenantDocument,
    "\n  query Lists {\n    calls {\n      totalCount\n      nodes {\n        id\n      }\n    }\n    agents {\n      nodes {\n        id\n      }\n    }\n    knowledgeDocuments {\n      nodes {\n        id\n      }\n    }\n  }\n": types.ListsDocument,
    "\n  subscription QualityOfOne($callId: ID!) {\n    callQuality(callId: $callId) {\n      final\n    }\n  }\n": types.QualityOfOneDocument,
    "\n  query Projections($name: String) {\n    projections(name: $name) {\n      name\n      version\n      generation\n      state\n      position\n      lagEvents\n      lagMs\n      percent\n      skippedEvents\n      batchEvents\n      batchMs\n      parked {\n        stream\n        error\n      }\n    }\n  }\n": types.ProjectionsDocument,
    "\n  mutation RebuildProjection($name: String!) {\n    rebuildProjection(name: $name) {\n      projections {\n        generation\n        state\n      }\n      userErrors {\n        code\n        message\n      }\n    }\n  }\n": types.RebuildProjectionDocument,
    "\n  mutation RetryParked($name: String!, $stream: String!) {\n    retryParked(name: $name, stream: $stream) {\n      projections {\n        parked {\n          stream\n        }\n      }\n      userErrors {\n        code\n        message\n      }\n    }\n  }\n": types.RetryParkedDocument,
    "\n  subscription ProjectionProgress($name: String!) {\n    projectionProgress(name: $name) {\n      generation\n      state\n      percent\n    }\n  }\n": types.ProjectionProgressDocument,
    "\n  query RecordingOf($callSid: CallSid!) {\n    call(callSid: $callSid) {\n      id\n      turns {\n        turn\n        callerText\n        callerStartedMs\n        callerEndedMs\n        agentHeardText\n        agentStartedMs\n        agentEndedMs\n        interrupted\n      }\n      recording {\n        startedAtMs\n        durationMs\n        bytes\n        sha256\n        complete\n        url\n      }\n    }\n  }\n": types.RecordingOfDocument,
    "\n  mutation SetAgentEnabled($input: SetAgentEnabledInput!) {\n    setAgentEnabled(input: $input) {\n      agent {\n        enabled\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n": types.SetAgentEnabledDocument,
    "\n  mutation SetTenantStatus($input: SetTenantStatusInput!) {\n    setTenantStatus(input: $input) {\n      tenant {\n        status\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n": types.SetTenantStatusDocument,
    "\n  mutation CreateUnpublishedAgent($input: CreateAgentInput!) {\n    createAgent(input: $input) {\n      agent {\n        id\n      }\n    }\n  }\n": types.CreateUnpublishedAgentDocument,
    "\n  mutation Assign($input: AssignPhoneNumberInput!) {\n    assignPhoneNumber(input: $input) {\n      userErrors {\n        message\n      }\n    }\n  }\n": types.AssignDocument,
    "\n  query CallOfABackup($id: ID!, $minPosition: String) {\n    call(id: $id, minPosition: $minPosition) {\n      from\n      turns {\n        callerText\n      }\n    }\n  }\n": types.CallOfABackupDocument,
    "\n  query EverythingOfATenant($id: ID!) {\n    tenant(id: $id) {\n      id\n      name\n      status\n      language\n      createdAt\n      phoneNumbers {\n        id\n        number\n        agentId\n      }\n    }\n    agents {\n      nodes {\n        id\n        name\n        latestVersion\n        liveVersion\n        createdAt\n        versions {\n          version\n          greeting\n        }\n      }\n    }\n    calls {\n      nodes {\n        id\n        callSid\n        contactId\n        from\n        to\n        status\n        receivedAt\n        endedAt\n        durationMs\n        turnCount\n        turns {\n          turn\n          callerText\n          agentText\n          agentHeardText\n          interrupted\n        }\n        events(first: 100) {\n          nodes {\n            id\n            type\n            revision\n            occurredAt\n            data\n          }\n        }\n      }\n    }\n  }\n": types.EverythingOfATenantDocument,
    "\n  query MovedDocuments($query: String!) {\n    knowledgeDocuments {\n      nodes {\n        title\n        status\n        failure {\n          code\n          message\n        }\n      }\n    }\n    searchKnowledge(query: $query, minScore: -1) {\n      title\n    }\n  }\n": types.MovedDocumentsDocument,
    "\n  mutation RebuildCalls {\n    rebuildProjection(name: \"calls\") {\n      userErrors {\n        code\n      }\n    }\n  }\n": types.RebuildCallsDocument,
    "\n  query CallsGeneration {\n    projections(name: \"calls\") {\n      generation\n    }\n  }\n": types.CallsGenerationDocument,
    "\n  mutation ChangeAgent($input: UpdateAgentInput!) {\n    updateAgent(input: $input) {\n      agent {\n        name\n        description\n        latestVersion\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n    }\n  }\n": types.ChangeAgentDocument,
    "\n  query AgentConfig($id: ID!, $version: Int, $atRevision: Int) {\n    agent(id: $id, version: $version, atRevision: $atRevision) {\n      name\n      status\n      liveVersion\n      config {\n        version\n        status\n        greeting\n        systemPrompt\n        textToSpeech {\n          voice\n          speed\n          settings\n        }\n        turnTaking {\n          detection\n          callerTurnLimitMs\n        }\n      }\n    }\n  }\n": types.AgentConfigDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OwnShares($since: DateTime!, $after: String) {\n    calls(first: 100, after: $after, filter: { receivedAt: { gte: $since } }) {\n      nodes {\n        receivedAt\n        turns {\n          agentStartedMs\n          latency {\n            ownMs\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.js').OwnSharesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Login($input: LoginInput!) {\n    login(input: $input) {\n      accessToken\n      tenantId\n    }\n  }\n"): typeof import('./graphql.js').LoginDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateTenant($input: CreateTenantInput!) {\n    createTenant(input: $input) {\n      tenant {\n        id\n        name\n        status\n        phoneNumbers {\n          id\n          number\n          agentId\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n"): typeof import('./graphql.js').CreateTenantDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateAgent($input: CreateAgentInput!) {\n    createAgent(input: $input) {\n      agent {\n        id\n        name\n        latestVersion\n        liveVersion\n        versions {\n          version\n          greeting\n          systemPrompt\n          languageModel {\n            provider\n          }\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n"): typeof import('./graphql.js').CreateAgentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PublishAgentVersion($input: PublishAgentVersionInput!) {\n    publishAgentVersion(input: $input) {\n      agent {\n        id\n        latestVersion\n        liveVersion\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n"): typeof import('./graphql.js').PublishAgentVersionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AssignPhoneNumber($input: AssignPhoneNumberInput!) {\n    assignPhoneNumber(input: $input) {\n      phoneNumber {\n        id\n        number\n        agentId\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n"): typeof import('./graphql.js').AssignPhoneNumberDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CallBySid($callSid: CallSid!, $minPosition: String) {\n    call(callSid: $callSid, minPosition: $minPosition) {\n      id\n      callSid\n      status\n      from\n      to\n      agent {\n        id\n        name\n      }\n      agentVersion\n      rejectReason\n      receivedAt\n      answeredAt\n      endedAt\n      durationMs\n      endReason\n      endedBy\n      failure {\n        code\n        message\n      }\n      carrierDurationSeconds\n      mediaAttempts\n      turnCount\n      interruptions\n      transfers {\n        to\n        by\n        outcome\n        requestedAt\n        endedAt\n        durationSeconds\n      }\n      turns {\n        turn\n        callerText\n        callerKeys\n        callerConfidence\n        endpointing\n        agentText\n        agentHeardText\n        interrupted\n        cutBy\n        prompts {\n          kind\n          text\n          heardText\n          interrupted\n          cutBy\n        }\n        latency {\n          endpointingMs\n          transcriptMs\n          retrievalMs\n          modelFirstTokenMs\n          synthesisFirstByteMs\n          leadingSilenceMs\n          firstFrameMs\n          playoutMs\n          responseMs\n          ownMs\n          interruptionMs\n        }\n      }\n      events(first: 100) {\n        nodes {\n          revision\n          type\n          occurredAt\n          position\n          data\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').CallBySidDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription CallTranscript($callId: ID!, $after: String) {\n    callTranscript(callId: $callId, after: $after) {\n      callId\n      cursor\n      final\n      kind\n      speaker\n      turn\n      text\n      startedMs\n      endedMs\n      interrupted\n      cutBy\n      endReason\n    }\n  }\n"): typeof import('./graphql.js').CallTranscriptDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ActiveCalls {\n    activeCalls {\n      change\n      call {\n        id\n        callSid\n        status\n        from\n        turnCount\n      }\n    }\n  }\n"): typeof import('./graphql.js').ActiveCallsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EraseSubject($input: EraseSubjectInput!) {\n    eraseSubject(input: $input) {\n      subject {\n        kind\n        id\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n"): typeof import('./graphql.js').EraseSubjectDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EraseCall($id: ID!) {\n    eraseCall(id: $id) {\n      subject {\n        kind\n        id\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n"): typeof import('./graphql.js').EraseCallDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RequestDataExport($input: RequestDataExportInput!) {\n    requestDataExport(input: $input) {\n      dataExport {\n        id\n        kind\n        subjectId\n        status\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n"): typeof import('./graphql.js').RequestDataExportDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DataExport($id: ID!) {\n    dataExport(id: $id) {\n      id\n      kind\n      subjectId\n      status\n      events\n      bytes\n      failure\n      requestedAt\n      readyAt\n      downloadUrl\n    }\n  }\n"): typeof import('./graphql.js').DataExportDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation TransferCall($input: TransferCallInput!) {\n    transferCall(input: $input) {\n      call {\n        id\n        transfers {\n          to\n          by\n          outcome\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n"): typeof import('./graphql.js').TransferCallDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EndCall($input: EndCallInput!) {\n    endCall(input: $input) {\n      call {\n        id\n        endReason\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n      position\n    }\n  }\n"): typeof import('./graphql.js').EndCallDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RollBackAgent($input: RollbackAgentInput!) {\n    rollbackAgent(input: $input) {\n      agent {\n        liveVersion\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n    }\n  }\n"): typeof import('./graphql.js').RollBackAgentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AgentHistory($agentId: ID!, $first: Int, $after: String) {\n    agentVersions(agentId: $agentId, first: $first, after: $after) {\n      nodes {\n        version\n        status\n        draftedAt\n        draftedBy {\n          type\n          id\n        }\n        publishedAt\n        publishedBy {\n          id\n        }\n        changes {\n          field\n          before\n          after\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.js').AgentHistoryDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AgentDiff($agentId: ID!, $from: Int!, $to: Int!) {\n    agentVersionDiff(agentId: $agentId, from: $from, to: $to) {\n      field\n      before\n      after\n    }\n  }\n"): typeof import('./graphql.js').AgentDiffDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AgentsAuthor {\n    me {\n      id\n    }\n  }\n"): typeof import('./graphql.js').AgentsAuthorDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation NewAgent($input: CreateAgentInput!) {\n    createAgent(input: $input) {\n      agent {\n        id\n        name\n        description\n        status\n        createdAt\n        updatedAt\n        config {\n          version\n        }\n        version(number: 1) {\n          ...AllSettings\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n    }\n  }\n\n  fragment AllSettings on AgentVersion {\n    language\n    fallbackLanguage\n    greeting\n    systemPrompt\n    speechToText {\n      provider\n      model\n      fallbacks {\n        provider\n        model\n      }\n    }\n    languageModel {\n      provider\n      model\n      temperature\n      topP\n      maxTokens\n      hedgeAfterMs\n      fallbacks {\n        provider\n        model\n      }\n    }\n    textToSpeech {\n      provider\n      model\n      voice\n      speed\n      tone\n      settings\n      fallbacks {\n        provider\n        model\n        voice\n      }\n    }\n    speechToSpeech {\n      provider\n    }\n    turnTaking {\n      detection\n      bufferMs\n      interruptionSensitivity\n      responseDelayMs\n      callerTurnLimitMs\n    }\n    endPhrases\n    transferTo\n    recordingEnabled\n    recordingConsent\n    silenceTimeoutMs\n    maxDurationMs\n  }\n"): typeof import('./graphql.js').NewAgentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ArchiveAgent($input: ArchiveAgentInput!) {\n    archiveAgent(input: $input) {\n      agent {\n        status\n        enabled\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.js').ArchiveAgentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UnarchiveAgent($input: UnarchiveAgentInput!) {\n    unarchiveAgent(input: $input) {\n      agent {\n        status\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.js').UnarchiveAgentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EnableAgent($input: SetAgentEnabledInput!) {\n    setAgentEnabled(input: $input) {\n      agent {\n        status\n      }\n      userErrors {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.js').EnableAgentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ListedAgents($includeArchived: Boolean) {\n    agents(includeArchived: $includeArchived) {\n      nodes {\n        id\n      }\n    }\n  }\n"): typeof import('./graphql.js').ListedAgentsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AuditTrail($first: Int, $after: String, $filter: AuditFilterInput) {\n    auditTrail(first: $first, after: $after, filter: $filter) {\n      nodes {\n        id\n        tenantId\n        stream\n        revision\n        type\n        actor {\n          type\n          id\n        }\n        correlationId\n        causationId\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.js').AuditTrailDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CorrelationOf($id: ID!) {\n    correlation(id: $id) {\n      isCut\n      commands {\n        commandId\n        actor {\n          type\n        }\n        events {\n          type\n        }\n      }\n      nodes {\n        id\n        causedBy\n        actor {\n          type\n        }\n        event {\n          type\n          stream\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').CorrelationOfDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EraseTenant($id: ID!) {\n    eraseSubject(input: { kind: TENANT, id: $id }) {\n      position\n    }\n  }\n"): typeof import('./graphql.js').EraseTenantDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query StreamOf($name: String!) {\n    stream(name: $name) {\n      tenantId\n      revision\n      events(first: 100) {\n        nodes {\n          revision\n          type\n          storedAt\n          data\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').StreamOfDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query StateAt($stream: String!, $revision: Int, $time: DateTime) {\n    stateAt(stream: $stream, revision: $revision, time: $time) {\n      revision\n      storedAt\n      state\n      readModels\n    }\n  }\n"): typeof import('./graphql.js').StateAtDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Diff($stream: String!, $from: Int!, $to: Int!) {\n    diff(stream: $stream, from: $from, to: $to) {\n      changes {\n        path\n        before\n        after\n      }\n    }\n  }\n"): typeof import('./graphql.js').DiffDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AsOf($call: ID!, $agent: ID!, $tenant: ID!, $time: DateTime, $callRevision: Int, $agentRevision: Int) {\n    call(id: $call, atRevision: $callRevision) {\n      status\n      turnCount\n      endReason\n      turns {\n        turn\n        callerText\n        agentHeardText\n      }\n      events(first: 100) {\n        nodes {\n          revision\n        }\n      }\n    }\n    agent(id: $agent, atRevision: $agentRevision) {\n      name\n      liveVersion\n      versions {\n        version\n      }\n    }\n    tenant(id: $tenant, asOf: $time) {\n      name\n      status\n    }\n  }\n"): typeof import('./graphql.js').AsOfDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LinksOf($call: ID!, $callRevision: Int, $tenant: ID!, $asOf: DateTime, $tenantRevision: Int) {\n    call(id: $call, atRevision: $callRevision) {\n      agentVersion\n      agent {\n        name\n        liveVersion\n        latestVersion\n        config {\n          version\n          greeting\n        }\n      }\n      events(first: 100) {\n        nodes {\n          storedAt\n        }\n      }\n    }\n    tenant(id: $tenant, asOf: $asOf, atRevision: $tenantRevision) {\n      phoneNumbers {\n        number\n        agentId\n      }\n    }\n  }\n"): typeof import('./graphql.js').LinksOfDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RenameAndDraft($agentId: ID!) {\n    updateAgent(input: { agentId: $agentId, expectedVersion: 1, name: \"Eve\", settings: { greeting: \"Good day\" } }) {\n      userErrors {\n        message\n      }\n    }\n    publishAgentVersion(input: { agentId: $agentId, version: 2 }) {\n      userErrors {\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.js').RenameAndDraftDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AtMoment($call: ID!, $agent: ID!, $tenant: ID!, $time: DateTime, $revision: Int) {\n    call(id: $call, asOf: $time, atRevision: $revision) {\n      id\n    }\n    agent(id: $agent, asOf: $time, atRevision: $revision) {\n      id\n    }\n    tenant(id: $tenant, asOf: $time, atRevision: $revision) {\n      id\n    }\n  }\n"): typeof import('./graphql.js').AtMomentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReadModels {\n    projections {\n      name\n    }\n  }\n"): typeof import('./graphql.js').ReadModelsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation MendNothing {\n    rebuildProjection(name: \"nonsense\") {\n      userErrors {\n        code\n      }\n    }\n    retryParked(name: \"nonsense\", stream: \"nonsense\") {\n      userErrors {\n        code\n      }\n    }\n  }\n"): typeof import('./graphql.js').MendNothingDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Suspend($tenantId: ID!) {\n    setTenantStatus(input: { tenantId: $tenantId, status: SUSPENDED, reason: \"unpaid\" }) {\n      position\n    }\n  }\n"): typeof import('./graphql.js').SuspendDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query QualityOf($callSid: CallSid!) {\n    call(callSid: $callSid) {\n      id\n      quality {\n        receivedFrames\n        sentFrames\n        gaps\n        gapMs\n        longestGapMs\n        jitterMs\n        maxJitterMs\n        underruns\n        underrunMs\n        lateMarks\n        echoes\n      }\n    }\n  }\n"): typeof import('./graphql.js').QualityOfDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription CallQuality($callId: ID!) {\n    callQuality(callId: $callId) {\n      callId\n      attempt\n      final\n      quality {\n        receivedFrames\n        sentFrames\n        gaps\n        gapMs\n        echoes\n      }\n    }\n  }\n"): typeof import('./graphql.js').CallQualityDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetTenantCallLimit($input: SetTenantCallLimitInput!) {\n    setTenantCallLimit(input: $input) {\n      tenant {\n        maxConcurrentCalls\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.js').SetTenantCallLimitDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query UsageOf($callSid: CallSid!) {\n    call(callSid: $callSid) {\n      id\n      usage {\n        capability\n        provider\n        model\n        requests\n        heardMs\n        characters\n        spokenMs\n        inputTokens\n        outputTokens\n      }\n    }\n  }\n"): typeof import('./graphql.js').UsageOfDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Role {\n    me {\n      platformRole\n      tenant {\n        id\n      }\n    }\n  }\n"): typeof import('./graphql.js').RoleDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query WhoErases {\n    me {\n      id\n    }\n  }\n"): typeof import('./graphql.js').WhoErasesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CallToErase($id: ID!, $minPosition: String) {\n    call(id: $id, minPosition: $minPosition) {\n      contactId\n      from\n      to\n      status\n      turnCount\n      turns {\n        turn\n        callerText\n        agentText\n        agentHeardText\n      }\n      events(first: 100) {\n        nodes {\n          type\n          data\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').CallToEraseDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query TenantToErase($id: ID!) {\n    tenant(id: $id) {\n      name\n      status\n      phoneNumbers {\n        number\n      }\n    }\n  }\n"): typeof import('./graphql.js').TenantToEraseDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AgentsToErase {\n    agents {\n      nodes {\n        name\n        versions {\n          greeting\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').AgentsToEraseDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RutabagaToErase {\n    knowledgeDocuments {\n      nodes {\n        title\n        tags\n        fileName\n      }\n    }\n    searchKnowledge(query: \"rutabaga\", minScore: -1) {\n      title\n    }\n  }\n"): typeof import('./graphql.js').RutabagaToEraseDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query MeToErase {\n    me {\n      id\n      email\n    }\n  }\n"): typeof import('./graphql.js').MeToEraseDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Me {\n    me {\n      id\n      email\n      firstName\n      lastName\n      platformRole\n      tenantRole\n      tenant {\n        id\n        name\n      }\n    }\n  }\n"): typeof import('./graphql.js').MeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Tenants($first: Int, $after: String) {\n    tenants(first: $first, after: $after) {\n      nodes {\n        id\n        name\n        status\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.js').TenantsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Agents($first: Int, $after: String) {\n    agents(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          id\n          name\n          description\n          enabled\n          latestVersion\n          liveVersion\n          versions {\n            version\n            language\n            greeting\n            systemPrompt\n            maxDurationMs\n            publishedAt\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').AgentsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateAgent($input: UpdateAgentInput!) {\n    updateAgent(input: $input) {\n      agent {\n        latestVersion\n        liveVersion\n        versions {\n          version\n          greeting\n          systemPrompt\n        }\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n    }\n  }\n"): typeof import('./graphql.js').UpdateAgentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Calls($first: Int, $after: String, $minPosition: String) {\n    calls(first: $first, after: $after, minPosition: $minPosition) {\n      nodes {\n        id\n      }\n      totalCount\n    }\n  }\n"): typeof import('./graphql.js').CallsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OneOfNone {\n    calls(filter: { status: { in: [] } }) {\n      nodes {\n        id\n      }\n      totalCount\n    }\n    auditTrail(filter: { type: { in: [] } }) {\n      nodes {\n        type\n      }\n    }\n  }\n"): typeof import('./graphql.js').OneOfNoneDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReadsOf($actorId: ID!) {\n    auditTrail(filter: { actorId: $actorId }) {\n      nodes {\n        type\n        actor {\n          type\n          id\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').ReadsOfDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription TranscriptOfNobody($callId: ID!) {\n    callTranscript(callId: $callId) {\n      cursor\n    }\n  }\n"): typeof import('./graphql.js').TranscriptOfNobodyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query NodeById($id: ID!) {\n    node(id: $id) {\n      __typename\n      id\n      ... on Tenant {\n        name\n        phoneNumbers {\n          number\n        }\n      }\n      ... on Agent {\n        name\n      }\n      ... on Call {\n        callSid\n      }\n    }\n  }\n"): typeof import('./graphql.js').NodeByIdDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DocumentStatus($id: ID!) {\n    knowledgeDocument(id: $id) {\n      status\n    }\n  }\n"): typeof import('./graphql.js').DocumentStatusDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Ask($query: String!) {\n    searchKnowledge(query: $query, minScore: -1) {\n      documentId\n      text\n    }\n  }\n"): typeof import('./graphql.js').AskDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Forget($id: ID!) {\n    deleteKnowledgeDocument(input: { documentId: $id }) {\n      position\n    }\n  }\n"): typeof import('./graphql.js').ForgetDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query KnowledgeDocuments($first: Int, $after: String, $filter: KnowledgeDocumentFilterInput) {\n    knowledgeDocuments(first: $first, after: $after, filter: $filter) {\n      nodes {\n        id\n        title\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n"): typeof import('./graphql.js').KnowledgeDocumentsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query KnowledgeDocument($id: ID!, $asOf: DateTime, $atRevision: Int) {\n    knowledgeDocument(id: $id, asOf: $asOf, atRevision: $atRevision) {\n      id\n      title\n      description\n      tags\n      fileName\n      mediaType\n      bytes\n      status\n      chars\n      chunks\n      failure {\n        step\n        code\n      }\n      uploadedBy\n    }\n    node(id: $id) {\n      id\n      __typename\n    }\n  }\n"): typeof import('./graphql.js').KnowledgeDocumentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query KnowledgeState($stream: String!, $revision: Int) {\n    stateAt(stream: $stream, revision: $revision) {\n      storedAt\n      state\n      readModels\n    }\n  }\n"): typeof import('./graphql.js').KnowledgeStateDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SearchKnowledge($query: String!, $limit: Int, $minScore: Float, $tags: [String!]) {\n    searchKnowledge(query: $query, limit: $limit, minScore: $minScore, tags: $tags) {\n      documentId\n      title\n      chunk\n      text\n      score\n    }\n  }\n"): typeof import('./graphql.js').SearchKnowledgeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteKnowledgeDocument($id: ID!) {\n    deleteKnowledgeDocument(input: { documentId: $id }) {\n      document {\n        id\n        status\n      }\n      userErrors {\n        field\n        code\n      }\n    }\n  }\n"): typeof import('./graphql.js').DeleteKnowledgeDocumentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LatencyReport($filter: LatencyFilterInput, $groupBy: [LatencyGrouping!]!, $minPosition: String) {\n    latencyReport(filter: $filter, groupBy: $groupBy, minPosition: $minPosition) {\n      from\n      to\n      groups {\n        agent {\n          id\n        }\n        agentVersion\n        speechToText\n        languageModel\n        textToSpeech\n        calls\n        turns\n        interrupted\n        budgetExceeded\n        speculation {\n          started\n          promoted\n          wastedOutputTokens\n          wastedRetrievals\n        }\n        retrievalMs {\n          p50\n          p95\n          p99\n        }\n        responseMs {\n          p50\n          p95\n          p99\n        }\n        modelFirstTokenMs {\n          p50\n          p95\n          p99\n        }\n        ownMs {\n          p50\n          p95\n          p99\n        }\n        interruptionMs {\n          p50\n          p95\n          p99\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').LatencyReportDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ProjectionStates {\n    projections {\n      name\n      state\n      waitsFor\n      position\n      parked {\n        stream\n      }\n    }\n  }\n"): typeof import('./graphql.js').ProjectionStatesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RowOfCall($callSid: CallSid!) {\n    call(callSid: $callSid) {\n      status\n      turns {\n        callerText\n      }\n    }\n  }\n"): typeof import('./graphql.js').RowOfCallDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query TypesOf($name: String!) {\n    stream(name: $name) {\n      events {\n        nodes {\n          type\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').TypesOfDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RevisionAt($stream: String!, $revision: Int) {\n    stateAt(stream: $stream, revision: $revision) {\n      revision\n    }\n  }\n"): typeof import('./graphql.js').RevisionAtDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Changes($stream: String!, $from: Int!, $to: Int!) {\n    diff(stream: $stream, from: $from, to: $to) {\n      changes {\n        path\n      }\n    }\n  }\n"): typeof import('./graphql.js').ChangesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CallAt($id: ID!, $revision: Int) {\n    call(id: $id, atRevision: $revision) {\n      status\n    }\n  }\n"): typeof import('./graphql.js').CallAtDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query TrailOf($filter: AuditFilterInput) {\n    auditTrail(first: 100, filter: $filter) {\n      nodes {\n        tenantId\n        correlationId\n      }\n    }\n  }\n"): typeof import('./graphql.js').TrailOfDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CorrelationIn($id: ID!) {\n    correlation(id: $id) {\n      nodes {\n        id\n      }\n    }\n  }\n"): typeof import('./graphql.js').CorrelationInDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query StreamNamed($name: String!) {\n    stream(name: $name) {\n      revision\n    }\n  }\n"): typeof import('./graphql.js').StreamNamedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AllTenants {\n    tenants(first: 100) {\n      nodes {\n        id\n        phoneNumbers {\n          id\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').AllTenantsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query NodeNamed($id: ID!) {\n    node(id: $id) {\n      id\n    }\n  }\n"): typeof import('./graphql.js').NodeNamedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query MyTenant {\n    me {\n      tenant {\n        phoneNumbers {\n          id\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').MyTenantDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OneCall($id: ID, $callSid: CallSid) {\n    call(id: $id, callSid: $callSid) {\n      id\n      callSid\n    }\n  }\n"): typeof import('./graphql.js').OneCallDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OneAgent($id: ID!) {\n    agent(id: $id) {\n      id\n    }\n  }\n"): typeof import('./graphql.js').OneAgentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query VersionsOfOne($id: ID!) {\n    agentVersions(agentId: $id) {\n      nodes {\n        version\n      }\n    }\n  }\n"): typeof import('./graphql.js').VersionsOfOneDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DiffOfOne($id: ID!) {\n    agentVersionDiff(agentId: $id, from: 1, to: 1) {\n      field\n    }\n  }\n"): typeof import('./graphql.js').DiffOfOneDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OneDocument($id: ID!) {\n    knowledgeDocument(id: $id) {\n      id\n    }\n  }\n"): typeof import('./graphql.js').OneDocumentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OneTenant($id: ID!) {\n    tenant(id: $id) {\n      phoneNumbers {\n        id\n      }\n    }\n  }\n"): typeof import('./graphql.js').OneTenantDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Lists {\n    calls {\n      totalCount\n      nodes {\n        id\n      }\n    }\n    agents {\n      nodes {\n        id\n      }\n    }\n    knowledgeDocuments {\n      nodes {\n        id\n      }\n    }\n  }\n"): typeof import('./graphql.js').ListsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription QualityOfOne($callId: ID!) {\n    callQuality(callId: $callId) {\n      final\n    }\n  }\n"): typeof import('./graphql.js').QualityOfOneDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Projections($name: String) {\n    projections(name: $name) {\n      name\n      version\n      generation\n      state\n      position\n      lagEvents\n      lagMs\n      percent\n      skippedEvents\n      batchEvents\n      batchMs\n      parked {\n        stream\n        error\n      }\n    }\n  }\n"): typeof import('./graphql.js').ProjectionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RebuildProjection($name: String!) {\n    rebuildProjection(name: $name) {\n      projections {\n        generation\n        state\n      }\n      userErrors {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.js').RebuildProjectionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetryParked($name: String!, $stream: String!) {\n    retryParked(name: $name, stream: $stream) {\n      projections {\n        parked {\n          stream\n        }\n      }\n      userErrors {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.js').RetryParkedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ProjectionProgress($name: String!) {\n    projectionProgress(name: $name) {\n      generation\n      state\n      percent\n    }\n  }\n"): typeof import('./graphql.js').ProjectionProgressDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RecordingOf($callSid: CallSid!) {\n    call(callSid: $callSid) {\n      id\n      turns {\n        turn\n        callerText\n        callerStartedMs\n        callerEndedMs\n        agentHeardText\n        agentStartedMs\n        agentEndedMs\n        interrupted\n      }\n      recording {\n        startedAtMs\n        durationMs\n        bytes\n        sha256\n        complete\n        url\n      }\n    }\n  }\n"): typeof import('./graphql.js').RecordingOfDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetAgentEnabled($input: SetAgentEnabledInput!) {\n    setAgentEnabled(input: $input) {\n      agent {\n        enabled\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.js').SetAgentEnabledDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetTenantStatus($input: SetTenantStatusInput!) {\n    setTenantStatus(input: $input) {\n      tenant {\n        status\n      }\n      userErrors {\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.js').SetTenantStatusDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateUnpublishedAgent($input: CreateAgentInput!) {\n    createAgent(input: $input) {\n      agent {\n        id\n      }\n    }\n  }\n"): typeof import('./graphql.js').CreateUnpublishedAgentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Assign($input: AssignPhoneNumberInput!) {\n    assignPhoneNumber(input: $input) {\n      userErrors {\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.js').AssignDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CallOfABackup($id: ID!, $minPosition: String) {\n    call(id: $id, minPosition: $minPosition) {\n      from\n      turns {\n        callerText\n      }\n    }\n  }\n"): typeof import('./graphql.js').CallOfABackupDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EverythingOfATenant($id: ID!) {\n    tenant(id: $id) {\n      id\n      name\n      status\n      language\n      createdAt\n      phoneNumbers {\n        id\n        number\n        agentId\n      }\n    }\n    agents {\n      nodes {\n        id\n        name\n        latestVersion\n        liveVersion\n        createdAt\n        versions {\n          version\n          greeting\n        }\n      }\n    }\n    calls {\n      nodes {\n        id\n        callSid\n        contactId\n        from\n        to\n        status\n        receivedAt\n        endedAt\n        durationMs\n        turnCount\n        turns {\n          turn\n          callerText\n          agentText\n          agentHeardText\n          interrupted\n        }\n        events(first: 100) {\n          nodes {\n            id\n            type\n            revision\n            occurredAt\n            data\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').EverythingOfATenantDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query MovedDocuments($query: String!) {\n    knowledgeDocuments {\n      nodes {\n        title\n        status\n        failure {\n          code\n          message\n        }\n      }\n    }\n    searchKnowledge(query: $query, minScore: -1) {\n      title\n    }\n  }\n"): typeof import('./graphql.js').MovedDocumentsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RebuildCalls {\n    rebuildProjection(name: \"calls\") {\n      userErrors {\n        code\n      }\n    }\n  }\n"): typeof import('./graphql.js').RebuildCallsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CallsGeneration {\n    projections(name: \"calls\") {\n      generation\n    }\n  }\n"): typeof import('./graphql.js').CallsGenerationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ChangeAgent($input: UpdateAgentInput!) {\n    updateAgent(input: $input) {\n      agent {\n        name\n        description\n        latestVersion\n      }\n      userErrors {\n        field\n        message\n        code\n      }\n    }\n  }\n"): typeof import('./graphql.js').ChangeAgentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AgentConfig($id: ID!, $version: Int, $atRevision: Int) {\n    agent(id: $id, version: $version, atRevision: $atRevision) {\n      name\n      status\n      liveVersion\n      config {\n        version\n        status\n        greeting\n        systemPrompt\n        textToSpeech {\n          voice\n          speed\n          settings\n        }\n        turnTaking {\n          detection\n          callerTurnLimitMs\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').AgentConfigDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
