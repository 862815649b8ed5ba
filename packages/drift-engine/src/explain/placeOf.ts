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

import type { FieldDifference } from '@infra-hub/backstage-plugin-drift-common';
import { entryWordOf, isTransparent } from './words/attributeWords';
import { quoted } from './words/values';
import { inWords, ordinal, singular } from './words/words';

/** One level of a path: a name, and which of several. */
export interface Level {
  name: string;
  /** Name of the element or entry. */
  key?: string;
  /** Position of the element. */
  index?: number;
}

/** Where in a resource a field is. */
export interface Place {
  /**
   * `attribute`: a name; `entry`: of a map such as tags; `element`: of a list;
   * `whole`: the resource itself.
   */
  kind: 'attribute' | 'entry' | 'element' | 'whole';
  last: Level;
  /** What it is inside of, outermost first. */
  within: Level[];
}

/** Levels that are named, beginning at the innermost. */
const NAMED_LEVELS = 2;

export function placeOf(field: FieldDifference): Place {
  const levels =
    field.label === undefined
      ? levelsOfPointer(field.path)
      : levelsOfLabel(field.label);
  const kept = levels.filter(
    (level, index) =>
      index === levels.length - 1 ||
      level.key !== undefined ||
      !(
        isTransparent(level.name) ||
        (level.name === 'metadata' && isMetadataOfObject(levels, index))
      ),
  );
  const last = kept.at(-1);
  if (!last) {
    return { kind: 'whole', last: { name: '' }, within: [] };
  }
  const map = kept.at(-2);
  if (map && map.index === undefined && map.key === undefined) {
    if (entryWordOf(map.name) !== undefined) {
      return {
        kind: 'entry',
        last: { name: map.name, key: nameOf(last) },
        within: kept.slice(0, -2),
      };
    }
  }
  if (last.key !== undefined && entryWordOf(last.name) !== undefined) {
    return { kind: 'entry', last, within: kept.slice(0, -1) };
  }
  return {
    kind:
      last.key === undefined && last.index === undefined
        ? 'attribute'
        : 'element',
    last,
    within: isSameWord(map, last) ? kept.slice(0, -2) : kept.slice(0, -1),
  };
}

/** ` of the second node pool`, or nothing. */
export function withinInWords(within: readonly Level[]): string {
  return within
    .slice(-NAMED_LEVELS)
    .reverse()
    .map(level => ` of ${levelInWords(level)}`)
    .join('');
}

/** `container 'main'`, `the second node pool`, `the logging`. */
export function levelInWords(level: Level): string {
  const noun = elementNoun(level.name);
  if (level.key !== undefined) {
    return `${noun} ${quoted(level.key)}`;
  }
  if (level.index === undefined) {
    return `the ${inWords(level.name)}`;
  }
  return level.index === 0
    ? `the ${noun}`
    : `the ${ordinal(level.index)} ${noun}`;
}

/** What one element of a list or map of this name is called. */
export function elementNoun(name: string): string {
  if (name === 'ingress' || name === 'egress') {
    return `${name} rule`;
  }
  if (name === 'lifecycle') {
    return 'lifecycle rule';
  }
  return entryWordOf(name) ?? (singular(inWords(name)) || 'entry');
}

/** The port of a port is the port. */
function isSameWord(outer: Level | undefined, inner: Level): boolean {
  return (
    outer !== undefined &&
    outer.key === undefined &&
    elementNoun(outer.name) === elementNoun(inner.name)
  );
}

function nameOf(level: Level): string {
  if (level.key !== undefined) {
    return `${level.name}[${level.key}]`;
  }
  return level.index === undefined
    ? level.name
    : `${level.name}[${level.index}]`;
}

/** The metadata of a Kubernetes object, not a map of entries of that name. */
function isMetadataOfObject(levels: readonly Level[], index: number): boolean {
  return (
    levels[index].index !== undefined ||
    ['labels', 'annotations'].includes(levels[index + 1]?.name)
  );
}

function levelsOfPointer(path: string): Level[] {
  const levels: Level[] = [];
  for (const part of path.split('/').slice(1)) {
    const name = part.replace(/~1/g, '/').replace(/~0/g, '~');
    const above = levels.at(-1);
    if (/^\d+$/.test(name) && above && above.index === undefined) {
      above.index = Number(name);
    } else {
      levels.push({ name });
    }
  }
  return levels;
}

function levelsOfLabel(label: string): Level[] {
  const levels: Level[] = [];
  for (const [, name, key] of label.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    const above = levels.at(-1);
    if (name !== undefined || !above) {
      levels.push({ name: name ?? key });
    } else if (/^\d+$/.test(key)) {
      above.index = Number(key);
    } else {
      above.key = key.replace(/^"(.*)"$/, '$1');
    }
  }
  return levels;
}
