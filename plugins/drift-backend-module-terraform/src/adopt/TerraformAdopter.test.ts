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

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { JsonValue } from '@backstage/types';
import { FieldDifference } from '@infra-hub/backstage-plugin-drift-common';
import {
  AdoptionProposal,
  RemediationFailure,
} from '@infra-hub/backstage-plugin-drift-node';
import { SourceBench } from '../__testUtils__/createSource';
import { findingOf } from '../__testUtils__/findingOf';

type Files = Record<string, string>;
type Finding = Parameters<typeof findingOf>[1];

const field = (
  path: string,
  desired: JsonValue | undefined,
  actual: JsonValue | undefined,
  more: Partial<FieldDifference> = {},
): FieldDifference => ({
  path,
  ...(desired === undefined ? {} : { desired, recorded: desired }),
  ...(actual === undefined ? {} : { actual }),
  ...more,
});

describe('TerraformAdopter', () => {
  let bench: SourceBench;

  beforeEach(() => {
    bench = new SourceBench();
  });

  afterEach(() => bench.dispose());

  const write = (files: Files) => {
    for (const [name, content] of Object.entries(files)) {
      const path = join(bench.codeDir, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  };
  const propose = async (
    files: Files,
    fields: FieldDifference[],
    options: {
      address?: string;
      finding?: Finding;
      dir?: string;
      request?: Parameters<SourceBench['request']>[0];
      config?: Parameters<SourceBench['adopter']>[0];
    } = {},
  ): Promise<AdoptionProposal> => {
    write(files);
    const { context } = bench.remediation();
    return await bench.adopter(options.config).propose(
      bench.request({
        action: 'adopt',
        location: {
          type: 'file',
          root: bench.codeDir,
          dir: options.dir ?? '.',
        },
        findings: [
          findingOf(options.address ?? 'aws_x.a', {
            fields,
            ...options.finding,
          }),
        ],
        ...options.request,
      }),
      context,
    );
  };
  /** Files after the change, and what is left to people. */
  const outcome = (proposal: AdoptionProposal) => ({
    after: Object.fromEntries(
      proposal.files.map(({ path, after }) => [path, after]),
    ),
    instructions: proposal.instructions.map(({ text }) => text),
  });
  const resource = (body: string) => `resource "aws_x" "a" {\n${body}}\n`;

  it.each<[string, string, FieldDifference, string]>([
    ['a number', '  size = 3\n', field('/size', 3, 5), '  size = 5\n'],
    [
      'a number with a comment',
      '  size = 3 # three\n',
      field('/size', 3, 5),
      '  size = 5 # three\n',
    ],
    [
      'a number without spaces',
      '  size=3\n',
      field('/size', 3, 5),
      '  size=5\n',
    ],
    [
      'an aligned text',
      '  a        = 1\n  location = "eu" // why\n',
      field('/location', 'eu', 'us'),
      '  a        = 1\n  location = "us" // why\n',
    ],
    [
      'a text that needs escapes',
      '  name = "a"\n',
      field('/name', 'a', '${x} "y"\n'),
      '  name = "$${x} \\"y\\"\\n"\n',
    ],
    [
      'a text with escapes',
      '  name = "a\\"$${b}"\n',
      field('/name', 'a"${b}', 'c'),
      '  name = "c"\n',
    ],
    [
      'a bool',
      '  open = false /* never! */\n',
      field('/open', false, true),
      '  open = true /* never! */\n',
    ],
    [
      'a number that is written as a text',
      '  port = "443"\n',
      field('/port', 443, 8443),
      '  port = "8443"\n',
    ],
    [
      'a text that is written as a number',
      '  port = 443\n',
      field('/port', '443', '8443'),
      '  port = "8443"\n',
    ],
    [
      'a value in parentheses',
      '  size = (3)\n',
      field('/size', 3, 5),
      '  size = (5)\n',
    ],
    [
      'a member of an object',
      '  tags = { a = "1", b = "2" }\n',
      field('/tags/b', '2', '3'),
      '  tags = { a = "1", b = "3" }\n',
    ],
    [
      'a member with a quoted key',
      '  tags = {\n    "a/b" : "1"\n  }\n',
      field('/tags/a~1b', '1', '3'),
      '  tags = {\n    "a/b" : "3"\n  }\n',
    ],
    [
      'a new member',
      '  tags = {\n    a   = "1"\n    bcd = "2"\n  }\n',
      field('/tags/who', undefined, 'me'),
      '  tags = {\n    a   = "1"\n    bcd = "2"\n    who = "me"\n  }\n',
    ],
    [
      'a member that is gone',
      '  tags = {\n    a = "1"\n    b = "2"\n  }\n',
      field('/tags/a', '1', undefined),
      '  tags = {\n    b = "2"\n  }\n',
    ],
    [
      'an element of a list',
      '  ips = ["a", "b"]\n',
      field('/ips/1', 'b', 'c'),
      '  ips = ["a", "c"]\n',
    ],
    [
      'an element at another index, as in sets',
      '  ips = ["b", "a"]\n',
      field('/ips/1', 'b', 'c'),
      '  ips = ["c", "a"]\n',
    ],
    [
      'a new element',
      '  ips = [\n    "a",\n    "b", # last\n  ]\n',
      field('/ips/2', undefined, 'c'),
      '  ips = [\n    "a",\n    "b", # last\n    "c",\n  ]\n',
    ],
    [
      'an element that is gone',
      '  ips = ["a", "b"]\n',
      field('/ips/0', 'a', undefined),
      '  ips = ["b"]\n',
    ],
    [
      'a whole list',
      '  ips = ["a", "b"]\n',
      field('/ips', ['a', 'b'], ['c']),
      '  ips = ["c"]\n',
    ],
    [
      'an attribute that the code leaves out',
      '  a = 1\n',
      field('/size', undefined, 5),
      '  a = 1\n  size = 5\n',
    ],
    [
      'an attribute whose default was wanted',
      '  a = 1\n',
      field('/public', false, true),
      '  a = 1\n  public = true\n',
    ],
    [
      'an attribute that is gone in reality',
      '  a = 1\n  note = "x"\n',
      field('/note', 'x', null),
      '  a = 1\n',
    ],
    [
      'an attribute of a nested block',
      '  disk {\n    size = 3\n  }\n',
      field('/disk/0/size', 3, 5),
      '  disk {\n    size = 5\n  }\n',
    ],
    [
      'an attribute of a block without index',
      '  disk { size = 3 }\n',
      field('/disk/size', 3, 5),
      '  disk { size = 5 }\n',
    ],
    [
      'the one of several blocks that has the value',
      '  rule {\n    port = 1\n  }\n  rule {\n    port = 2\n  }\n',
      field('/rule/0/port', 2, 9),
      '  rule {\n    port = 1\n  }\n  rule {\n    port = 9\n  }\n',
    ],
    [
      'a block in a block',
      '  a {\n    b {\n      c = "x"\n    }\n  }\n',
      field('/a/0/b/0/c', 'x', 'y'),
      '  a {\n    b {\n      c = "y"\n    }\n  }\n',
    ],
    [
      'a new attribute of a nested block',
      '  disk {\n    size = 3\n  }\n',
      field('/disk/0/kind', undefined, 'ssd'),
      '  disk {\n    size = 3\n    kind = "ssd"\n  }\n',
    ],
    [
      'beside a heredoc and odd comments',
      '  text = <<-EOT\n    size = 3\n  EOT\n  /* size = 3 */ size = 3\n  # size = 3\n',
      field('/size', 3, 5),
      '  text = <<-EOT\n    size = 3\n  EOT\n  /* size = 3 */ size = 5\n  # size = 3\n',
    ],
    [
      'line breaks of Windows',
      '  a = 1\r\n  tags = {\r\n    b = "2"\r\n  }\r\n',
      field('/tags/c', undefined, '3'),
      '  a = 1\r\n  tags = {\r\n    b = "2"\r\n    c = "3"\r\n  }\r\n',
    ],
    [
      'tabs',
      '\ttags\t=\t{\n\t\tb\t=\t"2"\n\t}\n',
      field('/tags/b', '2', '3'),
      '\ttags\t=\t{\n\t\tb\t=\t"3"\n\t}\n',
    ],
    [
      'an instance that is the only one',
      '  count = var.on ? 1 : 0\n  size = 3\n',
      field('/size', 3, 5),
      '  count = var.on ? 1 : 0\n  size = 5\n',
    ],
  ])('changes %s', async (_case, body, difference, after) => {
    expect(
      outcome(await propose({ 'main.tf': resource(body) }, [difference])),
    ).toEqual({ after: { 'main.tf': resource(after) }, instructions: [] });
  });

  it.each<[string, string, FieldDifference, RegExp]>([
    [
      'a template',
      '  name = "x-${var.e}"\n',
      field('/name', 'x-a', 'y'),
      /^main\.tf:2: name is "x-a" in the code and "y" in reality\. It must be changed by hand, since it is a text with templates\.$/,
    ],
    [
      'a heredoc',
      '  text = <<EOT\na\nEOT\n',
      field('/text', 'a\n', 'b\n'),
      /^main\.tf:2: .*heredoc/,
    ],
    [
      'a function',
      '  policy = jsonencode({ a = 1 })\n',
      field('/policy', '{"a":1}', '{"a":2}'),
      /^main\.tf:2: .*jsonencode\(\)/,
    ],
    [
      'a condition',
      '  size = var.big ? 5 : 3\n',
      field('/size', 3, 5),
      /condition/,
    ],
    ['a sum', '  size = 1 + 2\n', field('/size', 3, 5), /calculated/],
    [
      'a for expression',
      '  ips = [for x in var.y : x]\n',
      field('/ips/0', 'a', 'b'),
      /for expression/,
    ],
    [
      'another resource',
      '  size = aws_y.b.size\n',
      field('/size', 3, 5),
      /comes from aws_y\.b\.size, which is no literal/,
    ],
    [
      'a data source',
      '  size = data.aws_y.b.size\n',
      field('/size', 3, 5),
      /comes from data\.aws_y\.b\.size/,
    ],
    [
      'a variable without a value here',
      '  size = var.x\n',
      field('/size', 3, 5),
      /var\.x is not declared in one place/,
    ],
    [
      'several elements with this value',
      '  ips = ["a", "a"]\n',
      field('/ips/1', 'a', 'b'),
      /more than one element/,
    ],
    [
      'several blocks with this value',
      '  rule {\n    p = 1\n  }\n  rule {\n    p = 1\n  }\n',
      field('/rule/1/p', 1, 2),
      /several rule blocks/,
    ],
    [
      'a whole block',
      '  rule {\n    p = 1\n  }\n',
      field('/rule/1', undefined, { p: 2 }),
      /a whole rule block/,
    ],
    [
      'objects where blocks may be meant',
      '  a = 1\n',
      field('/rule', undefined, [{ p: 2 }]),
      /must be changed by hand/,
    ],
    [
      'another value than the last scan saw',
      '  size = 4\n',
      field('/size', 3, 5),
      /says something else there/,
    ],
    [
      'a value that is only known later',
      '  size = 3\n',
      field('/size', undefined, 5, { desiredUnknown: true }),
      /only known after it was applied/,
    ],
    [
      'a value that was shortened',
      '  text = "a"\n',
      field('/text', 'a', 'b… (shortened; 5000 characters, ab12)'),
      /too long/,
    ],
    [
      'a comment beside what goes',
      '  tags = {\n    a = "1" # why\n  }\n',
      field('/tags/a', '1', undefined),
      /something stands in the way/,
    ],
    [
      'a computed key',
      '  tags = { (var.k) = "1" }\n',
      field('/tags/a', '1', '2'),
      /keys there are only known/,
    ],
    [
      'something below what is not in the code',
      '  a = 1\n',
      field('/tags/a', undefined, '2'),
      /does not set tags there/,
    ],
    [
      'count',
      '  count = 3\n  size = 3\n',
      field('/size', 3, 5),
      /all instances of aws_x\.a share it/,
    ],
    [
      'for_each',
      '  for_each = toset(["k"])\n  size = 3\n',
      field('/size', 3, 5),
      /all instances of aws_x\.a share it/,
    ],
    [
      'a template in a dynamic block',
      '  dynamic "rule" {\n    for_each = { a = 1 }\n    content {\n      p = "x${rule.value}"\n    }\n  }\n',
      field('/rule/0/p', 'x1', 'y'),
      /templates/,
    ],
    [
      'a literal in a dynamic block',
      '  dynamic "rule" {\n    for_each = { a = 1 }\n    content {\n      p = 1\n    }\n  }\n',
      field('/rule/0/p', 1, 2),
      /every element the same/,
    ],
  ])('leaves %s to people', async (_case, body, difference, text) => {
    const { after, instructions } = outcome(
      await propose({ 'main.tf': resource(body) }, [difference]),
    );
    expect(after).toEqual({});
    expect(instructions).toEqual([expect.stringMatching(text)]);
  });

  describe('follows', () => {
    const size = [field('/size', 3, 5)];

    it.each<[string, Files, Files]>([
      [
        'a variable to terraform.tfvars',
        {
          'main.tf': `variable "s" {}\n${resource('  size = var.s\n')}`,
          'terraform.tfvars': 's = 3 # three\n',
        },
        { 'terraform.tfvars': 's = 5 # three\n' },
      ],
      [
        'a variable to the last file that sets it',
        {
          'main.tf': `variable "s" {\n  default = 3\n}\n${resource(
            '  size = var.s\n',
          )}`,
          'terraform.tfvars': 's = 3\n',
          'a.auto.tfvars': 's = 3\n',
          'b.auto.tfvars': 's = 3\n',
          'c.auto.tfvars': 't = 3\n',
        },
        { 'b.auto.tfvars': 's = 5\n' },
      ],
      [
        'a variable to its default',
        {
          'main.tf': resource('  size = var.s\n'),
          'variables.tf':
            'variable "s" {\n  type    = number\n  default = 3\n}\n',
        },
        {
          'variables.tf':
            'variable "s" {\n  type    = number\n  default = 5\n}\n',
        },
      ],
      [
        'a local',
        {
          'main.tf': `locals {\n  s = 3\n  t = 3\n}\n${resource(
            '  size = local.s\n',
          )}`,
        },
        {
          'main.tf': `locals {\n  s = 5\n  t = 3\n}\n${resource(
            '  size = local.s\n',
          )}`,
        },
      ],
      [
        'a part of a variable whose other parts are used elsewhere',
        {
          'main.tf': `variable "s" {}\n${resource(
            '  size = var.s.a["b"]\n',
          )}resource "aws_x" "other" {\n  size = var.s.c\n}\n`,
          'terraform.tfvars': 's = {\n  a = { b = 3 }\n  c = 3\n}\n',
        },
        { 'terraform.tfvars': 's = {\n  a = { b = 5 }\n  c = 3\n}\n' },
      ],
      [
        'a local through a variable',
        {
          'main.tf': `variable "s" {}\nlocals {\n  s = var.s\n}\n${resource(
            '  size = local.s\n',
          )}`,
          'terraform.tfvars': 's = 3',
        },
        { 'terraform.tfvars': 's = 5' },
      ],
      [
        'each.value to the element of this instance',
        {
          'main.tf': `locals {\n  all = {\n    k = { s = 3 }\n    l = { s = 3 }\n  }\n}\n${resource(
            '  for_each = local.all\n  size = each.value.s\n',
          )}`,
        },
        {
          'main.tf': `locals {\n  all = {\n    k = { s = 5 }\n    l = { s = 3 }\n  }\n}\n${resource(
            '  for_each = local.all\n  size = each.value.s\n',
          )}`,
        },
      ],
    ])('%s', async (_case, files, after) => {
      const address = files['main.tf'].includes('for_each')
        ? 'aws_x.a["k"]'
        : 'aws_x.a';
      expect(outcome(await propose(files, size, { address }))).toEqual({
        after,
        instructions: [],
      });
    });

    it('dynamic blocks to the one element with the value', async () => {
      const main = resource(
        '  dynamic "pool" {\n    for_each = var.pools\n    content {\n      name = pool.key\n      count = pool.value.count\n    }\n  }\n',
      );
      const files = {
        'main.tf': `variable "pools" {}\n${main}module "names" {\n  source = "./names"\n  for_each = var.pools\n  name = each.key\n  kind = each.value.kind\n}\n`,
        'terraform.tfvars':
          'pools = {\n  b = { kind = "x", count = 3 } # b\n  a = { count = 2 }\n}\n',
      };
      expect(
        outcome(await propose(files, [field('/pool/1/count', 3, 5)])),
      ).toEqual({
        after: {
          'terraform.tfvars':
            'pools = {\n  b = { kind = "x", count = 5 } # b\n  a = { count = 2 }\n}\n',
        },
        instructions: [],
      });
      const twice = {
        ...files,
        'terraform.tfvars':
          'pools = { a = { count = 3 }, b = { count = 3 } }\n',
      };
      expect(
        outcome(await propose(twice, [field('/pool/1/count', 3, 5)])),
      ).toEqual({
        after: {},
        instructions: [expect.stringContaining('more than one element')],
      });
    });

    it('arguments of modules, from module to module', async () => {
      const files = {
        'app/main.tf':
          'variable "s" {}\nmodule "m" {\n  source = "../m"\n  s = var.s\n}\n',
        'app/terraform.tfvars': 's = 3\n',
        'm/main.tf':
          'variable "s" {}\nmodule "n" {\n  source = "./n/"\n  size = var.s\n}\n',
        'm/n/main.tf': `variable "size" {\n  default = 1\n}\n${resource(
          '  size = var.size\n',
        )}`,
      };
      expect(
        outcome(
          await propose(files, size, {
            address: 'module.m.module.n.aws_x.a',
            dir: 'app',
          }),
        ),
      ).toEqual({
        after: { 'app/terraform.tfvars': 's = 5\n' },
        instructions: [],
      });
    });

    it('instances of modules to their own element', async () => {
      const files = {
        'main.tf':
          'module "m" {\n  source = "./m"\n  for_each = {\n    k = { s = 3 }\n    l = { s = 3 }\n  }\n  s = each.value.s\n}\n',
        'm/main.tf': `variable "s" {}\n${resource('  size = var.s\n')}`,
      };
      expect(
        outcome(
          await propose(files, size, { address: 'module.m["l"].aws_x.a' }),
        ).after['main.tf'],
      ).toContain('k = { s = 3 }\n    l = { s = 5 }\n');
    });

    it('the code of a module that nobody else uses, and not that of one that others use', async () => {
      const files: Files = {
        'app/main.tf': 'module "m" {\n  source = "../m"\n}\n',
        'm/main.tf': resource('  size = 3\n'),
      };
      const where = { address: 'module.m.aws_x.a', dir: 'app' };
      expect(outcome(await propose(files, size, where))).toEqual({
        after: { 'm/main.tf': resource('  size = 5\n') },
        instructions: [],
      });
      files['other/main.tf'] = 'module "mine" {\n  source = "../m"\n}\n';
      expect(outcome(await propose(files, size, where))).toEqual({
        after: {},
        instructions: [
          expect.stringMatching(
            /the code of module\.m is used elsewhere, too: other\/main\.tf:1/,
          ),
        ],
      });
    });

    it.each<[string, Files, RegExp, object?]>([
      [
        'a variable that another resource uses, naming it',
        {
          'main.tf': `variable "s" {}\n${resource(
            '  size = var.s\n',
          )}resource "aws_y" "b" {\n  size = var.s\n}\n`,
          'terraform.tfvars': 's = 3\n',
        },
        /var\.s is used elsewhere, too: aws_y\.b \(main\.tf:6\)/,
      ],
      [
        'a variable that another argument uses',
        {
          'main.tf': `variable "s" {}\n${resource(
            '  size = var.s\n  other = "x-${var.s}"\n',
          )}`,
          'terraform.tfvars': 's = 3\n',
        },
        /another argument of the same block/,
      ],
      [
        'a variable that an output and a module use',
        {
          'main.tf': `variable "s" {}\n${resource(
            '  size = var.s\n',
          )}output "o" {\n  value = var.s\n}\nmodule "m" {\n  source = "./m"\n  s = [var.s]\n}\n`,
          'terraform.tfvars': 's = 3\n',
        },
        /output\.o \(main\.tf:6\), module\.m \(main\.tf:10\)/,
      ],
      [
        'a local that another local uses',
        {
          'main.tf': `locals {\n  s = 3\n  t = local.s + 1\n}\n${resource(
            '  size = local.s\n',
          )}`,
        },
        /local\.s is used elsewhere, too: a local/,
      ],
      [
        'a variable that iterations read as a whole',
        {
          'main.tf': `variable "s" {}\n${resource(
            '  size = var.s.a\n',
          )}resource "aws_y" "b" {\n  for_each = var.s\n  size = each.value\n}\n`,
          'terraform.tfvars': 's = { a = 3 }\n',
        },
        /used elsewhere, too: aws_y\.b/,
      ],
      [
        'a secret variable',
        {
          'main.tf': `variable "s" {\n  sensitive = true\n}\n${resource(
            '  size = var.s\n',
          )}`,
          'terraform.tfvars': 's = 3\n',
        },
        /var\.s is secret/,
      ],
      [
        'a variable that the configuration sets',
        {
          'main.tf': `variable "s" {\n  default = 3\n}\n${resource(
            '  size = var.s\n',
          )}`,
        },
        /set by TF_VAR_s in the configuration/,
        { credentials: [{ client: '*', settings: { TF_VAR_s: '3' } }] },
      ],
      [
        'a variable that JSON sets',
        {
          'main.tf': `variable "s" {}\n${resource('  size = var.s\n')}`,
          'x.auto.tfvars.json': '{"s": 3}',
        },
        /set in x\.auto\.tfvars\.json/,
      ],
      [
        'a variable of all instances',
        {
          'main.tf': `variable "s" {}\n${resource(
            '  count = 2\n  size = var.s\n',
          )}`,
          'terraform.tfvars': 's = 3\n',
        },
        /all instances of aws_x\.a share it/,
      ],
      [
        'references that go in circles',
        {
          'main.tf': `locals {\n  a = local.b\n  b = local.a\n}\n${resource(
            '  size = local.a\n',
          )}`,
        },
        /used elsewhere|too many references/,
      ],
    ])('not %s', async (_case, files, text, config = {}) => {
      const { after, instructions } = outcome(
        await propose(files, size, { config: config as object }),
      );
      expect(after).toEqual({});
      expect(instructions).toEqual([expect.stringMatching(text)]);
    });

    it('variable files of the module, and says that there may be others', async () => {
      const proposal = await propose(
        {
          'app/main.tf': `variable "s" {}\n${resource('  size = var.s\n')}`,
          'env/prod.tfvars': 's = 3\n',
        },
        size,
        {
          request: {
            location: {
              type: 'file',
              root: bench.codeDir,
              dir: 'app',
              workspace: 'prod',
              varFiles: ['../env/prod.tfvars'],
            },
          },
        },
      );
      expect(outcome(proposal).after).toEqual({ 'env/prod.tfvars': 's = 5\n' });
      expect(proposal.warnings).toEqual([
        expect.stringContaining('other workspaces than prod'),
        expect.stringContaining('variable files of its own'),
      ]);
    });
  });

  it('says what to do about a resource that is gone', async () => {
    const gone = { change: 'create' as const };
    const main = { 'main.tf': resource('  size = 3\n') };
    expect(
      outcome(await propose(main, [], { finding: gone })).instructions,
    ).toEqual([
      expect.stringMatching(
        /^main\.tf:1: aws_x\.a is gone\. To accept that, remove the block resource "aws_x" "a" .* import block .* removed block\.$/,
      ),
    ]);
    const many = { 'main.tf': resource('  for_each = var.all\n') };
    expect(
      outcome(
        await propose(many, [], { finding: gone, address: 'aws_x.a["k"]' }),
      ).instructions,
    ).toEqual([expect.stringContaining('out of the for_each')]);
  });

  it.each<[string, Files, string, RegExp]>([
    [
      'is not in the code',
      { 'main.tf': '' },
      'aws_x.a',
      /no block for aws_x\.a/,
    ],
    [
      'is in JSON',
      { 'main.tf.json': '{}', 'a.tf': '' },
      'aws_x.a',
      /no block for/,
    ],
    [
      'is in a module of a registry',
      { 'main.tf': 'module "m" {\n  source = "acme/m/aws"\n}\n' },
      'module.m.aws_x.a',
      /^main\.tf:1: module\.m comes from somewhere else/,
    ],
    [
      'is in code that cannot be read',
      { 'main.tf': resource('  size = 3\n'), 'b.tf': 'x = "\n' },
      'aws_x.a',
      /^b\.tf:1: the file cannot be read/,
    ],
    [
      'is written twice',
      {
        'main.tf': resource('  size = 3\n'),
        'main_override.tf': resource('  size = 3\n'),
      },
      'aws_x.a',
      /more than one place/,
    ],
    [
      'has no proper address',
      { 'main.tf': resource('  size = 3\n') },
      'nonsense',
      /no block for nonsense/,
    ],
  ])('leaves what %s to people', async (_case, files, address, text) => {
    const { after, instructions } = outcome(
      await propose(files, [field('/size', 3, 5)], { address }),
    );
    expect(after).toEqual({});
    expect(instructions).toEqual([expect.stringMatching(text)]);
  });

  it.each<[string, string, FieldDifference]>([
    [
      'a block that may have the value by a reference',
      '  rule {\n    port = 443\n  }\n  rule {\n    port = var.port\n  }\n',
      field('/rule/1/port', 443, 8443),
    ],
    [
      'a block that may have the value by a default',
      '  rule {\n    self = false\n  }\n  rule {\n    port = 1\n  }\n',
      field('/rule/1/self', false, true),
    ],
    [
      'a block that may have the value by null',
      '  rule {\n    self = false\n  }\n  rule {\n    self = null\n  }\n',
      field('/rule/1/self', false, true),
    ],
    [
      'an element of a list that may have the value by a reference',
      '  ips = [var.ip, "b"]\n',
      field('/ips/0', 'b', 'c'),
    ],
    [
      'a member of an element of a list that may have the value',
      '  rules = [{ port = 443 }, { port = var.port }]\n',
      field('/rules/0/port', 443, 8443),
    ],
  ])('never takes another one for %s', async (_case, body, difference) => {
    const { after, instructions } = outcome(
      await propose(
        {
          'main.tf': `${resource(
            body,
          )}variable "port" {\n  default = 443\n}\nvariable "ip" {\n  default = "b"\n}\n`,
        },
        [difference],
      ),
    );
    expect(after).toEqual({});
    expect(instructions).toEqual([
      expect.stringMatching(/cannot be told for certain/),
    ]);
  });

  it('takes the element at its place beside ones that are references', async () => {
    expect(
      outcome(
        await propose({ 'main.tf': resource('  ips = [aws_y.b.ip, "b"]\n') }, [
          field('/ips/1', 'b', 'c'),
        ]),
      ).after,
    ).toEqual({ 'main.tf': resource('  ips = [aws_y.b.ip, "c"]\n') });
  });

  it.each<[string, Files, string]>([
    [
      'a variable',
      {
        'main.tf': `variable "s" {\n  default = 3\n}\n${resource(
          '  size = var.s\n',
        )}`,
        'other.tf.json': JSON.stringify({
          resource: { aws_y: { b: { size: '${var.s}' } } },
        }),
      },
      'aws_x.a',
    ],
    [
      'a local',
      {
        'main.tf': `locals {\n  s = 3\n}\n${resource('  size = local.s\n')}`,
        'other.tf.json': JSON.stringify({
          resource: { aws_y: { b: { size: '${local.s + 1}' } } },
        }),
      },
      'aws_x.a',
    ],
    [
      'a module',
      {
        'main.tf': 'module "m" {\n  source = "./m"\n}\n',
        'm/main.tf': resource('  size = 3\n'),
        'other/main.tf.json': JSON.stringify({
          module: { mine: { source: '../m' } },
        }),
      },
      'module.m.aws_x.a',
    ],
    [
      'an overridden resource',
      {
        'main.tf': resource('  size = 3\n'),
        'main_override.tf.json': JSON.stringify({
          resource: { aws_x: { a: { size: 3 } } },
        }),
      },
      'aws_x.a',
    ],
  ])(
    'leaves %s that code in JSON uses to people',
    async (_case, files, address) => {
      const { after, instructions } = outcome(
        await propose(files, [field('/size', 3, 5)], { address }),
      );
      expect(after).toEqual({});
      expect(instructions).toEqual([expect.stringMatching(/\.tf\.json/)]);
    },
  );

  it('looks for secrets where the change goes, not where the block begins', async () => {
    const lines = Array.from({ length: 20 }, (_, index) => `  a${index} = 1\n`);
    const { files, instructions } = await propose(
      {
        'main.tf': resource(
          `  size = 3\n${lines.join('')}  password = "Tr0ub4dor&3-planted"\n`,
        ),
      },
      [field('/color', undefined, 'red')],
    );
    expect(files).toEqual([]);
    expect(instructions[0].text).toMatch(/secret .* beside it/);
  });

  it('never writes or shows a secret, nor what stands beside one', async () => {
    const secret = 'Tr0ub4dor&3-planted';
    const config = { credentials: [{ client: '*', env: { TOKEN: secret } }] };
    const proposals = [
      await propose({ 'main.tf': resource(`  password = "${secret}"\n`) }, [
        field('/password', undefined, undefined, { sensitive: true }),
      ]),
      await propose(
        { 'main.tf': resource('  user_data = "x"\n') },
        [field('/user_data', 'x', `token ${secret}`)],
        { config },
      ),
      await propose(
        { 'main.tf': resource(`  password = "${secret}"\n  size = 3\n`) },
        [field('/size', 3, 5)],
      ),
    ];
    for (const proposal of proposals) {
      expect(proposal.files).toEqual([]);
      expect(proposal.instructions).toHaveLength(1);
      expect(JSON.stringify(proposal.instructions)).not.toContain(secret);
    }
    expect(outcome(proposals[2]).instructions[0]).toMatch(
      /secret .* beside it/,
    );
  });

  it('takes over many differences of one file, one after the other', async () => {
    const files = {
      'main.tf': `# head\n${resource(
        '  size = 3 # three\n  tags = {\n    a = "1"\n  }\n  ips = ["x"]\n',
      )}`,
    };
    const proposal = await propose(files, [
      field('/size', 3, 500000),
      field('/tags/a', '1', '2'),
      field('/tags/b', undefined, 'new'),
      field('/ips/1', undefined, 'y'),
      field('/ips/2', undefined, 'z'),
      field('/name', 'n-${x}', 'm'),
    ]);
    expect(outcome(proposal).after).toEqual({
      'main.tf': `# head\n${resource(
        '  size = 500000 # three\n  tags = {\n    a = "2"\n    b = "new"\n  }\n  ips = ["x", "y", "z"]\n  name = "m"\n'.replace(
          '  name = "m"\n',
          '',
        ),
      )}`.replace(
        '  ips = ["x", "y", "z"]\n',
        '  ips = ["x", "y", "z"]\n  name = "m"\n',
      ),
    });
    expect(proposal.changes).toEqual([
      {
        address: 'aws_x.a',
        resourceType: 'aws_x',
        resourceName: 'a',
        change: 'update',
        class: 'drift',
        severity: 'medium',
        fields: expect.any(Array),
      },
    ]);
    expect(proposal).not.toHaveProperty('root');
  });

  it('leaves alone what is muted, resolved, pending or not asked for', async () => {
    write({ 'main.tf': resource('  size = 3\n') });
    const fields = [field('/size', 3, 5)];
    const { context } = bench.remediation();
    const muted = { suppressedBy: { ruleId: 'r', reason: 'known' } };
    const propose1 = (finding: Finding, addresses?: string[]) =>
      bench.adopter().propose(
        bench.request({
          addresses,
          findings: [findingOf('aws_x.a', { fields, ...finding })],
        }),
        { ...context, workDir: bench.remediation().workDir },
      );
    for (const finding of [
      muted,
      { state: 'resolved' },
      { class: 'pending' },
    ]) {
      await expect(propose1(finding as Finding)).resolves.toMatchObject({
        files: [],
        changes: [],
        warnings: ['There is no open drift that the code could take over.'],
      });
    }
    await expect(propose1({}, ['aws_x.b'])).resolves.toMatchObject({
      files: [],
    });
    await expect(propose1(muted, ['aws_x.a'])).resolves.toMatchObject({
      files: [{ path: 'main.tf' }],
    });
  });

  it('says where the repository is, and which commit it looked at', async () => {
    const commit = 'b'.repeat(40);
    const { context } = bench.remediation();
    const url = 'https://github.com/acme/infra/tree/main/';
    const proposal = await bench
      .adopter(
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
                const dir = join(options!.targetDir!, 'app');
                mkdirSync(dir);
                writeFileSync(join(dir, 'main.tf'), resource('  size = 3\n'));
                return dir;
              },
            }),
          }),
        },
      )
      .propose(
        bench.request({
          location: { type: 'url', root: url, dir: 'app' },
          findings: [findingOf('aws_x.a', { fields: [field('/size', 3, 5)] })],
        }),
        context,
      );
    expect(proposal).toMatchObject({
      files: [{ path: 'app/main.tf', after: resource('  size = 5\n') }],
      root: { url, commit },
    });
  });

  it('says why there is nothing to propose', async () => {
    await expect(
      propose({}, [], {
        request: { location: { type: 'file', root: '/etc', dir: '.' } },
      }),
    ).rejects.toThrow(RemediationFailure);
    const { target } = bench.request();
    const adopter = bench.adopter();
    expect(adopter.supports(target)).toEqual({ supported: true });
    expect(adopter.supports({ ...target, location: {} })).toMatchObject({
      supported: false,
    });
  });
});
