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
import { DesiredStateProblem } from '@infra-hub/backstage-plugin-drift-common';
import { RefusedRequest } from '../http/RefusedRequest';
import { ComparableResources } from './ComparableResources';
import { DesiredDocument } from './DesiredDocument';
import { describeKey, NewDesiredResource } from './DesiredStateStore';
import { isObject, UnusableObject, withoutSecrets } from './withoutSecrets';

/** As large as Kubernetes lets an object be. */
const MAX_SPEC_CHARACTERS = 1_572_864;

export interface CheckOptions {
  documents: DesiredDocument[];
  /** What is not said by the resources themselves, and must not be contradicted. */
  given?: {
    resourceType?: string;
    cluster?: string;
    namespace?: string;
    name?: string;
  };
  /** Which of them sources compare. */
  comparable: ComparableResources;
  /** What becomes of resources of types that no source knows. */
  unknownTypes: 'refuse' | 'leave out' | 'keep';
  maxResources: number;
}

/** Resources that may be stored, with everything that is wrong or was changed. */
export interface CheckedResources {
  resources: NewDesiredResource[];
  problems: DesiredStateProblem[];
}

/**
 * Makes desired resources of documents: lists are taken apart, each must say what
 * it is, none may be there twice, and secrets are taken out.
 *
 * @throws RefusedRequest when there are too many
 */
export function checkDesiredResources(options: CheckOptions): CheckedResources {
  const { documents, maxResources } = options;
  const elements = documents.flatMap(takeApart);
  if (elements.length > maxResources) {
    throw new RefusedRequest(
      413,
      `The desired state has more than ${maxResources} resources`,
    );
  }
  const problems: DesiredStateProblem[] = [];
  const resources: NewDesiredResource[] = [];
  const first = new Map<string, number>();
  for (const element of elements) {
    const { document, line } = element;
    const tell = (level: DesiredStateProblem['level'], message: string) =>
      problems.push({
        document,
        ...(line !== undefined && { line }),
        level,
        message,
      });
    try {
      const { resource, notices, errors } = checkElement(
        element.value,
        options,
      );
      notices.forEach(notice => tell('notice', notice));
      errors.forEach(error => tell('error', error));
      if (resource) {
        const key = describeKey(resource);
        const before = first.get(key);
        if (before !== undefined) {
          throw new UnusableObject(
            `${key} is there twice, first in document ${before}.`,
          );
        }
        first.set(key, document);
        resources.push(resource);
      }
    } catch (error) {
      if (!(error instanceof UnusableObject)) {
        throw error;
      }
      tell('error', error.message);
    }
  }
  return { resources, problems };
}

/** The elements of lists, each as a document of its own where the text is one list. */
function takeApart(
  document: DesiredDocument,
  _index: number,
  all: DesiredDocument[],
): DesiredDocument[] {
  const elements = elementsOf(document.value);
  return elements === undefined
    ? [document]
    : elements.map((value, index) => ({
        // Lines of elements are not known
        document: all.length === 1 ? index + 1 : document.document,
        ...(all.length > 1 &&
          document.line !== undefined && { line: document.line }),
        value,
      }));
}

function elementsOf(value: JsonValue): JsonValue[] | undefined {
  if (Array.isArray(value)) {
    return value;
  }
  if (!isObject(value)) {
    return undefined;
  }
  const { kind, items, resources } = value;
  if (kind === undefined && Array.isArray(resources)) {
    return resources;
  }
  if (
    typeof kind !== 'string' ||
    !kind.endsWith('List') ||
    !Array.isArray(items)
  ) {
    return undefined;
  }
  // The elements of typed lists do not say again what they are
  const elementKind = kind.slice(0, -'List'.length);
  return elementKind === ''
    ? items
    : items.map(item =>
        isObject(item)
          ? {
              ...(value.apiVersion !== undefined && {
                apiVersion: value.apiVersion,
              }),
              kind: elementKind,
              ...item,
            }
          : item,
      );
}

