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

import { hidesAll, Masks, masksBelow } from '../diff/masks';
import { SecretWords } from '../diff/SecretWords';
import { isObject, property, State } from '../diff/values';
import { looksSecretAt } from '../redact/secrets';

/** Longer ones are no ids. In UTF-16 units. */
const MAX_ID = 2_048;

/** Attributes by which providers name the resource to their cloud, most telling first. */
const ID_ATTRIBUTES = ['arn', 'id', 'self_link'] as const;

/** Forms of ids that name a resource of a cloud whatever its type. */
const CLOUD_IDS: readonly { pattern: RegExp; reason: string }[] = [
  {
    pattern: /^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[^:]*:[^\s]+$/,
    reason: 'Amazon Resource Name',
  },
  {
    pattern: /^\/subscriptions\/[^\s?#]+$/i,
    reason: 'Azure Resource Manager id',
  },
  {
    pattern: /^\/\/[a-z0-9-]+\.googleapis\.com\/[^\s?#]+$/,
    reason: 'full resource name of Google Cloud',
  },
  {
    pattern: /^https:\/\/[a-z0-9-]+\.googleapis\.com\/[^\s?#]+$/,
    reason: 'self link of Google Cloud',
  },
];

/** Types whose ids are names without a form of their own. */
const CLOUD_TYPES = /^(?:aws|awscc|azurerm|google)_/;

/** A name, or names with separators: `orders-db`, `projects/p/instances/i`. */
const BARE_ID = /^[A-Za-z0-9_][\w.,:/|~@+=-]*$/;

/**
 * Ids of a resource in the words of its cloud, from values that were recorded or
 * really are. Never one that a mask hides, that holds what is hidden elsewhere in
 * the plan, or that looks like a secret.
 */
export function resourceIdsOf(options: {
  resourceType: string;
  /** The object as it is or was, never as it is planned. */
  states: readonly State[];
  masks: Masks;
  words: SecretWords;
}): string[] {
  const { resourceType, states, masks, words } = options;
  const ids = ID_ATTRIBUTES.filter(
    name => !hidesAll(masksBelow(masks, name)),
  ).flatMap(name =>
    states
      .map(state => (isObject(state) ? property(state, name) : undefined))
      .filter(value => typeof value === 'string')
      .filter(
        value =>
          isCloudId(value, resourceType) &&
          !words.isIn(value) &&
          !looksSecretAt([name], value),
      ),
  );
  return [...new Set(ids)];
}

function isCloudId(value: string, resourceType: string): boolean {
  return (
    value.length <= MAX_ID &&
    !/\p{C}/u.test(value) &&
    (CLOUD_IDS.some(({ pattern }) => pattern.test(value)) ||
      (CLOUD_TYPES.test(resourceType) &&
        !value.includes('://') &&
        BARE_ID.test(value)))
  );
}
