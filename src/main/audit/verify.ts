import { AppError, ErrorCode } from '../../domain/errors.js';
import { type Difference, describeDifference } from '../../replay/seals/difference.js';
import { verifyFile } from '../../replay/seals/verify-file.js';
import { type Verdict, verifyLedger } from '../../replay/seals/verify-ledger.js';
import { linesOf } from '../file-lines.js';
import { findInstallation } from '../installation.js';
import { onInterrupt } from '../interrupt.js';
import { findObjects } from '../objects/open-objects.js';
import { counted, printRow, progressOf } from '../output.js';
import { printable } from '../printable.js';
import { refuseNoPosition } from './position-option.js';
import { trustedKeys } from './seal-key.js';

export interface VerifyCommand {
  readonly from?: string;
  readonly to?: string;
  readonly file?: string;
  readonly publicKey: readonly string[];
}

/** `ledgerline audit verify`: exit code 0 where everything is what was sealed, 1 with the first event that differs. */
export const verifyAudit = async (command: VerifyCommand): Promise<void> => {
  for (const name of ['from', 'to'] as const) refuseNoPosition(name, command[name]);
  const { file, from, to } = command;
  if (file !== undefined && (from !== undefined || to !== undefined)) {
    throw new AppError(ErrorCode.BAD_USER_INPUT, 'A file is verified as a whole: leave out --from and --to.');
  }
  const stop = new AbortController();
  onInterrupt(() => stop.abort(new AppError(ErrorCode.UNAVAILABLE, 'Stopped before the end.')));
  const difference = await (file === undefined
    ? verifyStored(command, stop.signal)
    : verifyExport(file, command.publicKey, stop.signal));
  if (difference) {
    process.stderr.write(`${printable(describeDifference(difference))}\n`);
    process.exitCode = 1;
  }
};

const verifyStored = async (
  { from, to, publicKey }: VerifyCommand,
  signal: AbortSignal,
): Promise<Difference | null> => {
  const { environment, openStorage } = await findInstallation(process.env);
  const trusted = await trustedKeys(publicKey);
  const storage = await openStorage();
  const progress = progressOf('Events');
  try {
    const { store } = storage.ledger;
    const { objects, ownership, place } = findObjects(environment, storage);
    // Its copies would be of other events; without any the ledger is verified by its chain.
    await ownership.refuseAnothers();
    const verdict = await verifyLedger({
      store,
      objects,
      trusted,
      from,
      to,
      onProgress: progress.show,
      signal,
    });
    progress.clear();
    printSeals(verdict);
    if (verdict.seals > 0) printRow('Copies', copies(verdict, place));
    if (!verdict.difference) printRow('Result', resultOf(verdict));
    return verdict.difference;
  } finally {
    progress.clear();
    await storage.close();
  }
};

const verifyExport = async (
  file: string,
  publicKey: readonly string[],
  signal: AbortSignal,
): Promise<Difference | null> => {
  const trusted = await trustedKeys(publicKey);
  const progress = progressOf('Events');
  try {
    const lines = linesOf(file);
    const verdict = await verifyFile({ lines, trusted, onProgress: progress.show, signal });
    progress.clear();
    printRow('File', `${verdict.tenantId ?? 'the whole ledger'}, ${counted(verdict.shown, 'event')} shown`);
    printSeals(verdict);
    if (!verdict.difference) printRow('Result', 'The file is what was exported and sealed.');
    return verdict.difference;
  } finally {
    progress.clear();
  }
};

type Counts = Pick<Verdict, 'events' | 'seals' | 'unsealed' | 'lastSeal'>;

const printSeals = ({ events, seals, unsealed, lastSeal }: Counts): void => {
  printRow('Events', counted(events, 'event'));
  const last = lastSeal ? `, up to position ${lastSeal.to} at ${lastSeal.sealedAt}` : '';
  printRow('Seals', `${counted(seals, 'seal')}${last}`);
  // An auditor who noted it asks for it again, with --to.
  if (lastSeal) printRow('Last hash', lastSeal.hash);
  if (unsealed > 0) printRow('Unsealed', `${counted(unsealed, 'newer event')}`);
};

const copies = ({ seals, withoutCopy }: Verdict, place: string): string =>
  withoutCopy === 0
    ? `every seal has one in ${place}`
    : `${counted(withoutCopy, 'seal')} of ${seals} without one in ${place}`;

const resultOf = ({ seals }: Verdict): string =>
  seals > 0 ? 'The ledger is what was sealed.' : 'Nothing is sealed yet: a seal comes after a minute.';
