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

import { isTerraformObject, TerraformObject } from '../protocol/dynamicValue';
import {
  ConfigProblem,
  idAttribute,
  locationAttribute,
  nameAttribute,
  ResourceType,
  tagsAttribute,
} from './ResourceType';

/** `sandbox_virtual_network` */
export const virtualNetwork: ResourceType = {
  kind: 'virtual-networks',
  schema: {
    description: 'A virtual network with its subnets.',
    attributes: {
      id: idAttribute,
      name: nameAttribute,
      location: locationAttribute,
      address_space: {
        type: ['list', 'string'],
        description: 'Address blocks, e.g. 10.0.0.0/16.',
        required: true,
      },
      tags: tagsAttribute,
    },
    blocks: {
      subnet: {
        nesting: 'list',
        field: 'subnets',
        attributes: {
          name: {
            type: 'string',
            description: 'Name, unique in the network.',
            required: true,
          },
          address_prefix: {
            type: 'string',
            description: 'Address block within the address space.',
            required: true,
          },
        },
      },
    },
  },
};

/** `sandbox_network_security_group` */
export const networkSecurityGroup: ResourceType = {
  kind: 'network-security-groups',
  schema: {
    description: 'Rules of what may pass in a network.',
    attributes: {
      id: idAttribute,
      name: nameAttribute,
      location: locationAttribute,
      tags: tagsAttribute,
    },
    blocks: {
      rule: {
        nesting: 'set',
        field: 'rules',
        attributes: {
          name: {
            type: 'string',
            description: 'Name, unique in the group.',
            required: true,
          },
          priority: {
            type: 'number',
            description: '100 to 4096; the lowest decides.',
            required: true,
          },
          direction: {
            type: 'string',
            description: 'Inbound or Outbound.',
            required: true,
          },
          access: {
            type: 'string',
            description: 'Allow or Deny.',
            required: true,
          },
          protocol: {
            type: 'string',
            description: 'Tcp, Udp or Any.',
            required: true,
          },
          port: {
            type: 'string',
            description: 'A port, a range, or *.',
            required: true,
          },
          source: {
            type: 'string',
            description: 'Address block or *.',
            required: true,
          },
        },
      },
    },
  },
  validate(config) {
    const rules = Array.isArray(config.rule) ? config.rule : [];
    return duplicatePriorities(rules.filter(isTerraformObject)).map(
      (priority): ConfigProblem => ({
        path: [{ attribute_name: 'rule' }],
        summary: 'Two rules with one priority',
        detail: `Priority ${priority} is used more than once.`,
      }),
    );
  },
};

function duplicatePriorities(rules: TerraformObject[]): number[] {
  const priorities = rules
    .map(rule => rule.priority)
    .filter(priority => typeof priority === 'number');
  return [...new Set(priorities)].filter(
    priority =>
      priorities.indexOf(priority) !== priorities.lastIndexOf(priority),
  );
}
