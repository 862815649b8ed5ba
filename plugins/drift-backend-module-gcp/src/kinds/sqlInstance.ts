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

import { JsonObject, JsonValue } from '@backstage/types';
import { CloudProperty, valueAt } from '@infra-hub/drift-engine';
import { isObject, listAt, numberAt, textAt } from '../read/json';
import { GcpKind } from './GcpKind';
import { INSTANCE_SHORT, pathIds } from './ids';

const API = 'https://sqladmin.googleapis.com/v1';

/** What Cloud SQL can grow to where no limit is set. */
const LARGEST_STORAGE_GIB = 65_536;

/** Nobody owns a network with more addresses than that. */
const WIDEST_OWN_PREFIX = 8;

const NETWORKS = '/settings/ipConfiguration/authorizedNetworks';

/** @see https://cloud.google.com/sql/docs/mysql/admin-api/rest/v1/instances */
const PROPERTIES: readonly CloudProperty[] = [
  {
    name: 'engine',
    field: '/databaseVersion',
    read: document => readVersion(document, '/databaseVersion')?.engine,
    fixed: 'The engine of an instance cannot be changed.',
  },
  {
    name: 'version',
    field: '/databaseVersion',
    read: readInstalled,
    write: writeVersion,
    refuse: (from, to) =>
      compareVersions(String(to), String(from ?? '')) < 0
        ? 'The version of an instance can only be raised.'
        : undefined,
    effect:
      'The instance is upgraded in place and cannot be reached meanwhile; there is no way back but a backup.',
  },
  {
    name: 'size',
    field: '/settings/tier',
    read: document => textAt(document, '/settings/tier'),
    write: value => [{ pointer: '/settings/tier', value }],
    effect: 'The instance restarts.',
  },
  {
    name: 'storageGiB',
    field: '/settings/dataDiskSizeGb',
    unit: 'GiB',
    read: document => numberAt(document, '/settings/dataDiskSizeGb'),
    write: value => [
      { pointer: '/settings/dataDiskSizeGb', value: String(value) },
    ],
    refuse: refuseShrinking,
    effect:
      'Making the storage smaller again takes an operation of its own, with a long downtime.',
  },
  {
    name: 'storageMaxGiB',
    field: '/settings/storageAutoResizeLimit',
    unit: 'GiB',
    read: document => {
      if (valueAt(document, '/settings/storageAutoResize') === false) {
        return numberAt(document, '/settings/dataDiskSizeGb');
      }
      const limit = numberAt(document, '/settings/storageAutoResizeLimit');
      return limit === 0 ? LARGEST_STORAGE_GIB : limit;
    },
    write: value => [
      { pointer: '/settings/storageAutoResize', value: true },
      {
        pointer: '/settings/storageAutoResizeLimit',
        value: value === LARGEST_STORAGE_GIB ? '0' : String(value),
      },
    ],
  },
  {
    name: 'storageType',
    field: '/settings/dataDiskType',
    read: document => textAt(document, '/settings/dataDiskType'),
    fixed: 'The type of storage is chosen when the instance is made.',
  },
  {
    name: 'replicas',
    field: '/replicaNames',
    read: document => listAt(document, '/replicaNames').length,
    fixed:
      'Read replicas are instances of their own: make or delete them as such.',
  },
  {
    name: 'highAvailability',
    field: '/settings/availabilityType',
    read: document => {
      const type = textAt(document, '/settings/availabilityType');
      return type === undefined ? undefined : type === 'REGIONAL';
    },
    write: value => [
      {
        pointer: '/settings/availabilityType',
        value: value === true ? 'REGIONAL' : 'ZONAL',
      },
    ],
    effect: 'The instance cannot be reached for some minutes.',
  },
  {
    name: 'backupRetentionDays',
    field:
      '/settings/backupConfiguration/backupRetentionSettings/retainedBackups',
    unit: 'days',
    read: readRetention,
    write: writeRetention,
    refuse: (_from, to) =>
      Number(to) > 365 ? 'At most 365 backups are kept.' : undefined,
  },
  {
    name: 'encryption/enabled',
    field: '/diskEncryptionConfiguration',
    read: () => true,
    fixed: 'Google Cloud encrypts what it stores, always.',
  },
  {
    name: 'encryption/keyId',
    field: '/diskEncryptionConfiguration/kmsKeyName',
    read: document =>
      textAt(document, '/diskEncryptionConfiguration/kmsKeyName'),
    fixed: 'The key is chosen when the instance is made.',
  },
  {
    name: 'publicAccess',
    field: NETWORKS,
    read: document =>
      valueAt(document, '/settings/ipConfiguration/ipv4Enabled') === true &&
      // Then the networks count for nothing
      valueAt(document, '/settings/connectorEnforcement') !== 'REQUIRED' &&
      listAt(document, NETWORKS).some(isForAnybody),
    write: (value, document) =>
      value === false
        ? [
            {
              pointer: NETWORKS,
              value: listAt(document, NETWORKS).filter(
                network => !isForAnybody(network),
              ),
            },
          ]
        : [],
    refuse: (_from, to) =>
      to === true
        ? 'An instance is not opened to the internet from here: authorize networks by hand.'
        : undefined,
    effect:
      'Whoever connects from outside of the other authorized networks is cut off.',
  },
  {
    name: 'deletionProtection',
    field: '/settings/deletionProtectionEnabled',
    read: document =>
      valueAt(document, '/settings/deletionProtectionEnabled') === true,
    write: value => [{ pointer: '/settings/deletionProtectionEnabled', value }],
  },
];

