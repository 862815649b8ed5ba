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

import { isObject, property, State } from './values';

/**
 * The sensitivity masks of all entries about one resource, at one place. `true`
 * masks everything below; what one mask hides is hidden, whatever the others say
 * (of a resource whose mask alone changed, one side is written unmasked).
 */
export type Masks = readonly State[];

/** The masks one level down; drops those that say nothing there. */
export function masksBelow(masks: Masks, key: string | number): Masks {
  if (masks.length === 0) {
    return masks;
  }
  const below: State[] = [];
  for (const mask of masks) {
    if (mask === true) {
      return [true];
    }
    let child: State;
    if (Array.isArray(mask) && typeof key === 'number') {
      child = mask[key];
    } else if (isObject(mask)) {
      child = property(mask, String(key));
    }
    if (child === true) {
      return [true];
    }
    if (typeof child === 'object' && child !== null) {
      below.push(child);
    }
  }
  return below;
}

/** Everything at this place is sensitive. */
export function hidesAll(masks: Masks): boolean {
  return masks.length > 0 && masks.some(mask => mask === true);
}

/** Something at or below this place is sensitive. */
export function hidesSome(masks: Masks): boolean {
  return masks.some(containsTrue);
}

function containsTrue(mask: State): boolean {
  if (mask === true) {
    return true;
  }
  if (Array.isArray(mask)) {
    return mask.some(containsTrue);
  }
  return isObject(mask) && Object.keys(mask).some(k => containsTrue(mask[k]));
}

/** Two masks hide the same places; `{}`, `[]`, `false` and absent hide nothing. */
export function sameMask(left: State, right: State): boolean {
  if (left === true || right === true) {
    return left === right;
  }
  const keys = new Set<string>([...keysOf(left), ...keysOf(right)]);
  for (const key of keys) {
    if (!sameMask(childOf(left, key), childOf(right, key))) {
      return false;
    }
  }
  return true;
}

function keysOf(mask: State): string[] {
  return typeof mask === 'object' && mask !== null ? Object.keys(mask) : [];
}

function childOf(mask: State, key: string): State {
  if (Array.isArray(mask)) {
    return mask[Number(key)];
  }
  return isObject(mask) ? property(mask, key) : undefined;
}
