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

import type {
  ResourceChange,
  Severity,
} from '@infra-hub/backstage-plugin-drift-common';

/**
 * Rates a change. The first rule that matches a field rates that field, and the
 * worst field rates the finding; a change of the whole resource is rated by the
 * first rule that matches it. What a rule does not name, it does not limit.
 *
 * @public
 */
export interface SeverityRule {
  id: string;
  /** Globs of resource types, e.g. `*_db_instance`. */
  resourceTypes?: string[];
  /**
   * Globs of field names: of the whole pointer when they start with `/`, else of
   * any name in it. A rule with fields never rates a resource that is missing,
   * goes or is replaced.
   */
  fields?: string[];
  changes?: ResourceChange[];
  severity: Severity;
  /** One sentence: why. */
  reason: string;
}
