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
import { plainText } from './plainText';

const MAX_FINDINGS = 200;
const MAX_BYTES = 24 * 1024;

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
 * Open findings of class drift as compact JSON for a language model: bounded,
 * at most 200 findings, worst first as they come. Values of sensitive fields are
 * never in it. Takes findings in any order of class; muted ones are left away.
 *
 * @public
 */
export function digestFindings(
  findings: readonly Finding[],
  options: DigestOptions = {},
): FindingsDigest {
  const alarming = findings.filter(
    finding => finding.class === 'drift' && !finding.suppressedBy,
  );
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  const included: Finding[] = [];
  const entries: string[] = [];
  // Room for the frame around the entries.
  let bytes = 64;
  for (const finding of alarming.slice(0, MAX_FINDINGS)) {
    const entry = JSON.stringify(toEntry(finding));
    bytes += Buffer.byteLength(entry) + 1;
    if (bytes > maxBytes) {
      break;
    }
    entries.push(entry);
    included.push(finding);
  }
  const leftOut = alarming.length - included.length;
  return {
    json: `{"findings":[${entries.join(',')}],"leftOut":${leftOut}}`,
    included,
    leftOut,
  };
}

function toEntry(finding: Finding): JsonObject {
  return {
    address: plainText(finding.address, 500),
    type: plainText(finding.resourceType, 120),
    change: finding.change,
    class: finding.class,
    severity: finding.severity,
    reason: plainText(finding.reason, 300),
    fields: finding.fields.slice(0, 12).map(toFieldEntry),
  };
}

function toFieldEntry(field: FieldDifference): JsonObject {
  const path = plainText(field.label ?? field.path, 200);
  return field.sensitive
    ? { path, sensitive: true }
    : {
        path,
        ...(field.recorded === undefined
          ? {}
          : { recorded: shortened(field.recorded) }),
        ...(field.actual === undefined
          ? {}
          : { actual: shortened(field.actual) }),
        ...(field.desired === undefined
          ? {}
          : { desired: shortened(field.desired) }),
      };
}

function shortened(value: JsonValue): JsonValue {
  if (typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  return plainText(
    typeof value === 'string' ? value : JSON.stringify(value),
    160,
  );
}
