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
  ManifestEdit,
  ManifestText,
  NotPatchable,
  splitDocuments,
} from './ManifestText';

const DEPLOYMENT = `# How many
apiVersion: apps/v1
kind: Deployment
metadata: { name: ai, labels: {} } # flow
spec:
  replicas: 3 # three of them
  template:
    spec:
      containers:
      # The one that matters
      - name: main
        image: "ai:1.2"   # pinned
        args: [--fast, '--level=2']
        env:
          - name: MODE
            value: 'fast' # quoted

          # Old
          - value: 'x'
            name: OLD
      nodeSelector:
        disk: ssd
  strategy:
    type: Recreate
`;

const at = (...path: (string | number)[]) => path;
const CONTAINER = at('spec', 'template', 'spec', 'containers', 0);

describe('ManifestText', () => {
  it.each<[string, ManifestEdit, [string, string]]>([
    [
      'sets a number and keeps its comment',
      { op: 'set', path: at('spec', 'replicas'), value: 5 },
      ['replicas: 3 # three', 'replicas: 5 # three'],
    ],
    [
      'keeps double quotes',
      { op: 'set', path: [...CONTAINER, 'image'], value: 'ai:1.3' },
      ['"ai:1.2"   # pinned', '"ai:1.3"   # pinned'],
    ],
    [
      'keeps single quotes',
      { op: 'set', path: [...CONTAINER, 'env', 0, 'value'], value: "o'clock" },
      ["'fast' # quoted", "'o''clock' # quoted"],
    ],
    [
      'quotes what Kubernetes would not take for a text',
      { op: 'set', path: at('spec', 'strategy', 'type'), value: 'yes' },
      ['type: Recreate', "type: 'yes'"],
    ],
    [
      'adds an entry to a map in the same indentation',
      {
        op: 'set',
        path: at('spec', 'template', 'spec', 'nodeSelector', 'zone'),
        value: '1',
      },
      ['        disk: ssd\n', "        disk: ssd\n        zone: '1'\n"],
    ],
    [
      'makes the maps on the way',
      {
        op: 'set',
        path: at('spec', 'template', 'metadata', 'labels', 'app'),
        value: 'ai',
      },
      [
        '        disk: ssd\n',
        '        disk: ssd\n    metadata:\n      labels:\n        app: ai\n',
      ],
    ],
    [
      'fills an empty map in braces',
      { op: 'set', path: at('metadata', 'labels', 'app'), value: 'ai' },
      ['labels: {}', 'labels: {"app":"ai"}'],
    ],
    [
      'adds to a list in brackets',
      { op: 'append', path: [...CONTAINER, 'args'], value: '--more' },
      ["'--level=2']", `'--level=2', "--more"]`],
    ],
    [
      'adds an element to a list',
      {
        op: 'append',
        path: [...CONTAINER, 'env'],
        value: { name: 'NEW', value: '1' },
      },
      [
        '            name: OLD\n',
        "            name: OLD\n          - name: NEW\n            value: '1'\n",
      ],
    ],
    [
      'adds an element to a list that is not indented',
      {
        op: 'append',
        path: CONTAINER.slice(0, -1),
        value: { name: 'side', image: 'side:1' },
      },
      [
        '            name: OLD\n',
        '            name: OLD\n      - name: side\n        image: side:1\n',
      ],
    ],
    [
      'takes an element away with its lines',
      { op: 'remove', path: [...CONTAINER, 'env', 1] },
      ["          - value: 'x'\n            name: OLD\n", ''],
    ],
    [
      'takes the first entry of an element away',
      { op: 'remove', path: [...CONTAINER, 'env', 1, 'value'] },
      ["- value: 'x'\n            name: OLD", '- name: OLD'],
    ],
    [
      'takes away what would be left empty, too',
      {
        op: 'remove',
        path: at('spec', 'template', 'spec', 'nodeSelector', 'disk'),
      },
      ['      nodeSelector:\n        disk: ssd\n', ''],
    ],
    [
      'takes an element out of brackets',
      { op: 'remove', path: [...CONTAINER, 'args', 0] },
      ["[--fast, '--level=2']", "['--level=2']"],
    ],
    [
      'replaces a value by a map',
      {
        op: 'set',
        path: at('spec', 'strategy'),
        value: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '50%' } },
      },
      [
        '    type: Recreate\n',
        "    type: RollingUpdate\n    rollingUpdate:\n      maxSurge: '50%'\n",
      ],
    ],
  ])('%s', (_name, edit, [before, after]) => {
    expect(DEPLOYMENT).toContain(before);
    expect(ManifestText.parse(DEPLOYMENT).edit(edit).text).toBe(
      DEPLOYMENT.replace(before, () => after),
    );
  });

  it('writes texts over several lines, and keeps their values', () => {
    const text =
      'data:\n  a: one\n  script: |\n    echo 1\n    exit\n  z: last\n';
    const edited = ManifestText.parse(text)
      .edit({ op: 'set', path: ['data', 'script'], value: 'echo 2\nexit 1\n' })
      .edit({ op: 'set', path: ['data', 'a'], value: 'two\nlines' });
    expect(edited.value()).toEqual({
      data: { a: 'two\nlines', script: 'echo 2\nexit 1\n', z: 'last' },
    });
    expect(edited.text).toContain('  z: last\n');
  });

  it.each([
    ['an alias', 'a: &x 3\nspec: { replicas: *x }\n', ['spec', 'replicas']],
    [
      'what has an anchor that is used',
      'spec:\n  replicas: &x 3\nb: *x\n',
      ['spec', 'replicas'],
    ],
    [
      'what is merged in',
      'base: &b\n  image: a\nspec:\n  <<: *b\n  x: 1\n',
      ['base', 'image'],
    ],
  ])('does not change %s', (_name, text, path) => {
    expect(() =>
      ManifestText.parse(text).edit({ op: 'set', path, value: 5 }),
    ).toThrow(NotPatchable);
  });

  it('keeps the lines between documents', () => {
    const text = '# first\na: 1\n--- # second\nb: "---"\n---\n';
    expect(splitDocuments(text)).toEqual([
      '# first\na: 1\n',
      '--- # second\nb: "---"\n',
      '---\n',
    ]);
  });
});
