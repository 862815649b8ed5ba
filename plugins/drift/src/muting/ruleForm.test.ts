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
  adviceOn,
  findProblems,
  namesAnything,
  readValue,
  toScope,
  toValues,
} from './ruleForm';

const now = new Date('2026-05-01T12:00:00Z');

describe('the fields of an ignore rule', () => {
  it.each([
    ['a number', 5],
    ['a text', 'five'],
    ['a text that looks like a number', '5'],
    ['a text that looks like nothing', 'null'],
    ['nothing', null],
    ['false', false],
    ['a list', ['a', { b: 1 }]],
  ])('give back %s as it was', (_what, value) => {
    const values = toValues({ value });
    expect(toScope(values, {})).toEqual({ value });
    expect(readValue(values.value)).toEqual(value);
  });

  it('leave out what is empty, and blanks around the rest', () => {
    const values = { ...toValues({}), path: ' /tags ', client: '  ' };
    expect(toScope(values, {})).toEqual({ path: '/tags' });
  });

  it('keep the exact end of a rule unless the day is changed', () => {
    const before = { expires: '2026-06-01T09:30:00.000Z' };
    const values = toValues(before);
    expect(toScope(values, before).expires).toBe(before.expires);
    const other = toScope({ ...values, expires: '2026-07-01' }, before);
    expect(new Date(other.expires ?? '').getTime()).toBe(
      new Date(2026, 6, 1, 23, 59, 59, 999).getTime(),
    );
  });

  it.each([
    [{ path: '/tags' }, true],
    [{ value: null }, true],
    [{ value: 0 }, true],
    [{ expires: '2026-06-01' }, false],
    [{ resourceType: '*', path: '/*' }, false],
    [{ resourceType: '*', client: 'acme' }, true],
    [{}, false],
  ])('name something where they are %j: %s', (scope, expected) => {
    expect(namesAnything(scope)).toBe(expected);
  });

  it.each([
    [{ path: '/tags', client: 'acme' }, ['adviceAttribute']],
    [{ manager: 'hpa' }, ['adviceAttribute', 'adviceEverywhere']],
    [{ address: 'a.b' }, ['adviceResource']],
    [{ address: 'a.*' }, ['adviceWhole']],
    [{ resourceType: 'aws_*', target: 'tf-*' }, ['adviceWhole']],
    [
      { resourceType: '*', source: 'terraform' },
      ['adviceWhole', 'adviceEverywhere'],
    ],
  ])('are advised on where they are %j', (scope, advice) => {
    expect(adviceOn(scope)).toEqual(advice);
  });

  it('are wrong where the backend would refuse them', () => {
    const good = {
      ...toValues({ id: 'tags', reason: 'Known.', path: '/tags' }),
      expires: '2026-05-02',
    };
    const check = (part: Partial<typeof good>) =>
      findProblems({ ...good, ...part }, { before: {}, taken: ['other'], now });
    expect(check({})).toEqual({});
    expect(check({ id: 'with space' })).toEqual({ id: 'idWrong' });
    expect(check({ id: 'acknowledgement' })).toEqual({ id: 'idReserved' });
    expect(check({ id: 'other' })).toEqual({ id: 'idTaken' });
    expect(check({ reason: ' x ' })).toEqual({ reason: 'reasonMissing' });
    expect(check({ path: 'tags' })).toEqual({ path: 'pathWrong' });
    expect(check({ expires: '2026-04-01' })).toEqual({
      expires: 'expiresWrong',
    });
    expect(check({ expires: '20260-1' })).toEqual({ expires: 'expiresWrong' });
  });
});
