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

import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { judgePipelineRun } from '@infra-hub/backstage-plugin-drift-node';
import {
  approvalText,
  assess,
  fileBytes,
  observePlan,
  readPlan,
} from '@infra-hub/drift-engine';
import {
  CI_TOKEN,
  Pipeline,
  PipelineBench,
  PLANS,
} from './__testUtils__/PipelineBench';
import {
  JobResult,
  runAzureJob,
  runGithubJob,
  runGitlabJob,
} from './__testUtils__/runPipeline';

const pipelines: Record<string, Pipeline> = {
  github: { file: 'github-actions/drift-remediate.yml', run: runGithubJob },
  azure: { file: 'azure-pipelines/drift-remediate.yml', run: runAzureJob },
  gitlab: {
    file: 'gitlab-ci/drift-remediate.gitlab-ci.yml',
    run: runGitlabJob,
  },
};

/** Plans what the file `outcome` in its directory says; applying makes it clean. */
const PRETENDED_TERRAFORM = `#!/bin/sh
printf '%s\\n' "$*" >> "$PRETENDED/calls"
env >> "$PRETENDED/environment"
case "$1" in
  plan)
    [ "$(cat outcome)" != unplannable ] || { echo "Error: password = s3cr3t-9" >&2; exit 1; }
    echo "plan of $(cat outcome)" > tfplan
    [ "$(cat outcome)" = clean ] || exit 2 ;;
  show) cat "$PRETENDED/$(cat outcome).json" ;;
  apply)
    [ "$(cat outcome)" != broken ] || { echo "Error: password = s3cr3t-9" >&2; exit 1; }
    echo clean > outcome ;;
esac
`;

let bench: PipelineBench;

async function approvalOf(plan: string): Promise<string> {
  return approvalText(
    assess(observePlan(await readPlan(fileBytes(plan)))).findings,
  );
}

beforeAll(async () => {
  bench = new PipelineBench({
    terraform: PRETENDED_TERRAFORM,
    plans: {
      clean: 'ignore-changes-drift-exit0.json',
      drifted: 'drift-update-sensitive-block.json',
      broken: 'drift-update-sensitive-block.json',
    },
  });
  await bench.startIdentity((_request, response) => {
    response.end(JSON.stringify({ value: CI_TOKEN }));
  });
  await bench.startBackend();
});

afterAll(async () => {
  await bench?.dispose();
});

/** Runs a pipeline as Backstage, or the receiver of its webhook, starts it. */
async function remediate(
  name: string,
  inputs: {
    client: string;
    expected: string;
    module?: string;
    addresses?: string;
    action?: string;
  },
  options: { path?: string; environment?: Record<string, string> } = {},
): Promise<JobResult> {
  const { path = bench.pretended, environment = {} } = options;
  const given: Record<string, string> = {
    remediation: 'mark-1',
    module: 'network',
    action: 'revert',
    addresses: '',
    ...inputs,
  };
  return bench.run(pipelines[name], {
    path: [path],
    environment,
    module: 'unused',
    inputs:
      name === 'gitlab'
        ? Object.fromEntries(
            Object.entries(given).map(([key, value]) => [
              `DRIFT_${key.toUpperCase()}`,
              value,
            ]),
          )
        : given,
    variables: { DRIFT_TOKEN: CI_TOKEN },
  });
}

const calls = () =>
  existsSync(join(bench.pretended, 'calls'))
    ? readFileSync(join(bench.pretended, 'calls'), 'utf8').split('\n')
    : [];
const applied = () => calls().filter(call => call.startsWith('apply'));

/** What Backstage makes of the run; GitLab's has one step only. */
function kindOf(name: string, { steps, failed }: JobResult): string {
  return name === 'gitlab'
    ? String(failed.length === 0)
    : judgePipelineRun({
        succeeded: failed.length === 0,
        ending: 'ended',
        steps,
      }).kind;
}

beforeEach(() => {
  for (const file of ['calls', 'environment']) {
    rmSync(join(bench.pretended, file), { force: true });
  }
});

