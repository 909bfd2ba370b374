import type { CartesiaConnection } from './connection.js';

/** The service forgets a context a second after its last audio, and takes no further text then. */
const KEPT_MS = 500;

/** A context whose texts so far are spoken. */
export interface OpenContext {
  readonly id: string;
  readonly connection: CartesiaConnection;
  readonly texts: number;
  /** The audio of those texts. */
  readonly spokenMs: number;
}

/** The contexts that may have further texts, by their utterance. */
export class OpenContexts {
  readonly #open = new Map<string, { readonly context: OpenContext; readonly expiry: NodeJS.Timeout }>();

  keep(utterance: string, context: OpenContext): void {
    this.#end(utterance);
    const expiry = setTimeout(() => this.#end(utterance), KEPT_MS).unref();
    this.#open.set(utterance, { context, expiry });
  }

  /** The one to go on with, which is the taker's then. */
  take(utterance: string): OpenContext | null {
    const open = this.#open.get(utterance);
    if (!open) return null;
    if (!open.context.connection.isUsable) this.#end(utterance);
    clearTimeout(open.expiry);
    return this.#open.delete(utterance) ? open.context : null;
  }

  #end(utterance: string): void {
    const open = this.#open.get(utterance);
    if (!open) return;
    clearTimeout(open.expiry);
    this.#open.delete(utterance);
    open.context.connection.end(open.context.id, false);
  }
}
