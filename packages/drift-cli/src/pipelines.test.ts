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

import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Ajv from 'ajv';
import { build } from 'esbuild';
import { parse } from 'yaml';

const run = promisify(execFile);
const ROOT = join(__dirname, '../../..');
const pipeline = (file: string) => join(ROOT, 'pipelines', file);
const directory = mkdtempSync(join(tmpdir(), 'infra-hub-drift-yaml-'));

afterAll(() => rmSync(directory, { recursive: true }));

/** The parser that GitHub's own editors use. */
const CHECKER = `
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { readFileSync } from 'node:fs';
async function check(file) {
  const { context, value } = parseWorkflow(
    { name: file, content: readFileSync(file, 'utf8') },
    new NoOperationTraceWriter(),
  );
  if (value) {
    await convertWorkflowTemplate(context, value);
  }
  console.log(JSON.stringify(context.errors.getErrors().map(error => error.message)));
}
check(process.argv[2]);
`;

const SCAN_MISTAKES: [right: string, wrong: string][] = [
  ['runs-on:', 'run-on:'],
  ['matrix.module }}', 'matrix.module ||| }}'],
  ['fail-fast: false', 'fail-fast: [1]'],
];

describe.each<[string, [right: string, wrong: string][]]>([
  ['github-actions/drift.yml', SCAN_MISTAKES],
  ['github-actions/drift-vault.yml', SCAN_MISTAKES],
  [
    'github-actions/drift-remediate.yml',
    [
      ['runs-on:', 'run-on:'],
      ['inputs.module }} (', 'inputs.module ||| }} ('],
      ["verdict == 'approved' }}", 'verdict == }}'],
      ['cancel-in-progress: false', 'cancel-in-progress: [1]'],
    ],
  ],
])('the workflow %s', (name, mistakes) => {
  const checker = join(directory, 'check.cjs');

  beforeAll(() =>
    build({
      stdin: { contents: CHECKER, resolveDir: __dirname },
      outfile: checker,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'silent',
    }),
  );

  const errorsOf = async (text: string): Promise<string[]> => {
    const file = join(directory, 'workflow.yml');
    writeFileSync(file, text);
    const { stdout } = await run(process.execPath, [checker, file]);
    return JSON.parse(stdout);
  };

  const text = readFileSync(pipeline(name), 'utf8');

  it('is what GitHub takes', async () => {
    expect(await errorsOf(text)).toEqual([]);
    for (const [right, wrong] of mistakes) {
      expect(text).toContain(right);
      expect(await errorsOf(text.replace(right, wrong))).not.toEqual([]);
    }
  });

  it('keeps the exit code and puts no value into a script', () => {
    const [job] = Object.values<{
      steps: { uses?: string; run?: string; with?: object }[];
    }>(parse(text).jobs);
    expect(
      job.steps.find(step => step.uses?.startsWith('hashicorp/setup-'))?.with,
    ).toEqual({ terraform_wrapper: false });
    expect(job.steps.filter(step => step.run?.includes('${{'))).toEqual([]);
  });
});

describe('the GitLab pipeline', () => {
  /** Validates against the schema that GitLab publishes, which this program carries. */
  async function check(text: string): Promise<string> {
    const repository = mkdtempSync(join(directory, 'gitlab-'));
    await run('git', ['init', '--quiet', repository]);
    writeFileSync(join(repository, '.gitlab-ci.yml'), text);
    mkdirSync(join(repository, 'home'));
    try {
      const { stdout, stderr } = await run(
        process.execPath,
        [
          require.resolve('gitlab-ci-local/dist/index.js'),
          ...['--list-csv-all', '--home', join(repository, 'home')],
          ...['--variable', 'DRIFT_IMAGE=image'],
        ],
        {
          cwd: repository,
          env: { PATH: process.env.PATH, HOME: repository },
        },
      );
      return stdout + stderr;
    } catch (error) {
      return `failed: ${error}`;
    }
  }

  it.each([
    ['drift.gitlab-ci.yml', 'drift: [network]'],
    ['drift-remediate.gitlab-ci.yml', 'drift-remediate'],
  ])('%s is what GitLab takes', async (file, job) => {
    const text = readFileSync(pipeline(`gitlab-ci/${file}`), 'utf8');
    const right = await check(text);
    expect(right).toContain('json schema validated');
    expect(right).toContain(job);
    const wrong = await check(text.replace(/timeout: .*/, 'timeout: [1]'));
    expect(wrong).toMatch(/^failed: /);
  });
});

/**
 * The keys that the Azure pipeline uses, after the reference of its YAML schema.
 * Microsoft's own schema is in no package; docs/ci.md says how it was checked.
 */
