import pc from 'picocolors';
import type { CallBySidQuery, CallTranscriptSubscription } from '../../client/gql/graphql.js';

export type DemoCall = NonNullable<CallBySidQuery['call']>;
type Item = CallTranscriptSubscription['callTranscript'];

export const heading = (text: string): string => `\n${pc.bold(text)}`;

const speakers: Readonly<Record<string, string>> = { CALLER: 'caller', AGENT: 'agent' };

/** The lines of a transcript as they come. On a terminal an interim is written over by the next one, and by its final. */
export class TranscriptPrinter {
  readonly #output: NodeJS.WriteStream;
  #interimShown = false;

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
  }

  print(item: Item): void {
    if (item.final) this.#line(finalLine(item));
    else this.#interim(`${this.#name(item)}  ${pc.dim(`${item.text ?? ''} …`)}`);
  }

  #name({ speaker }: Item): string {
    return `  ${(speakers[speaker ?? ''] ?? '').padEnd(8)}`;
  }

  #line(text: string): void {
    const clear = this.#interimShown ? '\r\u001b[K' : '';
    this.#interimShown = false;
    this.#output.write(`${clear}${text}\n`);
  }

  #interim(text: string): void {
    if (!this.#output.isTTY) {
      this.#output.write(`${text}\n`);
      return;
    }
    // What is wider than the terminal would leave lines behind.
    const shown = [...text].slice(0, this.#output.columns - 2).join('');
    this.#output.write(`\r\u001b[K${shown}`);
    this.#interimShown = true;
  }
}

const finalLine = ({ kind, speaker, text, interrupted, endReason }: Item): string => {
  const name = `  ${pc.cyan((speakers[speaker ?? ''] ?? '').padEnd(8))}`;
  switch (kind) {
    case 'KEYS':
      return `${name}  ${pc.italic(`presses ${text}`)}`;
    case 'BACKCHANNEL':
      return `${name}  ${pc.dim(`(${text})`)}`;
    case 'ENDED':
      return `  ${pc.dim(`the call ended: ${(endReason ?? '').toLowerCase().replaceAll('_', ' ')}`)}`;
    case 'RESUMED':
      return `  ${pc.dim('the call went on with another media stream')}`;
    default:
      return `${name}  ${text ?? ''}${interrupted ? pc.yellow(' — interrupted') : ''}`;
  }
};

const STAGES = [
  ['endpointing', 'endpointingMs'],
  ['transcript', 'transcriptMs'],
  ['retrieval', 'retrievalMs'],
  ['first token', 'modelFirstTokenMs'],
  ['first speech', 'synthesisFirstByteMs'],
  ['lead silence', 'leadingSilenceMs'],
  ['first frame', 'firstFrameMs'],
  ['playout', 'playoutMs'],
  ['interruption', 'interruptionMs'],
  ['response', 'responseMs'],
  ['own share', 'ownMs'],
] as const;

/** A row a turn that the agent answered. */
export const latencyTable = ({ turns }: DemoCall): string => {
  const header = ['  turn', ...STAGES.map(([name]) => name)];
  const rows = turns.flatMap(({ turn, latency }) =>
    latency ? [[`  ${turn}`, ...STAGES.map(([, field]) => String(latency[field] ?? '–'))]] : [],
  );
  return aligned([header, ...rows]);
};

const SHOWN_CHARS = 70;

/** A row an event: its revision, when it happened, its type, and the beginning of its fields. */
export const eventTable = ({ events, receivedAt }: DemoCall): string =>
  aligned(
    events.nodes.map(({ revision, occurredAt, type, data }) => {
      const seconds = (Date.parse(occurredAt) - Date.parse(receivedAt)) / 1_000;
      return [
        `  ${revision}`,
        `${seconds.toFixed(1)} s`,
        type,
        pc.dim(JSON.stringify(data).slice(0, SHOWN_CHARS)),
      ];
    }),
    { left: [2, 3] },
  );

/** Columns as wide as their widest cell; numbers to the right, and the columns named in `left` to the left. */
const aligned = (rows: readonly (readonly string[])[], { left = [] as readonly number[] } = {}): string => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const cellOf = (cell: string, column: number) =>
    left.includes(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(cellOf).join('  ').trimEnd()).join('\n');
};
