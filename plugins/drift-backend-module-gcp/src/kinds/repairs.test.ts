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
import { planCloudRepair, toLiveCloudResource } from '@infra-hub/drift-engine';
import { BOOT_DISK, INVOICES, PLAIN_BUCKET } from '../__testUtils__/documents';
import { GcpBench, KINDS, PATHS } from '../__testUtils__/GcpBench';

const KEY = 'projects/acme-prod/locations/eu/keyRings/r/cryptoKeys/k';

describe('Repairs of what Google Cloud has', () => {
  let bench: GcpBench;

  beforeEach(async () => {
    bench = await GcpBench.start();
    const { resources } = bench.google;
    resources.set(PATHS.sql, INVOICES);
    resources.set(PATHS.bucket, PLAIN_BUCKET);
    resources.set(PATHS.disk, BOOT_DISK);
  });

  afterEach(async () => {
    await bench.stop();
  });

  /** What is sent for a neutral property to be so. */
  const send = async (
    kind: string,
    id: string,
    name: string,
    value: JsonValue,
  ) => {
    const looked = await bench.look(kind, id);
    const property = looked.kind.properties.find(each => each.name === name);
    const writes = property?.write?.(value, looked.document) ?? [];
    expect(await bench.update(looked, writes)).toEqual({ state: 'done' });
    return bench.google.sent('PATCH')[0];
  };

  it.each<[string, JsonObject, string, JsonValue, JsonObject]>([
    [
      'no rules by removing the lifecycle',
      { lifecycle: { rule: [{ action: { type: 'Delete' }, condition: {} }] } },
      'lifecycle',
      [],
      { lifecycle: null },
    ],
    [
      'no key by removing the encryption',
      { encryption: { defaultKmsKeyName: KEY } },
      'encryption/keyId',
      '',
      { encryption: null },
    ],
    [
      'no key without losing what else is said of encryption',
      {
        encryption: {
          defaultKmsKeyName: KEY,
          googleManagedEncryptionEnforcementConfig: {
            restrictionMode: 'NotRestricted',
          },
        },
      },
      'encryption/keyId',
      '',
      {
        encryption: { defaultKmsKeyName: null },
      },
    ],
    [
      'a key',
      {},
      'encryption/keyId',
      KEY,
      { encryption: { defaultKmsKeyName: KEY } },
    ],
  ])('send a bucket %s', async (_what, more, name, value, body) => {
    bench.google.resources.set(PATHS.bucket, { ...PLAIN_BUCKET, ...more });
    expect(await send(KINDS.bucket, 'acme-files', name, value)).toMatchObject({
      query: { ifMetagenerationMatch: '1' },
      body,
    });
  });

  it('send numbers of an instance as text where the API has text, and as numbers elsewhere', async () => {
    expect(
      (await send(KINDS.sql, 'orders', 'storageMaxGiB', 200)).body,
    ).toEqual({
      settings: { storageAutoResizeLimit: '200', settingsVersion: '7' },
    });
    bench.google.requests.length = 0;
    expect(
      (await send(KINDS.sql, 'orders', 'backupRetentionDays', 14)).body,
    ).toEqual({
      settings: {
        settingsVersion: '8',
        backupConfiguration: {
          enabled: true,
          backupRetentionSettings: { retainedBackups: 14 },
        },
      },
    });
  });

  it.each<[string, string, JsonObject, RegExp]>([
    [
      KINDS.disk,
      'europe-west1-b/data',
      { resourcePolicies: ['daily'] },
      /added and removed by methods of their own/,
    ],
    [KINDS.bucket, 'acme-files', { location: 'US' }, /by a relocation/],
    [
      KINDS.bucket,
      'acme-files',
      { retentionPolicy: { isLocked: true } },
      /locked by a method of its own/,
    ],
    [KINDS.sql, 'orders', { masterInstanceName: 'main' }, /by its promotion/],
    [
      KINDS.sql,
      'orders',
      { settings: { ipConfiguration: { requireSsl: true } } },
      /sslMode has taken its place/,
    ],
  ])(
    'send no %s %s to %j, and say what does it',
    async (kind, id, providerProperties, reason) => {
      const looked = await bench.look(kind, id);
      const live = toLiveCloudResource({ ...looked, provider: 'gcp' });
      const { writes, refusals } = planCloudRepair({
        desired: { ...live, name: 'it', properties: {}, providerProperties },
        live,
        kind: looked.kind,
        document: looked.document,
      });
      expect(writes).toEqual([]);
      expect(refusals).toEqual([expect.stringMatching(reason)]);
    },
  );

  it.each([
    ['architecture', 'ARM64'],
    ['accessMode', 'READ_ONLY_MANY'],
    ['licenses', []],
    ['provisionedIops', '5000'],
  ])('send %s of a disk by its update, and name it', async (name, value) => {
    const looked = await bench.look(KINDS.disk, 'europe-west1-b/data');
    expect(
      await bench.update(looked, [{ pointer: `/${name}`, value }]),
    ).toEqual({ state: 'done' });
    expect(bench.google.sent('PATCH')).toMatchObject([
      { path: PATHS.disk, query: { paths: name }, body: { [name]: value } },
    ]);
    expect(looked.kind.createOnly).not.toContain(`/${name}`);
  });
});
