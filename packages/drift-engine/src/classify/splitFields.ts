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

import type { NormalisedField } from '@infra-hub/backstage-plugin-drift-common';
import {
  compareStates,
  StateComparison,
  StateDifference,
} from '../diff/compareStates';
import { toPointer } from '../diff/pointer';
import { equalValues, isObject, property, State } from '../diff/values';
import {
  baseOfDerived,
  isDefaultTagShift,
  isOpenMap,
} from '../normalise/derivedMaps';
import { outsideNoise } from '../normalise/outsideNoise';
import { sameMeaning } from '../normalise/sameMeaning';
import { Configured } from './configured';

/** What is known of one resource before its fields are told apart. */
export interface FieldSplitInput {
  resourceType: string;
  comparison: Omit<StateComparison, 'isOpenMap'>;
  replacePaths: readonly (string | number)[][];
  configured(
    segments: readonly (string | number)[],
    values: State[],
  ): Configured;
}

/** A difference with what the code says about its attribute. */
export interface SplitField extends StateDifference {
  configured: Configured;
  forcesReplacement: boolean;
}

/** The differences of one resource by who made them. */
export interface FieldSplit {
  /** Changed outside, and applying would change it. */
  drift: SplitField[];
  /** Changed outside, and applying would leave it. */
  absorbed: SplitField[];
  /** Not changed outside, and applying would change it. */
  pending: SplitField[];
  /** Set aside. */
  normalised: NormalisedField[];
  /** Something that the plan would change was set aside as the same in meaning. */
  plannedSetAside: boolean;
}

/** Compares the versions of one resource and tells for each field who made the difference. */
export function splitFields(input: FieldSplitInput): FieldSplit {
  const split: FieldSplit = {
    drift: [],
    absorbed: [],
    pending: [],
    normalised: [],
    plannedSetAside: false,
  };
  const fields = markReplacement(
    compareStates({ ...input.comparison, isOpenMap }).map(difference => ({
      ...difference,
      configured: input.configured(difference.segments, [
        difference.recorded,
        difference.actual,
        difference.desired,
      ]),
      forcesReplacement: false,
    })),
    input.replacePaths,
  );
  const aside: SplitField[] = [];
  for (const field of fields) {
    place(field, input, split, aside);
  }
  foldDerivedMaps(split);
  if (isEmpty(split)) {
    // Nothing else says why the resource is touched.
    split.pending.push(...aside);
  } else {
    for (const field of aside) {
      note(split, field, {
        id: 'unknown-only',
        reason:
          'The code does not set it; its value is computed anew with the other changes.',
      });
    }
  }
  return split;
}

function place(
  field: SplitField,
  input: FieldSplitInput,
  split: FieldSplit,
  aside: SplitField[],
): void {
  const valuePlace = {
    resourceType: input.resourceType,
    segments: field.segments,
    configured: field.configured,
  };
  let { outside, planned } = field;

  if (
    outside &&
    isDefaultTagShift(
      field.segments,
      input.comparison.recorded,
      input.comparison.actual,
    )
  ) {
    outside = false;
    note(split, field, {
      id: 'default-tag-shift',
      reason:
        'The tag in the cloud is what it was; only which default tags the provider hides changed.',
    });
  }
  if (!field.forcesReplacement) {
    const sameOutside = outside
      ? sameMeaning(field.recorded, field.actual, valuePlace)
      : undefined;
    const samePlanned =
      planned && !field.desiredUnknown
        ? sameMeaning(field.actual, field.desired, valuePlace)
        : undefined;
    const same = sameOutside ?? samePlanned;
    if (same) {
      note(split, field, same);
    }
    split.plannedSetAside ||= samePlanned !== undefined;
    outside &&= !sameOutside;
    planned &&= !samePlanned;
  }
  if (outside && planned && field.desiredUnknown && field.configured === 'no') {
    // A computed value that changed outside and is computed anew by the way.
    planned = false;
  }
  if (outside && (!planned || mayBeSetAsideThoughPlanned(field))) {
    const noise = outsideNoise(field.recorded, field.actual, valuePlace);
    if (noise) {
      note(split, field, noise);
      outside = false;
    }
  }

  if (outside) {
    (planned ? split.drift : split.absorbed).push(field);
  } else if (planned) {
    const computed = field.desiredUnknown && field.configured !== 'yes';
    (computed ? aside : split.pending).push(field);
  }
}

