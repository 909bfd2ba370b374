import { once } from 'node:events';
import { UnreadableEvent } from '../../ledger/codec/codec.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import { type CallLine, callLines } from '../../replay/call-lines.js';
import { decodedUntil } from '../../replay/moment.js';
import { brokenLines } from '../broken-lines.js';
import { findInstallation } from '../installation.js';
import { onInterrupt } from '../interrupt.js';
import { momentOf } from '../moment-option.js';
import { openRecords } from '../open-records.js';
import { terminalColumns } from '../output.js';
import { printable } from '../printable.js';
import type { Storage } from '../storage.js';
import { notedCall } from './noted-call.js';

export interface ReplayOptions {
  /** A revision, or a time in ISO 8601. */
  readonly at?: string;
  readonly follow?: boolean;
}

/** `ledgerline replay call <id>`: what happened in a call, up to a moment, or until it ends. */
export const replayCall = async (id: string, { at, follow = false }: ReplayOptions): Promise<void> => {
  const moment = momentOf(at);
  const storage = await openRecords(await findInstallation(process.env));
  try {
    const { callId, stream } = await notedCall(storage, id);
    const { ledger } = storage;
    const past = await decodedUntil(ledger, stream, await ledger.store.readStream(stream), moment);
    const lines = callLines(past);
    process.stdout.write(`${callId}\n${lines.map(textOf).join('')}`);
    const last = past.at(-1);
    // More may stand behind the end: what the carrier reports, and that the call can be replayed.
    if (follow && last && !past.some(isEnd)) await followCall(storage, stream, last, lines.at(-1)?.atMs ?? 0);
  } finally {
    await storage.close();
  }
};

const isEnd = ({ type }: LedgerRecord): boolean => type === 'CallEnded' || type === 'CallRejected';

/** Until the call ends, or somebody interrupts. */
const followCall = async (
  { ledger }: Storage,
  stream: string,
  last: LedgerRecord,
  lastMs: number,
): Promise<void> => {
  const stop = new AbortController();
  onInterrupt(() => stop.abort());
  let atMs = lastMs;
  for await (const { events } of ledger.subscribeAll({ after: last.position, signal: stop.signal })) {
    for (const event of events) {
      if (event instanceof UnreadableEvent) {
        if (event.stored.stream === stream) throw event.error;
        continue;
      }
      if (event.stream !== stream) continue;
      for (const line of callLines([event], atMs)) {
        atMs = line.atMs;
        if (!process.stdout.write(textOf(line))) await once(process.stdout, 'drain');
      }
      if (isEnd(event)) return stop.abort();
    }
  }
};

/** However narrow a terminal is. */
const MIN_COLUMNS = 20;

/** On a terminal what was said stays in its column. */
const textOf = ({ revision, atMs, who, what }: CallLine): string => {
  const head = `${String(revision).padStart(4)}  ${clock(atMs).padStart(7)}  ${who.padEnd(7)}  `;
  const columns = terminalColumns();
  if (columns === null) return `${head}${printable(what)}\n`;
  const lines = brokenLines(printable(what), Math.max(columns - head.length, MIN_COLUMNS));
  return `${head}${lines.join(`\n${' '.repeat(head.length)}`)}\n`;
};

/** Minutes, seconds and tenths. */
const clock = (ms: number): string => {
  const tenths = Math.floor(ms / 100);
  return `${Math.floor(tenths / 600)}:${String(Math.floor(tenths / 10) % 60).padStart(2, '0')}.${tenths % 10}`;
};
