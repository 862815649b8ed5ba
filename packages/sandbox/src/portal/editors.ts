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
import {
  databaseSizes,
  kubernetesVersions,
  nodeSizes,
  storageTiers,
} from '../cloud/resourceKinds';

/** One input of a form. */
export interface Field {
  name: string;
  label: string;
  input:
    | { type: 'text'; placeholder?: string; optional?: boolean }
    | { type: 'number'; min: number; max: number }
    | { type: 'select'; options: readonly string[] }
    | { type: 'checkbox' }
    | { type: 'textarea' }
    /** A list of texts, one a line. */
    | { type: 'lines' };
}

/** A form of a resource's page. */
export type Editor =
  /** Fields of the resource itself, saved together. */
  | { type: 'fields'; id: string; title: string; fields: Field[] }
  /** A list of objects with names; each is saved and removed by itself. */
  | {
      type: 'entries';
      id: string;
      title: string;
      noun: string;
      columns: Field[];
      /** Of a new entry, beside its name and columns. */
      defaults?: JsonObject;
    }
  /** An object of texts. */
  | { type: 'map'; id: string; title: string; noun: string };

const tags: Editor = { type: 'map', id: 'tags', title: 'Tags', noun: 'tag' };

const editorsByKind: Record<string, Editor[]> = {
  'kubernetes-clusters': [
    {
      type: 'entries',
      id: 'nodePools',
      title: 'Node pools',
      noun: 'node pool',
      columns: [
        {
          name: 'nodeCount',
          label: 'Node count',
          input: { type: 'number', min: 0, max: 100 },
        },
        {
          name: 'size',
          label: 'Size',
          input: { type: 'select', options: nodeSizes },
        },
      ],
      defaults: { labels: {} },
    },
    {
      type: 'fields',
      id: 'settings',
      title: 'Cluster',
      fields: [
        {
          name: 'version',
          label: 'Kubernetes version',
          input: { type: 'select', options: kubernetesVersions },
        },
      ],
    },
    tags,
  ],
  'sql-servers': [
    {
      type: 'entries',
      id: 'firewallRules',
      title: 'Firewall rules',
      noun: 'firewall rule',
      columns: [
        {
          name: 'startIp',
          label: 'Start IP',
          input: { type: 'text', placeholder: '203.0.113.7' },
        },
        {
          name: 'endIp',
          label: 'End IP',
          input: { type: 'text', placeholder: '203.0.113.7' },
        },
      ],
    },
    {
      type: 'fields',
      id: 'settings',
      title: 'Access',
      fields: [
        {
          name: 'publicNetworkAccess',
          label: 'Public network access',
          input: { type: 'checkbox' },
        },
      ],
    },
    tags,
  ],
  'sql-databases': [
    {
      type: 'fields',
      id: 'settings',
      title: 'Size and backup',
      fields: [
        {
          name: 'size',
          label: 'Size',
          input: { type: 'select', options: databaseSizes },
        },
        {
          name: 'maxSizeGb',
          label: 'Maximum size (GB)',
          input: { type: 'number', min: 1, max: 4096 },
        },
        {
          name: 'backupRetentionDays',
          label: 'Backup retention (days)',
          input: { type: 'number', min: 1, max: 35 },
        },
      ],
    },
    tags,
  ],
  'virtual-networks': [
    {
      type: 'entries',
      id: 'subnets',
      title: 'Subnets',
      noun: 'subnet',
      columns: [
        {
          name: 'addressPrefix',
          label: 'Address prefix',
          input: { type: 'text', placeholder: '10.20.9.0/24' },
        },
      ],
    },
    {
      type: 'fields',
      id: 'settings',
      title: 'Address space',
      fields: [
        {
          name: 'addressSpace',
          label: 'Address blocks, one a line',
          input: { type: 'lines' },
        },
      ],
    },
    tags,
  ],
  'network-security-groups': [
    {
      type: 'entries',
      id: 'rules',
      title: 'Rules',
      noun: 'rule',
      columns: [
        {
          name: 'priority',
          label: 'Priority',
          input: { type: 'number', min: 100, max: 4096 },
        },
        {
          name: 'access',
          label: 'Access',
          input: { type: 'select', options: ['Allow', 'Deny'] },
        },
        {
          name: 'port',
          label: 'Port',
          input: { type: 'text', placeholder: '22' },
        },
        {
          name: 'source',
          label: 'Source',
          input: { type: 'text', placeholder: '0.0.0.0/0' },
        },
      ],
      defaults: { direction: 'Inbound', protocol: 'Tcp' },
    },
    tags,
  ],
  'storage-buckets': [
    {
      type: 'fields',
      id: 'settings',
      title: 'Settings',
      fields: [
        {
          name: 'publicAccess',
          label: 'Public access',
          input: { type: 'checkbox' },
        },
        {
          name: 'versioning',
          label: 'Versioning',
          input: { type: 'checkbox' },
        },
        {
          name: 'tier',
          label: 'Tier',
          input: { type: 'select', options: storageTiers },
        },
        {
          name: 'allowedIps',
          label: 'Allowed address blocks, one a line',
          input: { type: 'lines' },
        },
        {
          name: 'policy',
          label: 'Access policy (JSON)',
          input: { type: 'textarea' },
        },
      ],
    },
    {
      type: 'entries',
      id: 'lifecycleRules',
      title: 'Lifecycle rules',
      noun: 'lifecycle rule',
      columns: [
        {
          name: 'prefix',
          label: 'Prefix',
          input: { type: 'text', placeholder: 'logs/', optional: true },
        },
        {
          name: 'deleteAfterDays',
          label: 'Delete after (days)',
          input: { type: 'number', min: 1, max: 3650 },
        },
      ],
    },
    tags,
  ],
};

export function editorsOf(kind: string): Editor[] {
  return editorsByKind[kind] ?? [];
}
