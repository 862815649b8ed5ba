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

import { createHash } from 'node:crypto';
import { JsonValue } from '@backstage/types';
import type { FieldDifference } from '@infra-hub/backstage-plugin-drift-common';
import { RawNumber } from '../plan/PlanDocument';
import { looksSecretAt, looksSecretName } from '../redact/secrets';
import { parseJsonDocument } from '../normalise/jsonStrings';
import { isHidden, StateDifference } from './compareStates';
import { hidesAll, Masks, masksBelow } from './masks';
import { toPointer } from './pointer';
import { SecretWords } from './SecretWords';
import { isObject, property, State } from './values';

/** Longer texts are cut; they are for machines, not for a reader. In UTF-16 units. */
export const MAX_TEXT = 32 * 1024;
const SHOWN_TEXT = 2_000;

/** Stands for a value inside a list or object that is sensitive. */
const PLACEHOLDER = '(sensitive)';
const SENSITIVE = Symbol('sensitive');

/** What else decides how a field is shown. */
export interface RevealContext {
  words: SecretWords;
  /** Object keys and positions of attributes that the surrounding block names as secret, e.g. the value of an environment variable called DB_PASSWORD. */
  secretByNeighbour(segments: readonly (string | number)[]): boolean;
  /** Called when a value was cut. */
  onShortened(pointer: string): void;
}

/**
 * Turns a difference into what may leave the engine: values of sensitive,
 * secret-looking or secret-repeating fields are dropped. Integers beyond 2^53
 * become texts of their digits.
 */
export function revealField(
  difference: StateDifference,
  context: RevealContext,
): FieldDifference {
  const path = context.words.scrub(toPointer(difference.segments));
  const flags: Partial<FieldDifference> = difference.desiredUnknown
    ? { desiredUnknown: true }
    : {};
  const sides = {
    recorded: difference.recorded,
    actual: difference.actual,
    desired: difference.desired,
  };
  const shown: {
    recorded?: JsonValue;
    actual?: JsonValue;
    desired?: JsonValue;
  } = {};
  const hidden =
    isHidden(difference) || context.secretByNeighbour(difference.segments);
  for (const side of ['recorded', 'actual', 'desired'] as const) {
    const value = sides[side];
    if (value !== undefined || hidden) {
      const revealed = hidden
        ? SENSITIVE
        : reveal(value ?? null, difference.segments, difference.masks, context);
      if (revealed === SENSITIVE) {
        return { path, ...flags, sensitive: true };
      }
      shown[side] = revealed;
    }
  }
  return { path, ...shown, ...flags };
}

function reveal(
  value: Exclude<State, undefined>,
  segments: readonly (string | number)[],
  masks: Masks,
  context: RevealContext,
): JsonValue | typeof SENSITIVE {
  if (hidesAll(masks)) {
    return SENSITIVE;
  }
  if (typeof value === 'string') {
    return revealText(value, segments, context);
  }
  if (value instanceof RawNumber) {
    return context.words.isIn(value.text) ? SENSITIVE : value.text;
  }
  if (typeof value === 'number') {
    return context.words.isIn(String(value)) ? SENSITIVE : value;
  }
  if (Array.isArray(value)) {
    return value.map((element, index) =>
      orPlaceholder(
        reveal(
          element,
          [...segments, index],
          masksBelow(masks, index),
          context,
        ),
      ),
    );
  }
  if (isObject(value)) {
    const copy: { [key: string]: JsonValue } = {};
    const secretValue = namesSecret(value);
    for (const key of Object.keys(value)) {
      const revealed =
        secretValue && isValueKey(key)
          ? SENSITIVE
          : reveal(
              value[key],
              [...segments, key],
              masksBelow(masks, key),
              context,
            );
      Object.defineProperty(copy, context.words.scrub(key), {
        value: orPlaceholder(revealed),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return copy;
  }
  return value;
}

function revealText(
  text: string,
  segments: readonly (string | number)[],
  context: RevealContext,
): JsonValue | typeof SENSITIVE {
  if (text === '') {
    return text;
  }
  if (
    context.words.isSecretAt(
      segments,
      text,
      () => looksSecretAt(segments, text) || isBelowSecretName(segments, text),
    ) ||
    context.words.isIn(text) ||
    holdsSecret(parseJsonDocument(text), context)
  ) {
    return SENSITIVE;
  }
  if (text.length <= MAX_TEXT) {
    return text;
  }
  context.onShortened(toPointer(segments));
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${text.slice(0, SHOWN_TEXT)}… (shortened; ${
    text.length
  } characters, sha256 ${hash})`;
}

/** `secrets: { database: … }` */
function isBelowSecretName(
  segments: readonly (string | number)[],
  text: string,
): boolean {
  for (let length = 1; length < segments.length; length++) {
    const name = segments[length - 1];
    if (
      typeof name === 'string' &&
      looksSecretName(name) &&
      looksSecretAt([name], text)
    ) {
      return true;
    }
  }
  return false;
}

/** A document inside a text, e.g. container definitions with a password in the environment. */
function holdsSecret(document: State, context: RevealContext): boolean {
  if (Array.isArray(document)) {
    return document.some(element => holdsSecret(element, context));
  }
  if (isObject(document)) {
    return Object.keys(document).some(key => {
      const value = document[key];
      return typeof value === 'string' && value !== ''
        ? (namesSecret(document) && isValueKey(key)) ||
            looksSecretAt([key], value) ||
            context.words.isIn(value)
        : holdsSecret(value, context);
    });
  }
  return false;
}

/** `{ name: 'DB_PASSWORD', value: … }` */
export function namesSecret(value: State): boolean {
  if (!isObject(value)) {
    return false;
  }
  return ['name', 'key'].some(key => {
    const name = property(value, key);
    return typeof name === 'string' && looksSecretName(name);
  });
}

export function isValueKey(key: string): boolean {
  return key === 'value' || key === 'values' || key === 'default_value';
}

function orPlaceholder(value: JsonValue | typeof SENSITIVE): JsonValue {
  return value === SENSITIVE ? PLACEHOLDER : value;
}
