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

import { Finding } from '@infra-hub/backstage-plugin-drift-common';
import { assess } from '../assess/assess';
import { inChunks, planBytes, recordedPlan } from '../plan/__testUtils__/plans';
import { observeLowEvidence } from '../terraform/observeLowEvidence';
import { readPlanText } from '../text/readPlanText';
import { reportOfBytes } from '../terraform/__testUtils__/planOf';
import { fieldFrom, findingOf } from './__testUtils__/findingOf';
import { explainReport } from './explainReport';

const told = (...findings: Finding[]) =>
  explainReport({
    findings,
    driftedResources: new Set(findings.map(each => each.address)).size,
    totalResources: 20,
  });

const scaled = findingOf('azurerm_kubernetes_cluster', 'main', [
  fieldFrom('/default_node_pool/0/node_count', 3, 5),
]);
const tagged = findingOf(
  'aws_s3_bucket',
  'logs',
  [fieldFrom('/tags/env', 'prod', 'test')],
  { severity: 'low' },
);
const opened = findingOf(
  'sandbox_sql_server',
  'main',
  [fieldFrom('/firewall_rule/1', undefined, { name: 'x', cidr: '0.0.0.0/0' })],
  { severity: 'critical' },
);
const deleted = (name: string) =>
  findingOf('azurerm_mssql_firewall_rule', name, [], {
    change: 'create',
    rule: 'deleted-outside',
    severity: 'high',
  });

