import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient, ApiFailure } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import { EraseSubject } from '../../src/client/operations.js';
import { newId } from '../../src/domain/ids.js';
import { SYSTEM_TENANT } from '../../src/domain/stream.js';
import { AccessTokens } from '../../src/identity/tokens.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  testSecrets,
} from '../support/platform.js';
import { contactOf, SpokenCall } from '../support/spoken-call.js';

const Me = graphql(`
  query WhoErases {
    me {
      id
    }
  }
`);

const ANN = { number: '+14155550177', words: 'rutabaga' };
const BOB = { number: '+14155550188', words: 'marzipan' };

describe('who may erase', () => {
  let platform: TestPlatform;
  let mine: TestTenant;
  beforeAll(async () => {
    platform = await startTestPlatform();
    mine = await createTestTenant(platform);
  });
  afterAll(() => platform.close());

  const clientOf = (tenantRole: 'OWNER' | 'MEMBER' | 'VIEWER'): ApiClient =>
    platform.admin.as(
      new AccessTokens(testSecrets.jwtKeys, 600).issue({
        userId: 'usr_00000000000000000000000001',
        tenantId: mine.tenantId,
        tenantRole,
        platformRole: null,
      }).accessToken,
    );
  const codeOf = async (client: ApiClient, kind: 'CONTACT' | 'USER' | 'CALL' | 'TENANT', id: string) => {
    return client.request(EraseSubject, { input: { kind, id } }).then(
      ({ eraseSubject }) => eraseSubject.userErrors[0]?.code ?? 'DONE',
      ({ errors }: ApiFailure) => errors[0]?.extensions.code,
    );
  };
  const call = async (caller: typeof ANN) => {
    const made = new SpokenCall(platform.storage.ledger, mine.tenantId, caller);
    await made.toItsEnd();
    return made.callId;
  };

  it('contacts and calls: those who manage the tenant', async () => {
    const callId = await call(ANN);
    for (const role of ['MEMBER', 'VIEWER'] as const) {
      expect(await codeOf(clientOf(role), 'CALL', callId)).toBe('FORBIDDEN');
      expect(await codeOf(clientOf(role), 'CONTACT', ANN.number)).toBe('FORBIDDEN');
    }
    expect(await codeOf(clientOf('OWNER'), 'CALL', callId)).toBe('DONE');
    expect(await codeOf(clientOf('OWNER'), 'CONTACT', ANN.number)).toBe('DONE');
  });

  it('users and tenants: superadmins, and nobody himself', async () => {
    const { me } = await platform.admin.request(Me);
    expect(await codeOf(clientOf('OWNER'), 'USER', me.id)).toBe('FORBIDDEN');
    expect(await codeOf(clientOf('OWNER'), 'TENANT', mine.tenantId)).toBe('FORBIDDEN');
    expect(await codeOf(platform.admin, 'USER', me.id)).toBe('BAD_USER_INPUT');
  });

  it('what is theirs: everything else does not exist', async () => {
    const others = await createTestTenant(platform);
    const callId = await call(BOB);
    const contactId = contactOf(mine.tenantId, BOB.number);
    for (const [kind, id] of [
      ['CALL', callId],
      ['CALL', 'nonsense'],
      ['CONTACT', contactId],
      ['CONTACT', BOB.number],
      ['USER', newId('user')],
      ['TENANT', newId('tenant')],
      ['TENANT', SYSTEM_TENANT],
    ] as const) {
      expect([kind, id, await codeOf(others.client, kind, id)]).toEqual([kind, id, 'NOT_FOUND']);
    }
  });
});
