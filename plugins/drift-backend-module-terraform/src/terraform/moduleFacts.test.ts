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

import { declaredBackend, writeOnlyBlindSpots } from './moduleFacts';

describe('declaredBackend', () => {
  it.each([
    ['terraform {\n  backend "s3" {\n  }\n}', 's3'],
    ['terraform {\n  backend "local" {}\n}', 'local'],
    ['terraform {\n  cloud {\n    organization = "x"\n  }\n}', 'cloud'],
    ['{"terraform":{"backend":{"azurerm":{}}}}', 'azurerm'],
    ['{"terraform":{"cloud":{"organization":"x"}}}', 'cloud'],
    ['# backend "s3" {\nterraform {}', undefined],
    ['resource "azurerm_lb_backend" "backend" {\n}', undefined],
    ['', undefined],
  ])('reads %j as %s', (code, backend) => {
    expect(declaredBackend(code)).toBe(backend);
  });
});

describe('writeOnlyBlindSpots', () => {
  it('names the arguments that nobody can read back', () => {
    expect(
      writeOnlyBlindSpots(
        'x {\n  password_wo = var.p\n  password_wo_version = 1\n  two = 2\n}',
      ),
    ).toEqual([
      { scope: 'password_wo', reason: expect.stringContaining('never stored') },
    ]);
  });
});