describe('explainReport', () => {
  it('tells of one finding what happened, what applying would do and what to do', () => {
    expect(told(scaled)).toMatchObject({
      summary:
        "The default node pool of AKS cluster 'main' was scaled from 3 to 5 nodes. Applying the code would scale it back from 5 to 3 nodes. Take the larger size into the code before applying if it is still needed, because applying takes it away while it may carry load.",
      recommendation: 'update-code',
    });
  });

  it('speaks of the desired state of tenants', () => {
    const object = (name: string) =>
      findingOf('Deployment', name, [fieldFrom('/spec/replicas', 2, 5)], {
        rule: 'differs-from-desired',
      });
    expect(told(object('api')).summary).toContain(
      'Applying the desired state would scale it back',
    );
    expect(
      told(
        object('api'),
        findingOf('Service', 'web', [], {
          change: 'create',
          rule: 'missing-object',
        }),
      ).summary,
    ).toMatch(
      /service 'web' is desired, but does not exist.*Applying the desired state would.*Before the desired state is applied/i,
    );
    expect(
      explainReport({
        findings: [],
        driftedResources: 0,
        totalResources: 2,
        evidence: 'live-objects',
      }).summary,
    ).toBe('Reality matches the desired state (2 resources).');
  });

  it('names who did it where that is known', () => {
    expect(
      told({
        ...scaled,
        attribution: {
          who: 'jane@acme',
          when: '2026-03-28T02:11:43Z',
          evidence: 'audit',
        },
      }).summary,
    ).toMatch(
      /scaled from 3 to 5 nodes, by 'jane@acme' on 2026-03-28 at 02:11 UTC\. Applying/,
    );
    expect(
      told({
        ...scaled,
        attribution: { who: 'jane', evidence: 'log', confidence: 'low' },
      }).summary,
    ).toMatch(/scaled from 3 to 5 nodes, possibly by 'jane'\. Applying/);
  });

  it('tells the worst of several first, and is as careful as the most careful advice', () => {
    expect(told(tagged, scaled, opened, deleted('office'))).toMatchObject({
      summary:
        "4 of 20 resources drifted, the worst first: firewall rule 'x' was added to SQL server 'main', open to 0.0.0.0/0; SQL firewall rule 'office' was deleted outside of the code; the default node pool of AKS cluster 'main' was scaled from 3 to 5 nodes; 1 more resource changed in other ways. Applying the code would create 1 missing resource and undo the changes of 3 resources. Before the code is applied, close what is open to everybody, find out who deleted what is missing and take the larger size into the code if it is still needed.",
      recommendation: 'investigate',
    });
  });

  it('gathers the same kind of drift', () => {
    const many = Array.from({ length: 12 }, (_, index) => deleted(`r${index}`));
    expect(told(...many).summary).toBe(
      '12 SQL firewall rules were deleted outside of the code. Applying the code would create 12 missing resources. Before the code is applied, find out who deleted what is missing.',
    );
    const pools = ['a', 'b', 'c'].map(name => ({
      ...findingOf('google_container_node_pool', name, [
        fieldFrom('/node_count', 3, 5),
      ]),
    }));
    expect(told(...pools).summary).toMatch(
      /^3 node pools were scaled from 3 to 5 nodes\. /,
    );
    expect(
      told(
        ...pools,
        findingOf('google_container_node_pool', 'd', [
          fieldFrom('/node_count', 1, 2),
        ]),
      ).summary,
    ).toMatch(/^4 node pools were scaled\. /);
  });

  it('can be for applying where nothing speaks against it', () => {
    expect(
      told(opened, tagged, { ...tagged, address: 'aws_s3_bucket.b' }),
    ).toMatchObject({
      summary: expect.stringMatching(
        /Apply the code to close what is open to everybody and put tags and texts right\.$/,
      ),
      recommendation: 'apply',
    });
  });

  it('says what data applying would cost', () => {
    expect(
      told(
        scaled,
        findingOf(
          'aws_db_instance',
          'main',
          [fieldFrom('/name', 'a', 'b', { forcesReplacement: true })],
          { change: 'replace', severity: 'critical' },
        ),
      ).summary,
    ).toContain(
      'Applying the code would destroy and remake 1 resource and undo the changes of 1 resource; data would be lost.',
    );
  });

  it('says of text plans what the code wants, for the first of several as for one', async () => {
    const observed = observeLowEvidence(
      await readPlanText(
        inChunks(
          planBytes(`
Terraform will perform the following actions:

  # aws_db_instance.main will be updated in-place
  ~ resource "aws_db_instance" "main" {
      ~ allocated_storage = 200 -> 100
    }

  # aws_s3_bucket.logs will be updated in-place
  ~ resource "aws_s3_bucket" "logs" {
      ~ force_destroy = true -> false
    }

Plan: 0 to add, 2 to change, 0 to destroy.
`),
        ),
      ),
    );
    const { summary } = explainReport(assess(observed));
    expect(summary).toContain('from 200 GB to 100 GB');
    expect(summary).not.toContain('without showing');
  });

  it('explains neither muted findings nor other classes', () => {
    expect(
      told(
        { ...scaled, suppressedBy: { ruleId: 'r', reason: 'Known.' } },
        { ...scaled, class: 'pending' },
      ),
    ).toEqual({
      summary:
        'Nothing drifted; 1 resource waits for code that was not applied yet.',
      findings: [],
    });
  });

  it('says that a scan failed, and what was known before', () => {
    expect(
      explainReport({
        findings: [scaled],
        driftedResources: 1,
        totalResources: 1,
        status: 'error',
        error: 'the plan is partial',
      }).summary,
    ).toMatch(
      /^The last look failed: The plan is partial\. Before that: The default/,
    );
    expect(
      explainReport({
        findings: [],
        driftedResources: 0,
        totalResources: 1,
        status: 'error',
        error: 'The plan is partial',
      }),
    ).toEqual({ summary: 'The plan is partial.', findings: [] });
  });

  it('keeps to its bounds with a thousand drifted resources', async () => {
    const report = await reportOfBytes(recordedPlan('drift-1000.json.gz'));
    const explanation = explainReport(report);
    expect(explanation.summary).toMatch(/^1,000 /);
    expect(explanation.summary.length).toBeLessThan(600);
    expect(explanation.findings).toHaveLength(200);
  });

  it('gives the same text for the same report', () => {
    expect(told(tagged, scaled, opened)).toEqual(told(tagged, scaled, opened));
  });
});
