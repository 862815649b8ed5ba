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

import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readNotificationsConfig } from './readNotificationsConfig';

function read(notifications?: JsonObject) {
  return readNotificationsConfig(
    new ConfigReader(notifications ? { drift: { notifications } } : {}),
  );
}

it('notifies of everything by default, many within a minute as one', () => {
  expect(read()).toEqual({
    enabled: true,
    minRisk: 'none',
    failingAfter: 3,
    fallbackRecipient: undefined,
    mute: [],
    digest: { above: 10, windowMs: 60_000 },
  });
});

it('reads what the configuration says, refs in their full form', () => {
  expect(
    read({
      enabled: false,
      minRisk: 'high',
      failingAfter: 5,
      fallbackRecipient: 'Group:Platform',
      mute: [{ client: 'acme' }, { owner: 'group:Team-A' }],
      digest: { above: 3, window: { seconds: 5 } },
    }),
  ).toEqual({
    enabled: false,
    minRisk: 'high',
    failingAfter: 5,
    fallbackRecipient: 'group:default/platform',
    mute: [
      { client: 'acme', owner: undefined },
      { client: undefined, owner: 'group:default/team-a' },
    ],
    digest: { above: 3, windowMs: 5_000 },
  });
});

it.each<[JsonObject, RegExp]>([
  [{ minRisk: 'huge' }, /notifications\.minRisk' must be one of/],
  [{ failingAfter: 0 }, /notifications\.failingAfter' must be a whole number/],
  [{ fallbackRecipient: 'team' }, /fallbackRecipient' must be an entity ref/],
  [{ mute: [{}] }, /mute\[0\]' must name a client or an owner/],
  [{ mute: [{ owner: 'a' }] }, /mute\[0\]\.owner' must be an entity ref/],
  [{ digest: { above: 1.5 } }, /digest\.above' must be a whole number/],
  [{ digest: { window: 'PT' } }, /digest\.window/],
])('refuses %j and names the key', (wrong, message) => {
  expect(() => read(wrong)).toThrow(message);
});
