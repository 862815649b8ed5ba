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

/**
 * A tenant with 10,000 desired databases on a cloud, every tenth of them changed,
 * beside 10,000 that nobody desired: how long the event loop is held in one piece
 * while a scan reads the desired state and compares, against the whole time of that,
 * which is how long it would be held without pauses. The best of some rounds. Exits
 * with 1 above the floor, or when not exactly what was changed and what nobody
 * desired is found.
 *
 * Usage: node benchmarks/cloud-compare/run.mjs [--quick]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The longest piece, in parts of the whole. */
const GOAL = 0.03;
const FLOOR = 0.15;
const quick = process.argv.includes('--quick');
const count = quick ? 2_000 : 10_000;
const rounds = quick ? 3 : 5;

const read = field => ({ read: document => document[field] });
const KIND = {
  kind: 'AWS::RDS::DBInstance',
  resourceType: 'database',
  title: 'RDS instance',
  properties: [
    { name: 'engine', field: '/Engine', ...read('Engine') },
    { name: 'version', field: '/EngineVersion', ...read('EngineVersion') },
    { name: 'size', field: '/DBInstanceClass', ...read('DBInstanceClass') },
    {
      name: 'storageGiB',
      field: '/AllocatedStorage',
      read: ({ AllocatedStorage }) => Number(AllocatedStorage),
    },
    { name: 'highAvailability', field: '/MultiAZ', ...read('MultiAZ') },
    {
      name: 'encryption/enabled',
      field: '/StorageEncrypted',
      ...read('StorageEncrypted'),
    },
    { name: 'encryption/keyId', field: '/KmsKeyId', ...read('KmsKeyId') },
    {
      name: 'publicAccess',
      field: '/PubliclyAccessible',
      ...read('PubliclyAccessible'),
    },
  ],
  computed: ['/Endpoint', '/DbiResourceId', '/DBInstanceArn'],
  writeOnly: ['/MasterUserPassword'],
  defaults: { '/CopyTagsToSnapshot': false, '/Tags': [] },
  caseless: ['/DBInstanceIdentifier', '/DBSubnetGroupName', '/Engine'],
};

function documentOf(id, index) {
  return {
    DBInstanceIdentifier: id,
    DBInstanceArn: `arn:aws:rds:eu-central-1:123456789012:db:${id}`,
    DBInstanceClass: 'db.t4g.medium',
    Engine: 'postgres',
    EngineVersion: '15.4',
    AllocatedStorage: '100',
    MultiAZ: true,
    StorageEncrypted: true,
    KmsKeyId: `arn:aws:kms:eu-central-1:123456789012:key/${index}`,
    PubliclyAccessible: false,
    DBSubnetGroupName: 'private',
    PreferredMaintenanceWindow: 'sun:04:00-sun:05:00',
    VPCSecurityGroups: ['sg-1', 'sg-2', 'sg-3'],
    Tags: [
      { Key: 'team', Value: 'platform' },
      { Key: 'service', Value: id },
    ],
    Endpoint: { Address: `${id}.example.com`, Port: '5432' },
    Port: '5432',
    DbiResourceId: `db-${index}`,
  };
}

function wantedOf(id, index) {
  return {
    tenantId: 'acme',
    resourceType: 'database',
    name: id,
    spec: {
      provider: 'bench',
      kind: KIND.kind,
      id,
      properties: {
        engine: 'postgres',
        version: '15',
        size: 'db.t4g.medium',
        storageGiB: 100,
        highAvailability: true,
        publicAccess: false,
        encryption: {
          enabled: true,
          keyId: `arn:aws:kms:eu-central-1:123456789012:key/${index}`,
        },
      },
      providerProperties: {
        DBSubnetGroupName: 'Private',
        PreferredMaintenanceWindow: 'Sun:04:00-Sun:05:00',
        VPCSecurityGroups: ['sg-3', 'sg-2', 'sg-1'],
        Tags: [
          { Key: 'service', Value: id },
          { Key: 'team', Value: 'platform' },
        ],
        Port: 5432,
      },
    },
    revision: 1,
    updatedAt: '2026-11-22T02:37:07Z',
    origin: 'api',
  };
}

