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
import type {
  FieldDifference,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import { alarming } from './alarming';
import { certaintyOf } from './likelyCauses';
import { plainText } from './plainText';
import { tellFields } from './tellFields';

const MAX_FINDINGS = 200;
const MAX_BYTES = 24 * 1024;
/** What is around the entries, with a number of left out findings. */
const FRAME_BYTES = 48;

interface EntryLimits {
  fields: number;
  /** Characters of a value. */
  value: number;
}

const FULL: EntryLimits = { fields: 12, value: 160 };
/** For findings that would not fit otherwise. */
const SLIM: EntryLimits = { fields: 3, value: 40 };

/**
 * How large a digest may be.
 *
 * @public
 */
export interface DigestOptions {
  /** Bytes of UTF-8; default 24 KiB. */
  maxBytes?: number;
}

/**
 * Findings as a language model may see them.
 *
 * @public
 */
export interface FindingsDigest {
  /** Compact JSON: `{"findings":[…],"leftOut":0}`. Free of secrets and invisible characters. */
  json: string;
  /** The findings that are in it, in its order. */
  included: Finding[];
  /** How many findings did not fit. */
  leftOut: number;
}

/**
 * Open findings of class drift as compact JSON for a language model: worst first,
 * at most 200 and at most `maxBytes`. Muted findings and other classes are left
 * away. Values of sensitive fields are never in it; texts are cut and cleaned with
 * {@link plainText}, addresses to 500 characters.
 *
 * @public
 */
export function digestFindings(
  findings: readonly Finding[],
  options: DigestOptions = {},
): FindingsDigest {
  const candidates = alarming(findings);
  const included: Finding[] = [];
  const entries: string[] = [];
  let room = (options.maxBytes ?? MAX_BYTES) - FRAME_BYTES;
  for (const finding of candidates.slice(0, MAX_FINDINGS)) {
    const entry = entryWithin(finding, room);
    if (entry !== undefined) {
      // One byte for the comma.
      room -= Buffer.byteLength(entry) + 1;
      entries.push(entry);
      included.push(finding);
    }
  }
  const leftOut = candidates.length - included.length;
  return {
    json: `{"findings":[${entries.join(',')}],"leftOut":${leftOut}}`,
    included,
    leftOut,
  };
}

/** The fullest entry of fewer bytes than there is room, if any. */
function entryWithin(finding: Finding, room: number): string | undefined {
  return [FULL, SLIM]
    .map(limits => JSON.stringify(toEntry(finding, limits)))
    .find(text => Buffer.byteLength(text) < room);
}

function toEntry(finding: Finding, limits: EntryLimits): JsonObject {
  const { attribution, fields } = finding;
  const certainty = attribution && certaintyOf(attribution);
  const gravest = tellFields(finding).map(told => told.field);
  const moreFields = fields.length - limits.fields;
  return {
    address: plainText(finding.address, 500),
    type: plainText(finding.resourceType, 120),
    change: finding.change,
    class: finding.class,
    severity: finding.severity,
    reason: plainText(finding.reason, 300),
    fields: gravest
      .slice(0, limits.fields)
      .map(field => toFieldEntry(field, limits)),
    ...(moreFields > 0 ? { moreFields } : {}),
    ...(attribution
      ? {
          attribution: {
            who: plainText(attribution.who, 120),
            ...(attribution.when
              ? { when: plainText(attribution.when, 40) }
              : {}),
            ...(attribution.how ? { how: plainText(attribution.how, 80) } : {}),
            ...(certainty ? { certainty } : {}),
          },
        }
      : {}),
  };
}

function toFieldEntry(field: FieldDifference, limits: EntryLimits): JsonObject {
  const path = plainText(field.label ?? field.path, 200);
  if (field.sensitive) {
    return { path, sensitive: true };
  }
  return {
    path,
    ...valueEntry('recorded', field.recorded, limits),
    ...valueEntry('actual', field.actual, limits),
    ...valueEntry('desired', field.desired, limits),
    ...(field.desiredUnknown ? { desired: '(known after apply)' } : {}),
    ...(field.forcesReplacement ? { forcesReplacement: true } : {}),
  };
}

function valueEntry(
  name: 'recorded' | 'actual' | 'desired',
  value: JsonValue | undefined,
  limits: EntryLimits,
): JsonObject {
  if (value === undefined) {
    return {};
  }
  return {
    [name]:
      typeof value === 'string' || (typeof value === 'object' && value !== null)
        ? plainText(
            typeof value === 'string' ? value : JSON.stringify(value),
            limits.value,
          )
        : value,
  };
}
