import { addNumber, type NumberOptions } from '../numbers.js';
import { PATIENCE_MS } from './patience.js';
import { commandOf, defineWorkflow, type Workflow } from './workflow.js';

/** Adds a new tenant's first number where the process that made the tenant didn't come to it. */
export const firstNumber = (options: NumberOptions): Workflow =>
  defineWorkflow({
    startsWith: 'TenantCreated',
    // Until then the mutation is at it itself.
    afterMs: PATIENCE_MS,
    finish: async (event) => {
      const { tenantId, numberId, phoneNumber, createdBy } = event.data;
      // No number was asked for, or the tenant is erased.
      if (!numberId || !phoneNumber) return;
      const number = { tenantId, numberId, number: phoneNumber, by: createdBy };
      await addNumber(options, number, commandOf(event));
    },
  });
