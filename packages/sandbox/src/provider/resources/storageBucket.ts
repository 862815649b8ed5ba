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
  idAttribute,
  locationAttribute,
  nameAttribute,
  ResourceType,
  tagsAttribute,
} from './ResourceType';

/** `sandbox_storage_bucket` */
export const storageBucket: ResourceType = {
  kind: 'storage-buckets',
  schema: {
    description: 'A bucket for objects.',
    attributes: {
      id: idAttribute,
      name: nameAttribute,
      location: locationAttribute,
      tier: {
        type: 'string',
        description: 'Hot, Cool or Archive.',
        fallback: 'Hot',
      },
      versioning: {
        type: 'bool',
        description: 'Whether old versions of objects are kept.',
        fallback: false,
      },
      public_access: {
        type: 'bool',
        description: 'Whether anybody may read the objects.',
        required: true,
      },
      policy: {
        type: 'string',
        description: 'Access policy as JSON.',
        optional: true,
      },
      allowed_ips: {
        type: ['set', 'string'],
        description: 'Address blocks that may reach the bucket.',
        optional: true,
      },
      url: { type: 'string', description: 'Address.', computed: true },
      etag: {
        type: 'string',
        description: 'Changes with every object written.',
        computed: true,
        volatile: true,
      },
      last_modified: {
        type: 'string',
        description: 'Time of the last change.',
        computed: true,
        volatile: true,
      },
      tags: tagsAttribute,
    },
    blocks: {
      lifecycle_rule: {
        nesting: 'list',
        field: 'lifecycleRules',
        attributes: {
          name: {
            type: 'string',
            description: 'Name, unique in the bucket.',
            required: true,
          },
          prefix: {
            type: 'string',
            description: 'Objects meant; all when left out.',
            optional: true,
          },
          delete_after_days: {
            type: 'number',
            description: 'Age at which objects are deleted.',
            required: true,
          },
        },
      },
    },
  },
  validate(config) {
    const { policy } = config;
    if (typeof policy !== 'string' || isJson(policy)) {
      return [];
    }
    return [
      {
        path: [{ attribute_name: 'policy' }],
        summary: 'Policy is not JSON',
        detail: 'Write the policy with jsonencode().',
      },
    ];
  },
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
