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

import { DriftSource } from '@infra-hub/backstage-plugin-drift-node';
import { NewDesiredResource } from './DesiredStateStore';

/** Whether something can be done with a desired resource. */
export type Comparability =
  | { state: 'compared' }
  /** No source knows its type; `known` are those that one does. */
  | { state: 'unknown type'; message: string; known: string[] }
  /** One sentence each. */
  | { state: 'wrong'; problems: string[] };

/** Knows which source compares which desired resource. */
export class ComparableResources {
  /** @param sources - Those whose targets are tenants. */
  static of(sources: readonly DriftSource[]): ComparableResources {
    return new ComparableResources(sources);
  }

  readonly #sources: readonly DriftSource[];

  private constructor(sources: readonly DriftSource[]) {
    this.#sources = sources;
  }

  judge(resource: NewDesiredResource): Comparability {
    const knowing = this.#sources.filter(source => knows(source, resource));
    if (knowing.length === 0) {
      return this.#unknown(resource);
    }
    const verdicts = knowing.map(source => verdictOf(source, resource));
    if (verdicts.some(problems => problems?.length === 0)) {
      return { state: 'compared' };
    }
    const problems = [...new Set(verdicts.flatMap(each => each ?? []))];
    return {
      state: 'wrong',
      problems:
        problems.length > 0
          ? problems
          : [
              `No source that is installed compares this ${
                resource.resourceType
              }; those that compare others are ${knowing
                .map(({ id }) => id)
                .sort()
                .join(', ')}.`,
            ],
    };
  }

  /**
   * Whether a scan of this source is to be given the resource: what it compares,
   * and, where nobody does, what it can tell that it does not.
   */
  isFor(sourceId: string, resource: NewDesiredResource): boolean {
    const source = this.#sources.find(({ id }) => id === sourceId);
    return (
      source === undefined ||
      claims(source, resource) ||
      (source.checkDesiredResource === undefined &&
        !this.#sources.some(each => claims(each, resource)))
    );
  }

  #unknown({ resourceType, spec }: NewDesiredResource): Comparability {
    const types = this.#sources.flatMap(
      source => source.desiredResourceTypes ?? [],
    );
    const kind = types.includes(resourceType)
      ? `${resourceType} with the apiVersion ${spec.apiVersion}`
      : resourceType;
    return {
      state: 'unknown type',
      message: `Resources of type ${kind} are not compared`,
      known: [...new Set(types)].sort(),
    };
  }
}

function claims(source: DriftSource, resource: NewDesiredResource): boolean {
  return knows(source, resource) && verdictOf(source, resource) !== undefined;
}

/** Whether the source compares resources of this type at all. */
function knows(
  { desiredResourceTypes, desiredApiGroups }: DriftSource,
  { resourceType, spec }: NewDesiredResource,
): boolean {
  const { apiVersion } = spec;
  return (
    (desiredResourceTypes?.includes(resourceType) ?? true) &&
    (desiredApiGroups === undefined ||
      typeof apiVersion !== 'string' ||
      desiredApiGroups.includes(apiVersion.split('/')[0]))
  );
}

function verdictOf(
  source: DriftSource,
  resource: NewDesiredResource,
): string[] | undefined {
  return source.checkDesiredResource
    ? source.checkDesiredResource(resource)
    : [];
}
