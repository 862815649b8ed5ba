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
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { SourceBench } from './__testUtils__/createSource';
import { describeWithTool, realTool, runTool } from './__testUtils__/realTool';

jest.setTimeout(120_000);

const CANARY = 'canary-of-the-backend-environment';
const SECRET = 'Tr0ub4dor&3-planted';

describeWithTool('scans with the real tool', () => {
  let bench: SourceBench;

  beforeEach(() => {
    bench = new SourceBench();
    chmodSync(bench.base, 0o755);
    process.env.DRIFT_TEST_CANARY = CANARY;
  });

  afterEach(() => {
    delete process.env.DRIFT_TEST_CANARY;
    bench.dispose();
  });

  const write = (files: Record<string, string>) => {
    for (const [name, content] of Object.entries(files)) {
      const path = join(bench.codeDir, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  };
  const path = `${dirname(realTool)}:/usr/local/bin:/usr/bin:/bin`;
  const source = (config: Parameters<SourceBench['source']>[0] = {}) =>
    bench.source({ binary: realTool, ...config }, { path });
  const at = (dir: string, more = {}) => ({
    location: { type: 'file', root: bench.codeDir, dir, ...more },
  });

  it('knows its version', async () => {
    await expect(source().checkHealth()).resolves.toEqual({
      source: 'terraform',
      ok: true,
      tool: {
        name: expect.stringMatching(/^(terraform|tofu)$/),
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      },
    });
  });

  it('sees an applied module with local state and local modules as clean, and touches nothing', async () => {
    write({
      'aks/main.tf':
        'module "net" {\n  source = "../modules/net"\n}\nresource "terraform_data" "x" {\n  input = module.net.id\n}\n',
      'modules/net/main.tf':
        'resource "terraform_data" "n" {\n  input = "n"\n}\noutput "id" {\n  value = terraform_data.n.id\n}\n',
    });
    const cwd = join(bench.codeDir, 'aks');
    await runTool(['init', '-input=false'], { cwd });
    await runTool(['apply', '-auto-approve', '-input=false'], { cwd });
    const before = readdirSync(cwd).sort();
    await expect(bench.scan(source(), at('aks'))).resolves.toMatchObject({
      failure: undefined,
      complete: true,
      totalResources: 2,
      differences: [],
      warnings: [],
    });
    expect(readdirSync(cwd).sort()).toEqual(before);
    expect(existsSync(join(cwd, '.terraform.tfstate.lock.info'))).toBe(false);
  });

  it('says so when everything looks unapplied because there is no state', async () => {
    write({ 'main.tf': 'resource "terraform_data" "x" {\n  input = "a"\n}\n' });
    const observation = await bench.scan(source(), at('.'));
    expect(observation).toMatchObject({
      failure: undefined,
      differences: [{ address: 'terraform_data.x', class: 'pending' }],
      warnings: [expect.stringContaining('no state was found')],
    });
  });

  it.each([
    [
      'broken code',
      'resource "terraform_data" "x" {\n  input = nope.foo\n}\n',
      /^terraform plan said: Reference to undeclared resource \(main\.tf line 2\): /,
    ],
    ['code that is no code', 'resource "terraform_data" {', /main\.tf line 1/],
    [
      'a missing variable',
      'variable "region" {}\n',
      /^A variable has no value: set TF_VAR_<name> .*"region"/,
    ],
    [
      'another version',
      'terraform {\n  required_version = ">= 99"\n}\n',
      /^The module asks for another version of the tool/,
    ],
    [
      'a provider that cannot be had',
      'terraform {\n  required_providers {\n    x = {\n      source = "registry.invalid/x/x"\n    }\n  }\n}\n',
      /registry\.invalid/,
    ],
    [
      'a backend that cannot be reached',
      'terraform {\n  backend "http" {\n    address = "http://127.0.0.1:9/x"\n    retry_max = 0\n  }\n}\n',
      /^Something that the module needs could not be reached/,
    ],
  ])('explains %s', async (_name, code, failure) => {
    write({ 'main.tf': code });
    const observation = await bench.scan(source(), at('.'));
    expect(observation.failure?.replace('tofu', 'terraform')).toMatch(failure);
    expect(observation.failure).not.toContain(bench.base);
    expect(observation.complete).toBe(false);
  });

  it('scans a workspace that exists and makes none that does not', async () => {
    write({
      'main.tf':
        'resource "terraform_data" "x" {\n  input = terraform.workspace\n}\n',
    });
    const cwd = bench.codeDir;
    await runTool(['init', '-input=false'], { cwd });
    await runTool(['workspace', 'new', 'prod'], { cwd });
    await runTool(['apply', '-auto-approve', '-input=false'], { cwd });
    await expect(
      bench.scan(source(), at('.', { workspace: 'prod' })),
    ).resolves.toMatchObject({
      failure: undefined,
      differences: [],
      totalResources: 1,
    });
    await expect(
      bench.scan(source(), at('.', { workspace: 'staging' })),
    ).resolves.toMatchObject({ failure: 'There is no workspace staging.' });
  });

  it('uses variable files and backend configuration of the module', async () => {
    write({
      'env/prod.tfvars': 'size = "big"\n',
      'env/prod.tfbackend': 'path = "states/prod.tfstate"\n',
      'app/main.tf':
        'terraform {\n  backend "local" {}\n}\nvariable "size" {}\nresource "terraform_data" "x" {\n  input = var.size\n}\n',
    });
    const observation = await bench.scan(
      source(),
      at('app', {
        varFiles: ['../env/prod.tfvars'],
        backendConfigFiles: ['../env/prod.tfbackend'],
      }),
    );
    expect(observation).toMatchObject({
      failure: undefined,
      differences: [{ address: 'terraform_data.x' }],
      warnings: [],
    });
  });

  describe('of a module that reads its own environment', () => {
    const spy = (file: string) =>
      `resource "terraform_data" "spy" {\n  input = filebase64("${file}")\n}\n`;
    const decoded = (value: unknown) => {
      const text = JSON.stringify(value);
      return [
        text,
        ...[...text.matchAll(/[A-Za-z0-9+/]{16,}/g)].flatMap(match =>
          [0, 1, 2, 3].map(offset =>
            Buffer.from(match[0].slice(offset), 'base64').toString('latin1'),
          ),
        ),
      ].join('\n');
    };

    it('finds nothing of the backend there, and leaks no credential', async () => {
      write({ 'main.tf': spy('/proc/self/environ') });
      const observation = await bench.scan(
        source({
          credentials: [{ client: 'acme', env: { ACME_TOKEN: SECRET } }],
        }),
        { client: 'acme', ...at('.') },
      );
      expect(observation.failure).toBe(undefined);
      expect(observation.differences).toHaveLength(1);
      const everything = decoded([observation, bench.logged]);
      expect(everything).not.toContain(CANARY);
      expect(everything).not.toContain(SECRET);
    });

    const asRoot = process.getuid?.() === 0 ? describe : describe.skip;
    asRoot('as another user', () => {
      it('cannot read that of the backend', async () => {
        write({ 'main.tf': spy(`/proc/${process.pid}/environ`) });
        const observation = await bench.scan(
          source({ runAs: { uid: 65534, gid: 65534 } }),
          at('.'),
        );
        expect(observation.failure).toMatch(/permission denied/);
        expect(decoded(observation)).not.toContain(CANARY);

        write({
          'main.tf': 'resource "terraform_data" "x" {\n  input = "a"\n}\n',
        });
        await expect(
          bench.scan(source({ runAs: { uid: 65534, gid: 65534 } }), at('.')),
        ).resolves.toMatchObject({
          failure: undefined,
          differences: [{ address: 'terraform_data.x' }],
        });
      });
    });
  });
});