const AZURE = {
  type: 'object',
  additionalProperties: false,
  required: ['trigger', 'pr', 'parameters', 'pool', 'jobs'],
  properties: {
    name: { type: 'string' },
    trigger: { const: 'none' },
    pr: { const: 'none' },
    schedules: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['cron', 'branches'],
        properties: {
          cron: { type: 'string', pattern: '^(?:\\S+ ){4}\\S+$' },
          displayName: { type: 'string' },
          always: { type: 'boolean' },
          branches: {
            type: 'object',
            additionalProperties: false,
            properties: { include: { type: 'array' } },
          },
        },
      },
    },
    parameters: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'type'],
        properties: {
          name: { type: 'string' },
          displayName: { type: 'string' },
          type: { enum: ['object', 'string'] },
          default: { type: ['array', 'string'] },
        },
      },
    },
    variables: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['group'],
        properties: { group: { type: 'string' } },
      },
    },
    pool: {
      type: 'object',
      additionalProperties: false,
      required: ['vmImage'],
      properties: { vmImage: { type: 'string' } },
    },
    jobs: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        oneOf: [
          { $ref: '#/$defs/job' },
          {
            type: 'object',
            additionalProperties: false,
            patternProperties: {
              '^\\$\\{\\{ each \\w+ in parameters\\.\\w+ \\}\\}$': {
                type: 'array',
                items: { $ref: '#/$defs/job' },
              },
            },
          },
        ],
      },
    },
  },
  $defs: {
    job: {
      type: 'object',
      additionalProperties: false,
      required: ['job', 'steps'],
      properties: {
        job: { type: 'string' },
        displayName: { type: 'string' },
        timeoutInMinutes: { type: 'integer' },
        steps: { type: 'array', items: { $ref: '#/$defs/step' } },
      },
    },
    step: {
      type: 'object',
      additionalProperties: false,
      oneOf: [
        { required: ['checkout'] },
        { required: ['bash'] },
        { required: ['task'] },
      ],
      properties: {
        checkout: { const: 'self' },
        persistCredentials: { type: 'boolean' },
        bash: { type: 'string' },
        task: { enum: ['NodeTool@0', 'AzureCLI@2'] },
        displayName: { type: 'string' },
        condition: { type: 'string' },
        workingDirectory: { type: 'string' },
        env: { type: 'object', additionalProperties: { type: 'string' } },
        inputs: {
          type: 'object',
          additionalProperties: false,
          properties: {
            versionSpec: { type: 'string' },
            azureSubscription: { type: 'string' },
            addSpnToEnvironment: { type: 'boolean' },
            workingDirectory: { type: 'string' },
            scriptType: { enum: ['bash', 'pscore', 'batch', 'ps'] },
            scriptLocation: { enum: ['inlineScript', 'scriptPath'] },
            inlineScript: { type: 'string' },
          },
        },
      },
    },
  },
};

describe.each(['azure-pipelines.yml', 'drift-remediate.yml'])(
  'the Azure pipeline %s',
  name => {
    const text = readFileSync(pipeline(`azure-pipelines/${name}`), 'utf8');
    const document = parse(text);

    it('uses keys that Azure Pipelines has', () => {
      const validate = new Ajv({ strict: false }).compile(AZURE);
      validate(document);
      expect(validate.errors).toBeNull();
    });

    it('hands the token to the script by environment only', () => {
      expect(text.match(/\$\(DRIFT_TOKEN\)/g)).toHaveLength(1);
      expect(text).toContain('DRIFT_TOKEN: $(DRIFT_TOKEN)');
    });
  },
);

describe('every pipeline that repairs', () => {
  const texts = [
    'github-actions/drift-remediate.yml',
    'azure-pipelines/drift-remediate.yml',
    'gitlab-ci/drift-remediate.gitlab-ci.yml',
  ].map(file => readFileSync(pipeline(file), 'utf8'));

  it('applies a saved plan only, once', () => {
    for (const text of texts) {
      expect(text.match(/\b(?:terraform|tf) apply .*/g)).toEqual([
        expect.stringMatching(
          / apply -input=false -no-color tfplan > apply\.log /,
        ),
      ]);
      expect(text).not.toContain('-auto-approve');
    }
  });

  it.each([0, 1])('has the steps that Backstage reads (%i)', index => {
    expect(texts[index]).toMatch(
      /(?:- name|displayName): Not what was approved\n/,
    );
    expect(texts[index]).toMatch(/(?:- name|displayName): Apply\n/);
  });

  it.each([0, 1])('puts no value of its inputs into a script (%i)', index => {
    interface Step {
      run?: string;
      bash?: string;
      inputs?: { inlineScript?: string };
    }
    const scripts = Object.values<{ steps: Step[] }>(
      parse(texts[index]).jobs,
    ).flatMap(({ steps }) =>
      steps.flatMap(
        step => step.run ?? step.bash ?? step.inputs?.inlineScript ?? [],
      ),
    );
    expect(scripts.length).toBeGreaterThan(4);
    expect(scripts.filter(script => script.includes('${{'))).toEqual([]);
  });
});
