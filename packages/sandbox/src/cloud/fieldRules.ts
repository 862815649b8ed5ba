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

import { CloudError } from './CloudError';
import { isJsonObject, JsonObject, JsonValue } from './json';

/**
 * How one field of a resource is checked and normalised.
 */
export interface FieldRule {
  /** Returns the normalised value or throws a {@link CloudError} that names the field. */
  parse(value: JsonValue, field: string): JsonValue;
  /** Used when the field is left out; without it the field is required. */
  readonly fallback?: JsonValue;
  /** Cannot change after creation. */
  readonly immutable?: boolean;
  /** Kept apart: never in listings, details or the audit log. */
  readonly secret?: boolean;
}

export function invalid(field: string, problem: string): CloudError {
  return new CloudError(400, 'Invalid', `${field} ${problem}`, field);
}

export function text(
  options: { pattern?: RegExp; hint?: string; maxLength?: number } = {},
): FieldRule {
  const { pattern, hint, maxLength = 200 } = options;
  return {
    parse(value, field) {
      if (typeof value !== 'string' || value === '') {
        throw invalid(field, 'must be a non-empty text');
      }
      if (value.length > maxLength) {
        throw invalid(field, `must have at most ${maxLength} characters`);
      }
      if (pattern && !pattern.test(value)) {
        throw invalid(field, hint ?? `must match ${pattern.source}`);
      }
      return value;
    },
  };
}

export function integer(options: { min: number; max: number }): FieldRule {
  const { min, max } = options;
  return {
    parse(value, field) {
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
        throw invalid(field, 'must be a whole number');
      }
      if (value < min || value > max) {
        throw invalid(field, `must be between ${min} and ${max}`);
      }
      return value;
    },
  };
}

export function flag(): FieldRule {
  return {
    parse(value, field) {
      if (typeof value !== 'boolean') {
        throw invalid(field, 'must be true or false');
      }
      return value;
    },
  };
}

export function oneOf(values: readonly string[]): FieldRule {
  return {
    parse(value, field) {
      if (typeof value !== 'string' || !values.includes(value)) {
        throw invalid(field, `must be one of ${values.join(', ')}`);
      }
      return value;
    },
  };
}

/** An object of texts, e.g. tags and labels. */
export function textMap(): FieldRule {
  return {
    fallback: {},
    parse(value, field) {
      if (!isJsonObject(value)) {
        throw invalid(field, 'must be an object of texts');
      }
      for (const [key, item] of Object.entries(value)) {
        if (!/^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,62}$/.test(key)) {
          throw invalid(
            field,
            `has the key ${JSON.stringify(
              key,
            )}; keys start with a letter or digit and have at most 63 characters`,
          );
        }
        if (typeof item !== 'string') {
          throw invalid(`${field}.${key}`, 'must be a text');
        }
      }
      return value;
    },
  };
}

export function list(
  item: FieldRule,
  options: { min?: number; max?: number; uniqueBy?: string[] } = {},
): FieldRule {
  const { min = 0, max = 100, uniqueBy = [] } = options;
  return {
    fallback: min === 0 ? [] : undefined,
    parse(value, field) {
      if (!Array.isArray(value)) {
        throw invalid(field, 'must be a list');
      }
      if (value.length < min || value.length > max) {
        throw invalid(field, `must have between ${min} and ${max} entries`);
      }
      const parsed = value.map((entry, i) =>
        item.parse(entry, `${field}[${i}]`),
      );
      for (const key of uniqueBy) {
        const seen = new Set<JsonValue>();
        for (const entry of parsed) {
          const id = isJsonObject(entry) ? entry[key] : entry;
          if (seen.has(id)) {
            throw invalid(field, `has two entries with the ${key} ${id}`);
          }
          seen.add(id);
        }
      }
      return parsed;
    },
  };
}

export function object(rules: Record<string, FieldRule>): FieldRule {
  return {
    parse(value, field) {
      if (!isJsonObject(value)) {
        throw invalid(field, 'must be an object');
      }
      return parseFields(rules, value, `${field}.`);
    },
  };
}

export function optional(rule: FieldRule, fallback: JsonValue): FieldRule {
  return { ...rule, fallback };
}

export function immutable(rule: FieldRule): FieldRule {
  return { ...rule, immutable: true };
}

export function secret(rule: FieldRule): FieldRule {
  return { ...rule, secret: true };
}

/** Checks an object against its rules; unknown fields are refused. */
export function parseFields(
  rules: Record<string, FieldRule>,
  input: JsonObject,
  prefix = '',
): JsonObject {
  for (const key of Object.keys(input)) {
    if (!Object.hasOwn(rules, key)) {
      throw invalid(`${prefix}${key}`, 'is not a field of this resource');
    }
  }
  const result: JsonObject = {};
  for (const [key, rule] of Object.entries(rules)) {
    const value = input[key];
    if (value !== undefined && value !== null) {
      result[key] = rule.parse(value, `${prefix}${key}`);
    } else if (rule.fallback !== undefined) {
      result[key] = rule.fallback;
    } else {
      throw invalid(`${prefix}${key}`, 'is required');
    }
  }
  return result;
}
