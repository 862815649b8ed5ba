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

import { JsonObject, JsonValue } from '../cloud/json';
import {
  isTerraformObject,
  TerraformObject,
  TerraformValue,
} from './protocol/dynamicValue';

/** Type of an attribute as Terraform writes it in JSON. */
export type AttributeType =
  | 'string'
  | 'number'
  | 'bool'
  | ['list' | 'set' | 'map', 'string'];

/** An attribute of a resource or block. */
export interface Attribute {
  type: AttributeType;
  description: string;
  /** Must be in the configuration. */
  required?: boolean;
  /** May be in the configuration. */
  optional?: boolean;
  /** The cloud may fill it in. */
  computed?: boolean;
  sensitive?: boolean;
  /** A change replaces the resource. */
  forceNew?: boolean;
  /** Optional and computed: taken when the configuration says nothing. */
  fallback?: string | number | boolean;
  /** Computed: changes with every change of the resource. */
  volatile?: boolean;
  /** Field of the cloud's API; the camel-case name when left out. */
  field?: string;
  /** Where the value lives: beside the other fields, or among the credentials. */
  from?: 'fields' | 'credentials';
}

/** A nested block. */
export interface Block {
  nesting: 'list' | 'set';
  attributes: Record<string, Attribute>;
  field: string;
  minItems?: number;
}

/** A resource type. */
export interface ResourceSchema {
  attributes: Record<string, Attribute>;
  blocks?: Record<string, Block>;
  description: string;
}

const nestingNumbers = { list: 2, set: 3 } as const;

/** The schema as the protocol sends it. */
export function toProtocol(schema: ResourceSchema): object {
  return {
    version: 0,
    block: {
      version: 0,
      description: schema.description,
      attributes: attributesToProtocol(schema.attributes),
      block_types: Object.entries(schema.blocks ?? {}).map(([name, block]) => ({
        type_name: name,
        nesting: nestingNumbers[block.nesting],
        min_items: block.minItems ?? 0,
        max_items: 0,
        block: {
          version: 0,
          attributes: attributesToProtocol(block.attributes),
          block_types: [],
        },
      })),
    },
  };
}

function attributesToProtocol(attributes: Record<string, Attribute>): object[] {
  return Object.entries(attributes).map(([name, attribute]) => ({
    name,
    type: Buffer.from(JSON.stringify(attribute.type)),
    description: attribute.description,
    required: attribute.required ?? false,
    optional: attribute.optional ?? attribute.fallback !== undefined,
    computed: attribute.computed ?? attribute.fallback !== undefined,
    sensitive: attribute.sensitive ?? false,
  }));
}

/** Exactly the keys of the schema: missing ones absent, unknown ones dropped. */
export function conform(
  schema: ResourceSchema,
  value: TerraformObject,
): TerraformObject {
  const result: TerraformObject = {};
  for (const name of Object.keys(schema.attributes)) {
    result[name] = value[name] ?? null;
  }
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    const entries = value[name];
    result[name] = (Array.isArray(entries) ? entries : []).map(entry =>
      isTerraformObject(entry)
        ? conform({ attributes: block.attributes, description: '' }, entry)
        : entry,
    );
  }
  return result;
}

/** What the cloud is told to make of a planned object; computed-only attributes are its own. */
export function toFields(
  schema: ResourceSchema,
  planned: TerraformObject,
): JsonObject {
  const fields = attributesToFields(schema.attributes, planned);
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    const entries = planned[name];
    fields[block.field] = (Array.isArray(entries) ? entries : [])
      .filter(isTerraformObject)
      .map(entry => attributesToFields(block.attributes, entry));
  }
  return fields;
}

function attributesToFields(
  attributes: Record<string, Attribute>,
  value: TerraformObject,
): JsonObject {
  const fields: JsonObject = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    const settable =
      attribute.required ||
      attribute.optional ||
      attribute.fallback !== undefined;
    if (settable) {
      fields[fieldOf(name, attribute)] =
        (value[name] as JsonValue | undefined) ?? emptyValue(attribute.type);
    }
  }
  return fields;
}

/** Leaving out a map or list means to empty it; the cloud takes null as "not said". */
function emptyValue(type: AttributeType): JsonValue {
  if (Array.isArray(type)) {
    return type[0] === 'map' ? {} : [];
  }
  return type === 'string' ? '' : null;
}

/**
 * The object as the cloud has it. Values that the cloud reports as empty stay
 * absent when they were absent before, so that nothing seems to have changed.
 */
export function fromFields(
  schema: ResourceSchema,
  sources: { fields: JsonObject; credentials: JsonObject },
  prior: TerraformObject | undefined,
): TerraformObject {
  const result = attributesFromFields(schema.attributes, sources, prior);
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    const entries = sources.fields[block.field];
    const priorEntries = prior?.[name];
    result[name] = (Array.isArray(entries) ? entries : []).map(entry =>
      attributesFromFields(
        block.attributes,
        { fields: entry as JsonObject, credentials: {} },
        priorEntry(priorEntries, (entry as JsonObject).name),
      ),
    );
  }
  return result;
}

function priorEntry(
  entries: TerraformValue | undefined,
  name: JsonValue | undefined,
): TerraformObject | undefined {
  return Array.isArray(entries)
    ? entries.filter(isTerraformObject).find(entry => entry.name === name)
    : undefined;
}

function attributesFromFields(
  attributes: Record<string, Attribute>,
  sources: { fields: JsonObject; credentials: JsonObject },
  prior: TerraformObject | undefined,
): TerraformObject {
  const result: TerraformObject = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    const source =
      attribute.from === 'credentials' ? sources.credentials : sources.fields;
    const value = source[fieldOf(name, attribute)] ?? null;
    const before = prior?.[name] ?? null;
    result[name] = isEmpty(value) && before === null ? null : value;
  }
  return result;
}

function isEmpty(value: JsonValue): boolean {
  return (
    value === null ||
    value === '' ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

function fieldOf(name: string, attribute: Attribute): string {
  return (
    attribute.field ??
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  );
}
