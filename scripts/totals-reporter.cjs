/*
 * Copyright 2026 The Infra Hub Authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

const fs = require('node:fs');
const path = require('node:path');

/** Jest reporter: one plain closing line, and the same figures in a file for CI. */
class TotalsReporter {
  onRunComplete(_contexts, results) {
    for (const line of describeSkipped(results)) {
      process.stderr.write(`${line}\n`);
    }

    const totals = {
      passed: results.numPassedTests,
      // A suite that does not even load has no failed tests of its own.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    const directory = path.resolve(__dirname, '..', '.cache', 'test-totals');
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(path.join(directory, 'jest.json'), JSON.stringify(totals));
    process.stderr.write(
      `\ntests: ${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`,
    );
  }
}

/** No test is left out silently: one line per group, with its reason. */
function describeSkipped(results) {
  const groups = new Map();
  for (const { testResults, testFilePath } of results.testResults) {
    for (const { status, ancestorTitles, title } of testResults) {
      if (status === 'pending' || status === 'todo') {
        const group = `${path.basename(testFilePath)}: ${
          ancestorTitles.join(' › ') || title
        }`;
        groups.set(group, (groups.get(group) ?? 0) + 1);
      }
    }
  }
  return [...groups].map(([group, count]) => `left out, ${count} in ${group}`);
}

module.exports = TotalsReporter;