/** Cloud SQL: an instance with its databases. */
export const SQL_INSTANCE: GcpKind = {
  kind: {
    kind: 'sqladmin.googleapis.com/Instance',
    resourceType: 'database',
    title: 'Cloud SQL instance',
    properties: PROPERTIES,
    computed: [
      '/availableMaintenanceVersions',
      '/backendType',
      '/connectionName',
      '/createTime',
      '/currentDiskSize',
      '/databaseInstalledVersion',
      '/deploymentInfo',
      '/diskEncryptionStatus',
      '/dnsName',
      '/dnsNames',
      '/etag',
      '/failoverReplica/available',
      '/gceZone',
      '/geminiConfig',
      '/ipAddresses',
      '/ipv6Address',
      '/kind',
      // Maintenance raises it
      '/maintenanceVersion',
      '/maxDiskSize',
      '/nodes',
      '/onPremisesConfiguration/dmsManaged',
      '/outOfDiskReport',
      '/primaryDnsName',
      '/pscServiceAttachmentLink',
      '/replicaNames',
      '/replicationCluster/drReplica',
      '/replicationCluster/psaWriteEndpoint',
      '/satisfiesPzi',
      '/satisfiesPzs',
      '/scheduledMaintenance',
      '/secondaryGceZone',
      '/selfLink',
      '/serverCaCert',
      '/serviceAccountEmailAddress',
      '/settings/backupConfiguration/backupTier',
      '/settings/backupConfiguration/transactionalLogStorageState',
      '/settings/connectionPoolConfig/poolerCount',
      '/settings/kind',
      '/settings/settingsVersion',
      '/sqlNetworkArchitecture',
      '/state',
      '/suspensionReason',
      '/upgradableDatabaseVersions',
      '/writeEndpoint',
    ],
    writeOnly: [
      '/includeReplicasForMajorVersionUpgrade',
      '/onPremisesConfiguration/clientKey',
      '/onPremisesConfiguration/password',
      // MySQL keeps it, and not the description of the instance
      '/replicaConfiguration/mysqlReplicaConfiguration',
      '/rootPassword',
      '/skipPrecheck',
      '/switchTransactionLogsToCloudStorageEnabled',
      '/tags',
    ],
    defaults: {
      '/settings/activationPolicy': 'ALWAYS',
      '/settings/availabilityType': 'ZONAL',
      '/settings/connectorEnforcement': 'NOT_REQUIRED',
      '/settings/dataDiskType': 'PD_SSD',
      '/settings/deletionProtectionEnabled': false,
      '/settings/enableGoogleMlIntegration': false,
      '/settings/insightsConfig/queryPlansPerMinute': 5,
      '/settings/insightsConfig/queryStringLength': 1024,
      '/settings/pricingPlan': 'PER_USE',
      '/settings/storageAutoResize': true,
      '/settings/storageAutoResizeLimit': '0',
      '/settings/backupConfiguration/pointInTimeRecoveryEnabled': false,
    },
    createOnly: [
      '/diskEncryptionConfiguration',
      '/instanceType',
      '/name',
      '/project',
      '/region',
      '/settings/collation',
      '/settings/dataDiskType',
      '/settings/timeZone',
    ],
    notWritten: {
      '/masterInstanceName':
        'A replica is made independent by its promotion, and for ever.',
      // Some pairs of both are refused, and of others only sslMode counts
      '/settings/ipConfiguration/requireSsl':
        'sslMode has taken its place: desire settings.ipConfiguration.sslMode.',
    },
  },
  ids: pathIds({
    services: ['cloudsql', 'sqladmin'],
    collection: 'instances',
    short: INSTANCE_SHORT,
  }),
  url: ({ project, name }) => `${API}/projects/${project}/instances/${name}`,
  // "Not authorized" is what it says of instances that are gone, too
  listUrl: ({ project }) => `${API}/projects/${project}/instances`,
  regionOf: document => textAt(document, '/region'),
  versionOf: document => textAt(document, '/settings/settingsVersion'),
  labels: '/settings/userLabels',
  consoleUrl: ({ project, name }) =>
    `https://console.cloud.google.com/sql/instances/${name}/overview?project=${project}`,
  changes: {
    by: 'patch',
    masked: false,
    guard: document => ({
      body: {
        settings: {
          settingsVersion: textAt(document, '/settings/settingsVersion'),
        },
      },
    }),
    operation: {
      url: ({ project }, operation) => {
        const id = textAt(operation, '/name');
        return id === undefined
          ? undefined
          : `${API}/projects/${project}/operations/${encodeURIComponent(id)}`;
      },
      isDone: operation => valueAt(operation, '/status') === 'DONE',
    },
  },
};

