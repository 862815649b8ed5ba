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

import { KubernetesObject } from '@infra-hub/drift-engine';
import { ClusterClient } from '../cluster/ClusterClient';
import { ClusterFailure } from '../cluster/ClusterFailure';
import { isObject, listAt } from '../read/json';
import { collectionOf, ObjectPlace } from './places';

/**
 * One object as it is now, by a list of one: whoever scans may list and nothing
 * else.
 *
 * @returns undefined when it is not there
 * @throws ClusterFailure when it cannot be read
 */
export async function readObject(options: {
  client: Pick<ClusterClient, 'get'>;
  place: ObjectPlace;
  signal: AbortSignal;
}): Promise<KubernetesObject | undefined> {
  const { client, place, signal } = options;
  const { kind, namespace, name } = place;
  const answer = await client.get({
    path: collectionOf(place),
    query: { fieldSelector: `metadata.name=${name}`, limit: '2' },
    signal,
    ...(kind.kind === 'Secret' ? { dropSecretValues: true } : {}),
  });
  const items = listAt(answer, 'items');
  const [item] = items;
  if (answer.kind !== `${kind.kind}List` || items.length > 1) {
    throw new ClusterFailure('broken', 'The answer is not the list of one.');
  }
  if (item === undefined) {
    return undefined;
  }
  const metadata = isObject(item) ? item.metadata : undefined;
  if (!isObject(item) || !isObject(metadata) || metadata.name !== name) {
    throw new ClusterFailure('broken', 'The answer holds another object.');
  }
  return {
    ...item,
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { ...metadata, name, ...(namespace === '' ? {} : { namespace }) },
  };
}
