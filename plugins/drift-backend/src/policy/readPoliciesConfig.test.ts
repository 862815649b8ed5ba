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
import { readPoliciesConfig } from './readPoliciesConfig';

const now = () => new Date('2026-11-22T10:00:00Z');

function read(remediation: JsonObject) {
  return readPoliciesConfig(new ConfigReader({ drift: { remediation } }), {
    now,
  });
}

describe('readPoliciesConfig', () => {
  it('tells people, and repairs nothing, when nothing is said', () => {
    expect(readPoliciesConfig(new ConfigReader({}))).toEqual({
      policies: [],
      defaultMode: 'alert',
      dryRun: false,
      limitPerDay: undefined,
      flapGuard: { fixes: 2, withinMs: 86_400_000 },
    });
  });

  it('reads what is said', () => {
    const policy = {
      id: 'tenants',
      source: 'kubernetes',
      client: 'acme',
      target: 'shop-*',
      resourceType: 'configmap',
      severity: ['low', 'medium'],
      change: ['update'],
      mode: 'auto',
      reason: 'The platform owns them',
      windows: [
        {
          kind: 'allow',
          cron: '0 22 * * 1-5',
          duration: 'PT4H',
          timezone: 'Europe/Berlin',
        },
      ],
      limitPerDay: 5,
      dryRun: true,
    };
    expect(
      read({
        policies: [policy],
        defaultMode: 'review',
        dryRun: true,
        limitPerDay: 20,
        flapGuard: { fixes: 3, within: 'PT6H' },
      }),
    ).toEqual({
      policies: [policy],
      defaultMode: 'review',
      dryRun: true,
      limitPerDay: 20,
      flapGuard: { fixes: 3, withinMs: 21_600_000 },
    });
  });

  it.each<[JsonObject, string]>([
    [
      { defaultMode: 'always' },
      "'drift.remediation.defaultMode' must be alert, auto or review, not 'always'",
    ],
    [
      { limitPerDay: 0 },
      "'drift.remediation.limitPerDay' must be a whole number of at least 1",
    ],
    [
      { flapGuard: { fixes: 0.5 } },
      "'drift.remediation.flapGuard.fixes' must be a whole number of at least 1",
    ],
    [
      { flapGuard: { within: 'PT1S' } },
      "'drift.remediation.flapGuard.within' must be at least 1 minute",
    ],
    [{ policies: {} }, "'drift.remediation.policies' must be a list"],
    [
      { policies: [{ mode: 'auto' }] },
      "'drift.remediation.policies[0].id' is missing",
    ],
    [
      { policies: [{ id: 'a b', mode: 'auto' }] },
      "'drift.remediation.policies[0].id' must be 1 to 100 letters, digits, dots, dashes or underscores",
    ],
    [
      { policies: [{ id: 'default', mode: 'auto' }] },
      "'drift.remediation.policies[0].id' must not be default",
    ],
    [
      { policies: [{ id: 'a' }] },
      "'drift.remediation.policies[0].mode' must be one of alert, auto, review, not absent",
    ],
    [
      { policies: [{ id: 'a', mode: 'allow' }] },
      '\'drift.remediation.policies[0].mode\' must be one of alert, auto, review, not "allow"',
    ],
    [
      { policies: [{ id: 'a', mode: 'auto', resourcetype: 'x' }] },
      "'drift.remediation.policies[0]' has the unknown key 'resourcetype'",
    ],
    [
      { policies: [{ id: 'a', mode: 'auto', severity: [] }] },
      "'drift.remediation.policies[0].severity' must not be empty; leave it out to mean all",
    ],
    [
      { policies: [{ id: 'a', mode: 'auto', severity: ['worst'] }] },
      '\'drift.remediation.policies[0].severity[0]\' must be one of low, medium, high, critical, not "worst"',
    ],
    [
      { policies: [{ id: 'a', mode: 'auto', limitPerDay: 1.5 }] },
      "'drift.remediation.policies[0].limitPerDay' must be a whole number",
    ],
    [
      {
        policies: [
          { id: 'a', mode: 'auto' },
          { id: 'a', mode: 'alert' },
        ],
      },
      "'drift.remediation.policies[1].id' must be unique, and another policy in the list has it",
    ],
    [
      {
        policies: [
          {
            id: 'a',
            mode: 'auto',
            windows: [{ kind: 'allow', cron: '0 25 * * *', duration: 'PT1H' }],
          },
        ],
      },
      "'drift.remediation.policies[0].windows[0]' is not valid: '0 25 * * *' is not a valid cron expression",
    ],
    [
      {
        policies: [
          {
            id: 'a',
            mode: 'auto',
            windows: [{ kind: 'allow', cron: '0 2 * * *', duration: '1h' }],
          },
        ],
      },
      "'drift.remediation.policies[0].windows[0]' is not valid: '1h' is not an ISO 8601 duration such as PT4H, from a minute to a year",
    ],
    [
      {
        policies: [
          {
            id: 'a',
            mode: 'auto',
            windows: [{ kind: 'deny', cron: '0 0 * * *', duration: 'P1D' }],
          },
        ],
      },
      "'drift.remediation.policies[0].windows' never open, so that nothing could ever be applied",
    ],
  ])('refuses %j and names the key', (remediation, sentence) => {
    expect(() => read(remediation)).toThrow(`The configuration ${sentence}`);
  });
});
