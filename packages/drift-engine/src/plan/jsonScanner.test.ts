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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';
import { JSON_SCANNER_MODULE } from './jsonScannerModule';

describe('the compiled scanner', () => {
  it('is what its text says', async () => {
    const { parseWat } = await wabt();
    const module = parseWat(
      'jsonScanner.wat',
      readFileSync(join(__dirname, 'jsonScanner.wat'), 'utf8'),
    );
    module.validate();
    expect(Buffer.from(module.toBinary({}).buffer).toString('base64')).toBe(
      JSON_SCANNER_MODULE,
    );
  });
});