describe.each(Object.keys(pipelines))('the pipeline %s', name => {
  const pretend = (
    outcome: string,
    inputs: Parameters<typeof remediate>[1],
  ) => {
    const module = bench.checkOut({ outcome });
    return { module, result: remediate(name, inputs) };
  };

  it('applies exactly the plan that was approved, and reports what is there then', async () => {
    const client = `applied-${name}`;
    const expected = await approvalOf(join(bench.pretended, 'drifted.json'));
    const { module, result } = pretend('drifted', { client, expected });
    const run = await result;
    expect(run.failed).toEqual([]);
    expect(kindOf(name, run)).toBe(name === 'gitlab' ? 'true' : 'applied');
    expect(applied()).toEqual(['apply -input=false -no-color tfplan']);
    expect(await bench.readTarget(client)).toMatchObject({ status: 'clean' });
    expect(readdirSync(module)).toEqual(['outcome']);
    expect(run.log).not.toMatch(/s3cr3t/);
    expect(run.log.replace(/^::add-mask::.*$/gm, '').includes(CI_TOKEN)).toBe(
      false,
    );
    expect(
      readFileSync(join(bench.pretended, 'environment'), 'utf8'),
    ).not.toContain(CI_TOKEN);
  }, 120_000);

  it('applies nothing else, and reports what it saw instead', async () => {
    const client = `other-${name}`;
    const expected = await approvalOf(
      join(PLANS, 'config-change-plus-drift.json'),
    );
    const { module, result } = pretend('drifted', { client, expected });
    const run = await result;
    expect(kindOf(name, run)).toBe(name === 'gitlab' ? 'false' : 'superseded');
    expect(run.log).toContain('Not approved in this form');
    expect(applied()).toEqual([]);
    expect(await bench.readTarget(client)).toMatchObject({ status: 'drifted' });
    expect(readdirSync(module)).toEqual(['outcome']);
    expect(run.log).not.toMatch(/s3cr3t/);
  }, 120_000);

  it('says that it is not known how far applying went', async () => {
    const client = `broken-${name}`;
    const expected = await approvalOf(join(bench.pretended, 'broken.json'));
    const run = await pretend('broken', { client, expected }).result;
    expect(kindOf(name, run)).toBe(name === 'gitlab' ? 'false' : 'unknown');
    expect(applied()).toHaveLength(1);
    expect(await bench.readTarget(client)).toMatchObject({ status: 'drifted' });
    expect(run.log).not.toMatch(/s3cr3t/);
  }, 120_000);

  it('applies nothing when it cannot plan, and reports that', async () => {
    const client = `unplannable-${name}`;
    const expected = await approvalOf(join(bench.pretended, 'drifted.json'));
    const run = await pretend('unplannable', { client, expected }).result;
    expect(kindOf(name, run)).toBe(name === 'gitlab' ? 'false' : 'failed');
    expect(applied()).toEqual([]);
    expect(await bench.readTarget(client)).toMatchObject({ status: 'error' });
    expect(run.log).not.toMatch(/s3cr3t/);
  }, 120_000);

  it('plans only what was chosen, whatever the addresses are', async () => {
    const expected = await approvalOf(join(bench.pretended, 'drifted.json'));
    const run = await pretend('drifted', {
      client: `chosen-${name}`,
      expected,
      addresses: 'a.b["x, $(id) y"]\nmodule.m["*"].c.d[0]',
    }).result;
    expect(calls()).toContain(
      'plan -input=false -no-color -detailed-exitcode -out=tfplan -target=a.b["x, $(id) y"] -target=module.m["*"].c.d[0]',
    );
    expect(kindOf(name, run)).toBe(name === 'gitlab' ? 'false' : 'superseded');
    expect(run.log).toContain('Not asked for');
    expect(applied()).toEqual([]);
  }, 120_000);

  it.each([
    ['a module elsewhere', { module: '../../elsewhere' }],
    ['a module with an absolute path', { module: '/etc' }],
    ['another action', { action: 'destroy' }],
    ['no approval', { expected: '' }],
    ['half an approval', { expected: 'abc' }],
  ])(
    'does nothing for %s',
    async (_what, parts) => {
      const expected = await approvalOf(join(bench.pretended, 'drifted.json'));
      const run = await pretend('drifted', {
        client: `refused-${name}`,
        expected,
        ...parts,
      }).result;
      expect(kindOf(name, run)).toBe(name === 'gitlab' ? 'false' : 'failed');
      expect(applied()).toEqual([]);
    },
    60_000,
  );
});

// GitLab does not tell a job how often it ran.
it.each(['github', 'azure'])(
  'does not repair once more when the pipeline %s is run again',
  async name => {
    const client = `again-${name}`;
    bench.checkOut({ outcome: 'drifted' });
    const run = await remediate(
      name,
      {
        client,
        expected: await approvalOf(join(bench.pretended, 'drifted.json')),
      },
      { environment: { GITHUB_RUN_ATTEMPT: '2', SYSTEM_JOBATTEMPT: '2' } },
    );
    expect(kindOf(name, run)).toBe('failed');
    expect(run.log).toContain('A repair is not run again');
    expect(applied()).toEqual([]);
    expect(await bench.readTarget(client)).toMatchObject({ status: 'drifted' });
  },
  60_000,
);

describe('with real Terraform', () => {
  it('repairs what was approved, and refuses what changed since', async () => {
    const terraform = await bench.findRealTerraform();
    if (terraform === undefined) {
      return;
    }
    const { person } = terraform;
    const options = {
      path: terraform.bin,
      environment: terraform.environment,
    };
    for (const name of Object.keys(pipelines)) {
      const client = `real-${name}`;
      const bucket = `assets-${name}`;
      const { main, run } = await terraform.checkOutBucket(bucket);
      const isPublic = async () =>
        (await person.get('acme', 'storage-buckets', bucket)).publicAccess;

      await person.update('acme', 'storage-buckets', bucket, {
        publicAccess: true,
      });
      await run('plan', '-out=approved', '-input=false');
      const plan = join(bench.directory, 'approved.json');
      writeFileSync(plan, await run('show', '-json', 'approved'));
      const expected = await approvalOf(plan);
      rmSync(join(dirname(main), 'approved'));

      // Code that nobody approved comes along: refused.
      const text = readFileSync(main, 'utf8');
      writeFileSync(main, text.replace('"eastus"', '"westus"'));
      const refused = await remediate(name, { client, expected }, options);
      expect(kindOf(name, refused)).toBe(
        name === 'gitlab' ? 'false' : 'superseded',
      );
      expect(await isPublic()).toBe(true);
      writeFileSync(main, text);

      const repaired = await remediate(name, { client, expected }, options);
      expect(repaired.failed).toEqual([]);
      expect(await isPublic()).toBe(false);
      expect(await bench.readTarget(client)).toMatchObject({ status: 'clean' });
    }
    await terraform.stop();
  }, 300_000);
});
