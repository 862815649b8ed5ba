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

import { DATA_DISK, FILES, ORDERS } from './__testUtils__/documents';
import { Fault, refusal } from './__testUtils__/FakeGoogle';
import { GcpBench, KINDS, PATHS } from './__testUtils__/GcpBench';

const ASSETS = '/cloudasset/v1/projects/acme-prod/assets';

describe('GcpProvider lists', () => {
  let bench: GcpBench;

  beforeEach(async () => {
    bench = await GcpBench.start();
  });

  afterEach(async () => {
    await bench.stop();
  });

  const addDisk = (name: string, zone = 'europe-west1-b') => {
    const document = {
      ...DATA_DISK,
      name,
      zone: `https://www.googleapis.com/compute/v1/projects/acme-prod/zones/${zone}`,
    };
    bench.google.assets.push({
      name: `//compute.googleapis.com/projects/acme-prod/zones/${zone}/disks/${name}`,
      assetType: KINDS.disk,
      resource: { version: 'v1', data: { ...document, sizeGb: '1' } },
    });
    bench.google.resources.set(PATHS.disk.replace('data', name), document);
  };

  const list = (kind: string) =>
    bench.provider.list(
      { account: bench.account, kind: bench.ref(kind, '').kind },
      bench.context,
    );

  it('every page of the inventory, and what is there as it is now', async () => {
    bench.google.pageSize = 2;
    ['one', 'two', 'three', 'four', 'five'].forEach(name => addDisk(name));
    const listing = await list(KINDS.disk);
    expect(listing).toMatchObject({ complete: true, reasons: [] });
    expect(listing.documents.map(({ id }) => id)).toEqual(
      ['one', 'two', 'three', 'four', 'five'].map(
        name => `projects/acme-prod/zones/europe-west1-b/disks/${name}`,
      ),
    );
    expect(listing.documents[0].document).toMatchObject({ sizeGb: '100' });
    expect(bench.google.sent('GET', ASSETS)).toHaveLength(3);
  });

  it('Cloud SQL instances and buckets by the names that the inventory has', async () => {
    bench.google.assets.push(
      {
        name: '//cloudsql.googleapis.com/projects/4711/instances/orders',
        assetType: KINDS.sql,
        resource: { data: ORDERS },
      },
      {
        name: '//storage.googleapis.com/acme-files',
        assetType: KINDS.bucket,
        resource: { data: FILES },
      },
    );
    bench.google.resources.set(PATHS.sql, ORDERS);
    bench.google.resources.set(PATHS.bucket, FILES);
    expect(await list(KINDS.sql)).toMatchObject({
      complete: true,
      documents: [{ id: 'projects/acme-prod/instances/orders' }],
    });
    expect(await list(KINDS.bucket)).toMatchObject({
      complete: true,
      documents: [{ id: 'acme-files', managedBy: { tool: 'Terraform' } }],
    });
  });

  it('nothing that may be of another tenant, not even in reasons', async () => {
    addDisk('data');
    addDisk('globex');
    bench.google.fail({
      path: PATHS.disk.replace('data', 'globex'),
      status: 403,
      body: refusal(403, 'Denied'),
    });
    const listing = await bench.provider.list(
      {
        account: bench.account,
        kind: bench.ref(KINDS.disk, '').kind,
        isWanted: id => id.endsWith('/data'),
      },
      bench.context,
    );
    expect(listing).toMatchObject({ complete: true, reasons: [] });
    expect(listing.documents).toHaveLength(1);
  });

  it('nothing that went since the inventory looked', async () => {
    addDisk('data');
    bench.google.resources.delete(PATHS.disk);
    bench.google.resources.set(PATHS.zone, { name: 'europe-west1-b' });
    expect(await list(KINDS.disk)).toEqual({
      documents: [],
      complete: true,
      reasons: [],
    });
  });

  it('nothing of what cannot be read now, because the inventory may be old', async () => {
    addDisk('data');
    bench.google.fail({
      path: PATHS.disk,
      status: 403,
      body: refusal(403, 'Denied'),
    });
    expect(await list(KINDS.disk)).toMatchObject({
      documents: [],
      complete: false,
      reasons: [expect.stringContaining('do not suffice')],
    });
  });

  it('no more than can be read afresh, and says so', async () => {
    Array.from({ length: 501 }, (_each, index) => addDisk(`disk-${index}`));
    const listing = await list(KINDS.disk);
    expect(listing.documents).toHaveLength(500);
    expect(listing).toMatchObject({
      complete: false,
      reasons: [
        'There are 501 in the inventory, of which 500 are read afresh.',
      ],
    });
  });

  it('only regions that may be looked at', async () => {
    await bench.stop();
    bench = await GcpBench.start({ account: { regions: ['europe-west1'] } });
    addDisk('data');
    addDisk('far', 'us-east1-c');
    const { documents } = await list(KINDS.disk);
    expect(documents.map(({ name }) => name)).toEqual(['data']);
  });

  it.each<[string, Fault, RegExp]>([
    [
      'the inventory is not enabled',
      {
        path: ASSETS,
        status: 403,
        body: refusal(403, 'Cloud Asset API has not been used', {
          detail: 'SERVICE_DISABLED',
          metadata: { service: 'cloudasset.googleapis.com' },
        }),
      },
      /cloudasset\.googleapis\.com is not enabled/,
    ],
    [
      'a page is of another shape',
      { path: ASSETS, status: 200, body: { assets: 'none' } },
      /page that cannot be read/,
    ],
    [
      'an asset is of another shape',
      {
        path: ASSETS,
        status: 200,
        body: { assets: [{ name: 'x', assetType: KINDS.disk }] },
      },
      /something that cannot be read/,
    ],
    [
      'pages do not end',
      {
        path: ASSETS,
        times: 5,
        status: 200,
        body: { assets: [], nextPageToken: 'again' },
      },
      /do not end/,
    ],
  ])('not completely when %s', async (_what, fault, reason) => {
    bench.google.fail(fault);
    expect(await list(KINDS.disk)).toEqual({
      documents: [],
      complete: false,
      reasons: [expect.stringMatching(reason)],
    });
  });

  it('what came before a page that failed', async () => {
    bench.google.pageSize = 1;
    addDisk('one');
    addDisk('two');
    bench.google.fail({
      path: `${ASSETS}`,
      status: 200,
      body: {
        assets: [bench.google.assets[0]],
        nextPageToken: '1',
      },
    });
    bench.google.fail({
      path: ASSETS,
      status: 500,
      body: refusal(500, 'Internal'),
      times: 9,
    });
    expect(await list(KINDS.disk)).toMatchObject({
      documents: [{ name: 'one' }],
      complete: false,
    });
  });
});
