import { listCorrelated } from '../../../projections/audit/queries.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { causationOf } from '../../replay/causation.js';
import { terminalColumns } from '../output.js';
import { correlationLines } from './correlation-lines.js';
import { print } from './lines.js';
import { reading } from './reading.js';

/** More than any request or call causes. */
const MAX_CORRELATED = 1_000;

/** `ledgerline audit correlation <id>`: what a request or a call caused, each beneath what caused it. */
export const showCorrelation = (id: string): Promise<void> =>
  reading(async ({ ledger, readModels }, noteAccess) => {
    const found = await listCorrelated(readModels.forOperator(), id, MAX_CORRELATED + 1);
    const shown = found.map(({ tenantId }) => tenantId);
    await noteAccess(shown, found.length > 0 ? `correlation ${id}` : 'correlation');
    if (found.length === 0)
      throw new AppError(ErrorCode.NOT_FOUND, `Nothing has the correlation id "${id}".`);
    const rows = found.slice(0, MAX_CORRELATED);
    print(correlationLines(await causationOf(ledger, rows), terminalColumns()));
    if (found.length > rows.length) print([`There is more: these are the first ${MAX_CORRELATED}.`]);
  });
