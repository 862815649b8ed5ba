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

import type { FieldDifference } from '@infra-hub/backstage-plugin-drift-common';
import { isExposed } from './exposure';
import type { BuiltInSeverityRule } from './severityRules';

const TYPES = ['database', 'storage'];

const isTurnedOff = (field: FieldDifference) => field.actual === false;

/** Of what stands in the provider's own words, by names in any spelling. */
const named = (pattern: RegExp) => (field: FieldDifference) =>
  field.path.startsWith('/providerProperties/') && pattern.test(field.path);

/**
 * Ratings of databases and storages in clouds, by their neutral properties, and of
 * what stands beside them in the words of a provider. They come before the general
 * ones, whose patterns are made for the names of Terraform providers.
 */
export const CLOUD_SEVERITY_RULES: readonly BuiltInSeverityRule[] = [
  // The resource as a whole.
  {
    id: 'cloud-data-gone',
    resourceTypes: TYPES,
    changes: ['create', 'delete', 'replace'],
    severity: 'critical',
    reason: 'Stored data is missing or would be lost.',
  },

  // Who can reach it.
  {
    id: 'cloud-exposed',
    resourceTypes: TYPES,
    when: isExposed,
    severity: 'critical',
    reason: 'It is now open to everybody.',
  },
  {
    id: 'cloud-secret',
    resourceTypes: TYPES,
    when: field => field.sensitive === true,
    severity: 'high',
    reason: 'A secret value changed.',
  },
  {
    id: 'cloud-closed',
    resourceTypes: TYPES,
    fields: ['/publicAccess'],
    severity: 'medium',
    reason:
      'It is less open than wanted: nothing is at risk, but those who use it may not reach it.',
  },

  // What protects the data.
  {
    id: 'cloud-encryption',
    resourceTypes: TYPES,
    fields: ['/encryption/enabled'],
    when: isTurnedOff,
    severity: 'critical',
    reason: 'Whoever gets hold of the disks or copies can read the data.',
  },
  {
    id: 'cloud-encrypted',
    resourceTypes: TYPES,
    fields: ['/encryption'],
    severity: 'high',
    reason: 'It decides how the data is protected, and who can read it.',
  },
  {
    id: 'cloud-replication',
    resourceTypes: TYPES,
    fields: ['/replicas', '/highAvailability', '/redundancy'],
    severity: 'critical',
    reason: 'It decides whether data and service survive a failure.',
  },
  {
    id: 'cloud-safety-net',
    resourceTypes: TYPES,
    fields: [
      '/backupRetentionDays',
      '/deletionProtection',
      '/versioning',
      '/lifecycle',
    ],
    severity: 'high',
    reason: 'It decides whether lost data can be brought back.',
  },

  // What it is.
  {
    id: 'cloud-version',
    resourceTypes: TYPES,
    fields: ['/version', '/engine'],
    severity: 'high',
    reason: 'It decides which software runs.',
  },
  {
    id: 'cloud-region',
    resourceTypes: TYPES,
    fields: ['/region'],
    severity: 'high',
    reason: 'The data is kept in another place than it should be.',
  },
  {
    id: 'cloud-size',
    resourceTypes: TYPES,
    fields: ['/size', '/storageGiB', '/storageMaxGiB', '/capacityGiB'],
    severity: 'medium',
    reason: 'It decides cost and how much load is carried.',
  },
  {
    id: 'cloud-performance',
    resourceTypes: TYPES,
    fields: ['/tier', '/storageType', '/throughputMiBps', '/iops'],
    severity: 'low',
    reason: 'It decides cost and speed; the data stays as safe as it is.',
  },

  // The provider's own words.
  {
    id: 'cloud-labels',
    resourceTypes: TYPES,
    when: named(
      /^\/providerProperties(?:\/(?:properties|settings))?\/(?:tags|tagSet|labels|userLabels|[a-z]*Tags|description)(?:\/|$)/i,
    ),
    severity: 'low',
    reason: 'It describes the resource and changes nothing that it does.',
  },
  {
    id: 'cloud-access',
    resourceTypes: TYPES,
    when: named(
      /polic(?:y|ies)|networkAcls|ipRules|firewall|authorizedNetworks|securityGroups|publicAccess|publicNetwork|public(?:ly)?Access|privateNetwork|iam(?:Configuration|Database)|aad|authenticat|sharedKeyAccess|principal/i,
    ),
    severity: 'high',
    reason: 'It decides who can reach the resource and what they may do.',
  },
  {
    id: 'cloud-protection',
    resourceTypes: TYPES,
    when: named(
      /encrypt|kms|customerManagedKey|keyVault|tls|ssl|httpsTraffic|certificate/i,
    ),
    severity: 'high',
    reason: 'It decides how the data is protected.',
  },
  {
    id: 'cloud-own-safety-net',
    resourceTypes: TYPES,
    when: named(
      /backup|retention|deletionProtection|softDelete|pointInTime|multiAZ|zoneRedundant|replic|failover|versioning|objectLock|immutab|availabilityType|logging|logsExports|audit/i,
    ),
    severity: 'high',
    reason: 'It is a safety net for data, service or evidence.',
  },
];
