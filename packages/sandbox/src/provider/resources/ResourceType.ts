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

import { TerraformObject } from '../protocol/dynamicValue';
import { PathStep } from '../protocol/messages';
import { Attribute, ResourceSchema } from '../schema';

/** Something wrong in the configuration, and where. */
export interface ConfigProblem {
  path: PathStep[];
  summary: string;
  detail: string;
}

/** A resource type: its schema and what it is in the cloud. */
export interface ResourceType {
  schema: ResourceSchema;
  /** Kind in the cloud's API. */
  kind: string;
  /** Checks what needs no cloud; values may be unknown. */
  validate?(config: TerraformObject): ConfigProblem[];
}

export const nameAttribute: Attribute = {
  type: 'string',
  description: 'Name, unique for the client and kind.',
  required: true,
  forceNew: true,
};

export const locationAttribute: Attribute = {
  type: 'string',
  description: 'Region, e.g. westeurope.',
  required: true,
  forceNew: true,
};

export const tagsAttribute: Attribute = {
  type: ['map', 'string'],
  description: 'Tags.',
  optional: true,
};

export const idAttribute: Attribute = {
  type: 'string',
  description: 'Id in the cloud.',
  computed: true,
};
