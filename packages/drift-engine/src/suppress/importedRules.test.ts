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

import { importArgoIgnoreDifferences } from './importArgoIgnoreDifferences';
import { importDriftIgnore } from './importDriftIgnore';
import { readJqPath } from './readJqPath';

const limits = (rules: { id: string; reason: string }[]) =>
  rules.map(({ id: _id, reason: _reason, ...rest }) => rest);

describe('importDriftIgnore', () => {
  it.each<[string, object]>([
    ['aws_iam_role.*', { resourceType: 'aws_iam_role' }],
    ['aws_iam_*', { resourceType: 'aws_iam_*' }],
    ['aws_s3_bucket.logs', { address: 'aws_s3_bucket.logs' }],
    ['aws_s3_bucket.dev-*', { address: 'aws_s3_bucket.dev-*' }],
    [
      'aws_instance.*.tags.owner',
      { resourceType: 'aws_instance', path: '/tags/owner' },
    ],
    [
      'aws_instance.web.root_block_device.0.size',
      { address: 'aws_instance.web', path: '/root_block_device/0/size' },
    ],
    [
      'aws_instance.web.tags.a\\.b/c',
      { address: 'aws_instance.web', path: '/tags/a.b~1c' },
    ],
  ])('takes %s over', (line, expected) => {
    const { rules, problems } = importDriftIgnore(line);
    expect(problems).toEqual([]);
    expect(limits(rules)).toEqual([{ source: 'terraform', ...expected }]);
  });

  it.each([
    ['!aws_iam_role.keep', /take back/],
    ['*', /mute everything/],
    ['/aws_iam_role', /Of the patterns/],
    ['aws_iam_role.[ab]', /Of the patterns/],
    ['aws_iam_role.a?', /Of the patterns/],
    ['aws_iam_role.arn:aws:iam', /id of the cloud/],
    ['nonsense', /no resource type/],
    ['aws_iam_role.x..y', /empty part/],
    ['aws_*.x', /whole type/],
  ])('says that it does not take %s over', (line, message) => {
    const { rules, problems } = importDriftIgnore(`# a comment\n\n${line}\n`);
    expect(rules).toEqual([]);
    expect(problems).toEqual([
      { line: 3, text: line, message: expect.stringMatching(message) },
    ]);
  });

  it('gives every rule an id of its own, a reason and the asked scope', () => {
    const { rules } = importDriftIgnore(
      'aws_iam_role.*\r\naws_iam_role.any\naws_iam_role.*',
      { client: 'acme', target: 'aks' },
    );
    expect(rules.map(({ id }) => id)).toEqual([
      'driftignore-aws_iam_role.any',
      'driftignore-aws_iam_role.any-2',
      'driftignore-aws_iam_role.any-3',
    ]);
    expect(rules[0]).toMatchObject({
      reason: 'Taken from .driftignore: aws_iam_role.*',
      client: 'acme',
      target: 'aks',
    });
  });
});

