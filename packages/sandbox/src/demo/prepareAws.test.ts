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

import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudControlClient,
  GetResourceCommand,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import { AwsUser } from '../aws/signature';
import { RunningCloud, startCloud } from '../cloud/startCloud';
import { prepareAws, startTenantAws } from './prepareAws';

const region = 'eu-central-1';
const database = {
  region,
  typeName: 'AWS::RDS::DBInstance',
  identifier: 'invoices-db',
};
const bucket = {
  region,
  typeName: 'AWS::S3::Bucket',
  identifier: 'initech-invoice-archive',
};

describe('the AWS of the demonstration', () => {
  let dir: string;
  const running: Array<{ stop(): Promise<void> }> = [];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'drift-tenant-aws-'));
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map(server => server.stop()));
    await rm(dir, { recursive: true, force: true });
  });

  const start = async () => {
    const started = await startTenantAws({ cacheDir: dir, port: 0 });
    running.push(started.aws);
    return started;
  };

  it('has a database that somebody changed by hand, once, and a bucket that nobody did', async () => {
    const { aws } = await start();
    expect(prepareAws({ aws })).toHaveLength(1);
    const console = aws.as('anybody');
    expect(console.find(database)).toMatchObject({
      DBInstanceClass: 'db.t4g.large',
      PubliclyAccessible: true,
      MultiAZ: true,
    });
    expect(
      console
        .history(database)
        .map(({ name, identity }) => [name, identity.userName]),
    ).toEqual([['ModifyDBInstance', 'sam@initech']]);
    expect(console.history(bucket)).toEqual([]);

    console.modify(database, { PubliclyAccessible: false });
    await aws.stop();
    running.pop();
    const again = await start();
    expect(prepareAws(again)).toEqual([]);
    expect(again.aws.as('anybody').find(database)).toMatchObject({
      PubliclyAccessible: false,
    });
  });

  it('gives Backstage a key that looks, and another one that changes', async () => {
    const { aws, reader, remediator, credentialsFile } = await start();
    prepareAws({ aws });
    const client = (user: AwsUser) =>
      new CloudControlClient({
        region,
        endpoint: aws.url,
        // The SDK notes in them where they come from.
        credentials: { ...user },
        maxAttempts: 1,
      });
    const { typeName: TypeName, identifier: Identifier } = database;
    const update = (user: AwsUser) =>
      client(user).send(
        new UpdateResourceCommand({
          TypeName,
          Identifier,
          PatchDocument: JSON.stringify([
            { op: 'replace', path: '/PubliclyAccessible', value: false },
          ]),
        }),
      );
    await client(reader).send(new GetResourceCommand({ TypeName, Identifier }));
    await expect(update(reader)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await update(remediator);

    const { mode } = await stat(credentialsFile);
    expect((mode % 0o1000).toString(8)).toBe('600');
    const profiles = await readFile(credentialsFile, 'utf8');
    expect(profiles).toContain(reader.secretAccessKey);
    expect(profiles).toContain(remediator.secretAccessKey);
    await aws.stop();
    running.pop();
    expect(await start()).toMatchObject({ reader, remediator });
  });

  describe('in the portal', () => {
    let cloud: RunningCloud;
    let console: ReturnType<Awaited<ReturnType<typeof start>>['aws']['as']>;
    const databasePage = '/aws/eu-central-1/databases/invoices-db';
    const bucketPage = '/aws/eu-central-1/buckets/initech-invoice-archive';

    beforeEach(async () => {
      const { aws } = await start();
      prepareAws({ aws });
      console = aws.as('anybody');
      cloud = await startCloud({ port: 0, aws });
      running.push(cloud);
    });

    const show = async (path: string) =>
      (await fetch(`${cloud.url}${path}`)).text();
    const submit = (path: string, fields: Record<string, string>) =>
      fetch(`${cloud.url}${path}`, {
        method: 'POST',
        body: new URLSearchParams({ actor: 'jane@initech', ...fields }),
        redirect: 'manual',
      });

    it('lists databases and buckets with who changed them last', async () => {
      const page = await show('/aws');
      expect(page).toContain(`href="${databasePage}"`);
      expect(page).toContain(`href="${bucketPage}"`);
      expect(page).toContain('sam@initech');
      expect(page).toContain('db.t4g.large');
    });

    it('labels every control', async () => {
      for (const path of [databasePage, bucketPage]) {
        const page = await show(path);
        const labels = [...page.matchAll(/<label\s+for="([^"]+)"/g)].map(
          ([, id]) => id,
        );
        const controls = [
          ...page.matchAll(/<(?:input|select)\b[^>]*>/g),
        ].filter(([tag]) => !tag.includes('type="hidden"'));
        expect(controls.length).toBeGreaterThan(1);
        for (const [tag] of controls) {
          expect(labels).toContain(/\bid="([^"]+)"/.exec(tag)?.[1]);
        }
      }
    });

    it('changes a database in the name of whoever acts', async () => {
      const answer = await submit(
        `${databasePage}?editor=availability&operation=save`,
        { BackupRetentionPeriod: '1', DeletionProtection: 'on' },
      );
      expect(answer.status).toBe(303);
      await submit(`${databasePage}?editor=instance&operation=save`, {
        DBInstanceClass: 'db.t4g.small',
        EngineVersion: '16.5',
        AllocatedStorage: '200',
      });
      expect(console.find(database)).toMatchObject({
        MultiAZ: false,
        BackupRetentionPeriod: 1,
        DeletionProtection: true,
        DBInstanceClass: 'db.t4g.small',
        EngineVersion: '16.5',
        AllocatedStorage: '200',
      });
      expect(console.history(database)[0]).toMatchObject({
        name: 'ModifyDBInstance',
        identity: { userName: 'jane@initech' },
      });
      const audit = await show('/audit');
      expect(audit).toContain('jane@initech');
      expect(audit).toContain(`href="${databasePage}"`);
    });

    it('says what AWS refuses and changes nothing', async () => {
      const answer = await submit(
        `${databasePage}?editor=instance&operation=save`,
        {
          DBInstanceClass: 'db.t4g.small',
          EngineVersion: '16.4',
          AllocatedStorage: '50',
        },
      );
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain(
        'cannot be less than the current storage size',
      );
      expect(console.find(database)).toMatchObject({
        DBInstanceClass: 'db.t4g.large',
        AllocatedStorage: '100',
      });
    });

    it('opens and closes a bucket', async () => {
      await submit(`${bucketPage}?editor=versioning&operation=save`, {});
      await submit(`${bucketPage}?editor=publicAccess&operation=save`, {
        BlockPublicAcls: 'on',
      });
      expect(console.find(bucket)).toMatchObject({
        VersioningConfiguration: { Status: 'Suspended' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: false,
          IgnorePublicAcls: false,
          RestrictPublicBuckets: false,
        },
      });
      expect(console.history(bucket).map(({ name }) => name)).toEqual([
        'PutBucketPublicAccessBlock',
        'PutBucketVersioning',
      ]);
      expect(await show(bucketPage)).toContain('public access not blocked');
    });

    it('opens a bucket by its policy once nothing blocks that', async () => {
      const open = () =>
        submit(`${bucketPage}?editor=policy&operation=save`, {
          openToAll: 'on',
        });
      const refused = await open();
      expect(refused.status).toBe(400);
      expect(await refused.text()).toContain('BlockPublicPolicy');
      expect(console.bucketPolicy(bucket)).toBeUndefined();

      await submit(`${bucketPage}?editor=publicAccess&operation=save`, {});
      await open();
      expect(await show(bucketPage)).toContain('open by its policy');
      expect(console.history(bucket)[0]).toMatchObject({
        name: 'PutBucketPolicy',
        resources: [{ type: 'AWS::S3::Bucket' }],
      });

      await submit(`${bucketPage}?editor=policy&operation=save`, {});
      expect(console.bucketPolicy(bucket)).toBeUndefined();
      expect(await show('/aws')).not.toContain('open by its policy');
    });

    it('has no page for what is not there', async () => {
      for (const path of ['/aws/eu-central-1/databases/gone', '/aws/x']) {
        expect((await fetch(`${cloud.url}${path}`)).status).toBe(404);
      }
    });
  });
});
