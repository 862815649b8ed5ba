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

/** Playwright reporter: the totals in a file, for CI's closing line. */
class BrowserTotalsReporter {
  #totals = { passed: 0, failed: 0, skipped: 0 };

  onTestEnd(test, result) {
    if (result.status === 'passed') {
      this.#totals.passed += 1;
    } else if (result.status === 'skipped') {
      this.#totals.skipped += 1;
      const reasons = test.annotations
        .filter(annotation => annotation.type === 'skip')
        .map(annotation => annotation.description);
      process.stdout.write(`${test.title}: ${reasons.join('; ')}\n`);
    } else if (result.retry === test.retries) {
      this.#totals.failed += 1;
    }
  }

  onEnd() {
    const directory = path.resolve(__dirname, '..', '.cache', 'test-totals');
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(
      path.join(directory, 'browser.json'),
      JSON.stringify(this.#totals),
    );
  }
}

module.exports = BrowserTotalsReporter;
