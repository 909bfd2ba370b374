import { graphql } from '../../src/client/gql/gql.js';
import type { TestTenant } from './platform.js';

export const ChangeAgent = graphql(`
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
`);

export const changeSettings = async (
  { client, agentId }: TestTenant,
  expectedVersion: number,
  settings: object,
) => {
  const { updateAgent } = await client.request(ChangeAgent, {
    input: { agentId, expectedVersion, settings },
  });
  return updateAgent;
};

export const ReadAgent = graphql(`
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
`);
