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

import {
  AttributionAnswer,
  AttributionContext,
  AttributionQuery,
  Attributor,
} from '@infra-hub/backstage-plugin-drift-node';

/** An audit log whose answers are told to it; it knows nothing until then. */
export class FakeAttributor implements Attributor {
  readonly id: string;
  /** What it was asked, in order. */
  readonly asked: AttributionQuery[] = [];
  /** Which ids are its own. */
  prefix = 'arn:aws:';
  answer: (
    query: AttributionQuery,
    context: AttributionContext,
  ) => AttributionAnswer | Promise<AttributionAnswer> = () => ({
    state: 'not-found',
  });

  constructor(id = 'fake-trail') {
    this.id = id;
  }

  concerns({ resourceIds }: AttributionQuery): boolean {
    return resourceIds.some(id => id.startsWith(this.prefix));
  }

  async attribute(
    query: AttributionQuery,
    context: AttributionContext,
  ): Promise<AttributionAnswer> {
    this.asked.push(query);
    return this.answer(query, context);
  }
}

/** Says that Jane did it. */
export function byJane(): AttributionAnswer {
  return {
    state: 'found',
    attribution: {
      who: 'jane@example.com',
      when: '2026-11-22T10:12:00Z',
      how: 'ModifyDBInstance',
      evidence: 'Fake Trail',
      confidence: 'medium',
      url: 'https://trail.example.com/events/42',
    },
  };
}
