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

import { AttributionQuery } from '@infra-hub/backstage-plugin-drift-node';
import { GCP_KINDS } from '../kinds/gcpKinds';

/** How the audit log names a resource. */
export interface LoggedName {
  /** Id or number of the project, where the name says it. */
  project?: string;
  /** What the log calls it, after the project. */
  tail: string;
}

const PROJECT_PATH =
  /^projects\/(?<project>(?:[a-z0-9.-]+:)?[a-z0-9-]+)\/(?<rest>[\w./:-]+)$/;

/**
 * Names of a resource in the audit log, from its ids: self links, full resource
 * names, paths, and names of buckets.
 */
export function loggedNames({
  resourceIds,
  resourceType,
  address,
}: Pick<
  AttributionQuery,
  'resourceIds' | 'resourceType' | 'address'
>): LoggedName[] {
  const kind = GCP_KINDS.find(each => address.includes(`${each.kind.kind}/`));
  const names = resourceIds.flatMap((id): LoggedName[] => {
    const own = kind?.ids.parse(id);
    if (kind && own) {
      // Bare names are completed with any project; it is not part of the tail
      const whole = kind.ids.format({ ...own, project: own.project ?? '-' });
      return [
        { project: own.project, tail: tailOf(whole) ?? `buckets/${own.name}` },
      ];
    }
    const bucket = bucketOf(id, resourceType);
    if (bucket !== undefined) {
      return [{ tail: `buckets/${bucket}` }];
    }
    const path = pathOf(id);
    const groups =
      path === undefined ? undefined : PROJECT_PATH.exec(path)?.groups;
    return groups ? [{ project: groups.project, tail: groups.rest }] : [];
  });
  return names.filter(
    ({ tail, project }, index) =>
      names.findIndex(
        other => other.tail === tail && other.project === project,
      ) === index,
  );
}

/** Whether an entry of the log is about it. */
export function isNamed(
  resourceName: string | undefined,
  names: readonly LoggedName[],
): boolean {
  const own = resourceName?.replace(/^projects\/[^/]+\//, '');
  return names.some(({ tail }) => own === tail);
}

function tailOf(path: string): string | undefined {
  return PROJECT_PATH.exec(path.replace('projects/-/', 'projects/any/'))?.groups
    ?.rest;
}

function bucketOf(id: string, resourceType: string): string | undefined {
  const link =
    /^(?:https:\/\/(?:www|storage)\.googleapis\.com\/storage\/v1\/b\/|gs:\/\/|\/\/storage\.googleapis\.com\/)([\w.-]+)\/?$/.exec(
      id,
    );
  if (link) {
    return link[1];
  }
  return /^google_storage_bucket(?:_|$)/.test(resourceType) &&
    /^[a-z0-9][\w.-]{1,221}$/.test(id)
    ? id
    : undefined;
}

/** The part of an id that begins with its project. */
function pathOf(id: string): string | undefined {
  const start = /(?:^|\/)projects\//.exec(id);
  const isOurs =
    /^projects\//.test(id) ||
    /^(?:https:)?\/\/[a-z0-9-]+\.googleapis\.com\//.test(id);
  return start && isOurs ? id.slice(start.index).replace(/^\//, '') : undefined;
}
