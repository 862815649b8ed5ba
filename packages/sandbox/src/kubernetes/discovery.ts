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

import { JsonObject } from '../cloud/json';
import {
  accessReview,
  apiVersionOf,
  ResourceType,
  resourceTypes,
} from './resourceTypes';

const subresourceVerbs = ['get', 'patch', 'update'];

/** The groups served, each with its versions, preferred first. */
function groups(): Array<{ name: string; versions: string[] }> {
  const found = new Map<string, string[]>();
  for (const { group, version } of [...resourceTypes, accessReview]) {
    if (group !== '') {
      const versions = found.get(group) ?? [];
      if (!versions.includes(version)) {
        versions.push(version);
      }
      found.set(group, versions);
    }
  }
  return [...found].map(([name, versions]) => ({ name, versions }));
}

export function versionInfo(): JsonObject {
  return {
    major: '1',
    minor: '36',
    emulationMajor: '1',
    emulationMinor: '36',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '35',
    gitVersion: 'v1.36.2',
    gitCommit: 'sandbox',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: 'none',
    compiler: 'none',
    platform: 'sandbox/node',
  };
}

/** Answer of `/api`. */
export function coreVersions(address: string): JsonObject {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [
      { clientCIDR: '0.0.0.0/0', serverAddress: address },
    ],
  };
}

/** Answer of `/apis`. */
export function groupList(): JsonObject {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groups().map(groupInfo),
  };
}

/** Answer of `/apis/<group>`. */
export function groupOf(name: string): JsonObject | undefined {
  const group = groups().find(candidate => candidate.name === name);
  return group && { kind: 'APIGroup', apiVersion: 'v1', ...groupInfo(group) };
}

function groupInfo(group: { name: string; versions: string[] }): JsonObject {
  const versions = group.versions.map(version => ({
    groupVersion: `${group.name}/${version}`,
    version,
  }));
  return { name: group.name, versions, preferredVersion: versions[0] };
}

/** Answer of `/api/v1` and `/apis/<group>/<version>`. */
export function resourceList(
  group: string,
  version: string,
): JsonObject | undefined {
  const own = resourceTypes.filter(
    type => type.group === group && type.version === version,
  );
  const reviews =
    group === accessReview.group && version === accessReview.version;
  if (own.length === 0 && !reviews) {
    return undefined;
  }
  return {
    kind: 'APIResourceList',
    ...(group !== '' && { apiVersion: 'v1' }),
    groupVersion: apiVersionOf({ group, version }),
    resources: reviews
      ? [
          {
            name: accessReview.plural,
            singularName: 'selfsubjectaccessreview',
            namespaced: false,
            kind: accessReview.kind,
            verbs: ['create'],
          },
        ]
      : own.flatMap(type => [resourceInfo(type), ...subresourceInfos(type)]),
  };
}

function resourceInfo(type: ResourceType): JsonObject {
  return {
    name: type.plural,
    singularName: type.kind.toLowerCase(),
    namespaced: type.namespaced,
    kind: type.kind,
    verbs: type.verbs,
    ...(type.shortNames.length > 0 && { shortNames: type.shortNames }),
    ...(type.categories.length > 0 && { categories: type.categories }),
    ...(type.storageVersionHash && {
      storageVersionHash: type.storageVersionHash,
    }),
  };
}

function subresourceInfos(type: ResourceType): JsonObject[] {
  return type.subresources.map(subresource => ({
    name: `${type.plural}/${subresource}`,
    singularName: '',
    namespaced: type.namespaced,
    ...(subresource === 'scale'
      ? { group: 'autoscaling', version: 'v1', kind: 'Scale' }
      : { kind: type.kind }),
    verbs: subresourceVerbs,
  }));
}

/** Aggregated discovery of the core group or of all others. */
export function aggregated(core: boolean): JsonObject {
  const names = core ? [{ name: '', versions: ['v1'] }] : groups();
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: names.map(({ name, versions }) => ({
      metadata: (name === '' ? {} : { name }) as JsonObject,
      versions: versions.map(version => ({
        version,
        resources: resourceTypes
          .filter(type => type.group === name && type.version === version)
          .map(aggregatedType),
        freshness: 'Current',
      })),
    })),
  };
}

function aggregatedType(type: ResourceType): JsonObject {
  return {
    resource: type.plural,
    responseKind: { group: '', version: '', kind: type.kind },
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.kind.toLowerCase(),
    verbs: type.verbs,
    ...(type.shortNames.length > 0 && { shortNames: type.shortNames }),
    ...(type.categories.length > 0 && { categories: type.categories }),
    ...(type.subresources.length > 0 && {
      subresources: type.subresources.map(subresource => ({
        subresource,
        responseKind:
          subresource === 'scale'
            ? { group: 'autoscaling', version: 'v1', kind: 'Scale' }
            : { group: '', version: '', kind: type.kind },
        verbs: subresourceVerbs,
      })),
    }),
  };
}

/** Answer of `/openapi/v3`. */
export function openApiIndex(): JsonObject {
  const paths = [
    'api/v1',
    ...groups().flatMap(group =>
      group.versions.map(version => `apis/${group.name}/${version}`),
    ),
  ];
  return {
    paths: Object.fromEntries(
      paths.map(path => [
        path,
        { serverRelativeURL: `/openapi/v3/${path}?hash=SANDBOX` },
      ]),
    ),
  };
}

/** What clients ask before they write: which parameters a patch takes. */
export function openApiOf(
  group: string,
  version: string,
): JsonObject | undefined {
  const own = resourceTypes.filter(
    type => type.group === group && type.version === version,
  );
  if (own.length === 0) {
    return undefined;
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes sandbox', version: 'v1.36.2' },
    paths: Object.fromEntries(
      own.map(type => [objectPath(type), { patch: patchOperation(type) }]),
    ),
  };
}

function objectPath(type: ResourceType): string {
  const root = type.group === '' ? '/api' : `/apis/${type.group}`;
  const namespace = type.namespaced ? '/namespaces/{namespace}' : '';
  return `${root}/${type.version}${namespace}/${type.plural}/{name}`;
}

function patchOperation(type: ResourceType): JsonObject {
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'];
  return {
    parameters: parameters.map(name => ({
      name,
      in: 'query',
      schema: { type: 'string', uniqueItems: true },
    })),
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': {
      group: type.group,
      version: type.version,
      kind: type.kind,
    },
    responses: { '200': { description: 'OK' } },
  };
}
