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

/**
 * Mutes differences that somebody knows about. What a rule does not name, it
 * does not limit.
 *
 * A rule with `path` or `value` speaks of attributes and never mutes that a
 * resource is missing, goes or is replaced; a rule without mutes that only where
 * `address` is the bare address.
 *
 * @public
 */
export interface IgnoreRule {
  id: string;
  /** One sentence: why this may differ. */
  reason: string;
  client?: string;
  source?: string;
  /** Glob, e.g. `aws_autoscaling_*`. */
  resourceType?: string;
  /** Glob: `*` never crosses a dot, `[*]` is any instance key or none. */
  address?: string;
  /** Pointer glob, e.g. `/tags/*`; also mutes what is below. */
  path?: string;
  /** Mutes only this actual value. */
  value?: JsonValue;
  /** ISO 8601; from then on the rule does nothing. */
  expires?: string;
}

/**
 * What the rules are applied to.
 *
 * @public
 */
export interface IgnoreContext {
  client?: string;
  source?: string;
  /** The time that `expires` is compared with. Without it, rules that expire do nothing. */
  now?: Date;
}
