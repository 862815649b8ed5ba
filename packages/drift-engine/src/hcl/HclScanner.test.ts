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

import { HclExpression, HclFile } from './HclFile';
import { scanHcl } from './HclScanner';
import {
  formatHclKey,
  formatHclValue,
  hclLiteralValue,
  referencesIn,
  referencesInBody,
} from './values';

/** All tokens one after the other are the text, to the last byte. */
function assertLossless(text: string, file: HclFile): void {
  let at = 0;
  for (const token of file.tokens) {
    expect(token.start).toBe(at);
    expect(token.end).toBeGreaterThanOrEqual(token.start);
    at = token.end;
  }
  expect(at).toBe(text.length);
}

function scan(text: string): HclFile {
  const file = scanHcl(text);
  assertLossless(text, file);
  return file;
}

function valueOf(expression: string): HclExpression {
  const text = `x = ${expression}\n`;
  const file = scan(text);
  expect(file.error).toBe(undefined);
  const [attribute] = file.body.attributes;
  expect(text.slice(attribute.valueStart, attribute.end)).toBe(
    expression.trimEnd(),
  );
  return attribute.value;
}

describe('scanHcl', () => {
  it.each<[string, unknown]>([
    ['1', 1],
    ['-1', -1],
    ['- 1.5e3', -1500],
    ['1.25', 1.25],
    ['true', true],
    ['false', false],
    ['null', null],
    ['""', ''],
    ['"a"', 'a'],
    ['"a # no // comment /* here */"', 'a # no // comment /* here */'],
    [
      String.raw`"q\" b\\ n\n t\t r\r u\u00e4 U\U0001F600"`,
      'q" b\\ n\n t\t r\r uä U😀',
    ],
    ['"$${no} %%{template}"', '${no} %{template}'],
    ['"$5 and 100%"', '$5 and 100%'],
    ['(1)', 1],
    ['( ( "a" ) )', 'a'],
    ['[]', []],
    ['[1, "a", true,]', [1, 'a', true]],
    ['[\n  1, # one\n  2 // two\n]', [1, 2]],
    ['{}', {}],
    ['{ a = 1, b : 2 }', { a: 1, b: 2 }],
    [
      '{\n  a = 1\n  "b c" = 2 /* two */\n\n  for = 3\n}',
      { a: 1, 'b c': 2, for: 3 },
    ],
    ['{ a = { b = [{ c = null }] } }', { a: { b: [{ c: null }] } }],
    ['{ 1 = "a", true = "b" }', { 1: 'a', true: 'b' }],
    ['{ a-b = 1 }', { 'a-b': 1 }],
    ['/* before */ 1 /* behind */ # end', 1],
  ])('reads the literal %s', (expression, value) => {
    const text = `x = ${expression}\n`;
    const file = scan(text);
    expect(file.error).toBe(undefined);
    expect(hclLiteralValue(file.body.attributes[0].value)).toEqual(value);
  });

  it.each<[string, HclExpression['kind'], string[]]>([
    ['var.a', 'reference', ['var']],
    ['var.a["b"].c[0].d', 'reference', ['var']],
    ['var.a[*].b', 'reference', ['var']],
    ['var.a.*.b', 'reference', ['var']],
    ['var.a[each.key]', 'reference', ['var', 'each']],
    ['"x-${var.a}"', 'template', ['var']],
    ['"${var.a}"', 'template', ['var']],
    [
      '"%{ if var.a }b%{ else }${local.c}%{ endif ~}"',
      'template',
      ['var', 'local'],
    ],
    ['"%{ for k, v in var.a }${k}%{ endfor }"', 'template', ['var', 'k']],
    ['"nested ${"deep ${var.a} }"} end"', 'template', ['var']],
    ['<<EOT\n  a ${var.a}\n  "not a string\nEOT', 'heredoc', ['var']],
    ['<<-EOT\n    b\n    EOTX\n  EOT', 'heredoc', []],
    ['<<EOT\nEOT', 'heredoc', []],
    ['<<EOT\n$${no} ${upper("EOT")}\nEOT', 'heredoc', []],
    ['jsonencode({ a = var.b })', 'call', ['var']],
    ['f(\n  1,\n  var.a...\n)', 'call', ['var']],
    ['provider::aws::arn_parse(var.a)', 'call', ['var']],
    ['1 + var.a * -2', 'operation', ['var']],
    ['!var.a', 'operation', ['var']],
    [
      'var.a == "b" && var.c != 1 || local.d',
      'operation',
      ['var', 'var', 'local'],
    ],
    ['var.a ? 1 : local.b', 'conditional', ['var', 'local']],
    ['var.a ? { b = 1 } : {}', 'conditional', ['var']],
    ['(\n  var.a\n  ? 1\n  : 2\n)', 'conditional', ['var']],
    ['[for x in var.a : x.b if x.c]', 'for', ['var', 'x', 'x']],
    ['{ for k, v in var.a : k => v... }', 'for', ['var', 'k', 'v']],
    ['{\n  for k, v in var.a :\n  k => upper(v)\n}', 'for', ['var', 'k', 'v']],
    ['f(var.a)[0].b', 'index', ['var']],
    ['{ (var.a) = 1 }', 'object', ['var']],
    ['{ "${var.a}" = 1 }', 'object', ['var']],
    ['{ a = var.b\n c = 1 }', 'object', ['var']],
  ])('reads %s as %s', (expression, kind, roots) => {
    const text = `x = ${expression}\n`;
    const file = scan(text);
    expect(file.error).toBe(undefined);
    const { value } = file.body.attributes[0];
    expect(value.kind).toBe(kind);
    expect(referencesIn(value).map(each => each.root)).toEqual(roots);
    expect(hclLiteralValue(value)).toBe(undefined);
  });

  it('knows the steps of a reference', () => {
    expect(valueOf('module.a["k.x"].b[0].c[each.key].*.d')).toMatchObject({
      root: 'module',
      steps: ['a', 'k.x', 'b', 0, 'c', undefined, undefined, 'd'],
    });
  });

  it('knows blocks, their labels and what is in them, on one line and on many', () => {
    const text = `# a comment
resource "aws_instance" web {
  ami = "x" // trailing
  ebs_block_device { size = 1 }
  dynamic "rule" {
    for_each = var.rules
    content {
      port = rule.value
    }
  }
}
locals {} /* end */`;
    const file = scan(text);
    expect(file.error).toBe(undefined);
    const [resource, locals] = file.body.blocks;
    expect(resource).toMatchObject({
      type: 'resource',
      labels: ['aws_instance', 'web'],
    });
    expect(text.slice(resource.start, resource.end)).toMatch(
      /^resource[^]*\n}$/,
    );
    expect(resource.body.attributes.map(each => each.name)).toEqual(['ami']);
    expect(resource.body.blocks.map(each => each.type)).toEqual([
      'ebs_block_device',
      'dynamic',
    ]);
    expect(locals.body.attributes).toEqual([]);
    expect(referencesInBody(file.body).map(each => each.root)).toEqual([
      'var',
      'rule',
    ]);
  });

  it('takes line breaks of Windows, tabs, a byte order mark and a missing last line break', () => {
    const text =
      '\uFEFFa\t=\t1\r\nb {\r\n\tc = <<EOT\r\n x\r\nEOT\r\n}\r\nd = [\r\n1,\r\n]';
    const file = scan(text);
    expect(file.error).toBe(undefined);
    expect(file.body.attributes.map(each => each.name)).toEqual(['a', 'd']);
  });

  it.each([
    ['a = "x', 'A string does not end', 1],
    ['a = 1\nb = "x\n"', 'A string does not end', 2],
    ['a = <<EOT\nx\n', 'A heredoc does not end', 1],
    ['a {\n', 'A block does not end', 2],
    ['a = 1 b = 2', 'Something follows where a line should end', 1],
    ['a = ', 'A value is missing', 1],
    ['a = [1', '"]" is missing', 1],
    ['a = { b }', 'A member of an object has no value', 1],
    ['a = { b = 1 c = 2 }', 'The members of an object are not separated', 1],
    ['a = "\\q"', 'A string has an escape that does not exist', 1],
    ['/* never', 'A comment does not end', 1],
    ['{"a": 1}', 'A name or a value is missing', 1],
    ['a = "${x"', '"}" is missing', 1],
    [`a = ${'['.repeat(1000)}`, 'The code is nested too deeply', 1],
  ])(
    'says where %j is no HCL, and loses nothing of it',
    (text, message, line) => {
      const file = scan(text);
      expect(file.error).toMatchObject({ message, line });
    },
  );
});

