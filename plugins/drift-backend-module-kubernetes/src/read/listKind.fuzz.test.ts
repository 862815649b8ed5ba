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
import { compareKubernetes } from '@infra-hub/drift-engine';
import { configMap } from '../__testUtils__/manifests';
import { ClusterFailure } from '../cluster/ClusterFailure';
import { isObject } from './json';
import { READABLE_KINDS } from './kinds';
import { listKind } from './listKind';
import { KubernetesObject } from '@infra-hub/drift-engine';

const ROUNDS = 20_000;
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Mulberry32, so that a failure can be seen again. */
function randomFrom(seed: number): (limit: number) => number {
  let state = seed;
  return limit => {
    state = (state + 0x6d2b79f5) % 2 ** 32;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit;
  };
}

describe('mutated answers', () => {
  const wanted = NAMES.map(name => configMap(name) as KubernetesObject);
  const pages = [0, 3].map(start =>
    JSON.stringify({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: {
        resourceVersion: '229',
        ...(start === 0 ? { continue: 'next', remainingItemCount: 3 } : {}),
      },
      items: wanted.slice(start, start + 3),
    }),
  );
  const kind = READABLE_KINDS.find(each => each.kind === 'ConfigMap');

  it('crash nothing, and never make objects deleted or a tenant clean that is not', async () => {
    if (!kind) {
      throw new Error('ConfigMaps are not read');
    }
    let refused = 0;
    let accepted = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const random = randomFrom(round);
      const mutated = [...pages];
      const target = Math.floor(random(2));
      mutated[target] = mutate(pages[target], random);
      let request = 0;
      try {
        const live = await listKind({
          client: {
            get: async () => parse(mutated[request++ % 2]),
          },
          kind,
          namespace: 'tenant-acme',
          signal: new AbortController().signal,
        });
        accepted += 1;
        const { differences } = compareKubernetes({ desired: wanted, live });
        const missing = differences.filter(
          each => each.rule === 'missing-object',
        );
        // A letter of a name may change, but no more.
        if (missing.length > 1) {
          throw new Error(
            `Round ${round}: ${missing.length} objects vanished ${mutated[target]}`,
          );
        }
        if (differences.length === 0 && live.length !== NAMES.length) {
          throw new Error(`Round ${round}: clean with ${live.length} objects`);
        }
      } catch (error) {
        if (!(error instanceof ClusterFailure)) {
          throw error;
        }
        refused += 1;
      }
    }
    expect(refused + accepted).toBe(ROUNDS);
    // Both ways are taken often, or the mutations prove nothing.
    expect(refused).toBeGreaterThan(ROUNDS / 5);
    expect(accepted).toBeGreaterThan(ROUNDS / 50);
  });
});

function parse(text: string): JsonObject {
  try {
    const value: JsonValue = JSON.parse(text);
    if (isObject(value)) {
      return value;
    }
  } catch {
    // As the client says it
  }
  throw new ClusterFailure('broken', 'not JSON');
}

function mutate(text: string, random: (limit: number) => number): string {
  const at = Math.floor(random(text.length));
  const length = 1 + Math.floor(random(20));
  switch (Math.floor(random(7))) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
    case 3:
      return `${text.slice(0, at)}${String.fromCharCode(
        32 + Math.floor(random(95)),
      )}${text.slice(at + 1)}`;
    default: {
      const value: JsonValue = JSON.parse(text);
      mutateValue(value, random);
      return JSON.stringify(value);
    }
  }
}

const STRANGE: readonly (JsonValue | undefined)[] = [
  undefined,
  JSON.parse('null'),
  0,
  -1,
  1e308,
  '',
  'x',
  true,
  {},
  { constructor: {}, __proto__: 'x' },
];

/** Replaces something somewhere below; lists stay lists, which may truly be empty. */
function mutateValue(
  value: JsonValue | undefined,
  random: (limit: number) => number,
): void {
  let current = value;
  for (;;) {
    if (typeof current !== 'object' || current === null) {
      return;
    }
    const container = current as Record<string, JsonValue | undefined>;
    const keys = Object.keys(container);
    if (keys.length === 0) {
      return;
    }
    const key = keys[Math.floor(random(keys.length))];
    if (random(3) < 1) {
      container[key] = STRANGE[Math.floor(random(STRANGE.length))];
      return;
    }
    current = container[key];
  }
}
