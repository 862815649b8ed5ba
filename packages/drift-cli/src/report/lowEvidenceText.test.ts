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

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  LowEvidencePlan,
  readPlanText,
  readUiStream,
} from '@infra-hub/drift-engine';
import { writePlanText, writeUiStream } from './lowEvidenceText';

const FIXTURES = join(
  __dirname,
  '../../../drift-engine/src/__fixtures__/terraform',
);

async function* bytes(text: string | Buffer) {
  yield Buffer.from(text);
}

function filesBelow(directory: string, extensions: string[]): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(name => extensions.some(extension => name.endsWith(extension)))
    .map(name => join(directory, name));
}

/** The corpus lies beside the repository on machines that have it. */
function publicCorpus(): string | undefined {
  for (let at = __dirname; at !== dirname(at); at = dirname(at)) {
    const corpus = join(at, 'shared/corpus/terraform/public');
    if (existsSync(corpus)) {
      return corpus;
    }
  }
  process.stderr.write('skipped: public corpus not present\n');
  return undefined;
}

/** What is not written down: only warnings about the text itself. */
function essence({ warnings: _warnings, ...plan }: LowEvidencePlan) {
  return plan;
}

const corpus = publicCorpus();

describe('a plan text that is written again', () => {
  it.each([
    ...filesBelow(FIXTURES, ['.txt']),
    ...(corpus ? filesBelow(corpus, ['.txt', '.log']) : []),
  ])('reads the same: %s', async file => {
    const before = await readPlanText(bytes(readFileSync(file)));
    const after = await readPlanText(bytes(writePlanText(before)));
    expect(essence(after)).toEqual(essence(before));
  });

  it('keeps every form of value, name and reason', async () => {
    const text = `
Terraform used the selected providers to generate the following execution plan.

OpenTofu will perform the following actions:

  # module.a["x.y"].t_one.two["k"] must be replaced
  # (moved from t_one.three)
-/+ resource "t_one" "two" {
      ~ "odd name/~1"  = "a -> \\"b\\" $\${x}" -> "%%{y}" # forces replacement
      ~ big            = 123456789012345678901234567890 -> 1.5e3
      - gone           = true -> null
      + new            = (known after apply)
      ~ changed        = 1 -> (known after apply)
      ~ hidden         = (sensitive value)
      ~ document       = jsonencode(
          ~ {
              ~ a = 1 -> 2
            }
        )
      ~ list           = [
            "same",
          ~ "old" -> "new",
          + {
              + deep = ["x"]
              + port = 1
            },
        ]
      ~ block {
          ~ inner = false -> true
        }
      ~ block {
          # At least one attribute in this block is (or was) sensitive,
          # so its contents will not be displayed.
        }
    }

  # t_one.old (deposed object 12ab34cd) will be destroyed
  # (because t_one.old is not in configuration)
  - resource "t_one" "old" {
      - id = "i" -> null
    }

  # t_one.a has moved to t_one.b
    resource "t_one" "b" {
        id = "i"
    }

Plan: 1 to import, 1 to add, 0 to change, 2 to destroy.
`;
    const before = await readPlanText(bytes(text));
    expect(before.changes).toHaveLength(3);
    expect(before.changes[0].fields!.length).toBeGreaterThan(10);
    const after = await readPlanText(bytes(writePlanText(before)));
    expect(essence(after)).toEqual(essence(before));
  });

  it.each([
    ['an error', '\n╷\n│ Error: Reading state\n│ \n│ no access\n╵\n'],
    ['nothing that is a plan', 'make: *** No rule to make target\n'],
    [
      'a cut plan',
      'Terraform will perform the following actions:\n\n  # a.b will be created\n',
    ],
    [
      'a partial plan',
      'Warning: Resource targeting is in effect\n\nNo changes. Fine.\n',
    ],
    [
      'outputs only',
      'Changes to Outputs:\n  + a = 1\n\nYou can apply this plan to save these new output values\n',
    ],
  ])('stays %s', async (_what, text) => {
    const before = await readPlanText(bytes(text));
    const after = await readPlanText(bytes(writePlanText(before)));
    expect(essence(after)).toEqual(essence(before));
  });

  it('holds nothing of the text that is not part of the verdict', async () => {
    const canary = 'Canary-7f3a-Value';
    const written = writePlanText(
      await readPlanText(
        bytes(`
t.a: Refreshing state... [id=${canary}]
Warning: Something about ${canary}

Terraform will perform the following actions:

  # t.a will be updated in-place
  ~ resource "t" "a" {
        name     = "${canary}"
      ~ password = "${canary}" -> "x${canary}"
      ~ size     = 1 -> 2
      ~ script   = <<-EOT
            export PASSWORD=${canary}
        EOT
    }

Plan: 0 to add, 1 to change, 0 to destroy.
`),
      ),
    );
    expect(written).toContain('size = 1 -> 2');
    expect(written).not.toContain('Canary');
  });
});

describe('a stream that is written again', () => {
  it.each([
    ...filesBelow(FIXTURES, ['.jsonl']),
    ...(corpus ? filesBelow(corpus, ['.jsonl', '.ndjson']) : []),
  ])('reads the same: %s', async file => {
    const before = await readUiStream(bytes(readFileSync(file)));
    const after = await readUiStream(bytes(writeUiStream(before)));
    expect(essence(after)).toEqual(essence(before));
  });

  it('drops values of outputs and keeps errors', async () => {
    const events = [
      { type: 'version', tofu: '1.10.0' },
      {
        type: 'outputs',
        outputs: { a: { action: 'update', value: 'Canary-1' } },
      },
      {
        type: 'diagnostic',
        diagnostic: {
          severity: 'error',
          summary: 'Invalid',
          detail: 'password = "Canary-2-secret"',
          snippet: { code: 'password = "Canary-3"' },
        },
      },
    ];
    const before = await readUiStream(
      bytes(events.map(event => JSON.stringify(event)).join('\n')),
    );
    const written = writeUiStream(before);
    expect(written).not.toContain('Canary');
    const after = await readUiStream(bytes(written));
    expect(after).toMatchObject({ complete: false, toolName: 'tofu' });
    expect(after.outputsOnly).toBe(true);
    expect(after.errors).toEqual([expect.stringMatching(/^Invalid: /)]);
  });
});
