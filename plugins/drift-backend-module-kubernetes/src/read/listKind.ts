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
import { ClusterClient } from '../cluster/ClusterClient';
import { ClusterFailure } from '../cluster/ClusterFailure';
import { isObject, textAt } from './json';
import { collectionPath, ReadableKind } from './kinds';
import { KubernetesObject } from '@infra-hub/drift-engine';

/** Source: k8s.io/apimachinery/pkg/apis/meta/v1, type ListMeta. */
const LIST_METADATA = new Set([
  'continue',
  'remainingItemCount',
  'resourceVersion',
  'selfLink',
]);

/** Objects that one answer holds at most. */
export const PAGE_SIZE = 500;

export interface ListKindOptions {
  client: Pick<ClusterClient, 'get'>;
  kind: ReadableKind;
  namespace: string;
  signal: AbortSignal;
}

/**
 * All objects of a kind in a namespace, page by page. A list that the server
 * drops half-way is read once more from its beginning: pages of two lists do not
 * fit together.
 *
 * @throws ClusterFailure when not all of it could be read, or when an answer
 *   contradicts itself. A part is never given.
 */
export async function listKind(
  options: ListKindOptions,
): Promise<KubernetesObject[]> {
  try {
    return await readPages(options);
  } catch (error) {
    if (error instanceof ClusterFailure && error.problem === 'gone') {
      return await readPages(options);
    }
    throw error;
  }
}

async function readPages(
  options: ListKindOptions,
): Promise<KubernetesObject[]> {
  const { client, kind, namespace, signal } = options;
  const objects = new Map<string, KubernetesObject>();
  const tokens = new Set<string>();
  let next: string | undefined;
  do {
    const page = readPage(
      await client.get({
        path: collectionPath(kind, namespace),
        query: {
          limit: String(PAGE_SIZE),
          ...(next === undefined ? {} : { continue: next }),
        },
        signal,
        ...(kind.kind === 'Secret' ? { dropSecretValues: true } : {}),
      }),
      options,
    );
    for (const object of page.objects) {
      if (objects.has(object.metadata.name)) {
        throw contradiction(options, 'names an object twice');
      }
      objects.set(object.metadata.name, object);
    }
    next = page.next;
    if (next !== undefined) {
      if (tokens.has(next)) {
        throw contradiction(options, 'leads in circles');
      }
      tokens.add(next);
    }
  } while (next !== undefined);
  return [...objects.values()];
}

function readPage(
  answer: JsonObject,
  options: ListKindOptions,
): { objects: KubernetesObject[]; next?: string } {
  const { kind } = options;
  const { items, metadata } = answer;
  if (
    answer.kind !== `${kind.kind}List` ||
    answer.apiVersion !== kind.apiVersion ||
    !Array.isArray(items) ||
    !isObject(metadata) ||
    !textAt(metadata, 'resourceVersion')
  ) {
    throw contradiction(options, 'is not a list of this kind');
  }
  if (Object.keys(metadata).some(member => !LIST_METADATA.has(member))) {
    // E.g. that this is one shard of the list: only what is understood is known to be whole.
    throw contradiction(options, 'says of itself what is not understood');
  }
  const next = metadata.continue;
  if (next !== undefined && typeof next !== 'string') {
    throw contradiction(options, 'does not say whether it ends');
  }
  const remaining = metadata.remainingItemCount ?? 0;
  if (!next && remaining !== 0) {
    throw contradiction(options, 'ends before its end');
  }
  return {
    objects: items.map(item => readObject(item, options)),
    ...(next ? { next } : {}),
  };
}

function readObject(
  item: JsonValue | undefined,
  options: ListKindOptions,
): KubernetesObject {
  const { kind, namespace } = options;
  const metadata = isObject(item) ? item.metadata : undefined;
  if (!isObject(item) || !isObject(metadata)) {
    throw contradiction(options, 'holds something that is no object');
  }
  const name = textAt(metadata, 'name');
  if (!name || textAt(metadata, 'namespace') !== namespace) {
    throw contradiction(options, 'holds an object of another place');
  }
  if (
    (item.kind ?? kind.kind) !== kind.kind ||
    (item.apiVersion ?? kind.apiVersion) !== kind.apiVersion
  ) {
    throw contradiction(options, 'holds an object of another kind');
  }
  // Objects in lists leave out what the list says of them all.
  return {
    ...item,
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { ...metadata, name, namespace },
  };
}

function contradiction(options: ListKindOptions, how: string): ClusterFailure {
  return new ClusterFailure(
    'broken',
    `What the API server gives as the ${options.kind.resource} of namespace ${options.namespace} ${how}.`,
  );
}
