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

import { InputError } from '@backstage/errors';
import { JsonObject, JsonValue } from '@backstage/types';

/**
 * Where a Terraform module is. Kept with the target as plain JSON; holds no secrets.
 */
export interface ModuleLocation {
  /** `url`: read through the UrlReader service. `file`: a directory of this machine. */
  type: 'url' | 'file';
  /** Root of the code: URL of a directory, or absolute path. Everything the module uses is below it. */
  root: string;
  /** Path of the root module below `root`, `.` for itself. */
  dir: string;
  /** Absent for the default workspace. */
  workspace?: string;
  /** Variable files, relative to the module. */
  varFiles?: string[];
  /** Backend configuration files, relative to the module. */
  backendConfigFiles?: string[];
}

export function locationToJson(location: ModuleLocation): JsonObject {
  return Object.fromEntries(
    Object.entries(location).filter(([, value]) => value !== undefined),
  );
}

/** @throws InputError when the JSON is not a location. */
export function locationFromJson(json: JsonObject): ModuleLocation {
  const { type, root, dir, workspace, varFiles, backendConfigFiles } = json;
  if (
    (type !== 'url' && type !== 'file') ||
    typeof root !== 'string' ||
    typeof dir !== 'string'
  ) {
    throw new InputError('The location of the Terraform module is malformed');
  }
  return {
    type,
    root,
    dir,
    workspace: typeof workspace === 'string' ? workspace : undefined,
    varFiles: stringArray(varFiles),
    backendConfigFiles: stringArray(backendConfigFiles),
  };
}

function stringArray(value: JsonValue | undefined): string[] | undefined {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : undefined;
}
