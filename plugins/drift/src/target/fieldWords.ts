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

import { useDriftTranslation } from '../useDriftTranslation';

/** What databases and storage of any cloud have, with the words for it. */
const PROPERTIES = {
  backupRetentionDays: 'cloudProperty.backupRetentionDays',
  capacityGiB: 'cloudProperty.capacityGiB',
  deletionProtection: 'cloudProperty.deletionProtection',
  encryption: 'cloudProperty.encryption',
  'encryption/enabled': 'cloudProperty.encryption',
  'encryption/keyId': 'cloudProperty.encryptionKey',
  engine: 'cloudProperty.engine',
  highAvailability: 'cloudProperty.highAvailability',
  iops: 'cloudProperty.iops',
  lifecycle: 'cloudProperty.lifecycle',
  publicAccess: 'cloudProperty.publicAccess',
  redundancy: 'cloudProperty.redundancy',
  replicas: 'cloudProperty.replicas',
  size: 'cloudProperty.size',
  storageGiB: 'cloudProperty.storageGiB',
  storageMaxGiB: 'cloudProperty.storageMaxGiB',
  storageType: 'cloudProperty.storageType',
  throughputMiBps: 'cloudProperty.throughputMiBps',
  tier: 'cloudProperty.tier',
  version: 'cloudProperty.version',
  versioning: 'cloudProperty.versioning',
} as const;

const CLOUD_TYPES = ['database', 'storage'];
const PROVIDERS_OWN = '/providerProperties/';

/** A JSON pointer the way people write paths: `node_pool[0].node_count`. */
export function readablePath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map(part => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .reduce((path, part) => {
      if (/^\d+$/.test(part)) {
        return `${path}[${part}]`;
      }
      if (/^[\w-]+$/.test(part)) {
        return path ? `${path}.${part}` : part;
      }
      return `${path}["${part}"]`;
    }, '');
}

/**
 * Names fields of databases and storage of clouds: undefined for others, and for what
 * has no name but the provider's own.
 */
export function usePropertyWords(): (
  resourceType: string,
  pointer: string,
) => string | undefined {
  const { t } = useDriftTranslation();
  return (resourceType, pointer) => {
    const name = pointer.slice(1);
    return CLOUD_TYPES.includes(resourceType) && isProperty(name)
      ? t(PROPERTIES[name])
      : undefined;
  };
}

/** The path of a field, without what every field in a provider's own words begins with. */
export function fieldPath(resourceType: string, pointer: string): string {
  const shown =
    CLOUD_TYPES.includes(resourceType) && pointer.startsWith(PROVIDERS_OWN)
      ? pointer.slice(PROVIDERS_OWN.length - 1)
      : pointer;
  return readablePath(shown);
}

function isProperty(name: string): name is keyof typeof PROPERTIES {
  return Object.hasOwn(PROPERTIES, name);
}
