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

import type {
  FieldDifference,
  ResourceChange,
} from '@infra-hub/backstage-plugin-drift-common';
import { differenceOf, fieldOf } from '../assess/__testUtils__/differenceOf';
import { ResourceDifference } from '../observation/Observation';
import { SeverityRater } from './SeverityRater';
import { SeverityRule } from './SeverityRule';
import { SEVERITY_RULES } from './severityRules';

const rateFinding = (difference: ResourceDifference, own?: SeverityRule[]) =>
  SeverityRater.create(own).rate(difference);
const rate = (resourceType: string, ...fields: FieldDifference[]) =>
  rateFinding(differenceOf({ resourceType, fields })).severity;

describe('severity of a changed field', () => {
  it.each<[string, FieldDifference, string]>([
    ['aws_s3_bucket', fieldOf('/tags/env', 'x'), 'low'],
    ['aws_vpc', fieldOf('/tags/public_access', 'x'), 'low'],
    ['google_compute_instance', fieldOf('/labels/a', 'x'), 'low'],
    [
      'sandbox_kubernetes_cluster',
      fieldOf('/node_pool/0/node_count', 5),
      'medium',
    ],
    [
      'azurerm_kubernetes_cluster',
      fieldOf('/default_node_pool/0/node_count', 5),
      'medium',
    ],
    ['kubernetes_deployment', fieldOf('/spec/0/replicas', '5'), 'medium'],
    ['aws_db_instance', fieldOf('/instance_class', 'db.t3'), 'medium'],
    ['aws_db_instance', fieldOf('/engine_version', '16'), 'high'],
    [
      'kubernetes_deployment',
      fieldOf('/spec/0/template/0/spec/0/container/0/image', 'x'),
      'high',
    ],
    ['aws_db_instance', fieldOf('/deletion_protection', false), 'high'],
    ['aws_db_instance', fieldOf('/storage_encrypted', false), 'high'],
    [
      'aws_db_instance',
      fieldOf('/publicly_accessible', true, { desired: false }),
      'critical',
    ],
    [
      'aws_s3_bucket_public_access_block',
      fieldOf('/block_public_acls', false, { desired: true }),
      'critical',
    ],
    [
      'aws_s3_bucket',
      fieldOf('/acl', 'public-read', { desired: 'private' }),
      'critical',
    ],
    ['azurerm_storage_account', fieldOf('/min_tls_version', 'TLS1_0'), 'high'],
    ['aws_iam_role', fieldOf('/assume_role_policy', '{}'), 'high'],
    ['google_project_iam_binding', fieldOf('/members/0', 'user:x'), 'high'],
    [
      'google_project_iam_binding',
      fieldOf('/members/0', 'allUsers'),
      'critical',
    ],
    [
      'aws_security_group',
      fieldOf('/ingress/0', { cidr_blocks: ['0.0.0.0/0'], from_port: 22 }),
      'critical',
    ],
    [
      'aws_security_group',
      fieldOf('/ingress/0', { cidr_blocks: ['10.0.0.0/8'], from_port: 22 }),
      'medium',
    ],
    [
      'aws_security_group',
      fieldOf('/egress/0', { cidr_blocks: ['0.0.0.0/0'] }),
      'medium',
    ],
    [
      'sandbox_sql_server',
      fieldOf('/firewall_rule/1', {
        start_ip: '203.0.113.7',
        end_ip: '203.0.113.7',
      }),
      'medium',
    ],
    [
      'sandbox_sql_server',
      fieldOf('/firewall_rule/1', {
        start_ip_address: '0.0.0.0',
        end_ip_address: '255.255.255.255',
      }),
      'critical',
    ],
    [
      'azurerm_mssql_firewall_rule',
      fieldOf('/end_ip_address', '255.255.255.255', { desired: '10.0.0.9' }),
      'critical',
    ],
    [
      'azurerm_mssql_firewall_rule',
      fieldOf('/end_ip_address', '10.0.0.10', { desired: '10.0.0.9' }),
      'medium',
    ],
    [
      'azurerm_network_security_rule',
      fieldOf('/source_address_prefix', '*', { desired: '10.0.0.0/8' }),
      'critical',
    ],
    ['aws_x', { path: '/master_password', sensitive: true }, 'high'],
    ['aws_x', fieldOf('/anything_else', 1), 'medium'],
  ])('of %s %j is %s', (type, field, expected) => {
    expect(rate(type, field)).toBe(expected);
  });

  it('is not raised by an exposure that the code wants', () => {
    expect(
      rate(
        'aws_security_group',
        fieldOf('/ingress/0', ['0.0.0.0/0', '10.0.0.0/8'], {
          desired: ['0.0.0.0/0'],
        }),
      ),
    ).toBe('medium');
  });

  it('is that of the worst field', () => {
    expect(
      rate('aws_x', fieldOf('/tags/a', 1), fieldOf('/kms_key_id', 'x')),
    ).toBe('high');
  });
});

describe('severity of a whole resource', () => {
  it.each<[string, ResourceChange, string]>([
    ['aws_db_instance', 'create', 'critical'],
    ['aws_s3_bucket', 'delete', 'critical'],
    ['sandbox_storage_bucket', 'create', 'critical'],
    ['azurerm_mssql_firewall_rule', 'create', 'high'],
    ['aws_kms_key', 'create', 'critical'],
    ['google_container_cluster', 'replace', 'critical'],
    ['aws_iam_role', 'create', 'high'],
    ['null_resource', 'replace', 'high'],
    ['aws_x', 'unknown', 'high'],
    ['aws_x', 'import', 'low'],
  ])('%s %s is %s', (resourceType, change, expected) => {
    expect(
      rateFinding(differenceOf({ resourceType, change, fields: [] })).severity,
    ).toBe(expected);
  });

  it('is low where the code only adds', () => {
    expect(
      rateFinding(
        differenceOf({
          resourceType: 'aws_db_instance',
          change: 'create',
          class: 'pending',
          fields: [],
        }),
      ).severity,
    ).toBe('low');
  });

  it('exists also where no field is known', () => {
    expect(rate('aws_x')).toBe('medium');
  });
});

describe('own severity rules', () => {
  it('come first for the fields they name', () => {
    const rules = [
      {
        id: 'spot',
        resourceTypes: ['aws_*'],
        fields: ['/tags/cost-center'],
        severity: 'critical' as const,
        reason: 'Billing reads it.',
      },
    ];
    const rated = (path: string) =>
      rateFinding(differenceOf({ fields: [fieldOf(path, 1)] }), rules);
    expect(rated('/tags/cost-center')).toEqual({
      severity: 'critical',
      rule: 'spot',
    });
    expect(rated('/tags/other').severity).toBe('low');
  });

  it('without fields decide for the whole resource', () => {
    const rules = [
      {
        id: 'play',
        resourceTypes: ['play_*'],
        severity: 'low' as const,
        reason: 'A playground.',
      },
    ];
    for (const change of ['update', 'delete', 'create'] as const) {
      expect(
        rateFinding(
          differenceOf({
            resourceType: 'play_database',
            change,
            fields: [fieldOf('/kms_key_id', 'x')],
          }),
          rules,
        ),
      ).toEqual({ severity: 'low', rule: 'play' });
    }
  });
});

it('every built-in rule has its own id and a reason', () => {
  const ids = SEVERITY_RULES.map(rule => rule.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(SEVERITY_RULES.every(rule => /^[A-Z].*\.$/.test(rule.reason))).toBe(
    true,
  );
});
