import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** As `npm start` has them. */
const NODE_FLAGS = ['--max-semi-space-size=32', '--heap-growing-percent=300'];

/** Another process that does one kind of work, whenever it's told to; `serveWork` is its other end. */
export class Worker<Task, Result> {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** `module`: beside this file, as `append-worker.js`. Resolves once it can be told what to do. */
  static async start<Task, Result>(module: string): Promise<Worker<Task, Result>> {
    const child = fork(new URL(module, import.meta.url), { execArgv: NODE_FLAGS });
    await once(child, 'message');
    return new Worker(child);
  }

  run(task: Task): Promise<Result> {
    return new Promise((resolve, reject) => {
      const onExit = () => reject(new Error('A process of the benchmark ended before its work did.'));
      this.#child.once('exit', onExit);
      this.#child.once('message', (result) => {
        this.#child.off('exit', onExit);
        resolve(result as Result);
      });
      this.#child.send(task as object);
    });
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}

/** Does the work of a `Worker`, one task after the other, until its parent lets it go. */
export const serveWork = <Task, Result>(work: (task: Task) => Promise<Result>): void => {
  process.on('message', (task: Task) => {
    work(task).then(
      (result) => process.send?.(result),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.send?.('ready');
};
