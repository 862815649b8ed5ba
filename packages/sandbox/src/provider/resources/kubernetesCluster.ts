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

import { isTerraformObject } from '../protocol/dynamicValue';
import {
  ConfigProblem,
  idAttribute,
  locationAttribute,
  nameAttribute,
  ResourceType,
  tagsAttribute,
} from './ResourceType';

const MAX_NODES = 100;

/** `sandbox_kubernetes_cluster` */
export const kubernetesCluster: ResourceType = {
  kind: 'kubernetes-clusters',
  schema: {
    description: 'A Kubernetes cluster.',
    attributes: {
      id: idAttribute,
      name: nameAttribute,
      location: locationAttribute,
      version: {
        type: 'string',
        description: 'Kubernetes version; upgrades outside of code are kept.',
        fallback: '1.31',
      },
      endpoint: {
        type: 'string',
        description: 'Address of the API server.',
        computed: true,
      },
      kube_admin_password: {
        type: 'string',
        description: 'Password of the administrator.',
        computed: true,
        sensitive: true,
        from: 'credentials',
      },
      tags: tagsAttribute,
    },
    blocks: {
      node_pool: {
        nesting: 'list',
        field: 'nodePools',
        minItems: 1,
        attributes: {
          name: {
            type: 'string',
            description: 'Name, unique in the cluster.',
            required: true,
          },
          size: {
            type: 'string',
            description: 'Size of the nodes, e.g. Standard_D2s_v5.',
            required: true,
          },
          node_count: {
            type: 'number',
            description: 'Number of nodes.',
            required: true,
          },
          labels: {
            type: ['map', 'string'],
            description: 'Labels of the nodes.',
            optional: true,
          },
        },
      },
    },
  },
  validate(config) {
    const pools = Array.isArray(config.node_pool) ? config.node_pool : [];
    return pools.filter(isTerraformObject).flatMap((pool, i) => {
      const count = pool.node_count;
      const problem: ConfigProblem = {
        path: [
          { attribute_name: 'node_pool' },
          { element_key_int: i },
          { attribute_name: 'node_count' },
        ],
        summary: 'Node count out of range',
        detail: `A node pool has 0 to ${MAX_NODES} nodes.`,
      };
      return typeof count === 'number' && (count < 0 || count > MAX_NODES)
        ? [problem]
        : [];
    });
  },
};
