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

import type { DriftReport } from '@infra-hub/backstage-plugin-drift-common';
import { publicPlanPaths, recordedPlan } from '../plan/__testUtils__/plans';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { reportOfBytes } from './__testUtils__/planOf';

/** `class change address: field, field` and how the report as a whole reads. */
function inShort(report: DriftReport): string[] {
  return [
    `${report.status} ${report.risk} ${report.driftedResources}/${report.totalResources}`,
    ...report.findings.map(finding =>
      `${finding.class} ${finding.change} ${finding.address} [${
        finding.rule
      }] ${finding.fields.map(field => field.path).join(' ')}`.trim(),
    ),
  ];
}

describe('plans recorded with Terraform 1.11.4', () => {
  it.each<[name: string, exitCode: number, expected: string[]]>([
    [
      'computed-only-drift-exit0.json',
      0,
      [
        'clean none 0/3',
        'absorbed update drift_database.main [absorbed-computed] /engine_version',
      ],
    ],
    [
      'ignore-changes-drift-exit0.json',
      0,
      [
        'clean none 0/3',
        'absorbed update drift_database.main [absorbed-accepted] /node_count',
      ],
    ],
    [
      'config-change-plus-drift.json',
      2,
      [
        'drifted medium 1/3',
        'drift update drift_database.main [drift-to-revert] /node_count',
        'pending update drift_database.main [planned-update] /size_gb',
      ],
    ],
    [
      'drift-delete-and-forced-replace.json',
      2,
      [
        'drifted critical 3/3',
        'drift update drift_database.main [drift-to-revert] /admin_password /network_rule/1 /node_count /size_gb /tags/incident',
        'drift replace drift_database.replica[0] [drift-forces-replacement] /name',
        'drift create drift_database.replica[1] [deleted-outside] /name /size_gb /tags',
      ],
    ],
    [
      'drift-relevant-output.json',
      2,
      [
        'clean none 0/3',
        'absorbed update drift_database.main [absorbed-computed] /endpoint /engine_version',
      ],
    ],
    [
      'drift-update-sensitive-block.json',
      2,
      [
        'drifted critical 1/3',
        'drift update drift_database.main [drift-to-revert] /admin_password /network_rule/1 /node_count /size_gb /tags/incident',
      ],
    ],
    [
      'moved-and-count-shrink.json',
      2,
      [
        'pending none 0/3',
        'pending delete drift_database.reader[1] [instance-removed]',
        'noise move drift_database.reader[0] [moved]',
      ],
    ],
    [
      'moved-refresh-only.json',
      2,
      [
        'clean none 0/3',
        'noise move drift_database.reader[0] [moved]',
        'noise move drift_database.reader[1] [moved]',
      ],
    ],
    [
      'refresh-only-drift.json',
      2,
      [
        'drifted critical 1/3',
        'drift update drift_database.main [drift-refresh-only] /admin_password /network_rule/1 /node_count /size_gb /tags/incident',
      ],
    ],
    [
      'tainted-replace.json',
      2,
      [
        'drifted medium 1/3',
        'drift update drift_database.main [drift-to-revert] /node_count',
        'pending replace drift_database.replica[1] [replace-tainted] /endpoint /engine_version /id',
      ],
    ],
  ])('reads %s', async (name, exitCode, expected) => {
    const report = await reportOfBytes(recordedPlan(name), { exitCode });
    expect(inShort(report)).toEqual(expected);
    expect(report.complete).toBe(true);
  });

  it('names what was recorded, what is and what the code wants', async () => {
    const report = await reportOfBytes(
      recordedPlan('drift-update-sensitive-block.json'),
    );
    expect(report.findings[0].fields).toEqual([
      { path: '/admin_password', sensitive: true },
      {
        path: '/network_rule/1',
        actual: { cidr: '0.0.0.0/0', port: 5432 },
      },
      { path: '/node_count', recorded: 3, actual: 5, desired: 3 },
      { path: '/size_gb', recorded: 20, actual: 50, desired: 20 },
      { path: '/tags/incident', actual: 'INC-4711' },
    ]);
  });

  it('keeps a thousand drifted resources apart', async () => {
    const report = await reportOfBytes(recordedPlan('drift-1000.json.gz'), {
      exitCode: 2,
    });
    expect(report).toMatchObject({
      status: 'drifted',
      driftedResources: 1000,
      totalResources: 1000,
    });
    expect(
      new Set(report.findings.map(finding => finding.fingerprint)).size,
    ).toBe(1000);
  });

  it.each([
    'drift-update-sensitive-block.json',
    'drift-delete-and-forced-replace.json',
    'refresh-only-drift.json',
    'config-change-plus-drift.json',
  ])('lets no secret out of %s', async name => {
    const text = JSON.stringify(await reportOfBytes(recordedPlan(name)));
    expect(text).not.toContain('s3cr3t-1');
    expect(text).not.toContain('changed-by-hand');
  });
});