function checkElement(
  value: JsonValue,
  options: CheckOptions,
): {
  resource?: NewDesiredResource;
  /** One sentence each. */
  notices: string[];
  errors: string[];
} {
  const { given = {}, comparable, unknownTypes } = options;
  if (!isObject(value)) {
    throw new UnusableObject('A resource must be an object.');
  }
  const said = readElement(value);
  const resourceType = agree(
    'type',
    said.resourceType,
    given.resourceType?.toLowerCase(),
  );
  if (resourceType === undefined) {
    throw new UnusableObject('The resource has no kind.');
  }
  requireText('kind', resourceType, 100);
  if (resourceType === 'kustomization') {
    throw new UnusableObject(
      'A kustomization is not rendered here; give the output of kustomize build.',
    );
  }
  const name = agree('name', said.name, given.name);
  if (name === undefined) {
    throw new UnusableObject(`The ${resourceType} has no name.`);
  }
  const namespace = agree('namespace', said.namespace, given.namespace);
  const cluster = agree('cluster', said.cluster, given.cluster);
  requireText('name', name, 253);
  requireText('namespace', namespace, 63);
  requireText('cluster', cluster, 100);

  const { spec, notices } = withoutSecrets(said.spec, resourceType);
  if (JSON.stringify(spec).length > MAX_SPEC_CHARACTERS) {
    throw new UnusableObject('The resource is larger than 1.5 MB.');
  }
  const resource = {
    resourceType,
    ...(cluster !== undefined && { cluster }),
    ...(namespace !== undefined && { namespace }),
    name,
    spec,
  };
  const verdict = comparable.judge(resource);
  if (verdict.state === 'unknown type' && unknownTypes !== 'keep') {
    const { message, known } = verdict;
    return unknownTypes === 'refuse'
      ? { notices: [], errors: [`${message}; known are ${known.join(', ')}.`] }
      : { notices: [`${message} and were left out.`], errors: [] };
  }
  return {
    resource,
    notices,
    errors: verdict.state === 'wrong' ? verdict.problems : [],
  };
}

/** A manifest, or what `GET …/desired-state` answers for a resource. */
function readElement(value: JsonObject) {
  const isEnvelope =
    value.kind === undefined &&
    (value.resourceType !== undefined || isObject(value.spec));
  const spec = isEnvelope ? value.spec : value;
  if (!isObject(spec)) {
    throw new UnusableObject("The resource has no object 'spec'.");
  }
  const metadata = isObject(spec.metadata) ? spec.metadata : {};
  const envelope = isEnvelope ? value : {};
  return {
    spec,
    resourceType: agree(
      'type',
      text(envelope.resourceType, 'resourceType')?.toLowerCase(),
      typeOf(spec),
    ),
    cluster: text(envelope.cluster, 'cluster'),
    namespace: agree(
      'namespace',
      text(envelope.namespace, 'namespace'),
      text(metadata.namespace, 'metadata.namespace'),
    ),
    name: agree(
      'name',
      text(envelope.name, 'name'),
      text(metadata.name, 'metadata.name'),
    ),
  };
}

/**
 * The kind of a manifest is its type. What providers call theirs is not, such as
 * `AWS::RDS::DBInstance`: those of Kubernetes are one word.
 */
function typeOf(spec: JsonObject): string | undefined {
  const kind = text(spec.kind, 'kind');
  return spec.apiVersion === undefined && /[:./]/.test(kind ?? '')
    ? undefined
    : kind?.toLowerCase();
}

function text(value: JsonValue | undefined, where: string): string | undefined {
  if (value === undefined || value === null || value === '') {
    return undefined;
  }
  if (typeof value !== 'string') {
    throw new UnusableObject(`The ${where} must be a text.`);
  }
  return value;
}

function agree(
  what: string,
  one: string | undefined,
  other: string | undefined,
): string | undefined {
  if (one !== undefined && other !== undefined && one !== other) {
    throw new UnusableObject(
      `The ${what} of the resource is given as ${shown(one)} and as ${shown(
        other,
      )}.`,
    );
  }
  return one ?? other;
}

function requireText(
  what: string,
  value: string | undefined,
  maxLength: number,
): void {
  if (
    value !== undefined &&
    (value.length > maxLength ||
      value.trim() !== value ||
      /[\p{C}/@]/u.test(value))
  ) {
    throw new UnusableObject(
      `The ${what} ${shown(
        value,
      )} must be 1 to ${maxLength} printable characters without / and @.`,
    );
  }
}

function shown(value: string): string {
  return JSON.stringify(value.slice(0, 60));
}
