import { describe, expect, test } from 'vitest';
import { countTests, runFailed, summaryLine } from './test-summary.mjs';

const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

describe('the last line of a test run', () => {
  test('names passed and failed, and skipped only when there are any', () => {
    expect(summaryLine(countTests(report))).toBe('3 passed, 0 failed');
    expect(summaryLine(countTests({ ...report, numPendingTests: 1, numTodoTests: 1 }))).toBe(
      '3 passed, 0 failed, 2 skipped',
    );
  });

  test('a file that could not be loaded is a failure', () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
    ];
    expect(countTests({ ...report, numFailedTests: 1, testResults }).failed).toBe(2);
  });

  test('a run fails with a failed test, without any test, and when Vitest says so', () => {
    expect(runFailed({ passed: 3, failed: 0 }, 0)).toBe(false);
    expect(runFailed({ passed: 3, failed: 1 }, 1)).toBe(true);
    expect(runFailed({ passed: 0, failed: 0 }, 0)).toBe(true);
    expect(runFailed({ passed: 3, failed: 0 }, 1)).toBe(true);
    expect(runFailed(countTests({}), 1)).toBe(true);
  });
});
