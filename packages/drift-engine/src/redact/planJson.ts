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

import { PlanValue, RawNumber } from '../plan/PlanDocument';

/** JSON text of a plan value; exact numbers keep their text. Absent members are left out. */
export function planJson(
  value: PlanValue | { [key: string]: PlanValue | undefined },
): string {
  if (value instanceof RawNumber) {
    return value.text;
  }
  if (Array.isArray(value)) {
    return `[${value.map(planJson).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members: string[] = [];
    for (const key of Object.keys(value)) {
      const member = value[key];
      if (member !== undefined) {
        members.push(`${JSON.stringify(key)}:${planJson(member)}`);
      }
    }
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