describe('importArgoIgnoreDifferences', () => {
  const application = `
apiVersion: argoproj.io/v1alpha1
kind: Application
spec:
  ignoreDifferences:
    - group: apps
      kind: Deployment
      jsonPointers:
        - /spec/replicas
    - kind: ConfigMap
      name: web
      namespace: shop
      jsonPointers: [/data/a~1b, relative, '/data/*']
    - group: '*'
      kind: '*'
      managedFieldsManagers: [kube-controller-manager]
    - group: apps
      kind: Deployment
      name: web
      jqPathExpressions:
        - .spec.template.spec.initContainers[] | select(.name == "side") | .image
        - .spec | to_entries
    - group: cert-manager.io
      kind: Certificate
      name: tls
      jsonPointers: [/spec/dnsNames]
    - kind: ClusterRole
      group: rbac.authorization.k8s.io
      name: admin
      jsonPointers: [/rules]
    - group: apps
      jsonPointers: [/x]
    - kind: Service
    - kind: Service
      jsonPointer: [/spec]
`;

  it('takes pointers, managers and simple paths over, and tells the rest by line', () => {
    const { rules, problems } = importArgoIgnoreDifferences(application);
    expect(limits(rules)).toEqual([
      {
        source: 'kubernetes',
        resourceType: 'Deployment',
        path: '/spec/replicas',
      },
      {
        source: 'kubernetes',
        resourceType: 'ConfigMap',
        address: 'shop/ConfigMap/web',
        path: '/data/a~1b',
      },
      { source: 'kubernetes', manager: 'kube-controller-manager' },
      {
        source: 'kubernetes',
        resourceType: 'Deployment',
        address: '*/Deployment/web',
        path: '/spec/template/spec/initContainers/[side]/image',
      },
      {
        source: 'kubernetes',
        resourceType: 'ClusterRole',
        address: 'ClusterRole/admin',
        path: '/rules',
      },
    ]);
    expect(problems.map(({ line, text }) => `${line} ${text}`)).toEqual([
      '13 relative',
      '13 /data/*',
      '22 .spec | to_entries',
      '26 /spec/dnsNames',
      expect.stringMatching(/^31 /),
      '33 Service',
      expect.stringMatching(/^34 /),
    ]);
  });

  it('reads lists, JSON, ApplicationSets and the settings of a system', () => {
    const entry = { group: 'apps', kind: 'Deployment', jsonPointers: ['/a'] };
    const expected = [
      { source: 'kubernetes', resourceType: 'Deployment', path: '/a' },
    ];
    for (const document of [
      [entry],
      { ignoreDifferences: [entry] },
      { spec: { template: { spec: { ignoreDifferences: [entry] } } } },
      [{ kind: 'Application', spec: { ignoreDifferences: [entry] } }],
    ]) {
      const { rules, problems } = importArgoIgnoreDifferences(
        JSON.stringify(document),
      );
      expect(limits(rules)).toEqual(expected);
      expect(problems).toEqual([]);
    }
    const system = importArgoIgnoreDifferences(`
kind: ConfigMap
data:
  resource.customizations.ignoreDifferences.apps_Deployment: |
    jsonPointers:
      - /a
  resource.customizations.ignoreDifferences.all: |
    managedFieldsManagers: [me]
`);
    expect(limits(system.rules)).toEqual([
      ...expected,
      { source: 'kubernetes', manager: 'me' },
    ]);
  });

  it('looks at a text once, whatever is in it', () => {
    // Each of these took minutes when it was quadratic
    const many = 100_000;
    for (const text of [
      '"'.repeat(many),
      '&a '.repeat(many / 3),
      'a\n---\n'.repeat(many / 6),
      Array.from({ length: many / 8 }, (_, index) => `k${index}: 1`).join('\n'),
    ]) {
      expect(importArgoIgnoreDifferences(text).rules).toEqual([]);
    }
    const { rules } = importDriftIgnore('aws_a.b\n'.repeat(many / 8));
    expect(new Set(rules.map(({ id }) => id)).size).toBe(many / 8);
  });

  it.each([
    ['', /no 'ignoreDifferences'/],
    ['a: [', /neither YAML nor JSON/],
    ['ignoreDifferences: 5', /not a list/],
    ['ignoreDifferences: [5]', /not an object/],
    ['ignoreDifferences: [{kind: A, kind: B, jsonPointers: [/x]}]', /once/],
    ['ignoreDifferences: [{kind: A, jsonPointers: /x}]', /not a list/],
    ['ignoreDifferences: [{kind: A, jsonPointers: [{}]}]', /not a text/],
    [
      'ignoreDifferences: [{kind: A, name: "x*", jsonPointers: [/x]}]',
      /patterns/,
    ],
    ['ignoreDifferences: [{kind: "A*", jsonPointers: [/x]}]', /pattern/],
    [
      'ignoreDifferences: [{kind: A, managedFieldsManagers: ["*"]}]',
      /manager with \*/,
    ],
  ])('tells what is wrong with %j', (text, message) => {
    const { rules, problems } = importArgoIgnoreDifferences(text);
    expect(rules).toEqual([]);
    expect(problems[0].message).toMatch(message);
  });
});

describe('readJqPath', () => {
  it.each([
    ['.spec.replicas', '/spec/replicas'],
    ['.metadata.annotations["a/b"]', '/metadata/annotations/a~1b'],
    ['.metadata.annotations."a.b"', '/metadata/annotations/a.b'],
    ['.metadata["annotations"].x', '/metadata/annotations/x'],
    ['.spec.containers[].image', '/spec/containers/*/image'],
    ['.spec.containers[0].image', '/spec/containers/0/image'],
    ['.spec.containers[]?.image?', '/spec/containers/*/image'],
    ['.a[]|select(.name=="x").b[] | select(.name == "y")', '/a/[x]/b/[y]'],
    ['.a | .b', '/a/b'],
    ['.', undefined],
    ['..', undefined],
    ['.a, .b', undefined],
    ['.a[1:2]', undefined],
    ['.a[] | select(.name | test("x"))', undefined],
    ['.a[] | select(.type == "x")', undefined],
    ['.a["x*"]', undefined],
    ['a.b', undefined],
    ['.a // .b', undefined],
    ['del(.a)', undefined],
  ])('%s is %s', (expression, expected) => {
    expect(readJqPath(expression)).toBe(expected);
  });
});
