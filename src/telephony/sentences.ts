import type { RejectReason } from '../domain/call/vocabulary.js';

/** What a caller hears instead of an agent. */
export const rejection: Readonly<Record<RejectReason, string>> = {
  unknown_number: 'The number you have called is not in service. Goodbye.',
  number_unassigned: 'Nobody answers at this number yet. Please try again later. Goodbye.',
  agent_unpublished: 'The assistant at this number is not ready yet. Please try again later. Goodbye.',
  agent_disabled:
    'The assistant at this number is switched off at the moment. Please try again later. Goodbye.',
  tenant_inactive: 'The service at this number is not active. Goodbye.',
  tenant_suspended: 'The service at this number is suspended. Goodbye.',
  busy: 'All our lines are busy. Please try again in a few minutes. Goodbye.',
};

/** The media stream broke again and again. */
export const lineBroken = 'I am sorry, the connection keeps breaking. Please call again. Goodbye.';
