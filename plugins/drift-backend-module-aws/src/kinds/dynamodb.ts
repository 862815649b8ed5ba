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

import { valueAt } from '../document/valueAt';
import { AwsKind } from './AwsKind';
import { booleanProperty, constantProperty, textProperty } from './property';

const RECOVERY = '/PointInTimeRecoverySpecification';
const ENCRYPTION = '/SSESpecification';

/** As the schema of AWS::DynamoDB::Table has it, of August 2026. */
export const dynamoDbTable: AwsKind = {
  kind: 'AWS::DynamoDB::Table',
  resourceType: 'database',
  title: 'DynamoDB table',
  properties: [
    constantProperty('engine', '/Arn', {
      value: 'dynamodb',
      fixed: 'A DynamoDB table has no other engine.',
    }),
    {
      name: 'size',
      field: '/BillingMode',
      read: ({ BillingMode: mode }) =>
        typeof mode === 'string' ? mode : 'PROVISIONED',
      write: value =>
        value === 'PAY_PER_REQUEST'
          ? [
              { pointer: '/BillingMode', value },
              { pointer: '/ProvisionedThroughput', value: undefined },
            ]
          : [{ pointer: '/BillingMode', value }],
      refuse: (_from, to) =>
        to === 'PROVISIONED'
          ? 'Provisioned capacity needs numbers of read and write units, which nobody would know.'
          : undefined,
    },
    textProperty('storageType', '/TableClass', {
      absent: 'STANDARD',
      effect: 'The class of a table may be changed twice in 30 days.',
    }),
    constantProperty('highAvailability', '/Arn', {
      value: true,
      fixed: 'DynamoDB always keeps a table in three zones.',
    }),
    {
      name: 'backupRetentionDays',
      field: `${RECOVERY}/RecoveryPeriodInDays`,
      unit: 'days',
      read: document => {
        if (
          valueAt(document, `${RECOVERY}/PointInTimeRecoveryEnabled`) !== true
        ) {
          return 0;
        }
        const days = valueAt(document, `${RECOVERY}/RecoveryPeriodInDays`);
        return typeof days === 'number' ? days : 35;
      },
      write: value => [
        {
          pointer: RECOVERY,
          value:
            value === 0
              ? { PointInTimeRecoveryEnabled: false }
              : {
                  PointInTimeRecoveryEnabled: true,
                  RecoveryPeriodInDays: value,
                },
        },
      ],
      refuse: (_from, to) =>
        Number(to) > 35
          ? 'DynamoDB keeps point-in-time backups for 35 days at most.'
          : undefined,
      effect:
        'Turning continuous backups off loses them; a shorter period loses what is older.',
    },
    constantProperty('encryption/enabled', `${ENCRYPTION}/SSEEnabled`, {
      value: true,
      fixed: 'DynamoDB always encrypts.',
    }),
    {
      name: 'encryption/keyId',
      field: `${ENCRYPTION}/KMSMasterKeyId`,
      read: document => {
        const key = valueAt(document, `${ENCRYPTION}/KMSMasterKeyId`);
        return typeof key === 'string' &&
          valueAt(document, `${ENCRYPTION}/SSEEnabled`) === true
          ? key
          : undefined;
      },
      write: value => [
        {
          pointer: ENCRYPTION,
          value:
            value === ''
              ? { SSEEnabled: false }
              : { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: value },
        },
      ],
      effect:
        'Whoever may use the table needs permission for the other key, too.',
    },
    constantProperty('publicAccess', '/ResourcePolicy', {
      value: false,
      fixed: 'DynamoDB takes no policy that lets everybody in.',
    }),
    booleanProperty('deletionProtection', '/DeletionProtectionEnabled', {
      absent: false,
    }),
  ],
  computed: ['/Arn', '/StreamArn'],
  writeOnly: ['/ImportSourceSpecification'],
  createOnly: ['/ImportSourceSpecification', '/TableName'],
  defaults: {
    '/BillingMode': 'PROVISIONED',
    '/ContributorInsightsSpecification/Enabled': false,
    '/DeletionProtectionEnabled': false,
    '/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled': false,
    '/SSESpecification/SSEEnabled': false,
    '/TableClass': 'STANDARD',
    '/Tags': [],
  },
  id: {
    pattern: /^[a-zA-Z0-9_.-]{3,255}$/,
    words:
      'the name of a table: 3 to 255 letters, digits, dots, hyphens and underscores, without the ARN before it',
  },
  tags: '/Tags',
  console: ({ region, id }) =>
    `/dynamodbv2/home?region=${region}#table?name=${id}`,
  eventWords: {
    backupRetentionDays: ['updateContinuousBackups'],
    'encryption/keyId': ['sSESpecification'],
    encryption: ['sSESpecification'],
  },
};
