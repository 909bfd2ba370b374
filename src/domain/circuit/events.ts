import { z } from 'zod';
import { defineEvent, type EventOf } from '../event.js';

/** What a circuit breaker watches of a provider. */
const circuitCapabilities = [
  'speech_to_text',
  'language_model',
  'text_to_speech',
  'speech_to_speech',
] as const;
export type CircuitCapability = (typeof circuitCapabilities)[number];

const circuit = {
  provider: z.string(),
  capability: z.enum(circuitCapabilities),
  /** The process: each has breakers of its own. */
  worker: z.string(),
};

/** A provider that failed too often isn't asked for a while: calls go on with their fallbacks at once. */
export const circuitEvents = {
  CircuitOpened: defineEvent('CircuitOpened', {
    ...circuit,
    /** How many failures there were in the breaker's window. */
    failures: z.int().min(1),
    /** The last one, without anybody's words. */
    error: z.string().max(500),
    /** So much later one request tries whether it's back. */
    retryInMs: z.int().min(0),
  }),
  /** The provider did what it was asked again. */
  CircuitClosed: defineEvent('CircuitClosed', {
    ...circuit,
    /** How long the provider wasn't asked. */
    openMs: z.int().min(0),
  }),
};

export type CircuitEvent = EventOf<typeof circuitEvents>;
