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

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WriteRefused } from '@infra-hub/backstage-plugin-drift-node';
import { SourceBench } from '../__testUtils__/createSource';
import { driftedPlan, installFakeTool } from '../__testUtils__/fakeTool';

describe('a stop while Terraform makes the fresh plan', () => {
  let bench: SourceBench;

  beforeEach(() => {
    bench = new SourceBench();
    writeFileSync(
      join(bench.codeDir, 'main.tf'),
      'terraform {\n  backend "s3" {}\n}\n',
    );
    installFakeTool(bench.binDir, {
      plan: 'exit 2',
      show: `echo '${driftedPlan()}'`,
      apply: 'exit 0',
    });
  });

  afterEach(() => bench.dispose());

  const commands = () =>
    readFileSync(join(bench.binDir, 'log'), 'utf8')
      .split('== ')
      .slice(1)
      .map(call => call.split(/\s/)[0]);

  it('keeps it from being applied, and leaves no plan file', async () => {
    const remediator = bench.remediator();
    const { hash } = await remediator.preview(
      bench.request(),
      bench.remediation().context,
    );
    const { context, workDir } = bench.remediation();
    const refused = new WriteRefused('All remediation is stopped.');
    const before: string[][] = [];
    await expect(
      remediator.apply(bench.request(), hash, {
        ...context,
        mayWrite: async () => {
          before.push(commands());
          throw refused;
        },
      }),
    ).rejects.toBe(refused);
    // Asked once, when the fresh plan was there
    expect(before).toEqual([['init', 'plan', 'show', 'init', 'plan', 'show']]);
    expect(commands()).toEqual(before[0]);
    expect(() => readFileSync(join(workDir, 'tmp', 'scan.tfplan'))).toThrow(
      'ENOENT',
    );
  });

  it('does not matter for a plan that is another one', async () => {
    const { context } = bench.remediation();
    await expect(
      bench.remediator().apply(bench.request(), 'another', {
        ...context,
        mayWrite: async () => {
          throw new WriteRefused('All remediation is stopped.');
        },
      }),
    ).resolves.toMatchObject({ kind: 'superseded' });
  });
});
