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
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mockServices } from '@backstage/backend-test-utils';
import { RemediationFailure } from '@infra-hub/backstage-plugin-drift-node';
import { SourceBench } from '../__testUtils__/createSource';
import {
  driftedPlan,
  FakeTool,
  installFakeTool,
  planJson,
  untilToldToStop,
} from '../__testUtils__/fakeTool';
import { findingOf } from '../__testUtils__/findingOf';

const SECRET = 'Tr0ub4dor&3-planted';

type Config = Parameters<SourceBench['remediator']>[0];
type Request = Parameters<SourceBench['request']>[0];

describe('TerraformRemediator', () => {
  let bench: SourceBench;

  beforeEach(() => {
    bench = new SourceBench();
    writeFileSync(
      join(bench.codeDir, 'main.tf'),
      'terraform {\n  backend "s3" {}\n}\n',
    );
  });

  afterEach(() => bench.dispose());

  const drifted: FakeTool = { plan: 'exit 2', show: `echo '${driftedPlan()}'` };
  const install = (tool: FakeTool = {}) =>
    installFakeTool(bench.binDir, { ...drifted, ...tool });
  const calls = () =>
    readFileSync(join(bench.binDir, 'log'), 'utf8')
      .split('== ')
      .slice(1)
      .map(call => call.split('\n')[0]);
  const callsOf = (command: string) =>
    calls().filter(call => call.startsWith(`${command} `));
  const environmentOf = (command: string) =>
    readFileSync(join(bench.binDir, 'log'), 'utf8')
      .split('== ')
      .find(call => call.startsWith(`${command} `));

  const preview = (request: Request = {}, config: Config = {}) => {
    const { context } = bench.remediation();
    return bench.remediator(config).preview(bench.request(request), context);
  };
  /** Approves what a preview showed, then applies with another tool. */
  const previewAndApply = async (
    tool: FakeTool,
    options: {
      request?: Request;
      config?: Config;
      signal?: AbortSignal;
      log?: (text: string) => void;
    } = {},
  ) => {
    install();
    const { hash } = await preview(options.request, options.config);
    install(tool);
    const { context, said, workDir } = bench.remediation(options);
    const outcome = await bench
      .remediator(options.config)
      .apply(bench.request(options.request), hash, context);
    return { outcome, said, workDir };
  };
  const message = (content: object) =>
    `printf '%s\\n' '${JSON.stringify(content).replaceAll("'", '')}'`;
  const hook = (type: string, addr: string, action = 'update') =>
    message({ type, hook: { resource: { addr }, action, elapsed_seconds: 1 } });
  const diagnostic = (summary: string, detail = '') =>
    message({
      type: 'diagnostic',
      diagnostic: { severity: 'error', summary, detail },
    });

  describe('preview', () => {
    it('shows what applying would change, from what is to what is wanted', async () => {
      install();
      const plan = await preview({
        findings: [findingOf('terraform_data.x', { severity: 'critical' })],
      });
      expect(plan).toEqual({
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        changes: [
          {
            address: 'terraform_data.x',
            resourceType: 'terraform_data',
            resourceName: 'x',
            change: 'update',
            class: 'drift',
            // As the installation rates it, not as the defaults do.
            severity: 'critical',
            reason: expect.any(String),
            fields: [
              { path: '/input', recorded: 'a', actual: 'b', desired: 'a' },
            ],
          },
        ],
        warnings: [],
        blindSpots: [],
        evidence: 'plan-json',
        tool: { name: 'terraform', version: '1.11.4' },
      });
      expect(callsOf('apply')).toEqual([]);
      expect(callsOf('plan')[0]).toContain('-lock=false');
    });

    it('keeps no plan file, which would hold secrets', async () => {
      install({ plan: 'for a; do f=$a; done; echo x > "${f#-out=}"; exit 2' });
      const { context, workDir } = bench.remediation();
      await bench.remediator().preview(bench.request(), context);
      expect(readdirSync(join(workDir, 'tmp'))).toEqual([]);
    });

    it('has the same hash for the same plan only, and tells nothing by it', async () => {
      install();
      const { hash } = await preview();
      expect((await preview()).hash).toBe(hash);
      expect((await preview({ salt: 'another' })).hash).not.toBe(hash);
      const shows = [
        driftedPlan([{ name: 'x', recorded: 'a', actual: 'c' }]),
        driftedPlan([{ name: 'x', recorded: 'c', actual: 'b' }]),
        driftedPlan([
          { name: 'x', recorded: 'a', actual: 'b' },
          { name: 'y', recorded: 'a', actual: 'b' },
        ]),
        driftedPlan(undefined, {
          output_changes: {
            url: { actions: ['update'], before: 'x', after: SECRET },
          },
        }),
        driftedPlan(undefined, {
          output_changes: {
            url: { actions: ['update'], before: 'x', after: `${SECRET}!` },
          },
        }),
        driftedPlan(undefined, { variables: { size: { value: 1 } } }),
        driftedPlan().replace(
          '"after_unknown":{}',
          '"after_unknown":{"a":true}',
        ),
        driftedPlan().replaceAll(
          '"actions":["update"]',
          '"actions":["delete","create"]',
        ),
        driftedPlan([{ name: 'x', recorded: 12345678901234567890, actual: 1 }]),
        driftedPlan([
          { name: 'x', recorded: 12345678901234567890, actual: 1 },
        ]).replaceAll('12345678901234567000', '12345678901234567891'),
      ];
      const hashes = [hash];
      for (const show of shows) {
        install({ show: `echo '${show}'` });
        hashes.push((await preview()).hash);
      }
      expect(new Set(hashes).size).toBe(shows.length + 1);
    });

    it('does not depend on the order of entries and keys', async () => {
      const two = [
        { name: 'x', recorded: { a: 1, b: 2 }, actual: 'b' },
        { name: 'y', recorded: 'a', actual: 'b' },
      ];
      install({ show: `echo '${driftedPlan(two)}'` });
      const { hash } = await preview();
      const turned = driftedPlan([
        two[1],
        { ...two[0], recorded: { b: 2, a: 1 } },
      ]);
      install({ show: `echo '${turned}'` });
      expect((await preview()).hash).toBe(hash);
    });

    it('has another hash when code that runs while applying, or the providers, changed', async () => {
      const files = (main: string, script = 'echo 1') => {
        writeFileSync(
          join(bench.codeDir, 'main.tf'),
          `terraform {\n  backend "s3" {}\n}\n${main}`,
        );
        writeFileSync(join(bench.codeDir, 'run.sh'), script);
      };
      const resource = (inner: string) =>
        `resource "terraform_data" "x" {\n${inner}}\n`;
      install();
      files(resource('input = 1\n'));
      const plain = (await preview()).hash;
      // What a plan shows in full may be written in any way.
      files(`# a comment\n${resource('input = 1\n')}`, 'echo 2');
      expect((await preview()).hash).toBe(plain);

      const provisioner =
        'provisioner "local-exec" {\ncommand = "./run.sh"\n}\n';
      const hashes = [plain];
      files(resource(provisioner));
      hashes.push((await preview()).hash);
      files(resource(provisioner), 'curl evil');
      hashes.push((await preview()).hash);
      files('provider "aws" {\n  region = "eu"\n}\n');
      hashes.push((await preview()).hash);
      files('provider "aws" {\n  region = "us"\n}\n');
      hashes.push((await preview()).hash);
      writeFileSync(
        join(bench.codeDir, '.terraform.lock.hcl'),
        'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.0.0"\n}\n',
      );
      hashes.push((await preview()).hash);
      expect(new Set(hashes).size).toBe(hashes.length);
    });

    it.each<[string, string, string]>([
      [
        'the account that a resource is made in',
        'resource "aws_x" "a" {\n  provider = aws.test\n}\n',
        'resource "aws_x" "a" {\n  provider = aws.production\n}\n',
      ],
      [
        'the accounts that a module is made in',
        'module "m" {\n  source = "./m"\n  providers = {\n    aws = aws.test\n  }\n}\n',
        'module "m" {\n  source = "./m"\n  providers = {\n    aws = aws.production\n  }\n}\n',
      ],
      [
        'where a provider takes its settings from',
        'provider "aws" {\n  region = module.m.region\n}\nmodule "m" {\n  source = "./m"\n  to = "eu"\n}\n',
        'provider "aws" {\n  region = module.m.region\n}\nmodule "m" {\n  source = "./m"\n  to = "us"\n}\n',
      ],
      [
        'what a module gives to a provider of its own',
        'module "m" {\n  source = "./own"\n  region = "eu"\n}\n',
        'module "m" {\n  source = "./own"\n  region = "us"\n}\n',
      ],
      [
        'the value of a short-lived credential',
        'provider "aws" {\n  token = ephemeral.x.y.token\n}\nephemeral "x" "y" {\n  role = "a"\n}\n',
        'provider "aws" {\n  token = ephemeral.x.y.token\n}\nephemeral "x" "y" {\n  role = "b"\n}\n',
      ],
      [
        'what is run when something removed from the code is destroyed',
        'removed {\n  from = aws_x.a\n  provisioner "local-exec" {\n    when = destroy\n    command = "echo 1"\n  }\n}\n',
        'removed {\n  from = aws_x.a\n  provisioner "local-exec" {\n    when = destroy\n    command = "curl evil"\n  }\n}\n',
      ],
      [
        'a write-only value in a block on one line',
        'resource "aws_x" "a" {\n  login { password_wo = "one" }\n}\n',
        'resource "aws_x" "a" {\n  login { password_wo = "two" }\n}\n',
      ],
    ])('has another hash when the code changed %s', async (_what, one, two) => {
      install({
        init: `mkdir -p .terraform/modules; echo '{"Modules":[{"Dir":"."},{"Dir":"m"},{"Dir":"own"}]}' > .terraform/modules/modules.json`,
      });
      mkdirSync(join(bench.codeDir, 'm'), { recursive: true });
      writeFileSync(join(bench.codeDir, 'm/main.tf'), '');
      mkdirSync(join(bench.codeDir, 'own'));
      writeFileSync(
        join(bench.codeDir, 'own/main.tf'),
        'variable "region" {}\nprovider "aws" {\n  region = var.region\n}\n',
      );
      const hashes = [];
      for (const code of [one, two]) {
        writeFileSync(
          join(bench.codeDir, 'main.tf'),
          `terraform {\n  backend "s3" {}\n}\n${code}`,
        );
        hashes.push((await preview()).hash);
      }
      expect(hashes[0]).not.toBe(hashes[1]);
    });

    it('has another hash when a file that a provider reads changed', async () => {
      install();
      writeFileSync(
        join(bench.codeDir, 'main.tf'),
        'terraform {\n  backend "s3" {}\n}\nprovider "x" {\n  token = file("token")\n}\n',
      );
      writeFileSync(join(bench.codeDir, 'token'), 'one');
      const { hash } = await preview();
      writeFileSync(join(bench.codeDir, 'token'), 'two');
      expect((await preview()).hash).not.toBe(hash);
    });

    it('has another hash when such code changed behind a link or beside the module', async () => {
      const shared = join(bench.codeDir, 'shared');
      mkdirSync(join(shared, 'bin'), { recursive: true });
      const write = (name: string, text: string) =>
        writeFileSync(join(shared, name), text);
      install();
      write('aws.tf', 'provider "aws" {\n  region = "eu"\n}\n');
      symlinkSync('shared/aws.tf', join(bench.codeDir, 'aws.tf'));
      const hashes = [(await preview()).hash];
      write('aws.tf', 'provider "aws" {\n  region = "us"\n}\n');
      hashes.push((await preview()).hash);

      write('bin/run.sh', 'echo 1');
      symlinkSync('shared/bin', join(bench.codeDir, 'bin'));
      // A link that leads back must not be followed for ever
      symlinkSync('..', join(shared, 'back'));
      const run = (command: string) =>
        `resource "terraform_data" "y" {\n  provisioner "local-exec" {\n    command = "${command}"\n  }\n}\n`;
      write('aws.tf', run('bin/run.sh'));
      hashes.push((await preview()).hash);
      write('bin/run.sh', 'curl evil');
      hashes.push((await preview()).hash);

      const secret = (value: string) =>
        `resource "aws_db" "x" {\n  password_wo = "${value}"\n  password_wo_version = 2\n}\n`;
      write('aws.tf', secret('one'));
      hashes.push((await preview()).hash);
      write('aws.tf', secret('two'));
      hashes.push((await preview()).hash);
      expect(new Set(hashes).size).toBe(hashes.length);
    });

    it('shows everything that is applied: creations, replaces, deletes, moves and noise, not what only drifted', async () => {
      const entry = (
        name: string,
        actions: string[],
        before: unknown,
        after: unknown,
        more: object = {},
      ) => ({
        address: `terraform_data.${name}`,
        mode: 'managed',
        type: 'terraform_data',
        name,
        change: { actions, before, after, after_unknown: {}, ...more },
      });
      const plan = planJson({
        resource_drift: [
          entry('absorbed', ['update'], { output: 'a' }, { output: 'b' }),
        ],
        resource_changes: [
          entry('absorbed', ['no-op'], { output: 'b' }, { output: 'b' }),
          entry('gone', ['delete'], { input: 'a' }, null),
          entry('made', ['create'], null, { input: 'a' }),
          {
            ...entry('moved', ['no-op'], { input: 'a' }, { input: 'a' }),
            previous_address: 'terraform_data.old',
          },
          entry(
            'noise',
            ['update'],
            { input: '{"a":1}' },
            { input: '{ "a": 1 }' },
          ),
          entry(
            'replaced',
            ['delete', 'create'],
            { input: 'a' },
            { input: 'b' },
          ),
        ],
        output_changes: { url: { actions: ['update'], before: 1, after: 2 } },
        applyable: true,
      });
      install({ show: `echo '${plan}'` });
      const { changes, warnings } = await preview();
      expect(changes.map(each => [each.address, each.change])).toEqual([
        ['terraform_data.gone', 'delete'],
        ['terraform_data.made', 'create'],
        ['terraform_data.moved', 'move'],
        ['terraform_data.noise', 'update'],
        ['terraform_data.replaced', 'replace'],
      ]);
      expect(warnings).toContain('This output changes, too: url.');
    });

    it('plans only what was asked for, says so, and says what is not touched', async () => {
      install({
        show: `echo '${driftedPlan(undefined, { complete: false })}'`,
      });
      const plan = await preview({
        addresses: ['terraform_data.x', 'terraform_data.z["a b"]'],
      });
      expect(callsOf('plan')[0]).toContain(
        '-target=terraform_data.x -target=terraform_data.z["a b"] -out=',
      );
      expect(plan.changes).toHaveLength(1);
      expect(plan.warnings).toEqual([
        expect.stringContaining('(-target)'),
        'terraform_data.z["a b"] is left as it is: applying the code would not change it.',
      ]);
    });

    it('says which drift applying would leave', async () => {
      install();
      const { warnings } = await preview({
        findings: [
          findingOf('terraform_data.x'),
          findingOf('terraform_data.ignored'),
          findingOf('terraform_data.old', { state: 'resolved' }),
          findingOf('terraform_data.code', { class: 'pending' }),
        ],
      });
      expect(warnings).toEqual([
        'terraform_data.ignored is left as it is: applying the code would not change it.',
      ]);
    });

    it('takes what drifted, and nothing else, into the state', async () => {
      const plan = driftedPlan(undefined, { resource_changes: undefined });
      install({ show: `echo '${plan}'` });
      const shown = await preview({ action: 'refresh-state' });
      expect(callsOf('plan')[0]).toContain(' -refresh-only ');
      expect(shown.changes).toMatchObject([
        { address: 'terraform_data.x', change: 'update' },
      ]);
      expect(shown.warnings[0]).toMatch(/^Only the recorded state changes/);
      expect((await preview()).hash).not.toBe(shown.hash);
    });

    it.each<
      [
        string,
        FakeTool | undefined,
        RegExp,
        { request?: Request; config?: Config },
      ]
    >([
      [
        'a plan stopped with an error',
        { show: `echo '${driftedPlan(undefined, { errored: true })}'` },
        /stopped with an error/,
        {},
      ],
      [
        'a plan is partial',
        { show: `echo '${driftedPlan(undefined, { complete: false })}'` },
        /partial/,
        {},
      ],
      [
        'a plan defers changes',
        {
          show: `echo '${driftedPlan(undefined, {
            complete: false,
            deferred_changes: [
              { reason: 'x', resource_change: { address: 'a.b' } },
            ],
          })}'`,
        },
        /deferred/,
        { request: { addresses: ['terraform_data.x'] } },
      ],
      [
        'a plan invokes actions',
        {
          show: `echo '${driftedPlan(undefined, {
            action_invocations: [{ address: 'action.x' }],
          })}'`,
        },
        /invoke actions/,
        {},
      ],
      [
        'an action is not known',
        {
          show: `echo '${driftedPlan().replaceAll('"update"', '"teleport"')}'`,
        },
        /does not know/,
        {},
      ],
      [
        'the exit code contradicts the plan',
        { plan: 'exit 0' },
        /Exit code 0/,
        {},
      ],
      [
        'planning fails',
        { plan: 'printf "Error: Oops\\n\\nBecause.\\n" >&2; exit 1' },
        /^terraform plan said: Oops: Because\.$/,
        {},
      ],
      [
        'the tool is missing',
        undefined,
        /neither terraform nor tofu is on the PATH.*recorded plans.*cannot be applied/,
        { config: { recordedPlans: '/recorded' } },
      ],
      [
        'the code may not be read',
        {},
        /could not be read/,
        { request: { location: { type: 'file', root: '/etc', dir: '.' } } },
      ],
    ])(
      'is a plain sentence and nothing else when %s',
      async (_case, tool, reason, { request, config }) => {
        if (tool) {
          install(tool);
        }
        const error = await preview(request, config).catch(cause => cause);
        expect(error).toBeInstanceOf(RemediationFailure);
        expect(error.message).toMatch(reason);
      },
    );

    it('refuses a module whose state is a file beside the code', async () => {
      install();
      for (const code of ['', 'terraform {\n  backend "local" {}\n}\n']) {
        writeFileSync(join(bench.codeDir, 'main.tf'), code);
        await expect(preview()).rejects.toThrow(
          /state in a file beside the code/,
        );
      }
    });

    it('shows no secret', async () => {
      const secret = driftedPlan(
        [{ name: 'x', recorded: 'a', actual: `key=${SECRET}` }],
        {
          output_changes: {
            url: { actions: ['update'], before: 1, after: SECRET },
          },
        },
      );
      install({ show: `echo '${secret}'` });
      const plan = await preview(
        { client: 'acme' },
        { credentials: [{ client: 'acme', env: { TOKEN: SECRET } }] },
      );
      expect(plan.changes[0].fields).toEqual([
        { path: '/input', sensitive: true },
      ]);
      expect(JSON.stringify([plan, bench.logged])).not.toContain(SECRET);
    });

    it('tells the commit that it looked at', async () => {
      install();
      const commit = 'a'.repeat(40);
      const { context } = bench.remediation();
      const plan = await bench
        .remediator(
          {},
          {
            urlReader: mockServices.urlReader.mock({
              readTree: async () => ({
                etag: commit,
                files: async () => [],
                archive: async () => {
                  throw new Error('not used');
                },
                dir: async options => {
                  writeFileSync(
                    join(options!.targetDir!, 'main.tf'),
                    'terraform {\n  backend "s3" {}\n}\n',
                  );
                  return options!.targetDir!;
                },
              }),
            }),
          },
        )
        .preview(
          bench.request({
            location: {
              type: 'url',
              root: 'https://github.com/acme/infra/tree/main/',
              dir: '.',
            },
          }),
          context,
        );
      expect(plan.commit).toBe(commit);
    });

    it('ends with the reason when it is told to stop', async () => {
      install({ plan: untilToldToStop('planning') });
      const controller = new AbortController();
      const { context, workDir } = bench.remediation({
        signal: controller.signal,
      });
      const ended = bench
        .remediator()
        .preview(bench.request(), context)
        .catch(error => error);
      await appears(join(workDir, 'home/planning'));
      controller.abort(new Error('lease lost'));
      await expect(ended).resolves.toEqual(new Error('lease lost'));
    });
  });

  describe('apply', () => {
    it('applies the very plan file whose look was approved, with a lock, and follows it', async () => {
      const { outcome, said, workDir } = await previewAndApply({
        apply: [
          hook('apply_start', 'terraform_data.x'),
          hook('apply_progress', 'terraform_data.x'),
          hook('apply_complete', 'terraform_data.x'),
          'exit 0',
        ].join('\n'),
      });
      expect(outcome).toEqual({
        kind: 'applied',
        message: 'The approved plan was applied.',
        objects: [{ address: 'terraform_data.x', outcome: 'applied' }],
      });
      expect(calls()).toEqual([
        ...calls().slice(0, 3),
        expect.stringMatching(/^init /),
        expect.stringMatching(/^plan .*-lock=false .*-out=\S+$/),
        expect.stringMatching(/^show /),
        `apply -json -input=false -lock=true -lock-timeout=60s ${workDir}/tmp/scan.tfplan`,
      ]);
      expect(callsOf('plan')[1]).toContain(`-out=${workDir}/tmp/scan.tfplan`);
      expect(said).toEqual([
        'Reading the code and preparing the module',
        'Planning',
        'The fresh plan is the approved one; applying it',
        'terraform_data.x: changing …',
        'terraform_data.x: still changing after 1 s',
        'terraform_data.x: done after 1 s',
      ]);
    });

    it('applies nothing when the fresh plan is another one', async () => {
      for (const show of [
        driftedPlan([{ name: 'x', recorded: 'a', actual: 'c' }]),
        driftedPlan([
          { name: 'x', recorded: 'a', actual: 'b' },
          { name: 'y', recorded: 'a', actual: 'b' },
        ]),
        planJson(),
      ]) {
        const { outcome } = await previewAndApply({
          plan: show === planJson() ? 'exit 0' : 'exit 2',
          show: `echo '${show}'`,
        });
        expect(outcome).toMatchObject({ kind: 'superseded' });
      }
      expect(callsOf('apply')).toEqual([]);
    });

    it('takes the approval of another remediation, action or workspace for none', async () => {
      install();
      const { hash } = await preview();
      const others: Request[] = [
        { salt: 'another' },
        {
          location: {
            type: 'file',
            root: bench.codeDir,
            dir: '.',
            workspace: 'prod',
          },
        },
      ];
      install({ workspace: 'printf "* default\\n  prod\\n"' });
      for (const other of others) {
        const { context } = bench.remediation();
        await expect(
          bench.remediator().apply(bench.request(other), hash, context),
        ).resolves.toMatchObject({ kind: 'superseded' });
      }
      expect(callsOf('apply')).toEqual([]);
    });

    it.each([
      'Saved plan is stale',
      'Saved plan does not match the given state',
    ])('is superseded when Terraform says: %s', async summary => {
      const { outcome } = await previewAndApply({
        apply: `${diagnostic(summary, 'The state was changed.')}; exit 1`,
      });
      expect(outcome).toMatchObject({ kind: 'superseded' });
    });

    it('says who holds the lock', async () => {
      const { outcome } = await previewAndApply(
        {
          apply: `${diagnostic(
            'Error acquiring the state lock',
            'Error message: locked\n\nLock Info:\n  ID: 1\n  Who:       alice@laptop\n',
          )}; exit 1`,
        },
        { config: { remediation: { lockTimeout: { seconds: 7 } } } },
      );
      expect(callsOf('apply')[0]).toContain('-lock-timeout=7s');
      expect(outcome).toEqual({
        kind: 'failed',
        message: expect.stringMatching(
          /^The state is locked by alice@laptop, so nothing was applied/,
        ),
      });
    });

    const three = driftedPlan([
      { name: 'x', recorded: 'a', actual: 'b' },
      { name: 'y', recorded: 'a', actual: 'b' },
      { name: 'z', recorded: 'a', actual: 'b' },
    ]);
    const applyThree = (apply: string[]) => {
      const show = `echo '${three}'`;
      drifted.show = show;
      return previewAndApply({ apply: apply.join('\n') }).finally(() => {
        drifted.show = `echo '${driftedPlan()}'`;
      });
    };

    it('says what was applied and what was not when it fails half-way', async () => {
      const { outcome, said } = await applyThree([
        hook('apply_start', 'terraform_data.x'),
        hook('apply_complete', 'terraform_data.x'),
        hook('apply_start', 'terraform_data.y'),
        hook('apply_errored', 'terraform_data.y'),
        diagnostic('Quota exceeded', 'Ask for more.\n\nSecond paragraph.'),
        'exit 1',
      ]);
      expect(outcome).toEqual({
        kind: 'partial',
        message: expect.stringMatching(
          /^1 of 3 resources were applied\. Quota exceeded: Ask for more\./,
        ),
        objects: [
          { address: 'terraform_data.x', outcome: 'applied' },
          {
            address: 'terraform_data.y',
            outcome: 'failed',
            message: expect.stringContaining('in part'),
          },
          {
            address: 'terraform_data.z',
            outcome: 'skipped',
            message: 'It was not reached.',
          },
        ],
      });
      expect(said).toContain('terraform_data.y: failed after 1 s');
    });

    it('fails plainly when nothing was begun', async () => {
      const { outcome } = await previewAndApply({
        apply: `${diagnostic('Provider said no')}; exit 1`,
      });
      expect(outcome).toEqual({
        kind: 'failed',
        message: 'Nothing was applied. Provider said no',
      });
    });

    it('does not know how far it went when the program is killed, or left something open', async () => {
      const killed = await previewAndApply({
        apply: `${hook('apply_start', 'terraform_data.x')}; kill -KILL $$`,
      });
      expect(killed.outcome).toMatchObject({
        kind: 'unknown',
        objects: [
          {
            outcome: 'failed',
            message: 'It was begun, and it is not known how it ended.',
          },
        ],
      });
      const wrapped = await previewAndApply({ apply: 'exit 137' });
      expect(wrapped.outcome).toMatchObject({ kind: 'unknown' });
      const open = await previewAndApply({
        apply: `${hook('apply_start', 'terraform_data.x')}; exit 1`,
      });
      expect(open.outcome).toMatchObject({ kind: 'unknown' });
    });

    it('lets Terraform end cleanly when it is told to stop, and tells what was done', async () => {
      const controller = new AbortController();
      install();
      const { hash } = await preview();
      install({
        apply: [
          `trap '${hook('apply_complete', 'terraform_data.x').replaceAll(
            "'",
            '"\'"\'"',
          )}; exit 1' INT`,
          hook('apply_start', 'terraform_data.x'),
          'touch "$HOME/applying"',
          'while :; do sleep 0.05; done',
        ]
          .join('\n')
          .replace(/"'"'"/g, `'"'"'`),
      });
      const { context, workDir } = bench.remediation({
        signal: controller.signal,
      });
      const outcome = bench.remediator().apply(bench.request(), hash, context);
      await appears(join(workDir, 'home/applying'));
      controller.abort(new Error('shutdown'));
      await expect(outcome).resolves.toMatchObject({
        kind: 'partial',
        message: '1 of 1 resources were applied. Applying was stopped.',
      });
    });

    it('applies nothing when it is told to stop before', async () => {
      install();
      const controller = new AbortController();
      controller.abort(new Error('shutdown'));
      const { context } = bench.remediation({ signal: controller.signal });
      await expect(
        bench.remediator().apply(bench.request(), 'hash', context),
      ).resolves.toEqual({
        kind: 'failed',
        message: 'It was stopped before anything was applied.',
      });
    });

    it('names its own limit when it takes too long', async () => {
      const { outcome } = await previewAndApply(
        { apply: 'sleep 1000' },
        { config: { remediation: { timeout: { seconds: 1 } } } },
      );
      expect(outcome).toMatchObject({
        kind: 'unknown',
        message: expect.stringContaining(
          'longer than drift.terraform.remediation.timeout',
        ),
      });
    });

    it('fails without a trace when the fresh look fails', async () => {
      const { outcome } = await previewAndApply({
        plan: 'printf "Error: Oops\\n\\nBecause.\\n" >&2; exit 1',
      });
      expect(outcome).toEqual({
        kind: 'failed',
        message: 'Nothing was applied. terraform plan said: Oops: Because.',
      });
      expect(callsOf('apply')).toEqual([]);
    });

    it('gives the credentials for applying to the apply alone, those for planning not to it', async () => {
      const config: Config = {
        credentials: [
          { client: '*', settings: { REGION: 'eu' } },
          { client: 'acme', use: 'plan', env: { TOKEN: 'reading-token' } },
          {
            client: 'acme',
            use: 'apply',
            env: { TOKEN: 'writing-token' },
            files: [{ variable: 'KEY_FILE', content: 'writing-key' }],
          },
        ],
      };
      await previewAndApply(
        { apply: 'cat "$KEY_FILE" >> "$LOG"' },
        { config, request: { client: 'acme' } },
      );
      expect(environmentOf('plan')).toMatch(/TOKEN=reading-token/);
      expect(environmentOf('plan')).not.toMatch(/writing/);
      const apply = environmentOf('apply');
      expect(apply).toMatch(/REGION=eu/);
      expect(apply).toMatch(/TOKEN=writing-token/);
      expect(apply).toMatch(/writing-key/);
      expect(apply).not.toMatch(/reading-token/);
    });

    it('tells no secret: of credentials, of code that errors quote, of outputs or of provisioners', async () => {
      writeFileSync(
        join(bench.codeDir, 'main.tf'),
        'terraform {\n  backend "s3" {}\n}\nlocals {\n  password = "quoted-planted-1"\n}\n',
      );
      const { outcome, said } = await previewAndApply(
        {
          apply: [
            hook('apply_start', 'terraform_data.x'),
            message({
              type: 'provision_progress',
              '@message': 'printed-planted-2',
              hook: {
                resource: { addr: 'terraform_data.x' },
                output: 'printed-planted-2',
              },
            }),
            message({
              type: 'outputs',
              outputs: { a: { value: 'output-planted-3' } },
            }),
            message({
              type: 'apply_complete',
              '@message': 'done [id=id-planted-4]',
              hook: {
                resource: { addr: 'terraform_data.x' },
                id_value: 'id-planted-4',
              },
            }),
            'echo plain-planted-5',
            hook('apply_errored', 'terraform_data.y'),
            diagnostic(
              `Rejected ${SECRET}`,
              'password = quoted-planted-1 is wrong',
            ),
            `echo ${SECRET} >&2`,
            'exit 1',
          ].join('\n'),
        },
        {
          request: { client: 'acme' },
          config: { credentials: [{ client: 'acme', env: { TOKEN: SECRET } }] },
        },
      );
      expect(outcome.kind).toBe('partial');
      const everything = JSON.stringify([outcome, said, bench.logged]);
      expect(everything).not.toContain(SECRET);
      expect(everything).not.toContain('planted');
    });

    it('goes on when the live log cannot be written', async () => {
      let lines = 0;
      const { outcome } = await previewAndApply(
        {
          apply: `${hook('apply_start', 'terraform_data.x')}\n${hook(
            'apply_complete',
            'terraform_data.x',
          )}`,
        },
        {
          log: () => {
            lines += 1;
            if (lines > 3) {
              throw new Error('database is gone');
            }
          },
        },
      );
      expect(outcome).toMatchObject({ kind: 'applied' });
    });

    it('sends the state again when Terraform could not save it, and keeps it where that fails, too', async () => {
      const apply = [
        hook('apply_start', 'terraform_data.x'),
        hook('apply_complete', 'terraform_data.x'),
        'echo "{}" > errored.tfstate',
        diagnostic('Failed to persist state to backend'),
        'exit 1',
      ].join('\n');
      const saved = await previewAndApply({ apply });
      expect(callsOf('state')[0]).toMatch(/^state push .*errored\.tfstate$/);
      expect(saved.outcome).toMatchObject({
        kind: 'partial',
        message: expect.stringContaining('second attempt'),
      });
      const lost = await previewAndApply({ apply, state: 'exit 1' });
      expect(lost.outcome.message).toContain('on the machine of the backend');
      const kept = join(
        bench.base,
        'drift-terraform-rescued-states/remediation-1.tfstate',
      );
      expect(readFileSync(kept, 'utf8')).toBe('{}\n');
      expect(bench.logged.join('\n')).toContain(kept);
    });

    it('never takes a state that lies in the code for one that was not saved', async () => {
      writeFileSync(join(bench.codeDir, 'errored.tfstate'), '{}');
      const { outcome } = await previewAndApply({});
      expect(outcome.kind).toBe('applied');
      expect(callsOf('state')).toEqual([]);
    });
  });

  it('says why it cannot do something', () => {
    const { target } = bench.request();
    const remediator = bench.remediator();
    expect(remediator.supports(target, 'revert')).toEqual({ supported: true });
    expect(
      remediator.supports({ ...target, location: {} }, 'revert'),
    ).toMatchObject({
      supported: false,
      reason: expect.stringContaining('pipeline'),
    });
    expect(remediator.supports(target, 'adopt').supported).toBe(false);
    expect(
      remediator.supports({ ...target, source: 'kubernetes' }, 'revert')
        .supported,
    ).toBe(false);
  });
});

async function appears(path: string): Promise<void> {
  while (!existsSync(path)) {
    await sleep(10);
  }
}
