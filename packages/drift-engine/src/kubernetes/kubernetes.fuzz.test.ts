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

import { JsonObject, JsonValue } from '@backstage/types';
import { assess } from '../assess/assess';
import {
  recorded,
  recordedLive,
  recordedNames,
} from './__testUtils__/recorded';
import { compareKubernetes } from './compareKubernetes';
import { KubernetesObject } from './KubernetesObject';
import { readKubernetesAnswers } from './read/readAnswers';
import { readKubernetesManifests } from './read/readManifests';

const RUNS = 20_000;

/** Small, fast and the same everywhere (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const desired = readKubernetesManifests([recorded('desired.yaml')]).filter(
  each => each.kind !== 'Namespace',
);
const clean = recordedLive(...recordedNames('live-clean-'));
const drifted = recordedLive(
  ...recordedNames('live-drifted-'),
  'live-clean-secrets-db.json',
  'live-clean-networkpolicies-networking-k8s-io-deny.json',
);

function listText(objects: readonly KubernetesObject[]): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    metadata: { resourceVersion: '' },
    items: objects,
  });
}

const CLEAN_LIST = listText(clean);
const DRIFTED_LIST = listText(drifted);
/** The objects that really drifted, as they stand in the list. */
const DRIFTED = new Set(
  drifted
    .filter(each =>
      ['Deployment', 'ConfigMap', 'Service', 'Ingress'].includes(each.kind),
    )
    .map(each => JSON.stringify(each)),
);

/** What happens to answers on their way: cut off, garbled, or another answer. */
const DAMAGES: readonly ((text: string, random: () => number) => string)[] = [
  (text, random) => text.slice(0, Math.floor(random() * text.length)),
  (text, random) => text.slice(Math.ceil(random() * (text.length - 1))),
  (text, random) => {
    const at = Math.floor(random() * text.length);
    return `${text.slice(0, at)}${String.fromCharCode(
      Math.floor(random() * 128),
    )}${text.slice(at + 1)}`;
  },
  (text, random) => {
    const at = Math.floor(random() * text.length);
    const to = at + Math.floor(random() * 200);
    return `${text.slice(0, at)}${text.slice(to)}`;
  },
  (text, random) => {
    const at = Math.floor(random() * text.length);
    const piece = text.slice(at, at + Math.floor(random() * 100));
    return `${text.slice(0, at)}${piece}${text.slice(at)}`;
  },
];

function damagedText(text: string, random: () => number): string {
  return DAMAGES[Math.floor(random() * DAMAGES.length)](text, random);
}

const ODD_VALUES: readonly JsonValue[] = [
  null,
  '',
  0,
  -1,
  1e300,
  true,
  [],
  {},
  [null],
  [[]],
  { '': null },
  'x',
  { constructor: 1 },
];

/** Replaces one value somewhere in a document. */
function mutated(document: JsonValue, random: () => number): JsonValue {
  const copy: JsonValue = JSON.parse(JSON.stringify(document));
  let value: JsonValue = copy;
  for (;;) {
    if (typeof value !== 'object' || value === null) {
      return copy;
    }
    const container = value as Record<string, JsonValue>;
    const keys = Object.keys(container);
    if (keys.length === 0) {
      return copy;
    }
    const key = keys[Math.floor(random() * keys.length)];
    const inner: JsonValue = container[key];
    if (typeof inner !== 'object' || inner === null || random() < 0.15) {
      container[key] = ODD_VALUES[Math.floor(random() * ODD_VALUES.length)];
      return copy;
    }
    value = inner;
  }
}

function verdictOn(text: string) {
  const answers = readKubernetesAnswers([{ name: 'live.json', text }]);
  const observation = compareKubernetes({ desired, ...answers });
  return {
    missing: observation.differences.filter(
      each => each.rule === 'missing-object',
    ).length,
    isWhole: observation.complete,
    status: assess(observation).status,
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** How a verdict on damaged text is wrong, if it is. */
function wrongAboutText(text: string): string | undefined {
  const verdict = verdictOn(text);
  if (isJson(text)) {
    return undefined;
  }
  if (verdict.isWhole || verdict.status === 'clean') {
    return `taken for whole: ${text}`;
  }
  return verdict.missing > 0 ? `shows deletions: ${text}` : undefined;
}

/** How a verdict on a list with one changed value is wrong, if it is. */
function wrongAboutList(list: JsonValue): string | undefined {
  const text = JSON.stringify(list);
  const { isWhole, missing, status } = verdictOn(text);
  const items = (list as JsonObject).items;
  if (Array.isArray(items) && items.length === 0) {
    // Nothing is an answer, too: of an empty namespace.
    return undefined;
  }
  const untouched = Array.isArray(items)
    ? items.filter(item => DRIFTED.has(JSON.stringify(item))).length
    : 0;
  // One change touches one object, which may then look like another.
  if (missing > (untouched > 0 ? 1 : 0)) {
    return `${missing} deletions: ${text}`;
  }
  return isWhole && (untouched < 3 || status !== 'drifted')
    ? `lost drift, ${status}: ${text}`
    : undefined;
}

const LIMIT_MS = 60_000;

describe('20,000 damaged answers', () => {
  it(
    'that JSON.parse refuses are never clean and never show deletions',
    () => {
      const random = randomFrom(4);
      const texts = Array.from({ length: RUNS / 2 }, () =>
        damagedText(random() < 0.5 ? CLEAN_LIST : DRIFTED_LIST, random),
      );
      expect(texts.filter(text => !isJson(text)).length).toBeGreaterThan(
        RUNS / 4,
      );
      expect(
        texts.flatMap(text => wrongAboutText(text) ?? []).slice(0, 3),
      ).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'that are still JSON keep the drift they did not touch and lose no more than they broke',
    () => {
      const random = randomFrom(5);
      const document: JsonValue = JSON.parse(DRIFTED_LIST);
      const wrong = Array.from({ length: RUNS / 2 }, () =>
        wrongAboutList(mutated(document, random)),
      );
      expect(wrong.filter(each => each !== undefined).slice(0, 3)).toEqual([]);
    },
    LIMIT_MS,
  );
});
