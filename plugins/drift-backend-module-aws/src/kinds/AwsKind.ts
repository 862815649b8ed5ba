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

import type { CloudKind } from '@infra-hub/drift-engine';

/** What this module knows of a type beside what every cloud has. */
export interface AwsKind extends CloudKind {
  /** What an id looks like. */
  id: {
    /** In lower case where letter case counts for nothing. */
    pattern: RegExp;
    ignoresCase?: boolean;
    /** For people, after "is not": e.g. `the name of a bucket`. */
    words: string;
  };
  /** JSON pointer of the tags: a list of `{Key, Value}`. */
  tags: string;
  /** Pages of the console below `https://<region>.console.aws.amazon.com`. */
  console(place: { region: string; id: string }): string;
  /**
   * Names are those of all regions, and reading asks only one of them: what is
   * not found may be somewhere else.
   */
  global?: boolean;
  /** Words of CloudTrail events and their parameters that change a property, by its name. */
  eventWords: Readonly<Record<string, readonly string[]>>;
}
