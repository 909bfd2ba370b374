import pg from 'pg';
import { Admission } from '../../src/telephony/admission.js';
import { CallSlots } from '../../src/telephony/call-slots.js';
import { FreeLines } from '../../src/telephony/free-lines.js';
import { WaitingCalls, type WaitsFor } from '../../src/telephony/waiting-calls.js';
import type { TestPlatform } from './platform.js';

/** Longer than any test. */
const PATIENT_MS = 600_000;
const PLACES = 2;

export interface Caller {
  readonly callId: string;
  readonly tenantId: string;
  /** The tenant's. */
  readonly limit: number | null;
}

/** A process that answers incoming calls, and carries up to `PLACES` of them; or none, where it knows of others' places. */
export class LineProcess {
  readonly admission: Admission;
  readonly lines: FreeLines;
  readonly carried: string[] = [];
  /** Those who were told to ask again soon, when they asked last. */
  readonly next = new Set<string>();

  constructor(
    readonly name: string,
    readonly waiting: WaitingCalls,
    slots: CallSlots,
    heartbeat?: { readonly placesElsewhere: number },
  ) {
    const { carried } = this;
    this.admission = new Admission({
      limits: { maxCalls: PLACES, maxLoopLagMs: 0, maxCpuPercent: 0 },
      calls: { sessions: carried, carries: (callId) => carried.includes(callId) },
      now: () => performance.now(),
    });
    this.lines = new FreeLines({
      admission: this.admission,
      heartbeat: heartbeat ?? { placesElsewhere: 0 },
      slots,
      waiting,
      carriesMedia: !heartbeat,
      isDraining: () => false,
    });
    this.probe();
  }

  probe(): void {
    this.admission.observe({ loopLagP99Ms: 0, cpuPercent: 0 });
  }

  /** What is told to a caller, who then waits or has a line. */
  async ask({ callId, tenantId, limit }: Caller, waitedMs = 0): Promise<WaitsFor | null> {
    const request = { callId, tenantId, waitedMs, maxConcurrentCalls: limit };
    const refusal = await this.lines.refusal(request);
    if (refusal) await this.lines.wait(request, refusal.waitsFor, PATIENT_MS);
    else {
      this.carried.push(callId);
      await this.lines.leave(callId);
    }
    if (refusal?.isNext) this.next.add(callId);
    else this.next.delete(callId);
    return refusal?.waitsFor ?? null;
  }
}

/** Two processes on the database of a platform, whose own calls they don't know. */
export class WaitingWorld {
  readonly processes: readonly [LineProcess, LineProcess];
  readonly #admin: pg.Pool;
  readonly #slots: CallSlots;

  private constructor({ storage, databaseUrl }: TestPlatform) {
    const connection = storage.connection('ledger');
    this.#admin = new pg.Pool({ connectionString: databaseUrl, max: 1 });
    this.#slots = new CallSlots(connection, storage.readModels);
    const process = (name: string) => new LineProcess(name, new WaitingCalls(connection, name), this.#slots);
    this.processes = [process('one'), process('other')];
  }

  /** Nobody waits in it, and nobody is connected. */
  static async open(platform: TestPlatform): Promise<WaitingWorld> {
    const world = new WaitingWorld(platform);
    await world.#admin.query('truncate ops.waiting_calls, ops.call_slots');
    return world;
  }

  /** A process that carries no calls itself, as the heartbeats tell it. */
  door(heartbeat: { readonly placesElsewhere: number }): LineProcess {
    return new LineProcess('door', this.processes[0].waiting, this.#slots, heartbeat);
  }

  /** A call that has a line is over. */
  async end(callId: string): Promise<void> {
    for (const process of this.processes) {
      const at = process.carried.indexOf(callId);
      if (at < 0) continue;
      process.carried.splice(at, 1);
      process.admission.release(callId);
      process.probe();
    }
    await this.#admin.query('delete from ops.call_slots where call_id = $1', [callId]);
  }

  /** A caller who waited hasn't asked again in time. */
  async expire(callId: string): Promise<void> {
    await this.#admin.query('update ops.waiting_calls set gone_at = now() where call_id = $1', [callId]);
  }

  async rows(): Promise<readonly string[]> {
    const { rows } = await this.#admin.query('select call_id from ops.waiting_calls order by since');
    return rows.map(({ call_id }) => call_id);
  }

  async close(): Promise<void> {
    for (const { waiting } of this.processes) await waiting.close();
    await this.#slots.close();
    await this.#admin.end();
  }
}