const publicPlans = publicPlanPaths();
const describePublic = publicPlans.length > 0 ? describe : describe.skip;

describePublic(
  publicPlans.length > 0
    ? 'plans of other projects'
    : 'skipped: public corpus not present',
  () => {
    const read = (part: string) => {
      const path = publicPlans.find(each => basename(each).includes(part));
      return reportOfBytes(readFileSync(path!));
    };

    it.each([
      [
        'tf-summarize__example',
        [
          'drifted high 2/8',
          'drift create module.github["terraform-plan-summary"].github_branch.main',
          'drift create module.github["terraform-plan-summary"].github_repository.repository',
          'pending create github_repository.terraform_plan_summary',
          'pending create module.github["demo-repository"].github_branch.development',
          'pending create module.github["demo-repository"].github_branch.main',
          'pending create module.github["demo-repository"].github_repository.repository',
          'pending create module.github["terraform-plan-summary"].github_branch.development',
          'absorbed delete module.github["terraform-plan-summary"].github_branch.demo',
        ],
      ],
      [
        'j2md__test__testdata__aws_sample',
        [
          'pending none 0/8',
          'pending delete aws_instance.test',
          'pending replace aws_security_group.admin',
          'pending create aws_route_table.public-route',
          'pending create aws_route_table_association.puclic-a',
          'pending update aws_subnet.public-a',
          'noise update aws_internet_gateway.myGW',
          'noise update aws_key_pair.my-key-pair',
          'noise update aws_vpc.myVPC',
        ],
      ],
      [
        'drift_relevant_attributes',
        [
          'drifted medium 1/2',
          'drift update tfcoremock_simple_resource.base',
          'pending update tfcoremock_simple_resource.dependent',
        ],
      ],
      [
        'moved_with_drift',
        [
          'drifted medium 1/2',
          'drift update tfcoremock_simple_resource.base_after',
          'pending update tfcoremock_simple_resource.dependent',
        ],
      ],
      [
        'drift_refresh_only',
        ['drifted medium 1/1', 'drift update tfcoremock_simple_resource.drift'],
      ],
      [
        'drift_simple',
        ['drifted medium 1/1', 'drift update tfcoremock_simple_resource.drift'],
      ],
      [
        'moved_simple',
        ['clean none 0/1', 'noise move tfcoremock_simple_resource.second'],
      ],
      [
        'success_import',
        ['pending none 0/1', 'pending import aws_instance.imported'],
      ],
      [
        'instance_with_attachment',
        [
          'pending none 0/4',
          'pending create aws_default_subnet.default',
          'pending create aws_instance.ec2',
          'pending create aws_volume_attachment.storage_attachment',
          'noise update aws_ebs_volume.storage',
        ],
      ],
    ])('reads %s', async (part, expected) => {
      const report = await read(part);
      expect([
        `${report.status} ${report.risk} ${report.driftedResources}/${report.totalResources}`,
        ...report.findings.map(
          finding => `${finding.class} ${finding.change} ${finding.address}`,
        ),
      ]).toEqual(expected);
    });

    it('names the root of a cascade', async () => {
      const report = await read('drift_relevant_attributes');
      expect(report.findings[1]).toMatchObject({
        rule: 'cascade',
        cascadeOf: 'tfcoremock_simple_resource.base',
      });
    });

    const isRefusal = (error: Error) => error.name === 'PlanReadError';

    it.each(publicPlans.map(path => [basename(path), path]))(
      'gives %s a consistent verdict or none at all',
      async (_name, path) => {
        const report = await reportOfBytes(readFileSync(path)).catch(
          (error: Error) => {
            if (isRefusal(error)) {
              return undefined;
            }
            throw error;
          },
        );
        if (!report) {
          return;
        }
        const drift = report.findings.filter(each => each.class === 'drift');
        expect(report.status === 'drifted').toBe(
          drift.length > 0 && report.error === undefined,
        );
        expect(report.driftedResources).toBe(
          new Set(drift.map(each => each.address)).size,
        );
        for (const finding of report.findings) {
          const paths = finding.fields.map(field => field.path);
          expect(new Set(paths).size).toBe(paths.length);
          for (const field of finding.fields.filter(each => each.sensitive)) {
            expect(field).not.toHaveProperty('actual');
            expect(field).not.toHaveProperty('recorded');
            expect(field).not.toHaveProperty('desired');
          }
        }
        const identities = report.findings.map(
          each => `${each.address} ${each.deposed} ${each.class}`,
        );
        expect(new Set(identities).size).toBe(identities.length);
      },
    );
  },
);
