import type { SpeechClient } from '@google-cloud/speech';

/** Google's front ends take 100 streams a connection, and a call has two for a moment after each stop. */
const CALLS_PER_CLIENT = 50;

/** A client for a call, which gives it back. */
export interface LeasedClient {
  readonly client: Promise<SpeechClient>;
  release(): void;
}

interface Shared {
  readonly client: Promise<SpeechClient>;
  calls: number;
}

/** As many connections as the calls need. One that couldn't be made isn't given to the next call. */
export class SpeechClients {
  readonly #create: () => Promise<SpeechClient>;
  #shared: Shared[] = [];

  constructor(create: () => Promise<SpeechClient>) {
    this.#create = create;
  }

  lease(): LeasedClient {
    const shared = this.#shared.find(({ calls }) => calls < CALLS_PER_CLIENT) ?? this.#connect();
    shared.calls++;
    return {
      client: shared.client,
      release: () => {
        shared.calls--;
      },
    };
  }

  #connect(): Shared {
    const shared: Shared = { client: this.#create(), calls: 0 };
    this.#shared.push(shared);
    shared.client.catch(() => {
      this.#shared = this.#shared.filter((other) => other !== shared);
    });
    return shared;
  }
}
