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

/*
 * Compiles src/plan/jsonScanner.wat to src/plan/jsonScannerModule.ts.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const source = new URL('../src/plan/jsonScanner.wat', import.meta.url);
const target = new URL('../src/plan/jsonScannerModule.ts', import.meta.url);

const { parseWat } = await wabt();
const module = parseWat('jsonScanner.wat', readFileSync(source, 'utf8'));
module.validate();
const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
const licence = readFileSync(new URL(import.meta.url), 'utf8').split('*/')[0];

writeFileSync(
  target,
  `${licence}*/

// Generated from jsonScanner.wat by scripts/build-scanner.mjs; do not edit.

/** The compiled module, in base64. */
export const JSON_SCANNER_MODULE =
  '${base64}';
`,
);
