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

import { recorded } from '../__testUtils__/recorded';
import { compareKubernetes } from '../compareKubernetes';
import { KubernetesReadError } from './KubernetesReadError';
import { readKubernetesAnswers } from './readAnswers';
import { readKubernetesManifests } from './readManifests';

const CONFIG = '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}';
const json = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
});
const read = (text: string) =>
  readKubernetesManifests([{ name: 'a.yaml', text }]);
const answer = (...documents: unknown[]) =>
  readKubernetesAnswers(
    documents.map((document, index) => ({
      name: `live-${index}`,
      text: typeof document === 'string' ? document : JSON.stringify(document),
    })),
  );

describe('manifests', () => {
  it.each([
    [
      'YAML documents',
      `---\n# nothing\n---\n${CONFIG}\n---\n${CONFIG.replace(
        'a}',
        'b}',
      )}\n...\n`,
      2,
    ],
    ['a JSON object', JSON.stringify(json('a')), 1],
    [
      'a JSON list',
      JSON.stringify({
        kind: 'List',
        apiVersion: 'v1',
        items: [json('a'), json('b')],
      }),
      2,
    ],
    ['a JSON array', JSON.stringify([json('a'), json('b')]), 2],
    [
      'JSON lines',
      `${JSON.stringify(json('a'))}\n${JSON.stringify(json('b'))}\n`,
      2,
    ],
    [
      'JSON documents in a row',
      `${JSON.stringify(json('a'), null, 2)}\n${JSON.stringify(
        json('b'),
        null,
        2,
      )}`,
      2,
    ],
    ['a byte order mark', `\uFEFF${CONFIG}`, 1],
    ['nothing', '# only a comment\n', 0],
  ])('are read from %s', (_, text, count) => {
    expect(read(text)).toHaveLength(count);
  });

  it.each([
    [
      'a kind',
      `${CONFIG}\n---\napiVersion: v1\nmetadata: {name: b}\n`,
      'a.yaml: document 2 (line 3) has no kind.',
    ],
    [
      'a version',
      'kind: ConfigMap\nmetadata: {name: b}\n',
      'a.yaml: document 1 (line 1) has no apiVersion.',
    ],
    [
      'a name',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: b}\n',
      'a.yaml: document 1 (line 1) has no metadata.name.',
    ],
    [
      'sense',
      `${CONFIG}\n---\njust words\n`,
      'a.yaml: document 2 (line 3) is not a Kubernetes object.',
    ],
    [
      'one of two',
      `${CONFIG}\n---\n${CONFIG}\n`,
      "a.yaml: document 2 (line 3) has ConfigMap 'a' again, which is already in a.yaml: document 1 (line 1).",
    ],
    [
      'unique keys',
      'apiVersion: v1\nkind: Secret\nkind: ConfigMap\n',
      'a.yaml: document 1 (line 3) is not valid YAML: duplicate key.',
    ],
    [
      'an end',
      '{"apiVersion": "v1", "kind": "Config',
      'a.yaml is cut off or damaged JSON.',
    ],
  ])('without %s say where', (_, text, message) => {
    expect(() => read(text)).toThrow(new KubernetesReadError(message));
  });

  it('never quote what they could not read', () => {
    for (const text of [
      'stringData: {pw: hunter2: x}\n',
      'data:\n  pw: "hunter2\\q"\n',
      'a: *hunter2\n',
      '{"data": {"pw": "hunter2',
      '%hunter2\n---\na: [b\n',
    ]) {
      expect(() => read(text)).toThrow(KubernetesReadError);
      expect(() => read(text)).not.toThrow(/hunter2/);
    }
  });

  it('are read as kubectl reads them: octal modes, yes and no', () => {
    const [object] = read(
      'apiVersion: v1\nkind: X\nmetadata: {name: a}\nspec: {mode: 0644, on: yes, text: "yes", time: 12:30, day: 2026-01-01, y: y}\n',
    );
    expect(object.spec).toEqual({
      mode: 0o644,
      true: true,
      text: 'yes',
      time: '12:30',
      day: '2026-01-01',
      y: 'y',
    });
  });

  it('tell integers apart that a double does not', () => {
    const [one, other] = ['9007199254740993', '9007199254740992'].map(
      number => [
        ...read(`${CONFIG.slice(0, -1)}, spec: {n: ${number}}}`),
        ...read(
          `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"spec":{"n":${number},"text":"${number}"}}`,
        ),
      ],
    );
    expect(one[0].spec).toEqual({ n: '9007199254740993' });
    expect(one[1].spec).toEqual({
      n: '9007199254740993',
      text: '9007199254740993',
    });
    expect(one[0].spec).not.toEqual(other[0].spec);
  });

  it('refuse bombs of aliases and of depth', () => {
    const bomb = [
      'a0: &a0 [x, x, x, x, x, x, x, x, x]',
      ...Array.from(
        { length: 9 },
        (_, level) =>
          `a${level + 1}: &a${level + 1} [${Array(9)
            .fill(`*a${level}`)
            .join(', ')}]`,
      ),
    ].join('\n');
    expect(() => read(bomb)).toThrow(KubernetesReadError);
    expect(() => read(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toThrow(
      KubernetesReadError,
    );
    expect(() =>
      read(`a: ${'{a: '.repeat(5_000)}${'}'.repeat(5_000)}`),
    ).toThrow(KubernetesReadError);
  });
});

describe('answers', () => {
  it('of the API give their items the kind of the list', () => {
    const { live, unseen } = answer({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '1' },
      items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }],
    });
    expect(live).toMatchObject([json('a'), json('b')]);
    // Of other kinds nothing is known.
    expect(unseen).toEqual([{ otherThan: [{ group: '', kind: 'ConfigMap' }] }]);
  });

  it('of kubectl say all there is', () => {
    expect(
      answer({ kind: 'List', apiVersion: 'v1', items: [json('a')] }),
    ).toEqual({ live: [json('a')], unseen: [], blindSpots: [], failures: [] });
  });

  it('of one object say nothing of the others', () => {
    expect(answer(json('a')).unseen).toEqual([{}]);
    expect(answer(json('a'), json('b')).unseen).toEqual([]);
  });

  it('in pages are whole when the last page is there', () => {
    const page = (items: string[], more: object) => ({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '7', ...more },
      items: items.map(json),
    });
    const first = page(['a'], { continue: 'x', remainingItemCount: 1 });
    const last = page(['b'], {});
    expect(answer(first, last).blindSpots).toEqual([]);
    for (const half of [
      [first],
      [first, page([], {})],
      [first, { ...last, metadata: { resourceVersion: '8' } }],
      [page(['a'], { continue: 'x' }), last],
    ]) {
      expect(answer(...half).blindSpots).toHaveLength(1);
      expect(answer(...half).unseen).toContainEqual({
        kind: 'ConfigMap',
        group: '',
      });
    }
  });

  it.each([
    [
      'recorded chunks without their end',
      [recorded('list-chunk-1.json').text, recorded('list-chunk-2.json').text],
    ],
    ['an empty file', ['']],
    ['a page of HTML', ['<html><body>502 Bad Gateway</body></html>']],
    [
      'a list of nothing known',
      [{ kind: 'List', apiVersion: 'v1', items: [1] }],
    ],
    ['a list without items', [{ kind: 'List', apiVersion: 'v1' }]],
    ['a table', [{ kind: 'Table', apiVersion: 'meta.k8s.io/v1', rows: [] }]],
    [
      'a 410 in the middle',
      [
        { kind: 'List', apiVersion: 'v1', items: [json('a')] },
        {
          kind: 'Status',
          apiVersion: 'v1',
          status: 'Failure',
          code: 410,
          reason: 'Expired',
        },
      ],
    ],
    [
      'a 500',
      [
        {
          kind: 'Status',
          apiVersion: 'v1',
          code: 500,
          details: { kind: 'deployments' },
        },
      ],
    ],
    ['a cut list', ['{"kind":"List","apiVersion":"v1","items":[{"kind":"Con']],
  ])('that are %s show no deletion', (_, documents) => {
    const answers = answer(...documents);
    const observation = compareKubernetes({
      desired: readKubernetesManifests([
        { name: 'd', text: CONFIG.replace('name: a', 'name: z') },
      ]),
      ...answers,
    });
    expect(
      observation.differences.filter(each => each.rule === 'missing-object'),
    ).toEqual([]);
    expect(
      answers.failures.length + observation.blindSpots.length,
    ).toBeGreaterThan(0);
  });
});
