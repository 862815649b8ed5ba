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

import { JsonObject } from '@backstage/types';
import { CloudFieldWrite, toLiveCloudResource } from '@infra-hub/drift-engine';
import { randomUUID } from 'node:crypto';
import { GcpBench, KINDS } from './__testUtils__/GcpBench';

/** As Google's own libraries name it, e.g. `http://127.0.0.1:9000`. */
const EMULATOR = process.env.STORAGE_EMULATOR_HOST;

if (EMULATOR === undefined) {
  process.stderr.write(
    'skipped: no emulator of Cloud Storage at STORAGE_EMULATOR_HOST\n',
  );
}
const describeWithEmulator = EMULATOR === undefined ? describe.skip : describe;

describeWithEmulator('Buckets of an emulator of Cloud Storage', () => {
  const name = `drift-${randomUUID()}`;
  let bench: GcpBench;

  beforeEach(async () => {
    bench = await GcpBench.start();
    bench.google.storage = EMULATOR;
    const made = await fetch(`${EMULATOR}/storage/v1/b?project=acme-prod`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, location: 'EU', storageClass: 'NEARLINE' }),
    });
    const { projectNumber } = (await made.json()) as JsonObject;
    bench.google.projects.set('acme-prod', {
      projectId: 'acme-prod',
      projectNumber,
      lifecycleState: 'ACTIVE',
    });
  });

  afterEach(async () => {
    await fetch(`${EMULATOR}/storage/v1/b/${name}`, { method: 'DELETE' });
    await bench.stop();
  });

  const propertiesNow = async () => {
    const found = await bench.look(KINDS.bucket, name);
    return toLiveCloudResource({ ...found, provider: 'gcp' }).properties;
  };

  /** What makes neutral properties so. */
  const change = async (wanted: JsonObject) => {
    const looked = await bench.look(KINDS.bucket, name);
    const writes = looked.kind.properties.flatMap(
      (property): CloudFieldWrite[] => {
        const value = wanted[property.name];
        return value === undefined
          ? []
          : property.write?.(value, looked.document) ?? [];
      },
    );
    return await bench.update(looked, writes);
  };

  it('are read', async () => {
    expect(await bench.look(KINDS.bucket, name)).toMatchObject({
      name,
      region: 'eu',
      version: '1',
    });
    expect(await propertiesNow()).toMatchObject({
      tier: 'NEARLINE',
      versioning: false,
      lifecycle: [],
    });
  });

  it('are gone when it says so', async () => {
    expect(await bench.read(KINDS.bucket, `${name}-gone`)).toEqual({
      state: 'absent',
    });
  });

  it('are changed, and changed back', async () => {
    const rules = [{ action: { type: 'Delete' }, condition: { age: 30 } }];
    expect(
      await change({
        tier: 'STANDARD',
        versioning: true,
        lifecycle: rules,
        publicAccess: false,
        'encryption/keyId': 'projects/p/locations/eu/keyRings/r/cryptoKeys/k',
      }),
    ).toEqual({ state: 'done' });
    expect(await propertiesNow()).toMatchObject({
      tier: 'STANDARD',
      versioning: true,
      lifecycle: rules,
      publicAccess: false,
      encryption: {
        keyId: 'projects/p/locations/eu/keyRings/r/cryptoKeys/k',
      },
    });
    expect(
      await change({
        versioning: false,
        lifecycle: [],
        'encryption/keyId': '',
      }),
    ).toEqual({ state: 'done' });
    const back = await propertiesNow();
    expect(back).toMatchObject({
      tier: 'STANDARD',
      versioning: false,
      lifecycle: [],
      publicAccess: false,
    });
    expect(back.encryption).toEqual({ enabled: true });
  });

  it('take and lose labels', async () => {
    for (const value of ['files', undefined]) {
      const looked = await bench.look(KINDS.bucket, name);
      expect(
        await bench.update(looked, [{ pointer: '/labels/team', value }]),
      ).toEqual({ state: 'done' });
      const { document } = await bench.look(KINDS.bucket, name);
      expect(document.labels ?? {}).toEqual(
        value === undefined ? {} : { team: value },
      );
    }
  });

  it('are not changed over a change of somebody else', async () => {
    const looked = await bench.look(KINDS.bucket, name);
    await change({ tier: 'COLDLINE' });
    expect(
      await bench.update(looked, [
        { pointer: '/versioning/enabled', value: true },
      ]),
    ).toEqual({ state: 'superseded' });
    // What looks away in the very moment is refused by the emulator itself
    const refused = await fetch(
      `${EMULATOR}/storage/v1/b/${name}?ifMetagenerationMatch=1`,
      {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ versioning: { enabled: true } }),
      },
    );
    expect(refused.status).toBe(412);
  });
});
