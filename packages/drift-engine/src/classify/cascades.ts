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

import { fromPointer, toPointer } from '../diff/pointer';
import { withoutInstanceKeys } from '../plan/planAddress';
import { ClassifiedResource } from './classifyResource';
import { reasonOf } from './rules';

/**
 * Expressions by where they stand: configuration address → pointer → references,
 * see `PlanDocument.references`.
 */
export type References = ReadonlyMap<
  string,
  ReadonlyMap<string, readonly string[]>
>;

/**
 * Marks the pending findings that exist only because another resource changes:
 * every field that differs is fed by a resource that differs itself, in the
 * attribute that feeds it. What remains are the roots.
 */
export function markCascades(
  resources: readonly ClassifiedResource[],
  references: References | undefined,
): void {
  if (!references || references.size === 0) {
    return;
  }
  const byAddress = new Map<string, ClassifiedResource[]>();
  for (const resource of resources) {
    const key = withoutInstanceKeys(resource.difference.address);
    const same = byAddress.get(key);
    if (same) {
      same.push(resource);
    } else {
      byAddress.set(key, [resource]);
    }
  }
  const feeders = new Map<ClassifiedResource, ClassifiedResource>();
  const candidates = feederIndex(byAddress);
  for (const resource of resources) {
    const feeder = feederOf(resource, references, candidates);
    if (feeder) {
      feeders.set(resource, feeder);
    }
  }
  for (const [resource, feeder] of feeders) {
    const root = rootOf(feeder, feeders, resource);
    const { difference } = resource;
    difference.cascadeOf = root.difference.address;
    difference.rule = 'cascade';
    difference.reason = reasonOf('cascade', {
      fields: 'It',
      one: true,
      tool: '',
      root: root.difference.address,
    });
  }
}

/** Which resources at a configuration address feed whoever reads an attribute. */
type FeederIndex = (
  address: string,
  attribute: string | undefined,
  unknown: boolean,
) => readonly ClassifiedResource[];

/** Answers once for all instances that read the same. */
function feederIndex(
  byAddress: ReadonlyMap<string, ClassifiedResource[]>,
): FeederIndex {
  const known = new Map<string, ClassifiedResource[]>();
  return (address, attribute, unknown) => {
    const key = `${address} ${attribute} ${unknown}`;
    let feeding = known.get(key);
    if (!feeding) {
      feeding = (byAddress.get(address) ?? []).filter(candidate =>
        feeds(candidate, attribute, unknown),
      );
      known.set(key, feeding);
    }
    return feeding;
  };
}

/** Of several instances the one with the reader's own instance key is likeliest. */
function likeliest(
  candidates: readonly ClassifiedResource[],
  reader: string,
): ClassifiedResource | undefined {
  const key = /\[[^[\]]*\]$/.exec(reader)?.[0];
  const own =
    key === undefined
      ? undefined
      : candidates.find(
          ({ difference: { address } }) =>
            address !== reader && address.endsWith(key),
        );
  return (
    own ?? candidates.find(({ difference }) => difference.address !== reader)
  );
}

function feederOf(
  resource: ClassifiedResource,
  references: References,
  candidates: FeederIndex,
): ClassifiedResource | undefined {
  const { difference, fields } = resource;
  const forced =
    difference.rule === 'planned-update' ||
    difference.rule === 'planned-replace';
  if (!forced || fields.length === 0) {
    return undefined;
  }
  const address = withoutInstanceKeys(difference.address);
  const module = withoutInstanceKeys(difference.moduleAddress ?? '');
  let found: ClassifiedResource | undefined;
  for (const field of fields) {
    const named = namesOf(field.segments, references.get(address));
    const feeder = named
      .flatMap(name => resolve(name, module, references, new Set()))
      .map(target =>
        likeliest(
          candidates(target.address, target.attribute, field.desiredUnknown),
          difference.address,
        ),
      )
      .find(candidate => candidate !== undefined);
    if (!feeder) {
      return undefined;
    }
    found ??= feeder;
  }
  return found;
}

/** References of the attribute, or of the innermost block or attribute around it. */
function namesOf(
  segments: readonly (string | number)[],
  expressions: ReadonlyMap<string, readonly string[]> | undefined,
): readonly string[] {
  const names = segments.filter(segment => typeof segment === 'string');
  for (let length = names.length; length > 0; length--) {
    const found = expressions?.get(toPointer(names.slice(0, length)));
    if (found) {
      return found;
    }
  }
  return [];
}

/** The resource attributes behind a reference, through module inputs and outputs. */
function resolve(
  reference: string,
  module: string,
  references: References,
  seen: Set<string>,
): { address: string; attribute?: string }[] {
  const key = `${module} ${reference}`;
  if (seen.has(key)) {
    return [];
  }
  seen.add(key);
  const parts = withoutInstanceKeys(reference).split('.');
  const [head, name, third] = parts;
  if (head === 'var') {
    const caller = module.includes('.module.')
      ? module.slice(0, module.lastIndexOf('.module.'))
      : '';
    return (
      references.get(inModule(module, 'var'))?.get(`/${name}`) ?? []
    ).flatMap(each => resolve(each, caller, references, seen));
  }
  if (head === 'module') {
    const inner = inModule(module, `module.${name}`);
    const outputs = references.get(`${inner}.output`);
    return third === undefined
      ? []
      : (outputs?.get(`/${third}`) ?? []).flatMap(each =>
          resolve(each, inner, references, seen),
        );
  }
  if (
    parts.length < 2 ||
    ['data', 'local', 'each', 'count', 'path', 'terraform', 'self'].includes(
      head,
    )
  ) {
    return [];
  }
  return [
    {
      address: inModule(module, `${head}.${name}`),
      ...(third === undefined ? {} : { attribute: third }),
    },
  ];
}

/** Whether the resource's change reaches whoever reads the attribute. */
function feeds(
  { difference, fields }: ClassifiedResource,
  attribute: string | undefined,
  unknown: boolean,
): boolean {
  if (difference.class === 'noise') {
    return false;
  }
  const isNew =
    difference.change === 'create' || difference.change === 'replace';
  if (unknown && (isNew || attribute === undefined)) {
    return true;
  }
  return (
    fields.some(field => String(field.segments[0]) === attribute) ||
    (difference.normalised ?? []).some(
      field =>
        field.normaliser === 'unknown-only' &&
        fromPointer(field.path)[0] === attribute,
    )
  );
}

function rootOf(
  start: ClassifiedResource,
  feeders: ReadonlyMap<ClassifiedResource, ClassifiedResource>,
  from: ClassifiedResource,
): ClassifiedResource {
  const seen = new Set([from]);
  let current = start;
  while (!seen.has(current)) {
    seen.add(current);
    const next = feeders.get(current);
    if (!next) {
      return current;
    }
    current = next;
  }
  return start;
}

function inModule(module: string, rest: string): string {
  return module === '' ? rest : `${module}.${rest}`;
}
