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

import { isJsonObject, JsonObject } from '../cloud/json';

/**
 * Whether a policy lets everybody in, much simpler than S3 finds that out: a
 * condition always keeps somebody out.
 */
export function isPublicPolicy({ Statement: statements }: JsonObject): boolean {
  return (
    Array.isArray(statements) &&
    statements.some(
      each =>
        isJsonObject(each) &&
        each.Effect === 'Allow' &&
        each.Condition === undefined &&
        (each.Principal === '*' ||
          (isJsonObject(each.Principal) && each.Principal.AWS === '*')),
    )
  );
}
