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

/** A value in Terraform's encoding; see {@link ./dynamicValue}. */
export interface DynamicValue {
  msgpack?: Uint8Array;
  json?: Uint8Array;
}

export type PathStep =
  | { attribute_name: string }
  | { element_key_string: string }
  | { element_key_int: number };

export interface AttributePath {
  steps: PathStep[];
}

export const SEVERITY_ERROR = 1;

export interface Diagnostic {
  severity: number;
  summary: string;
  detail: string;
  attribute?: AttributePath;
}

export interface ConfigRequest {
  config: DynamicValue;
}

export interface TypedConfigRequest extends ConfigRequest {
  type_name: string;
}

export interface UpgradeRequest {
  type_name: string;
  raw_state: { json: Uint8Array };
}

export interface ReadRequest {
  type_name: string;
  current_state: DynamicValue;
  private: Uint8Array;
}

export interface PlanRequest {
  type_name: string;
  prior_state: DynamicValue;
  proposed_new_state: DynamicValue;
  config: DynamicValue;
  prior_private: Uint8Array;
}

export interface ApplyRequest {
  type_name: string;
  prior_state: DynamicValue;
  planned_state: DynamicValue;
  planned_private: Uint8Array;
}

export interface ImportRequest {
  type_name: string;
  id: string;
}
