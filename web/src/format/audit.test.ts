import { describe, expect, it } from 'vitest';
import { auditChanges, auditStatus, matchesAudit, wasDone } from './audit.js';

describe('an audit row', () => {
  it('is done below 400 and when the platform acted by itself', () => {
    expect(wasDone({ status: 201 })).toBe(true);
    expect(wasDone({ status: 403 })).toBe(false);
    expect(wasDone({ code: 'DAILY_LOSS_LIMIT' })).toBe(true);
    expect(auditStatus('text')).toBeNull();
  });

  it('shows only what differs, and nothing when it does not say', () => {
    expect(auditChanges({ status: 200 })).toEqual([]);
    expect(
      auditChanges({ before: { state: 'ACTIVE', by: 'a' }, after: { state: 'HALTED', by: 'a' } }),
    ).toEqual([{ field: 'state', before: 'ACTIVE', after: 'HALTED' }]);
    expect(auditChanges({ before: null, after: { name: 'grid' } })).toEqual([
      { field: 'name', before: '–', after: 'grid' },
    ]);
  });

  it('is found by words of any of its parts', () => {
    const row = { actor: 'ann@example.org', action: 'PUT /api/strategies/:id', target: '/api/strategies/7' };
    expect(matchesAudit(row, 'ann put')).toBe(true);
    expect(matchesAudit(row, 'strategies/7')).toBe(true);
    expect(matchesAudit(row, 'bob')).toBe(false);
    expect(matchesAudit(row, '')).toBe(true);
  });
});
