import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';
import { SEAL_STREAM } from '../../domain/seal/events.js';
import type { EventBatch, StoredEvent } from '../../ledger/event-store.js';
import { leafOf, lengthPrefixed } from './leaf.js';
import type { Signer, TrustedKeys } from './signing.js';

export const EXPORT_FORMAT = 'ledgerline-export';
export const EXPORT_VERSION = 1;

const text = z.string();

/** The first line. */
export const headerSchema = z.object({
  format: z.literal(EXPORT_FORMAT),
  version: z.int(),
  /** `null`: the whole ledger. */
  tenantId: z.string().nullable(),
  exportedAt: text,
});

/** A line for each event of the ledger, in order; of another tenant's there is only the hash. */
export const lineSchema = z.object({
  /** From 0: a line that is missing leaves a gap. */
  n: z.int(),
  position: text,
  leaf: text,
  event: z
    .object({
      stream: text,
      revision: z.int(),
      id: text,
      type: text,
      schemaVersion: z.int(),
      createdAt: text,
      data: text,
      metadata: z.looseObject({
        $correlationId: text,
        $causationId: text,
        tenantId: text,
        actor: z.looseObject({
          type: z.enum(['user', 'caller', 'agent', 'platform', 'carrier', 'operator']),
          id: text,
        }),
        occurredAt: text,
      }),
    })
    .optional(),
});

/** What is looked for in a line that isn't one. */
export const placeSchema = z.object({
  position: text,
  event: z.object({ stream: text, revision: z.int() }).optional().catch(undefined),
});

/** The last line: the platform's word for all lines before it, those that no seal covers yet included. */
export const footerSchema = z.object({ lines: z.int(), sha256: text, keyId: text, signature: text });

type Footer = z.infer<typeof footerSchema>;

const footerBytes = ({ lines, sha256, keyId }: Omit<Footer, 'signature'>): Buffer =>
  lengthPrefixed(['ledgerline-export-1', String(lines), sha256, keyId]);

/** What is wrong with the last line, given the hash of those before it; `null`: nothing. */
export const footerProblem = (footer: Footer, sha256: string, trusted: TrustedKeys): string | null => {
  const problem = trusted.problemOf(footerBytes(footer), footer.keyId, footer.signature);
  if (problem) return `The file ${problem}.`;
  return footer.sha256 === sha256 ? null : "The file isn't what was exported: it was changed after that.";
};

export interface ExportOptions {
  readonly batches: AsyncIterable<EventBatch>;
  readonly signer: Signer;
  /** Only this tenant's events, and the seals; `null`: all. */
  readonly tenantId: string | null;
  /** ISO 8601 in UTC. */
  readonly exportedAt: string;
  /** `shown`: those of them that stand in the file, not by their hash only. */
  readonly onProgress: (events: number, shown: number) => void;
}

/** The file's text, a batch of the ledger at a time. */
export async function* exportLines(options: ExportOptions): AsyncIterable<string> {
  const { batches, signer, tenantId, exportedAt, onProgress } = options;
  const hash = createHash('sha256');
  yield hashed(hash, { format: EXPORT_FORMAT, version: EXPORT_VERSION, tenantId, exportedAt });
  let n = 0;
  let shown = 0;
  for await (const { events } of batches) {
    const lines = events.map((event) => lineOf(n++, event, tenantId));
    shown += lines.filter((line) => 'event' in line).length;
    yield lines.map((line) => hashed(hash, line)).join('');
    onProgress(n, shown);
  }
  const unsigned = { lines: n, sha256: hash.digest('hex'), keyId: signer.keyId };
  yield `${JSON.stringify({ ...unsigned, signature: signer.sign(footerBytes(unsigned)) })}\n`;
}

const hashed = (hash: Hash, line: unknown): string => {
  const written = `${JSON.stringify(line)}\n`;
  hash.update(written);
  return written;
};

const lineOf = (n: number, stored: StoredEvent, tenantId: string | null) => {
  const { position, ...event } = stored;
  const line = { n, position, leaf: leafOf(stored).toString('hex') };
  return isShown(stored.stream, tenantId) ? { ...line, event } : line;
};

/** As it stands in a stream's name, which isn't parsed here: whoever wrote nonsense there shall be found out, not feared. */
const bareId = (tenantId: string): string => tenantId.slice(tenantId.indexOf('_') + 1);

const isShown = (stream: string, tenantId: string | null): boolean =>
  tenantId === null || stream === SEAL_STREAM || stream.includes(`-${bareId(tenantId)}_`);
