import { describe, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import { exportDecider } from './decider.js';
import type { ExportEvent } from './events.js';

const asked = { exportId: 'exp_1', kind: 'contact', subjectId: 'c1' } as const;
const archive = { object: 'exports/a', sha256: '0'.repeat(64), bytes: 12, events: 3 };
const requested: ExportEvent = { type: 'DataExportRequested', data: asked };
const ready: ExportEvent = { type: 'DataExportReady', data: { exportId: 'exp_1', ...archive } };
const failed: ExportEvent = { type: 'DataExportFailed', data: { exportId: 'exp_1', reason: 'It broke.' } };

describe('a data export', () => {
  it('is asked for once', () => {
    given(exportDecider)
      .when({ type: 'RequestExport', ...asked })
      .emits(requested);
    given(exportDecider, [requested])
      .when({ type: 'RequestExport', ...asked })
      .emits();
  });

  it('is ready or failed once, whoever else made it', () => {
    given(exportDecider, [requested]).when({ type: 'FinishExport', archive }).emits(ready);
    given(exportDecider, [requested]).when({ type: 'FailExport', reason: 'It broke.' }).emits(failed);
    for (const end of [ready, failed]) {
      given(exportDecider, [requested, end]).when({ type: 'FinishExport', archive }).emits();
      given(exportDecider, [requested, end]).when({ type: 'FailExport', reason: 'It broke.' }).emits();
    }
  });

  it('that nobody asked for is never ready', () => {
    given(exportDecider).when({ type: 'FinishExport', archive }).emits();
  });
});
