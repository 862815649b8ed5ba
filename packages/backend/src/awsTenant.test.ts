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

import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mockCredentials } from '@backstage/backend-test-utils';
import driftModuleAws from '@infra-hub/backstage-plugin-drift-backend-module-aws';
import {
  Remediation,
  TenantDriftReport,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  exampleAwsTenants,
  prepareAws,
  repositoryRoot,
  startTenantAws,
  TenantAws,
} from '@infra-hub/drift-sandbox';
import { parse } from 'yaml';
import { DriftBench } from './__testUtils__/DriftBench';

jest.setTimeout(120_000);

const [{ name, tenantId, client }] = exampleAwsTenants;
const targetId = `aws:${client}/${tenantId}`;
const example = join(repositoryRoot(), 'examples/tenants', name);
const database = {
  region: 'eu-central-1',
  typeName: 'AWS::RDS::DBInstance',
  identifier: 'invoices-db',
};
const bucket = {
  region: 'eu-central-1',
  typeName: 'AWS::S3::Bucket',
  identifier: 'initech-invoice-archive',
};

/** The example tenant as it stands in the repository, on the sandbox's AWS. */
describe('the tenant of the demonstration that is on AWS', () => {
  const bench = new DriftBench();
  let tenantAws: TenantAws;

  const keys = (user: TenantAws['reader']) => ({
    accessKeyId: user.accessKeyId,
    secretAccessKey: user.secretAccessKey,
  });

  beforeAll(async () => {
    tenantAws = await startTenantAws({ cacheDir: bench.directory, port: 0 });
    prepareAws(tenantAws);
    const entity = parse(
      readFileSync(join(example, 'catalog-info.yaml'), 'utf8'),
    );
    cpSync(join(example, 'deploy'), join(bench.codeDirectory, 'deploy'), {
      recursive: true,
    });
    bench.addEntity(entity.metadata.name, entity.metadata.annotations);
    await bench.start({
      features: [driftModuleAws],
      drift: {
        tenants: { allowedRoots: [bench.codeDirectory] },
        aws: {
          accounts: [
            {
              name: 'sandbox',
              id: tenantAws.aws.accountId,
              regions: ['eu-central-1'],
              clients: [client],
              endpoint: tenantAws.aws.url,
              requestsPerSecond: 100,
              credentials: keys(tenantAws.reader),
              remediation: { credentials: keys(tenantAws.remediator) },
              attribution: true,
            },
          ],
        },
        remediation: { enabled: true },
      },
    });
    await bench.settled(1);
  });

  afterAll(async () => {
    await bench.dispose();
    await tenantAws?.aws.stop();
  });

  const drift = async () =>
    (await bench.findings(targetId)).filter(
      each => each.class === 'drift' && each.state === 'open',
    );

  const report = () =>
    bench.get<TenantDriftReport>(
      `/api/drift/v1/infrastructure/tenants/${tenantId}/drift-report`,
    );

  const post = async (path: string, body: object): Promise<Remediation> => {
    const answer = await fetch(`${bench.url}/api/drift${path}`, {
      method: 'POST',
      headers: {
        Authorization: mockCredentials.user.header(),
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    expect([answer.status, await answer.clone().text()]).toEqual([
      200,
      expect.anything(),
    ]);
    return await answer.json();
  };

  it('has a drifted database and a clean bucket', async () => {
    expect(await bench.target(targetId)).toMatchObject({
      status: 'drifted',
      risk: 'critical',
      totalResources: 2,
      driftedResources: 1,
      blindSpots: [],
      warnings: [],
    });
    const [finding, ...others] = await drift();
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      resourceType: 'database',
      resourceName: 'invoices',
      change: 'update',
      severity: 'critical',
    });
    expect(
      finding.fields
        .map(({ path, desired, actual }) => [path, desired, actual])
        .sort(),
    ).toEqual([
      ['/publicAccess', false, true],
      ['/size', 'db.t4g.medium', 'db.t4g.large'],
    ]);
    const users = new Set(tenantAws.aws.requests.map(({ user }) => user));
    expect([...users]).toEqual(['drift-reader']);
  });

  it('has the report that was asked for', async () => {
    expect(await report()).toEqual({
      tenantId,
      scanTimestamp: expect.any(String),
      hasDrift: true,
      driftItems: expect.arrayContaining([
        {
          resourceType: 'database',
          resourceName: 'invoices',
          field: 'publicAccess',
          desiredValue: 'false',
          actualValue: 'true',
          severity: 'CRITICAL',
        },
        {
          resourceType: 'database',
          resourceName: 'invoices',
          field: 'size',
          desiredValue: 'db.t4g.medium',
          actualValue: 'db.t4g.large',
          severity: 'CRITICAL',
        },
      ]),
      summary: {
        totalResources: 2,
        driftedResources: 1,
        healthyResources: 1,
      },
    });
  });

  it('says who did it, from CloudTrail', async () => {
    const attribution = await bench.eventually(
      async () => (await drift())[0].attribution,
    );
    expect(attribution).toMatchObject({
      who: 'sam@initech',
      how: 'ModifyDBInstance in the console',
      evidence: 'AWS CloudTrail',
      url: expect.stringContaining('cloudtrail'),
    });
  });

  it('is as desired after a repair that was looked at and confirmed', async () => {
    const remediation = await bench.previewRemediation(targetId, 'revert');
    expect(remediation).toMatchObject({
      state: 'previewed',
      preview: { changes: [{ resourceName: 'invoices', change: 'update' }] },
    });
    const { id, preview } = remediation;
    await post(`/remediations/${id}/confirm`, { previewHash: preview?.hash });
    const ended = await bench.eventually(async () => {
      const now = await bench.get<Remediation>(`/api/drift/remediations/${id}`);
      return now.finishedAt !== undefined && now;
    });
    expect(ended).toMatchObject({ state: 'succeeded' });
    expect(tenantAws.aws.as('anybody').find(database)).toMatchObject({
      DBInstanceClass: 'db.t4g.medium',
      PubliclyAccessible: false,
      MultiAZ: true,
    });
    expect(
      tenantAws.aws.as('anybody').history(database)[0].identity.userName,
    ).toBe('drift-remediator');
    expect(await bench.target(targetId)).toMatchObject({ status: 'clean' });
    expect(await report()).toMatchObject({ hasDrift: false, driftItems: [] });
  });

  it('tells of a bucket that somebody opens later', async () => {
    const jane = tenantAws.aws.as('jane@initech');
    jane.modify(bucket, {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: false,
        BlockPublicPolicy: false,
        IgnorePublicAcls: false,
        RestrictPublicBuckets: false,
      },
    });
    await bench.scan(targetId);
    // Nothing keeps the public out, and nothing lets it in yet
    expect(await report()).toMatchObject({ hasDrift: false });

    jane.putBucketPolicy(bucket, {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: '*',
          Action: 's3:GetObject',
          Resource: `arn:aws:s3:::${bucket.identifier}/*`,
        },
      ],
    });
    await bench.scan(targetId);
    expect((await report()).driftItems).toEqual([
      {
        resourceType: 'storage',
        resourceName: 'invoice-archive',
        field: 'publicAccess',
        desiredValue: 'false',
        actualValue: 'true',
        severity: 'CRITICAL',
      },
    ]);
  });

  it('is not clean and loses nothing while AWS forbids to look', async () => {
    tenantAws.aws.faults.set([
      {
        operation: 'GetResource',
        effect: { type: 'error', code: 'AccessDeniedException', status: 403 },
      },
    ]);
    await bench.scan(targetId);
    expect(await bench.target(targetId)).toMatchObject({ status: 'error' });
    expect(await drift()).toMatchObject([{ resourceType: 'storage' }]);
  });
});
