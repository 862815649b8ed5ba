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

import { closeSync, openSync, writeSync } from 'node:fs';

/** Written at once, in elements. */
const BATCH = 100;

/** Attributes of one instance, about 2.5 kB like those of a large cloud resource. */
function largeValues(index, edited, ascii) {
  const values = {
    id: `i-${String(index).padStart(17, '0')}`,
    arn: `arn:aws:ec2:eu-west-1:123456789012:instance/i-${index}`,
    ami: 'ami-0123456789abcdef0',
    instance_type: edited ? 't3.large' : 't3.micro',
    monitoring: true,
    tags: {
      Name: `web-${index}`,
      env: 'prod',
      team: ascii || index % 100 !== 7 ? 'payments' : 'Łódź – payments',
      'cost-center': 'cc-1234',
    },
    policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:ListBucket'],
          Resource: `arn:aws:s3:::bucket-${index}/*`,
        },
      ],
    }),
    ebs_block_device: [
      { size: 20, type: 'gp3', encrypted: true, iops: 3000, kms_key_id: null },
    ],
    security_groups: [`sg-${index}`, `sg-${index + 1}`],
    user_data:
      '#!/bin/sh\nset -e\nyum install -y nginx\nsystemctl enable --now nginx\n'.repeat(
        8,
      ),
  };
  for (let attribute = 0; attribute < 36; attribute++) {
    values[`attribute_${attribute}`] =
      attribute % 3 === 0
        ? attribute * index
        : `value ${attribute} of ${index}`;
  }
  return values;
}

/** Attributes of one instance with few and short strings: the reader's worst case. */
function smallValues(index, edited) {
  return {
    id: `${index}`,
    input: { name: `n-${index}`, size: edited ? 2 : 1, on: true },
    output: { name: `n-${index}`, size: 1, on: true },
    triggers_replace: [index, 'a', null],
  };
}

function identity(index) {
  return {
    address: `module.fleet.aws_instance.web[${index}]`,
    module_address: 'module.fleet',
    mode: 'managed',
    type: 'aws_instance',
    name: 'web',
    index,
    provider_name: 'registry.terraform.io/hashicorp/aws',
  };
}

function entry(index, valuesOf, changed) {
  return {
    ...identity(index),
    change: {
      actions: [changed ? 'update' : 'no-op'],
      before: valuesOf(index, changed),
      after: valuesOf(index, false),
      after_unknown: {},
      before_sensitive: { tags: {} },
      after_sensitive: { tags: {} },
    },
  };
}

function stateResource(index, valuesOf, edited) {
  const { module_address: _module, ...rest } = identity(index);
  return {
    ...rest,
    schema_version: 1,
    values: valuesOf(index, edited),
    sensitive_values: { tags: {} },
  };
}

/**
 * Writes a plan in the order and shape of `terraform show -json`.
 *
 * @param path - file to write
 * @param options - `resources`: number of instances; `every`: each n-th has
 *   changed, half of those outside; `large`: attributes of 2.5 kB or of 150
 *   bytes; `ascii`: no character beyond ASCII, else one in every hundredth resource
 */
export function writePlan(path, { resources, every, large, ascii = false }) {
  const file = openSync(path, 'w');
  const valuesOf = large
    ? (index, edited) => largeValues(index, edited, ascii)
    : smallValues;
  const isChanged = index => index % every === 0;
  const list = (make, wanted = () => true) => {
    let separator = '';
    for (let start = 0; start < resources; start += BATCH) {
      let text = '';
      const end = Math.min(start + BATCH, resources);
      for (let index = start; index < end; index++) {
        if (wanted(index)) {
          text += separator + JSON.stringify(make(index));
          separator = ',';
        }
      }
      writeSync(file, text);
    }
  };
  writeSync(
    file,
    '{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{"child_modules":[{"resources":[',
  );
  list(index => stateResource(index, valuesOf, false));
  writeSync(file, '],"address":"module.fleet"}]}},"resource_drift":[');
  list(
    index => {
      const drifted = entry(index, valuesOf, true);
      const { before, after } = drifted.change;
      return {
        ...drifted,
        change: { ...drifted.change, before: after, after: before },
      };
    },
    index => isChanged(index) && index % (2 * every) === 0,
  );
  writeSync(file, '],"resource_changes":[');
  list(index => entry(index, valuesOf, isChanged(index)));
  writeSync(
    file,
    '],"prior_state":{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{"child_modules":[{"resources":[',
  );
  list(index => stateResource(index, valuesOf, isChanged(index)));
  writeSync(
    file,
    '],"address":"module.fleet"}]}}},"configuration":{"root_module":{"module_calls":{"fleet":{"source":"./fleet","module":{"resources":[',
  );
  writeSync(
    file,
    JSON.stringify({
      address: 'aws_instance.web',
      mode: 'managed',
      type: 'aws_instance',
      name: 'web',
      expressions: {
        ami: { constant_value: 'ami-0123456789abcdef0' },
        instance_type: { constant_value: 't3.micro' },
        tags: { references: ['var.tags'] },
      },
      count_expression: { constant_value: resources },
    }),
  );
  writeSync(
    file,
    ']}}}}},"timestamp":"2026-11-22T00:00:00Z","applyable":true,"complete":true,"errored":false}\n',
  );
  closeSync(file);
}
