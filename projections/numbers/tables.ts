import { defineTable, nullable, text, timestamp } from '../runtime/table.js';

export const numbersTable = defineTable(
  'phone_numbers',
  {
    tenantId: text,
    numberId: text,
    number: nullable(text),
    agentId: nullable(text),
    addedAt: timestamp,
    assignedAt: nullable(timestamp),
  },
  {
    key: ['numberId'],
    indexes: [['tenantId', 'addedAt', 'numberId'], ['agentId']],
    personal: { columns: ['number'], subjects: {} },
  },
);