/** Empty values that the code does not set are read back in either form; what the plan does with them was nobody's doing. */
function mayBeSetAsideThoughPlanned(field: SplitField): boolean {
  return (
    field.configured === 'no' &&
    !field.forcesReplacement &&
    !field.desiredUnknown &&
    isAbsentOrEmpty(field.recorded) &&
    isAbsentOrEmpty(field.actual)
  );
}

function isAbsentOrEmpty(value: State): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

/**
 * Marks the fields that force a replacement. A path of the plan names a field,
 * something above or something below it; list positions are compared loosely
 * where no field has exactly the named ones.
 */
function markReplacement(
  fields: SplitField[],
  replacePaths: readonly (string | number)[][],
): SplitField[] {
  for (const path of replacePaths) {
    const exact = fields.filter(field => overlaps(field.segments, path, false));
    const marked =
      exact.length > 0
        ? exact
        : fields.filter(field => overlaps(field.segments, path, true));
    for (const field of marked) {
      field.forcesReplacement = true;
    }
  }
  return fields;
}

function overlaps(
  segments: readonly (string | number)[],
  path: readonly (string | number)[],
  anyPosition: boolean,
): boolean {
  const length = Math.min(segments.length, path.length);
  for (let index = 0; index < length; index++) {
    const same =
      String(segments[index]) === String(path[index]) ||
      (anyPosition &&
        typeof segments[index] === 'number' &&
        typeof path[index] === 'number');
    if (!same) {
      return false;
    }
  }
  return true;
}

/** One finding about a tag, not one about `tags` and one about `tags_all`. */
function foldDerivedMaps(split: FieldSplit): void {
  const all = [...split.drift, ...split.absorbed, ...split.pending];
  for (const kind of ['drift', 'absorbed', 'pending'] as const) {
    split[kind] = split[kind].filter(field => {
      const base = baseOfDerived(String(field.segments[0]));
      if (!base || field.forcesReplacement) {
        return true;
      }
      const basis = all.filter(other => other.segments[0] === base);
      const twin = basis.find(
        other =>
          field.segments.length === 1 ||
          other.segments.length === 1 ||
          String(other.segments[1]) === String(field.segments[1]),
      );
      if (!twin || !sameStory(field, twin)) {
        return true;
      }
      note(split, field, {
        id: 'derived-map',
        reason: `The provider derives it from ${base}, which is listed.`,
      });
      return false;
    });
  }
}

/** The derived map says nothing that its base does not. */
function sameStory(field: SplitField, twin: SplitField): boolean {
  if (field.desiredUnknown || field.segments.length !== twin.segments.length) {
    return true;
  }
  return (
    equalValues(field.recorded, twin.recorded) &&
    equalValues(field.actual, twin.actual) &&
    (!field.planned || equalValues(field.desired, twin.desired))
  );
}

function note(
  split: FieldSplit,
  field: SplitField,
  normaliser: { id: string; reason: string },
): void {
  const path = toPointer(field.segments);
  if (
    !split.normalised.some(
      each => each.path === path && each.normaliser === normaliser.id,
    )
  ) {
    split.normalised.push({
      path,
      normaliser: normaliser.id,
      reason: normaliser.reason,
    });
  }
}

function isEmpty(split: FieldSplit): boolean {
  return (
    split.drift.length + split.absorbed.length + split.pending.length === 0
  );
}

/** Attributes of which applying the code makes a resource anew. */
export function wholeResourceFields(
  recorded: State,
  desired: State,
): { name: string; recorded: State; desired: State }[] {
  const names = new Set([
    ...(isObject(desired) ? Object.keys(desired) : []),
    ...(isObject(recorded) && !isObject(desired) ? Object.keys(recorded) : []),
  ]);
  return [...names]
    .map(name => ({
      name,
      recorded: isObject(recorded) ? property(recorded, name) : undefined,
      desired: isObject(desired) ? property(desired, name) : undefined,
    }))
    .filter(
      each =>
        !isAbsentOrEmpty(each.desired) ||
        (desired === undefined && !isAbsentOrEmpty(each.recorded)),
    );
}
