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
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UrlReaders } from '@backstage/backend-defaults/urlReader';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { SourceBench } from './__testUtils__/createSource';
import {
  FakeTool,
  installFakeTool,
  planJson,
  untilToldToStop,
} from './__testUtils__/fakeTool';

const SECRET = 'Tr0ub4dor&3-planted';

describe('TerraformDriftSource', () => {
  let bench: SourceBench;

  beforeEach(() => {
    bench = new SourceBench();
    writeFileSync(
      join(bench.codeDir, 'main.tf'),
      'terraform {\n  backend "s3" {}\n}\n',
    );
  });

  afterEach(() => bench.dispose());

  const scanWith = (
    tool: FakeTool,
    config: Parameters<SourceBench['source']>[0] = {},
    scan: Parameters<SourceBench['scan']>[1] = {},
  ) => {
    installFakeTool(bench.binDir, tool);
    return bench.scan(bench.source(config), scan);
  };
  const calls = () =>
    readFileSync(join(bench.binDir, 'log'), 'utf8')
      .split('== ')
      .slice(1)
      .map(call => call.split('\n')[0]);

  describe('verdicts', () => {
    const drifted = planJson({
      resource_drift: [
        {
          address: 'terraform_data.x',
          mode: 'managed',
          type: 'terraform_data',
          name: 'x',
          provider_name: 'terraform.io/builtin/terraform',
          change: {
            actions: ['update'],
            before: { input: 'a' },
            after: { input: 'b' },
            after_unknown: {},
            before_sensitive: {},
            after_sensitive: {},
          },
        },
      ],
      resource_changes: [
        {
          address: 'terraform_data.x',
          mode: 'managed',
          type: 'terraform_data',
          name: 'x',
          provider_name: 'terraform.io/builtin/terraform',
          change: {
            actions: ['update'],
            before: { input: 'b' },
            after: { input: 'a' },
            after_unknown: {},
            before_sensitive: {},
            after_sensitive: {},
          },
        },
      ],
      applyable: true,
    });

    it('is clean for exit code 0 and a complete plan only', async () => {
      await expect(scanWith({})).resolves.toMatchObject({
        failure: undefined,
        complete: true,
        differences: [],
        totalResources: 1,
        evidence: 'plan-json',
        tool: { name: 'terraform', version: '1.11.4' },
      });
    });

    it('is drift for exit code 2 and a plan with drift', async () => {
      await expect(
        scanWith({ plan: 'exit 2', show: `echo '${drifted}'` }),
      ).resolves.toMatchObject({
        failure: undefined,
        complete: true,
        differences: [
          {
            address: 'terraform_data.x',
            class: 'drift',
            fields: [
              { path: '/input', recorded: 'a', actual: 'b', desired: 'a' },
            ],
          },
        ],
      });
    });

    const explained = (text: string) =>
      `printf '\\nError: Oops\\n\\n${text}\\n' >&2; exit 1`;

    it.each<[string, FakeTool, RegExp]>([
      [
        'init fails',
        { init: explained('Because.') },
        /^terraform init said: Oops: Because\.$/,
      ],
      [
        'plan fails',
        { plan: explained('Because.') },
        /^terraform plan said: Oops: Because\.$/,
      ],
      [
        'plan fails without a word',
        { plan: 'exit 1' },
        /plan ended with code 1 and no explanation/,
      ],
      [
        'plan ends with an unknown code',
        { plan: 'exit 3' },
        /plan ended with code 3/,
      ],
      [
        'plan is killed',
        { plan: 'kill -KILL $$' },
        /ended by SIGKILL, most often because the machine ran out of memory/,
      ],
      ['a wrapped plan is killed', { plan: 'exit 137' }, /ended by SIGKILL/],
      ['plan crashes', { plan: 'kill -SEGV $$' }, /ended by SIGSEGV/],
      [
        'show fails',
        { show: explained('No plan.') },
        /^terraform show said: Oops: No plan\.$/,
      ],
      [
        'show fails after a whole plan',
        { show: `echo '${planJson()}'; exit 1` },
        /show ended with code 1/,
      ],
      [
        'show is killed',
        { show: `echo '${planJson()}'; kill -KILL $$` },
        /ended by SIGKILL/,
      ],
      ['show prints nothing', { show: ':' }, /not a plan that can be trusted/],
      [
        'show prints garbage',
        { show: 'echo "Segmentation fault"' },
        /not a plan that can be trusted/,
      ],
      [
        'show prints half a plan',
        { show: `echo '${planJson().slice(0, 300)}'` },
        /not a plan that can be trusted/,
      ],
      [
        'show prints another document',
        { show: `echo '{"hello":"world"}'` },
        /not a plan that can be trusted/,
      ],
      [
        'show prints endless garbage',
        { show: 'yes "{"' },
        /not a plan that can be trusted/,
      ],
      [
        'the plan errored',
        { plan: 'exit 2', show: `echo '${planJson({ errored: true })}'` },
        /./,
      ],
      [
        'code 0 hides planned changes',
        { plan: 'exit 0', show: `echo '${drifted}'` },
        /./,
      ],
      [
        'credentials are rejected',
        { plan: explained('api error ExpiredToken: expired') },
        /^The credentials were rejected .* said: Oops/,
      ],
    ])('is a failure, never clean, when %s', async (_case, tool, failure) => {
      const observation = await scanWith(tool);
      expect(observation.failure).toMatch(failure);
      expect(observation.failure).not.toContain(bench.base);
    });

    it.each(['init', 'plan', 'show'] as const)(
      'is a failure that names the limit when %s takes too long',
      async step => {
        const observation = await scanWith(
          { [step]: 'sleep 1000' },
          { timeout: { seconds: 2 } },
        );
        expect(observation).toMatchObject({
          failure: `terraform ${step} did not end within 2 seconds (drift.terraform.timeout).`,
          complete: false,
        });
      },
    );

    it('tries init again after a network error, once', async () => {
      const unreachable = `echo x >> "$HOME/tries"
        printf 'Error: Failed to query available provider packages\\n\\ndial tcp: i/o timeout\\n' >&2`;
      await expect(
        scanWith({
          init: `${unreachable}; [ $(wc -l < "$HOME/tries") = 2 ]; exit $?`,
        }),
      ).resolves.toMatchObject({ failure: undefined });
      expect(calls().filter(call => call.startsWith('init'))).toHaveLength(2);
      const observation = await scanWith({ init: `${unreachable}; exit 1` });
      expect(observation.failure).toMatch(/could not be reached/);
    });
  });

  it('says nothing when it was told to stop', async () => {
    installFakeTool(bench.binDir, {
      plan: untilToldToStop('planning'),
    });
    const controller = new AbortController();
    const scan = bench.scan(bench.source(), { signal: controller.signal });
    const ended = scan.catch(error => error);
    while (!existsSync(join(bench.base, 'work-1/home/planning'))) {
      await sleep(10);
    }
    controller.abort(new Error('lease lost'));
    await expect(ended).resolves.toEqual(new Error('lease lost'));
  });

  it('runs the agreed commands in a private copy and leaves no plan file', async () => {
    mkdirSync(join(bench.codeDir, 'aks'));
    writeFileSync(join(bench.codeDir, 'aks/main.tf'), '');
    writeFileSync(join(bench.codeDir, 'aks/prod.tfvars'), '');
    await scanWith(
      {
        plan: 'for a in "$@"; do case "$a" in -out=*) echo x > "${a#-out=}";; esac; done; echo $PWD > "$HOME/cwd"; touch written',
      },
      { parallelism: 20 },
      {
        location: {
          type: 'file',
          root: bench.codeDir,
          dir: 'aks',
          varFiles: ['prod.tfvars'],
        },
      },
    );
    const work = join(bench.base, 'work-1');
    expect(calls()).toEqual([
      'init -input=false -no-color',
      `plan -input=false -lock=false -no-color -detailed-exitcode -compact-warnings -parallelism=20 -var-file=prod.tfvars -out=${work}/tmp/scan.tfplan`,
      `show -json -no-color ${work}/tmp/scan.tfplan`,
    ]);
    expect(readFileSync(join(work, 'home/cwd'), 'utf8').trim()).toBe(
      join(work, 'code/aks'),
    );
    expect(existsSync(join(bench.codeDir, 'aks/written'))).toBe(false);
    expect(readdirSync(join(work, 'tmp'))).toEqual([]);
  });

  it('gives the tool an allow-list of variables and nothing of the backend', async () => {
    process.env.DRIFT_TEST_CANARY = 'canary-of-the-backend';
    try {
      await scanWith(
        {},
        {
          env: { HTTPS_PROXY: 'http://proxy.example:3128' },
          credentials: [
            {
              client: '*',
              settings: { AWS_REGION: 'eu-west-1', SHARED: 'all' },
            },
            {
              client: 'acme',
              env: { AWS_SECRET_ACCESS_KEY: SECRET, SHARED: 'acme' },
              files: [{ variable: 'KEY_FILE', content: 'key of acme' }],
            },
            { client: 'globex', env: { GLOBEX_TOKEN: 'globex-token-1' } },
          ],
        },
        { client: 'acme' },
      );
    } finally {
      delete process.env.DRIFT_TEST_CANARY;
    }
    const log = readFileSync(join(bench.binDir, 'log'), 'utf8');
    const plan = log.split('== ').find(call => call.startsWith('plan'));
    const variables = Object.fromEntries(
      (plan ?? '')
        .split('\n')
        .slice(1)
        .filter(line => line.includes('='))
        .map(line => line.split(/=(.*)/s).slice(0, 2)),
    );
    for (const shell of ['_', 'PWD', 'OLDPWD', 'SHLVL']) {
      delete variables[shell];
    }
    const work = join(bench.base, 'work-1');
    expect(variables).toEqual({
      AWS_REGION: 'eu-west-1',
      AWS_SECRET_ACCESS_KEY: SECRET,
      CHECKPOINT_DISABLE: '1',
      HOME: join(work, 'home'),
      HTTPS_PROXY: 'http://proxy.example:3128',
      KEY_FILE: join(work, 'credentials/1-0'),
      LANG: 'C.UTF-8',
      PATH: `${bench.binDir}:/usr/bin:/bin`,
      SHARED: 'acme',
      TF_CLI_CONFIG_FILE: join(work, 'cli.tfrc'),
      TF_INPUT: '0',
      TF_IN_AUTOMATION: '1',
      TMPDIR: join(work, 'tmp'),
    });
    expect(readFileSync(join(work, 'credentials/1-0'), 'utf8')).toBe(
      'key of acme',
    );
    expect(log).not.toContain('canary-of-the-backend');
    expect(log).not.toContain('globex-token-1');
  });

  it('keeps code that is not trusted with a client away from its credentials', async () => {
    const credentials = [
      {
        client: 'acme',
        env: { TOKEN: 'acme-token-1' },
        allowedLocations: ['https://github.com/acme/', '/somewhere/else'],
      },
      {
        client: '*',
        env: { TOKEN: 'shared-token' },
        allowedLocations: ['/somewhere/else'],
      },
    ];
    const refused = await scanWith({}, { credentials }, { client: 'acme' });
    expect(refused.failure).toMatch(
      'may not use the credentials of client acme',
    );
    expect(existsSync(join(bench.binDir, 'log'))).toBe(false);
    await scanWith({}, { credentials }, { client: 'other' });
    expect(readFileSync(join(bench.binDir, 'log'), 'utf8')).not.toContain(
      'shared-token',
    );
    const allowed = credentials.map(entry => ({
      ...entry,
      allowedLocations: [bench.codeDir],
    }));
    await expect(
      scanWith({}, { credentials: allowed }, { client: 'acme' }),
    ).resolves.toMatchObject({ failure: undefined });
  });

  it('lets no configured secret and no literal of the code out in an error, log or observation', async () => {
    writeFileSync(
      join(bench.codeDir, 'db.tf'),
      'resource "x" "y" {\n  password = "literal-of-the-code"\n}\n',
    );
    const config = {
      credentials: [
        {
          client: 'acme',
          env: { TOKEN: SECRET },
          files: [
            { variable: 'F', content: 'line-one-secret\nline-two-secret' },
          ],
        },
      ],
    };
    const client = { client: 'acme' };
    const basic = Buffer.from(`acme:${SECRET}`).toString('base64');
    const forms = [
      SECRET,
      encodeURIComponent(SECRET),
      basic.slice(8, -4),
      'line-two-secret',
      'literal-of-the-code',
      'unknown-to-us',
    ];
    const echo = `printf 'Error: Login with ${SECRET} rejected\\n\\nGET https://x/?t=${encodeURIComponent(
      SECRET,
    ).replaceAll(
      '%',
      '%%',
    )} basic ${basic} line-two-secret literal-of-the-code https://u:unknown-to-us@x password "unknown-to-us"\\n' | tee /dev/stderr; exit 1`;
    const observations = [
      await scanWith({ init: echo }, config, client),
      await scanWith({ plan: echo }, config, client),
      await scanWith({ show: echo }, config, client),
      await scanWith({ show: `echo '${SECRET}'` }, config, client),
    ];
    for (const observation of observations.slice(0, 2)) {
      expect(observation.failure).toContain('[redacted]');
    }
    const change = {
      actions: ['update'],
      before: { note: 'old', plain: 'a' },
      after: { note: `key ${SECRET}`, plain: 'b' },
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: {},
    };
    const entry = {
      address: `x.y["${SECRET}"]`,
      index: SECRET,
      mode: 'managed',
      type: 'x',
      name: 'y',
      provider_name: 'p',
    };
    const observation = await scanWith(
      {
        plan: 'exit 2',
        show: `cat <<'END'\n${planJson({
          resource_drift: [{ ...entry, change }],
          resource_changes: [
            {
              ...entry,
              change: { ...change, before: change.after, after: change.before },
            },
          ],
          applyable: true,
        })}\nEND`,
      },
      config,
      client,
    );
    expect(observation.failure).toBe(undefined);
    expect(observation.differences[0].fields).toEqual(
      expect.arrayContaining([
        { path: '/note', sensitive: true },
        expect.objectContaining({ path: '/plain', actual: 'b' }),
      ]),
    );
    const everything = JSON.stringify([
      ...observations,
      observation,
      bench.logged,
    ]);
    for (const form of forms) {
      expect(everything).not.toContain(form);
    }
  });

  it('warns of credentials that every author of an entity could use', () => {
    const open = { client: 'acme', env: { TOKEN: SECRET } };
    const bound = { ...open, allowedLocations: ['https://github.com/acme/'] };
    bench.source();
    bench.source({ credentials: [bound] });
    bench.source({
      credentials: [open],
      allowedUrls: ['https://github.com/acme/'],
    });
    expect(bench.logged).toEqual([]);
    bench.source({ credentials: [bound, open] });
    expect(bench.logged).toEqual([
      expect.stringMatching(/^warn .*set allowedLocations/),
    ]);
    expect(bench.logged.join()).not.toContain(SECRET);
  });

  describe('workspaces', () => {
    const location = () => ({
      type: 'file',
      root: bench.codeDir,
      dir: '.',
      workspace: 'prod',
    });

    it('are chosen without ever being made', async () => {
      const observation = await scanWith(
        {
          init: 'cat .terraform/environment > "$HOME/chosen"',
          workspace: 'printf "  default\\n* prod\\n"',
        },
        {},
        { location: location() },
      );
      expect(observation.failure).toBe(undefined);
      expect(readFileSync(join(bench.base, 'work-1/home/chosen'), 'utf8')).toBe(
        'prod',
      );
      const [init, , plan] = readFileSync(join(bench.binDir, 'log'), 'utf8')
        .split('== ')
        .slice(1);
      expect(init).not.toContain('TF_WORKSPACE');
      expect(plan).toContain('TF_WORKSPACE=prod');
    });

    it('that do not exist are a failure', async () => {
      const observation = await scanWith({}, {}, { location: location() });
      expect(observation.failure).toBe('There is no workspace prod.');
    });
  });

  describe('without the tool', () => {
    it('says how to install it', async () => {
      const source = bench.source();
      await expect(source.checkHealth()).resolves.toEqual({
        source: 'terraform',
        ok: false,
        message: expect.stringMatching(
          /^Terraform is not installed.*opentofu\.org.*drift\.terraform\.binary\.$/,
        ),
      });
      await expect(bench.scan(source)).resolves.toMatchObject({
        failure: expect.stringMatching(/^Terraform is not installed/),
        complete: false,
      });
    });

    it('shows recorded plans, marked as recorded', async () => {
      const recordedPlans = join(bench.base, 'recorded');
      mkdirSync(recordedPlans);
      writeFileSync(join(recordedPlans, 'acme--tf-aks.json'), planJson());
      writeFileSync(join(recordedPlans, '---tf-aks.json'), planJson());
      writeFileSync(join(recordedPlans, 'acme--broken.json'), '{');
      const source = bench.source({ recordedPlans });
      await expect(source.checkHealth()).resolves.toMatchObject({
        message: expect.stringContaining('recorded plans are shown'),
      });
      for (const client of ['acme', undefined]) {
        await expect(
          bench.scan(source, { client, name: 'tf-aks' }),
        ).resolves.toEqual({
          complete: true,
          differences: [],
          blindSpots: [],
          tool: { name: 'terraform', version: '1.11.4' },
          evidence: 'recorded',
          totalResources: 1,
          warnings: [
            'This is a recorded example, not your infrastructure: terraform is not installed.',
          ],
        });
      }
      for (const [name, failure] of [
        ['other', /^Terraform is not installed/],
        ['../recorded/acme--tf-aks', /^Terraform is not installed/],
        ['broken', /^The recorded plan cannot be trusted/],
      ] as const) {
        const observation = await bench.scan(source, { client: 'acme', name });
        expect(observation.failure).toMatch(failure);
      }
    });

    it('does not show recorded plans in the place of a broken tool', async () => {
      const recordedPlans = join(bench.base, 'recorded');
      mkdirSync(recordedPlans);
      writeFileSync(join(recordedPlans, '---module.json'), planJson());
      const observation = await scanWith(
        { version: 'exit 1' },
        { recordedPlans },
      );
      expect(observation.failure).toMatch('does not answer');
    });
  });

  it.each([
    [
      'Terraform v0.14.11',
      { ok: false, message: expect.stringContaining('too old') },
    ],
    [
      'Terraform v1.11.4\non linux_amd64',
      { ok: true, tool: { name: 'terraform', version: '1.11.4' } },
    ],
    [
      'OpenTofu v1.10.0-rc1',
      { ok: true, tool: { name: 'tofu', version: '1.10.0-rc1' } },
    ],
    [
      'Tetris v3',
      { ok: false, message: expect.stringContaining('does not answer') },
    ],
  ])('knows the health of a tool that is %j', async (version, health) => {
    installFakeTool(bench.binDir, { version: `printf '${version}\\n'` });
    await expect(bench.source().checkHealth()).resolves.toMatchObject(health);
  });

  it('takes tofu where there is no terraform, and what configuration names', async () => {
    const other = join(bench.base, 'other');
    installFakeTool(other, { version: 'echo "OpenTofu v1.9.0"' });
    renameSync(join(other, 'terraform'), join(other, 'tofu'));
    const tool = { name: 'tofu', version: '1.9.0' };
    const path = `:./bin:${bench.binDir}:${other}:/usr/bin:/bin`;
    await expect(
      bench.source({}, { path }).checkHealth(),
    ).resolves.toMatchObject({ tool });
    installFakeTool(bench.binDir);
    await expect(
      bench.source({ binary: 'tofu' }, { path }).checkHealth(),
    ).resolves.toMatchObject({ tool });
    await expect(
      bench.source({ binary: join(other, 'tofu') }).checkHealth(),
    ).resolves.toMatchObject({ tool });
    await expect(
      bench.source({ binary: join(other, 'none') }).checkHealth(),
    ).resolves.toMatchObject({
      ok: false,
      message: expect.stringContaining('drift.terraform.binary names'),
    });
  });

  it('puts a wrapper before the tool', async () => {
    const observation = await scanWith(
      {},
      { wrapper: ['/usr/bin/env', 'WRAPPED={workDir}'] },
    );
    expect(observation.failure).toBe(undefined);
    expect(readFileSync(join(bench.binDir, 'log'), 'utf8')).toContain(
      `WRAPPED=${join(bench.base, 'work-1')}`,
    );
  });

  describe('locations', () => {
    const urlReader = () => {
      const config = new ConfigReader({});
      return UrlReaders.default({ config, logger: mockServices.logger.mock() });
    };

    it.each([
      [{ type: 'file', root: '/etc', dir: '.' }, /allowedRoots/],
      [{ type: 'file', root: 'relative', dir: '.' }, /absolute/],
      [
        { type: 'url', root: 'file:///etc/', dir: '.' },
        /file: URL cannot be scanned/,
      ],
      [
        { type: 'url', root: 'http://169.254.169.254/latest/', dir: '.' },
        /Reading from .* is not allowed/,
      ],
      [
        { type: 'url', root: 'https://intranet.example/x/', dir: '.' },
        /Reading from .* is not allowed/,
      ],
      [
        { type: 'url', root: 'http://localhost:7007/api/', dir: '.' },
        /Reading from .* is not allowed/,
      ],
      [{ type: 'odd', root: '/etc', dir: '.' }, /malformed/],
      [{}, /malformed/],
    ])('that nobody allowed are refused: %j', async (location, failure) => {
      installFakeTool(bench.binDir);
      const observation = await bench.scan(
        bench.source({}, { urlReader: urlReader() }),
        { location },
      );
      expect(observation.failure).toMatch(failure);
      expect(existsSync(join(bench.binDir, 'log'))).toBe(false);
    });

    it.each(['../x', '/etc', 'missing', 'main.tf', 'link'])(
      'below an allowed one do not lead to %s',
      async dir => {
        symlinkSync('/etc', join(bench.codeDir, 'link'));
        const observation = await scanWith(
          {},
          {},
          { location: { type: 'file', root: bench.codeDir, dir } },
        );
        expect(observation.failure).toMatch(/The code could not be read/);
        expect(observation.failure).not.toContain(bench.base);
      },
    );

    it.each(['../../outside.tfvars', 'missing.tfvars', 'passwd'])(
      'do not give %s to the tool',
      async file => {
        symlinkSync('/etc/passwd', join(bench.codeDir, 'passwd'));
        const observation = await scanWith(
          {},
          {},
          {
            location: {
              type: 'file',
              root: bench.codeDir,
              dir: '.',
              varFiles: [file],
            },
          },
        );
        expect(observation.failure).toMatch(/There is no file/);
      },
    );

    it('of repositories are read through the integrations and nothing else', async () => {
      installFakeTool(bench.binDir, { plan: 'ls > "$HOME/files"' });
      let size = 10;
      const readTree = jest.fn(async (_url, options) => ({
        etag: 'x',
        files: jest.fn(),
        archive: jest.fn(),
        dir: async ({ targetDir }: { targetDir: string }) => {
          for (const path of [
            'infra/main.tf',
            '.git/config',
            'infra/.terraform/x',
          ]) {
            if (options.filter(path, { size })) {
              mkdirSync(join(targetDir, path, '..'), { recursive: true });
              writeFileSync(join(targetDir, path), '');
            }
          }
          return targetDir;
        },
      }));
      const source = (config = {}) =>
        bench.source(config, {
          urlReader: mockServices.urlReader.mock({ readTree }),
        });
      const location = {
        type: 'url',
        root: 'https://github.com/acme/infra/tree/main/',
        dir: 'infra',
      };
      await expect(bench.scan(source(), { location })).resolves.toMatchObject({
        failure: undefined,
      });
      expect(readTree).toHaveBeenCalledWith(location.root, expect.anything());
      expect(readFileSync(join(bench.base, 'work-1/home/files'), 'utf8')).toBe(
        'main.tf\n',
      );
      const small = await bench.scan(
        source({ limits: { maxFiles: 2, maxMegabytes: 1 } }),
        { location },
      );
      expect(small.failure).toBe(undefined);
      size = 1024 * 1024 + 1;
      const big = await bench.scan(source({ limits: { maxMegabytes: 1 } }), {
        location,
      });
      expect(big.failure).toBe(
        'The code could not be read: The code is bigger than 1 MB (drift.terraform.limits.maxMegabytes)',
      );
      readTree.mockRejectedValueOnce(new Error('bad gateway'));
      await expect(bench.scan(source(), { location })).resolves.toMatchObject({
        failure: 'The code could not be read: bad gateway',
      });
    });
  });

  it('knows the modules of configuration', () => {
    const source = bench.source({
      modules: [
        {
          name: 'network',
          client: 'acme',
          url: 'https://github.com/acme/infra/tree/main/',
          dir: 'network',
          workspace: 'prod',
          schedule: 'PT1H',
          entityRefs: ['component:default/network'],
          varFiles: ['../prod.tfvars'],
        },
        { name: 'local', dir: '/srv/infra/local' },
        { name: 'deep', root: '/srv/infra', dir: 'deep/module' },
      ],
    });
    expect(source.configuredTargets()).toEqual([
      {
        name: 'network',
        client: 'acme',
        schedule: 'PT1H',
        entityRefs: ['component:default/network'],
        codeUrl: 'https://github.com/acme/infra/tree/main/',
        location: {
          type: 'url',
          root: 'https://github.com/acme/infra/tree/main/',
          dir: 'network',
          workspace: 'prod',
          varFiles: ['../prod.tfvars'],
        },
      },
      expect.objectContaining({
        name: 'local',
        location: { type: 'file', root: '/srv/infra/local', dir: '.' },
      }),
      expect.objectContaining({
        name: 'deep',
        location: { type: 'file', root: '/srv/infra', dir: 'deep/module' },
      }),
    ]);
  });

  it.each([
    [
      { modules: [{ name: 'x', root: '/srv', dir: '../etc' }] },
      'drift.terraform.modules[0].dir',
    ],
    [
      { modules: [{ name: 'x', url: 'file:///etc' }] },
      'drift.terraform.modules[0].url',
    ],
    [
      { credentials: [{ client: 'a', env: { TF_CLI_ARGS_plan: SECRET } }] },
      'drift.terraform.credentials[0].env: "TF_CLI_ARGS_plan" is set by the scanner',
    ],
    [
      { credentials: [{ client: 'a', settings: { PATH: SECRET } }] },
      '"PATH" is set by the scanner',
    ],
    [{ env: { 'BAD NAME': SECRET } }, 'is not a name'],
    [{ runAs: { uid: 0, gid: 0 } }, 'other than root'],
    [{ parallelism: 0 }, 'drift.terraform.parallelism'],
    [{ wrapper: ['bwrap'] }, 'drift.terraform.wrapper'],
    [{ allowedUrls: ['github.com/acme'] }, 'drift.terraform.allowedUrls'],
  ])('refuses the configuration %j', (config, message) => {
    expect(() => bench.source(config)).toThrow(message);
    expect(() => bench.source(config)).not.toThrow(SECRET);
  });
});
