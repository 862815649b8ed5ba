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
  FieldDifference,
  Finding,
  RemediationChange,
} from '@infra-hub/backstage-plugin-drift-common';
import { announcedOf, describeRemaining, isLeftBehind } from './announced';

const DB = 'Cloud::Database/orders';

function drift(...fields: FieldDifference[]): Finding {
  return {
    address: DB,
    change: fields.length === 0 ? 'create' : 'update',
    class: 'drift',
    fields,
  } as Finding;
}

const storage = (actual: number, desired = 100) => ({
  path: '/storageGiB',
  actual,
  desired,
});
const isPublic = { path: '/publicAccess', actual: true, desired: false };
const stays = { address: DB, field: storage(500), reason: 'It only grows.' };
const change = (...fields: FieldDifference[]) =>
  ({ address: DB, change: 'update', fields } as RemediationChange);

describe('what a preview said would stay', () => {
  const preview = { changes: [change(isPublic)], remaining: [stays] };

  it.each<[string, Finding, boolean]>([
    ['the field that was named', drift(storage(500)), true],
    ['the field, with another value by now', drift(storage(900)), true],
    ['another field beside it', drift(storage(500), isPublic), false],
    ['another field', drift({ path: '/size' }), false],
    ['the whole resource', drift(), false],
  ])('is known of %s', (_, finding, isSaid) => {
    expect(announcedOf(finding, preview)).toEqual(isSaid ? [stays] : undefined);
  });

  it('is what the provider makes of a field that was repaired, and nothing else', () => {
    const rounded = {
      changes: [change(storage(50))],
      remaining: [{ ...stays, field: storage(128) }],
    };
    expect(announcedOf(drift(storage(128)), rounded)).toHaveLength(1);
    expect(announcedOf(drift(storage(50)), rounded)).toBeUndefined();
  });

  it('may be a whole resource', () => {
    const gone = { address: DB, reason: 'It is gone.' };
    const remaining = [gone];
    expect(announcedOf(drift(), { changes: [], remaining })).toEqual([gone]);
    expect(
      announcedOf(drift(isPublic), { changes: [], remaining }),
    ).toBeUndefined();
    expect(announcedOf(drift(), undefined)).toBeUndefined();
  });

  it('is told with its reason, a few of many', () => {
    expect(describeRemaining([])).toBe('');
    expect(describeRemaining([stays])).toMatch(
      /counting as drift\. storageGiB of .*orders: It only grows\.$/,
    );
    expect(describeRemaining(Array(5).fill(stays))).toMatch(/And 2 more\.$/);
  });
});

describe('drift that a remediation left', () => {
  it.each<[string, Finding, boolean]>([
    ['as it was', drift(storage(500)), true],
    ['with another value', drift(storage(900)), false],
    ['with another wish', drift(storage(500, 600)), false],
    ['with more beside it', drift(storage(500), isPublic), false],
  ])('%s is the same or not', (_, finding, isSame) => {
    expect(isLeftBehind(finding, [stays])).toBe(isSame);
  });
});
