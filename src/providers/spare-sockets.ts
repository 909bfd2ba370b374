import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { type DialOptions, dial } from './provider-socket.js';

interface Spare {
  readonly url: string;
  readonly socket: WebSocket;
  /** It's open, or never will be. */
  readonly settled: Promise<unknown>;
  tcp: Socket | null;
  timer: NodeJS.Timeout;
}

/**
 * More speak at once than so many only in the largest plans of the services that have sockets for one text each. Those that
 * wait take nobody's place: ElevenLabs' limit counts what is being spoken (elevenlabs.io/blog/ai-rate-limiting-for-voice).
 */
const MOST = 20;

/**
 * A provider's sockets that are opened before they're needed, so that a text begins without a handshake. They cost nobody
 * anything: what goes wrong with one is told to nobody, one that isn't taken in time is closed, and none keeps a process
 * alive.
 */
export class SpareSockets {
  readonly #idleMs: number;
  readonly #most: number;
  /** The oldest first. */
  #spares: Spare[] = [];

  /** `idleMs`: how long an open one may wait; less than the provider lets it. */
  constructor({ idleMs, most = MOST }: { readonly idleMs: number; readonly most?: number }) {
    this.#idleMs = idleMs;
    this.#most = most;
  }

  /** The newest one that is open: the caller's from here on. One that is still being opened isn't taken, it might hang. */
  take(url: string): WebSocket | undefined {
    const spare = this.#spares.findLast(
      ({ url: its, socket }) => its === url && socket.readyState === WebSocket.OPEN,
    );
    if (!spare) return undefined;
    this.#forget(spare);
    spare.socket.removeAllListeners();
    spare.tcp?.ref();
    return spare.socket;
  }

  /** Opens one where there is none. Resolves when it's open or given up; never rejects. */
  async prepare(options: DialOptions): Promise<void> {
    if (!this.#spares.some(({ url }) => url === options.url)) this.add(options);
    await this.#spares.find(({ url }) => url === options.url)?.settled;
  }

  /** Opens one more in the background; where there are too many, in place of the oldest. */
  add(options: DialOptions): void {
    this.#dial(options);
    const [oldest] = this.#spares;
    if (oldest && this.#spares.length > this.#most) this.#drop(oldest);
  }

  #dial(options: DialOptions): void {
    let socket: WebSocket;
    try {
      socket = dial(options);
    } catch {
      return; // The next text is told.
    }
    const drop = () => this.#drop(spare);
    const timer = setTimeout(drop, options.openWithinMs).unref();
    const settled = new Promise((resolve) => socket.once('open', resolve).once('close', resolve));
    const spare: Spare = { url: options.url, socket, settled, tcp: null, timer };
    this.#spares.push(spare);
    socket
      .on('upgrade', ({ socket: tcp }: IncomingMessage) => {
        spare.tcp = tcp.unref();
      })
      .on('open', () => {
        clearTimeout(spare.timer);
        spare.timer = setTimeout(drop, this.#idleMs).unref();
      })
      .on('error', () => undefined)
      .on('close', drop)
      // Nothing was asked: it says what's wrong with it.
      .on('message', drop);
  }

  #forget(spare: Spare): void {
    clearTimeout(spare.timer);
    this.#spares = this.#spares.filter((other) => other !== spare);
  }

  #drop(spare: Spare): void {
    this.#forget(spare);
    spare.socket.terminate();
  }
}
