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

import { BlindSpot } from '@infra-hub/backstage-plugin-drift-common';
import { ClusterClient } from '../cluster/ClusterClient';
import { ClusterFailure } from '../cluster/ClusterFailure';
import { groupOf, ReadableKind } from './kinds';
import { KubernetesObject } from '@infra-hub/drift-engine';
import { listKind } from './listKind';

export interface ReadNamespacesOptions {
  client: Pick<ClusterClient, 'get'>;
  kinds: readonly ReadableKind[];
  namespaces: readonly string[];
  concurrency: number;
  signal: AbortSignal;
}

/** What a look at some namespaces showed, and what it did not. */
export interface NamespacesRead {
  objects: KubernetesObject[];
  /** Lists that were not read; nothing is known of what they hold. */
  unread: UnreadList[];
}

export interface UnreadList {
  kind: ReadableKind;
  namespace: string;
  /** The API server does not know the kind, so there is nothing of it. */
  notServed: boolean;
  blindSpot: BlindSpot;
}

/**
 * Reads all objects of some kinds in some namespaces, a few lists at once.
 *
 * @throws ClusterFailure when the cluster does not let itself be read at all.
 */
export async function readNamespaces(
  options: ReadNamespacesOptions,
): Promise<NamespacesRead> {
  const lists = options.namespaces.flatMap(namespace =>
    options.kinds.map(kind => ({ kind, namespace })),
  );
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const results: (KubernetesObject[] | UnreadList)[] = new Array(lists.length);
  const queue = lists.entries();
  const work = async () => {
    // Workers share the queue: each takes the next list when it is free.
    for (const [index, { kind, namespace }] of queue) {
      results[index] = await readList({ ...options, signal, kind, namespace });
    }
  };
  try {
    await Promise.all(
      Array.from({ length: options.concurrency }, async () => {
        try {
          await work();
        } catch (error) {
          stop.abort(error);
          throw error;
        }
      }),
    );
  } finally {
    stop.abort();
  }
  const unread = results.filter(
    (result): result is UnreadList => !Array.isArray(result),
  );
  if (unread.length === lists.length && unread.length > 0) {
    throw new ClusterFailure(
      'refused',
      `Nothing could be read. ${unread[0].blindSpot.reason}`,
    );
  }
  return {
    objects: results.flatMap(result => (Array.isArray(result) ? result : [])),
    unread,
  };
}

async function readList(options: {
  client: Pick<ClusterClient, 'get'>;
  kind: ReadableKind;
  namespace: string;
  signal: AbortSignal;
}): Promise<KubernetesObject[] | UnreadList> {
  const { kind, namespace } = options;
  try {
    return await listKind(options);
  } catch (error) {
    if (!(error instanceof ClusterFailure) || error.endsScan) {
      throw error;
    }
    return {
      kind,
      namespace,
      notServed: error.problem === 'absent',
      blindSpot: {
        scope: `${namespace}/${kind.kind}`,
        reason: reasonOf(error, kind, namespace),
      },
    };
  }
}

function reasonOf(
  failure: ClusterFailure,
  kind: ReadableKind,
  namespace: string,
): string {
  const group = groupOf(kind.apiVersion);
  switch (failure.problem) {
    case 'forbidden':
      return `The drift backend may not list ${kind.resource} in namespace ${namespace}: its role needs the verb "list" for resource "${kind.resource}" in API group "${group}".`;
    case 'absent':
      return `The API server does not serve ${kind.resource} in ${kind.apiVersion}.`;
    default:
      return `The ${kind.resource} of namespace ${namespace} could not be read: ${failure.message}`;
  }
}
