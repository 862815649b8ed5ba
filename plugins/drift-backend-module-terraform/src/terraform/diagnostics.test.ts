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

import { diagnosticSentence, readDiagnostics } from './diagnostics';

describe('readDiagnostics', () => {
  it('reads summary, place and explanation, without the quoted code', () => {
    const [diagnostic] = readDiagnostics(`
Error: Reference to undeclared resource

  on main.tf line 2, in resource "terraform_data" "y":
   2:   password = "in-the-code"

A managed resource "nope" "foo" has not been declared in the
root module.

Did you mean something else?
`);
    expect(diagnostic).toEqual({
      summary: 'Reference to undeclared resource',
      place: 'main.tf line 2',
      detail:
        'A managed resource "nope" "foo" has not been declared in the root module.',
    });
    expect(diagnosticSentence(diagnostic)).toBe(
      'Reference to undeclared resource (main.tf line 2): A managed resource "nope" "foo" has not been declared in the root module.',
    );
  });

  it('sees through boxes, colours and warnings', () => {
    expect(
      readDiagnostics(
        [
          '\u001b[33m╷\u001b[0m',
          '│ Warning: Deprecated',
          '│ ',
          '│ Error-like text of a warning',
          '╵',
          '\u001b[31m╷\u001b[0m',
          '│ \u001b[1mError: \u001b[0mInvalid provider configuration',
          '│ ',
          '│   with provider["x/y/z"],',
          '│   on main.tf line 9, in provider "z":',
          '│    9: provider "z" {',
          '│ ',
          '│ Login rejected.',
          '╵',
        ].join('\n'),
      ),
    ).toEqual([
      {
        summary: 'Invalid provider configuration',
        place: 'main.tf line 9',
        detail: 'Login rejected.',
      },
    ]);
  });

  it('prefers what explains over the preamble of init', () => {
    const preamble = `Error: Terraform encountered problems during initialisation, including problems
with the configuration, described below.

The Terraform configuration must be valid before initialization.
`;
    expect(
      readDiagnostics(`${preamble}\nError: Missing newline\n\nDetails.\n`),
    ).toEqual([{ summary: 'Missing newline', detail: 'Details.' }]);
    expect(readDiagnostics(preamble)).toHaveLength(1);
  });

  it('keeps the sentence short', () => {
    expect(
      diagnosticSentence({ summary: 'x'.repeat(400), detail: 'y'.repeat(400) }),
    ).toHaveLength(500);
    expect(readDiagnostics('no errors here')).toEqual([]);
  });
});
