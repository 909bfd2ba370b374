import { EventStoreDBClient } from '@eventstore/db-client';

/** The client's own, which its types keep from us. */
interface Reconnecting {
  handleError(client: unknown, error: Error): Promise<void>;
}

/**
 * A client that outlives its cluster's absence. After each failure the client looks at its connection without waiting
 * for what it finds; where a new one couldn't be made either, that would end the process as an unhandled rejection.
 */
export const openClient = (connectionString: string): EventStoreDBClient => {
  const client = EventStoreDBClient.connectionString(connectionString);
  const { handleError } = client as unknown as Reconnecting;
  const survive: Reconnecting['handleError'] = (...failure) =>
    // Who asked for the new connection is told of its failure.
    handleError(...failure).catch(() => undefined);
  return Object.assign(client, { handleError: survive });
};
