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

import { equalValues, isObject, property, State } from '../diff/values';

/** A map that a provider derives from another one and from its own defaults. */
interface DerivedMap {
  derived: string;
  base: string;
}

/**
 * Source: AWS provider default_tags (`tags_all` = `tags` and defaults); Google
 * provider default_labels (`effective_labels` and `terraform_labels` = `labels`
 * and defaults).
 */
export const DERIVED_MAPS: readonly DerivedMap[] = [
  { derived: 'tags_all', base: 'tags' },
  { derived: 'effective_labels', base: 'labels' },
  { derived: 'terraform_labels', base: 'labels' },
  { derived: 'effective_annotations', base: 'annotations' },
];

/** Attributes that are maps of texts: missing means empty. */
const OPEN_MAPS = new Set([
  'tags',
  'tags_all',
  'labels',
  'annotations',
  'effective_labels',
  'terraform_labels',
  'effective_annotations',
  'default_tags',
  'user_labels',
  'resource_labels',
]);

/** Whether a missing map at this attribute reads as an empty one, so that one new tag is one difference. */
export function isOpenMap(segments: readonly (string | number)[]): boolean {
  return OPEN_MAPS.has(String(segments.at(-1)));
}

/** The base of a derived attribute, e.g. `tags` of `tags_all`. */
export function baseOfDerived(name: string): string | undefined {
  return DERIVED_MAPS.find(row => row.derived === name)?.base;
}

/**
 * An entry of `tags` that seems to have changed outside although the tag in the
 * cloud is what it was: providers show in `tags` what their default tags do not
 * cover, so a changed default moves tags in or out without anybody touching the
 * resource. The derived map tells: it holds the same value before and after.
 */
export function isDefaultTagShift(
  segments: readonly (string | number)[],
  recorded: State,
  actual: State,
): boolean {
  if (segments.length !== 2 || !isObject(recorded) || !isObject(actual)) {
    return false;
  }
  const [base, key] = segments.map(String);
  return DERIVED_MAPS.some(row => {
    const before = property(recorded, row.derived);
    const after = property(actual, row.derived);
    return (
      row.base === base &&
      isObject(before) &&
      isObject(after) &&
      property(before, key) !== undefined &&
      equalValues(property(before, key), property(after, key)) &&
      namesTheCloudValue(property(before, key), recorded, actual, base, key)
    );
  });
}

/** What the map showed, on whichever side it showed it, is the value that the cloud kept. */
function namesTheCloudValue(
  kept: State,
  recorded: State,
  actual: State,
  base: string,
  key: string,
): boolean {
  return [recorded, actual].every(state => {
    const map = isObject(state) ? property(state, base) : undefined;
    const shown = isObject(map) ? property(map, key) : undefined;
    return shown === undefined || shown === null || equalValues(shown, kept);
  });
}
