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

import { JsonObject } from '../cloud/json';
import { recordedPlan } from './recordedPlan';

describe('recordedPlan', () => {
  const record = (plan: JsonObject) => recordedPlan(JSON.stringify(plan));

  it('keeps what a report is made of and nothing else', () => {
    expect(
      record({
        format_version: '1.2',
        terraform_version: '1.11.4',
        variables: { password: { value: 'hunter2' } },
        configuration: { provider_config: { token: 'hunter2' } },
        output_changes: { password: { after: 'hunter2' } },
        resource_changes: [],
        errored: false,
      }),
    ).toEqual({
      format_version: '1.2',
      terraform_version: '1.11.4',
      resource_changes: [],
      errored: false,
    });
  });

  it('masks a value that either side marks as sensitive, however deep', () => {
    const change = {
      actions: ['update'],
      before: { password: 'hunter1', rules: [{ key: 'hunter3', port: 1 }] },
      after: { password: 'hunter2', rules: [{ key: 'hunter4', port: 2 }] },
      before_sensitive: { password: true },
      after_sensitive: { rules: [{ key: true }] },
    };
    const masked = {
      ...change,
      before: {
        password: '(sensitive)',
        rules: [{ key: '(sensitive)', port: 1 }],
      },
      after: {
        password: '(sensitive)',
        rules: [{ key: '(sensitive)', port: 2 }],
      },
    };
    expect(
      record({ resource_drift: [{ change }], resource_changes: [{ change }] }),
    ).toEqual({
      resource_drift: [{ change: masked }],
      resource_changes: [{ change: masked }],
    });
  });

  it('masks states, in child modules too, and drops their outputs', () => {
    const resource = {
      address: 'a',
      values: { password: 'hunter2', name: 'a' },
      sensitive_values: { password: true },
    };
    const masked = {
      ...resource,
      values: { password: '(sensitive)', name: 'a' },
    };
    const values = {
      outputs: { password: { value: 'hunter2', sensitive: true } },
      root_module: {
        resources: [resource],
        child_modules: [{ resources: [resource] }],
      },
    };
    const expected = {
      root_module: {
        resources: [masked],
        child_modules: [{ resources: [masked] }],
      },
    };
    expect(record({ planned_values: values, prior_state: { values } })).toEqual(
      { planned_values: expected, prior_state: { values: expected } },
    );
  });
});
