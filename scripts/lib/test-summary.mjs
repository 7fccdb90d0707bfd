/**
 * Counts a Vitest JSON report. A file that could not even be loaded has no tests to fail, so it counts as one failure:
 * otherwise a broken import would look like fewer tests.
 */
export function countTests(report) {
  const files = report.testResults ?? [];
  const brokenFiles = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults?.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests ?? 0,
    failed: (report.numFailedTests ?? 0) + brokenFiles.length,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  };
}

/** The last line of a test run, e.g. "120 passed, 0 failed, 2 skipped". */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** A run without tests proves nothing and fails; so does one that Vitest itself calls failed (a stray rejection). */
export function runFailed({ passed, failed }, vitestCode) {
  return failed > 0 || passed === 0 || vitestCode !== 0;
}
