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

import { JsonValue } from '@backstage/types';
import type { FieldDifference } from '@infra-hub/backstage-plugin-drift-common';

const EVERYBODY = new Set([
  '0.0.0.0/0',
  '::/0',
  '0.0.0.0-255.255.255.255',
  'allusers',
  'allauthenticatedusers',
  'public-read',
  'public-read-write',
  'publicread',
  'publicreadwrite',
]);

/** Fields in which `*`, `any` or `internet` means everybody. */
const SOURCES =
  /source|cidr|ingress|prefix|principal|members?$|allowed|authorized|ip_range|remote/i;

/** Switches that open a resource when they are on. */
const OPENS_WHEN_TRUE =
  /(?:^|_)(?:publicly_accessible|public_network_access_enabled|public_network_access|allow_blob_public_access|allow_nested_items_to_be_public|public_access_enabled|endpoint_public_access)$/;
/** A switch of databases and storages in clouds. */
const PUBLIC_ACCESS = 'public_access';
/** Switches that open a resource when they are off. */
const OPENS_WHEN_FALSE =
  /^(?:block_public_acls|block_public_policy|ignore_public_acls|restrict_public_buckets)$/;

/** Words that open a resource where the field takes one of few. */
const OPENING_WORDS: readonly { field: RegExp; word: string }[] = [
  // Azure: what no rule of a network names is let in.
  { field: /^defaultAction$/, word: 'allow' },
  // Google Cloud: nothing keeps a bucket from being made public.
  { field: /^publicAccessPrevention$/, word: 'inherited' },
];

/**
 * Whether reality is open to everybody where it was not meant to be: the actual
 * value opens, and the intended one does not.
 */
export function isExposed(field: FieldDifference): boolean {
  if (field.sensitive) {
    return false;
  }
  const intended = field.desired ?? field.recorded;
  return opens(field.actual, field.path) && !opens(intended, field.path);
}

function opens(value: JsonValue | undefined, path: string): boolean {
  const name = snakeCase(lastName(path));
  if (value === true || value === 'true' || value === 'Enabled') {
    return OPENS_WHEN_TRUE.test(name) || name === PUBLIC_ACCESS;
  }
  if (value === false || value === 'false') {
    return OPENS_WHEN_FALSE.test(name);
  }
  if (typeof value === 'string') {
    return opensText(value, path);
  }
  if (Array.isArray(value)) {
    return value.some(element => opens(element, path));
  }
  if (typeof value === 'object' && value !== null) {
    const start = value.start_ip_address ?? value.start_ip;
    const end = value.end_ip_address ?? value.end_ip;
    return (
      (start === '0.0.0.0' && end === '255.255.255.255') ||
      Object.entries(value).some(
        ([key, below]) =>
          below !== undefined &&
          !/^(?:egress|description|name)$/.test(key) &&
          opens(below, `${path}/${key}`),
      )
    );
  }
  return false;
}

function opensText(value: string, path: string): boolean {
  const text = value.trim().toLowerCase();
  if (
    /(?:^|\/)(?:egress|outbound|destination|route|tags|labels|description)/i.test(
      path,
    )
  ) {
    return false;
  }
  if (EVERYBODY.has(text)) {
    return true;
  }
  if (/^end_ip(?:_address)?$/.test(lastName(path))) {
    // A range that is written as two fields; one that ends here is never narrow.
    return text === '255.255.255.255';
  }
  if (
    OPENING_WORDS.some(
      ({ field, word }) => word === text && field.test(lastName(path)),
    )
  ) {
    return true;
  }
  if (text === '*' || text === 'any' || text === 'internet') {
    return SOURCES.test(path) && !/port|protocol/i.test(lastName(path));
  }
  return (
    /policy/i.test(path) &&
    /"principal"\s*:\s*(?:"\*"|\{\s*"aws"\s*:\s*"\*"\s*\})/.test(text) &&
    /"effect"\s*:\s*"allow"/.test(text)
  );
}

function lastName(path: string): string {
  return path.split('/').findLast(part => !/^\d*$/.test(part)) ?? '';
}

/** Providers write names as `publicly_accessible` or `PubliclyAccessible`. */
function snakeCase(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
}
