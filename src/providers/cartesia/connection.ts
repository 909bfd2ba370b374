import { z } from 'zod';
import type { AppError } from '../../domain/errors.js';
import { inShape } from '../message-shape.js';
import { ProviderSocket, type ProviderSocketOptions } from '../provider-socket.js';
import type { Failure } from '../service.js';

/** What comes for one context. */
const contextMessage = z.looseObject({
  type: z.string(),
  context_id: z.string().nullish(),
  /** How many flushes were asked for until then, and this one: which text of the context it's about. */
  flush_id: z.number().nullish(),
});
export type ContextMessage = z.infer<typeof contextMessage>;

/** One text on its way, alone or behind others. */
export interface Context {
  readonly id: string;
  onMessage(message: ContextMessage): void;
  onFailure(error: AppError): void;
}

export interface ConnectionOptions
  extends Omit<ProviderSocketOptions, 'onMessage' | 'onFailure' | 'failure'> {
  /** A connection that nobody uses is closed after so long. */
  readonly idleMs: number;
}

/** A socket that carries many contexts side by side. What goes wrong with it goes wrong with all of them. */
export class CartesiaConnection {
  readonly #socket: ProviderSocket;
  readonly #failure: Failure;
  readonly #idleMs: number;
  readonly #contexts = new Map<string, Context>();
  #idle: NodeJS.Timeout | undefined;
  #isUsable = true;

  constructor(options: ConnectionOptions, failure: Failure) {
    this.#failure = failure;
    this.#idleMs = options.idleMs;
    this.#socket = new ProviderSocket({
      ...options,
      failure,
      onMessage: (message) => this.#receive(message),
      onFailure: (error) => this.#fail(error),
    });
    this.#waitForUse();
  }

  /** Whether it may be given further contexts. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** The handshake is over: a failure says nothing about the network or the key, the service may just have closed it. */
  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  /** A context's first text, or its next one: from now on its messages are for that. */
  begin(context: Context, requests: readonly object[]): void {
    clearTimeout(this.#idle);
    this.#contexts.set(context.id, context);
    for (const request of requests) this.#socket.send(JSON.stringify(request));
  }

  /** The context is over. `cancels`: the service is still at it. */
  end(id: string, cancels: boolean): void {
    if (!this.#contexts.delete(id)) return;
    if (cancels) this.#socket.send(JSON.stringify({ context_id: id, cancel: true }));
    if (this.#contexts.size > 0) return;
    if (!this.#isUsable) return this.#socket.close();
    this.#waitForUse();
  }

  /** It doesn't answer: those under way may still try, and nobody else. */
  distrust(): void {
    this.#isUsable = false;
  }

  #waitForUse(): void {
    this.#idle = setTimeout(() => this.#close(), this.#idleMs).unref();
  }

  #close(): void {
    this.#isUsable = false;
    this.#socket.close();
  }

  #receive(value: unknown): void {
    const message = inShape(contextMessage, value, this.#failure);
    // After a cancel a few messages still come, for nobody.
    if (message.context_id) this.#contexts.get(message.context_id)?.onMessage(message);
    else for (const context of [...this.#contexts.values()]) context.onMessage(message);
  }

  #fail(error: AppError): void {
    this.#isUsable = false;
    const contexts = [...this.#contexts.values()];
    this.#contexts.clear();
    for (const context of contexts) context.onFailure(error);
  }
}
