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

import { ConflictError } from '@backstage/errors';
import { FakeAttributor } from './__testUtils__/FakeAttributor';
import { DriftAttributors } from './DriftAttributors';

describe('DriftAttributors', () => {
  it('collects audit logs in the order in which they were added', () => {
    const attributors = new DriftAttributors();
    const [trail, activity] = ['trail', 'activity-log'].map(
      id => new FakeAttributor(id),
    );
    attributors.addAttributor(trail);
    attributors.addAttributor(activity);
    expect(attributors.list()).toEqual([trail, activity]);
  });

  it('takes each id once, and only an id', () => {
    const attributors = new DriftAttributors();
    attributors.addAttributor(new FakeAttributor('trail'));
    expect(() =>
      attributors.addAttributor(new FakeAttributor('trail')),
    ).toThrow(ConflictError);
    for (const id of ['', 'Trail', '1trail', 'a trail', 'x'.repeat(65)]) {
      expect(() => attributors.addAttributor(new FakeAttributor(id))).toThrow(
        `'${id}' cannot be the id of an attributor`,
      );
    }
  });
});
