import { randomInt, randomUUID } from 'node:crypto';
import { newId } from '../../src/domain/ids.js';
import { Pseudonyms } from '../../src/ledger/keys/pseudonyms.js';
import { createTenant } from '../../src/tenancy/tenants.js';
import { openLedger } from './ledger.js';
import { testIndexKey } from './secrets.js';

/**
 * A process that makes tenants with numbers, several at once, for as long as it lives. It prints `wanted <number>` before
 * it begins one and `made <number>` at its end. Tests run it, compiled, to have somebody to kill.
 */
const [databaseUrl = ''] = process.argv.slice(2);
const AT_ONCE = 4;

const { ledger } = openLedger(databaseUrl);
const options = { ledger, pseudonyms: new Pseudonyms(testIndexKey) };

const makeTenants = async (): Promise<void> => {
  for (;;) {
    const number = `+1${randomInt(2_000_000_000, 9_999_999_999)}`;
    process.stdout.write(`wanted ${number}\n`);
    const commandId = randomUUID();
    await createTenant(
      options,
      {
        tenantId: newId('tenant'),
        name: 'Acme',
        description: null,
        language: null,
        phoneNumber: { number, numberId: newId('number') },
        createdBy: 'usr_1',
      },
      {
        commandId,
        correlationId: commandId,
        actor: { type: 'user', id: 'usr_1' },
        occurredAt: new Date().toISOString(),
      },
    );
    process.stdout.write(`made ${number}\n`);
  }
};

await Promise.all(Array.from({ length: AT_ONCE }, makeTenants));