/** `POSTGRES_15_4`, `MYSQL_8_0_31`, `SQLSERVER_2019_STANDARD`. */
function readVersion(
  document: JsonObject,
  pointer: string,
): { engine: string; version: string } | undefined {
  const match = /^([A-Z]+)_(\d+(?:_\d+)*)(?:_|$)/.exec(
    textAt(document, pointer) ?? '',
  );
  return match
    ? {
        engine: match[1].toLowerCase(),
        version: match[2].replaceAll('_', '.'),
      }
    : undefined;
}

/** Google chooses minor versions of PostgreSQL, and editions of SQL Server stay. */
function writeVersion(value: JsonValue, document: JsonObject) {
  const pointer = '/databaseVersion';
  const before = textAt(document, pointer) ?? '';
  const [, engine, edition = ''] =
    /^([A-Z]+)_\d+(?:_\d+)*(_[A-Z]+)?$/.exec(before) ?? [];
  const [major, ...minor] = String(value).split('.');
  const version =
    engine === 'POSTGRES' && Number(major) >= 10
      ? major
      : [major, ...minor].join('_');
  const after = `${engine}_${version}${edition}`;
  return engine === undefined || after === before
    ? []
    : [{ pointer, value: after }];
}

/** The installed version is more exact, and lags behind while an upgrade is under way. */
function readInstalled(document: JsonObject): string | undefined {
  const chosen = readVersion(document, '/databaseVersion')?.version;
  const installed = readVersion(document, '/databaseInstalledVersion')?.version;
  return chosen !== undefined && installed?.startsWith(`${chosen}.`)
    ? installed
    : chosen;
}

function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map(version =>
    version.split('.').map(Number),
  );
  const index = left.findIndex((part, at_) => part !== (right[at_] ?? part));
  return index === -1 ? 0 : left[index] - right[index];
}

/** Who keeps backups by plans of the Backup and DR Service, under a name before and now. */
const KEPT_ELSEWHERE = ['ADVANCED', 'ENHANCED'];

/** Backups are made daily, and so many of them are kept. */
function readRetention(document: JsonObject): number | undefined {
  const settings = '/settings/backupConfiguration';
  const tier = textAt(document, `${settings}/backupTier`);
  if (tier !== undefined && KEPT_ELSEWHERE.includes(tier)) {
    return undefined;
  }
  if (valueAt(document, `${settings}/enabled`) !== true) {
    return 0;
  }
  const unit = valueAt(
    document,
    `${settings}/backupRetentionSettings/retentionUnit`,
  );
  return unit === undefined || unit === 'COUNT'
    ? numberAt(document, `${settings}/backupRetentionSettings/retainedBackups`)
    : undefined;
}

function writeRetention(value: JsonValue, document: JsonObject) {
  const settings = '/settings/backupConfiguration';
  if (Number(value) > 0) {
    return [
      { pointer: `${settings}/enabled`, value: true },
      {
        pointer: `${settings}/backupRetentionSettings/retentionUnit`,
        value: 'COUNT',
      },
      {
        pointer: `${settings}/backupRetentionSettings/retainedBackups`,
        value: Number(value),
      },
    ];
  }
  // What needs backups cannot stay on without them
  const dependants = ['pointInTimeRecoveryEnabled', 'binaryLogEnabled']
    .map(name => `${settings}/${name}`)
    .filter(pointer => valueAt(document, pointer) === true);
  return [`${settings}/enabled`, ...dependants].map(pointer => ({
    pointer,
    value: false,
  }));
}

function isForAnybody(network: JsonValue): boolean {
  const range = isObject(network) ? network.value : undefined;
  const prefix =
    typeof range === 'string' ? /\/(\d{1,3})$/.exec(range) : undefined;
  return prefix ? Number(prefix[1]) < WIDEST_OWN_PREFIX : false;
}

function refuseShrinking(
  from: JsonValue | undefined,
  to: JsonValue,
): string | undefined {
  return Number(to) < Number(from)
    ? 'The storage of an instance is made smaller by an operation of its own, performDiskShrink, with a long downtime.'
    : undefined;
}
