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

/** The parts of an ARM id. Azure ids are the same in any letter case. */
export interface ArmId {
  subscription: string;
  resourceGroup: string;
  /** E.g. `Microsoft.Sql/servers/databases`. */
  type: string;
  /** Names of the resource and of those above it, e.g. `['server', 'database']`. */
  names: string[];
}

/** A name as Azure allows it anywhere; nothing that means something in a URL. */
const NAME = /^(?!\.{1,2}$)[\p{L}\p{N} ._()-]{1,260}$/u;

/** @returns undefined when it is not the id of a resource in a resource group. */
export function parseArmId(id: string): ArmId | undefined {
  const [empty, ...segments] = id.split('/');
  if (empty !== '' || !segments.every(segment => NAME.test(segment))) {
    return undefined;
  }
  const [
    subscriptions,
    subscription,
    resourceGroups,
    resourceGroup,
    providers,
    namespace,
    ...pairs
  ] = segments;
  if (
    subscriptions?.toLowerCase() !== 'subscriptions' ||
    resourceGroups?.toLowerCase() !== 'resourcegroups' ||
    providers?.toLowerCase() !== 'providers' ||
    pairs.length === 0 ||
    pairs.length % 2 !== 0
  ) {
    return undefined;
  }
  return {
    subscription,
    resourceGroup,
    type: [namespace, ...pairs.filter((_, index) => index % 2 === 0)].join('/'),
    names: pairs.filter((_, index) => index % 2 === 1),
  };
}

export function sameArmText(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** The id of a subscription that any ARM id begins with; undefined for others. */
export function subscriptionOf(id: string): string | undefined {
  return /^\/subscriptions\/([^/?#]+)(?:\/|$)/i.exec(id)?.[1];
}

/**
 * The type that any ARM id is of, those of extensions and resource groups
 * included.
 */
export function typeOf(id: string): string | undefined {
  const below = id.split(/\/providers\//i).slice(1);
  const last = below.at(-1);
  if (last === undefined) {
    return /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i.test(id)
      ? 'Microsoft.Resources/subscriptions/resourceGroups'
      : undefined;
  }
  const [namespace, ...pairs] = last.split('/');
  return [namespace, ...pairs.filter((_, index) => index % 2 === 0)].join('/');
}