function liveOf(id, index) {
  const document = documentOf(id, index);
  return index % 10 === 0
    ? { ...document, DBInstanceClass: 'db.r5.large' }
    : document;
}

/** How long something takes, and the longest time that it holds the event loop. */
async function measure(work) {
  let piece = 0;
  let last = performance.now();
  let going = true;
  const look = () => {
    const now = performance.now();
    piece = Math.max(piece, now - last);
    last = now;
    if (going) {
      setImmediate(look);
    }
  };
  setImmediate(look);
  const start = performance.now();
  const result = await work();
  const whole = performance.now() - start;
  going = false;
  look();
  return { result, whole, piece };
}

const directory = mkdtempSync(join(tmpdir(), 'drift-compare-'));
try {
  const folder = fileURLToPath(
    new URL('../../plugins/drift-node/src/cloud/', import.meta.url),
  );
  const bundle = join(directory, 'source.mjs');
  await build({
    stdin: {
      contents: `
        export { selectManyDesired } from './selectDesired';
        export { compareLook } from './compareLook';
        export { withAddresses } from './addresses';
        export { toLiveCloudResource } from '@infra-hub/drift-engine';
      `,
      resolveDir: folder,
    },
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const { selectManyDesired, compareLook, withAddresses, toLiveCloudResource } =
    await import(pathToFileURL(bundle));

  // Parsed, as they come from an answer, and not as this script made them.
  const parsed = value => JSON.parse(JSON.stringify(value));
  const ids = Array.from({ length: count }, (_, at) => `orders-${at}`);
  const wanted = parsed(ids.map(wantedOf));
  const answers = parsed(ids.map(liveOf));
  const others = parsed(ids.map(documentOf));
  const account = { name: 'main', id: '123456789012', regions: [] };
  const provider = {
    id: 'bench',
    title: 'Bench',
    accountNoun: 'account',
    kinds: [KIND],
    hasRegions: false,
    canonicalId: ({ id }) => id.toLowerCase(),
  };
  const liveAs = (id, document) =>
    toLiveCloudResource({
      kind: KIND,
      provider: provider.id,
      account: account.name,
      id,
      document,
    });

  const found = answers.map((document, at) => ({
    reading: { state: 'found', kind: KIND, id: ids[at], document },
    live: liveAs(ids[at], document),
  }));
  const live = [
    ...found.map(each => each.live),
    ...others.map((document, at) => liveAs(`other-${ids[at]}`, document)),
  ];

  /** Without the requests, between which there are pauses anyway. */
  async function scan() {
    const { placed, leftOut } = await selectManyDesired({
      provider,
      rows: wanted,
      tenant: { name: 'acme' },
      accounts: [account],
    });
    const resources = withAddresses(placed).map((each, at) => ({
      ...each,
      ...found[at],
    }));
    const place = { account };
    return await compareLook({
      provider,
      look: { resources, leftOut, blindSpots: [], failures: [] },
      inventory: {
        listed: [{ place, kind: KIND, live, complete: true, reasons: [] }],
        failures: [],
      },
    });
  }

  let best;
  let truth = true;
  for (let round = 0; round < rounds; round++) {
    const { result, whole, piece } = await measure(scan);
    const { differences, complete } = result;
    truth &&=
      complete &&
      differences.filter(each => each.rule === 'cloud-changed').length ===
        count / 10 &&
      differences.filter(each => each.rule === 'cloud-unmanaged').length ===
        count;
    if (!best || piece / whole < best.piece / best.whole) {
      best = { piece, whole };
    }
  }
  const ratio = best.piece / best.whole;
  console.log(
    `${Math.round((2 * count * 1000) / best.whole).toLocaleString(
      'en',
    )} resources a second, ${Math.round(best.whole)} ms in all, ${Math.round(
      best.piece,
    )} ms in one piece`,
  );
  console.log(
    `${ratio.toFixed(
      3,
    )} of the whole in one piece (goal ${GOAL}, floor ${FLOOR})${
      truth ? '' : '; what was found is wrong'
    }`,
  );
  process.exitCode = ratio <= FLOOR && truth ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
