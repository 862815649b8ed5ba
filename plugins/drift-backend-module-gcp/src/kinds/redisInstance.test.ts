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

import { REDIS_INSTANCE } from './redisInstance';

describe('the table of Memorystore for Redis', () => {
  it.each([
    ['REDIS_7_2', '7.2'],
    ['REDIS_6_X', '6.x'],
    ['REDIS_VERSION_UNSPECIFIED', undefined],
  ])('reads the version %s', (redisVersion, version) => {
    const property = REDIS_INSTANCE.kind.properties.find(
      ({ name }) => name === 'version',
    );
    expect(property?.read({ redisVersion })).toBe(version);
  });
});