describe('formatHclValue', () => {
  it.each<[Parameters<typeof formatHclValue>[0], string]>([
    [1, '1'],
    [-1.5, '-1.5'],
    [true, 'true'],
    [null, 'null'],
    ['a', '"a"'],
    ['"\\\n\r\t', '"\\"\\\\\\n\\r\\t"'],
    ['${a} %{b} $ %', '"$${a} %%{b} $ %"'],
    ['\u0000\u2028', '"\\u0000\\u2028"'],
    ['ä😀', '"ä😀"'],
    [[], '[]'],
    [[1, 'a'], '[1, "a"]'],
    [{}, '{}'],
    [{ a: 1, 'b c': [true], null: 1 }, '{ a = 1, "b c" = [true], "null" = 1 }'],
  ])('writes %j so that it is read as the same', (value, text) => {
    expect(formatHclValue(value)).toBe(text);
    expect(hclLiteralValue(valueOf(text))).toEqual(value);
    const spread = formatHclValue(value, '  ');
    expect(
      hclLiteralValue(scan(`x = ${spread}`).body.attributes[0].value),
    ).toEqual(value);
  });

  it('writes keys bare where they can be', () => {
    expect(
      ['a-b_1', 'a b', '', 'true', 'a.b', 'for'].map(formatHclKey),
    ).toEqual(['a-b_1', '"a b"', '""', '"true"', '"a.b"', '"for"']);
  });
});
