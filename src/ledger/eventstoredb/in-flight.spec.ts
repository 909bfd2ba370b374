import { describe, expect, it } from '@jest/globals';
import { ErrorCode } from '../../domain/errors.js';
import { InFlight } from './in-flight.js';

/** A task that a test ends. */
const openTask = () => {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { run: () => ended, end };
};

describe('appends in flight', () => {
  it('run up to a bound, and the others in their order', async () => {
    const inFlight = new InFlight({ maxRunning: 2, maxWaiting: 10 });
    const started: number[] = [];
    const tasks = Array.from({ length: 5 }, openTask);
    const results = tasks.map(({ run }, at) =>
      inFlight.run(() => {
        started.push(at);
        return run();
      }),
    );
    expect(started).toEqual([0, 1]);
    tasks[1]?.end();
    await results[1];
    expect(started).toEqual([0, 1, 2]);
    for (const { end } of tasks) end();
    await Promise.all(results);
    expect(started).toEqual([0, 1, 2, 3, 4]);
  });

  it('refuse what is too much, and take more once there is room', async () => {
    const inFlight = new InFlight({ maxRunning: 1, maxWaiting: 1 });
    const task = openTask();
    const accepted = [inFlight.run(task.run), inFlight.run(task.run)];
    await expect(inFlight.run(task.run)).rejects.toMatchObject({ code: ErrorCode.RETRY_LATER });
    task.end();
    await Promise.all(accepted);
    await expect(inFlight.run(async () => 'done')).resolves.toBe('done');
  });

  it('make room also when one fails', async () => {
    const inFlight = new InFlight({ maxRunning: 1, maxWaiting: 1 });
    const failing = inFlight.run(() => Promise.reject(new Error('lost')));
    const next = inFlight.run(async () => 'done');
    await expect(failing).rejects.toThrow('lost');
    await expect(next).resolves.toBe('done');
  });

  it('are waited for at the end, with those that wait', async () => {
    const inFlight = new InFlight({ maxRunning: 1, maxWaiting: 10 });
    const done: number[] = [];
    for (const at of [0, 1, 2]) void inFlight.run(async () => void done.push(at));
    await inFlight.drained();
    expect(done).toEqual([0, 1, 2]);
  });
});
