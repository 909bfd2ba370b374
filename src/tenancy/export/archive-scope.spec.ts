import { describe, expect, it } from '@jest/globals';
import { storedEvent } from '../../../test/support/stored-event.js';
import { newId } from '../../domain/ids.js';
import { accessStream, callStream } from '../../domain/stream.js';
import { ArchiveScope } from './archive-scope.js';

describe('what an archive has of the reads by the platform', () => {
  const tenantId = newId('tenant');
  const callId = newId('call');
  const scope = () => new ArchiveScope({ kind: 'call', tenantId, subjectId: callId });
  const readOf = (subject: string | null) =>
    storedEvent({
      stream: accessStream(tenantId, 'a'.repeat(26)),
      type: 'RecordsRead',
      data: JSON.stringify({ permission: 'calls:read', subject }),
    });

  it.each([
    ['itself', callId],
    ['its stream', `stream ${callStream(tenantId, callId)}`],
    ['its recording', `recording:${callId}`],
    ['what it caused', `correlation ${callId}`],
  ])('are those of %s', (_, subject) => {
    expect(scope().has(readOf(subject))).toBe(true);
  });

  it.each([
    ['of another one', `stream ${callStream(tenantId, newId('call'))}`],
    ['of many', null],
    ['of a list', 'auditTrail'],
  ])('are none %s', (_, subject) => {
    expect(scope().has(readOf(subject))).toBe(false);
  });
});
