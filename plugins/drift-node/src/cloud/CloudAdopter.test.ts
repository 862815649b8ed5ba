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

import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { JsonObject } from '@backstage/types';
import { DesiredResource } from '@infra-hub/backstage-plugin-drift-common';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { AdoptionProposal } from '../remediation/Remediator';
import {
  BILLS,
  FILES,
  finding,
  RepairBench,
  SHOP,
} from './__testUtils__/RepairBench';
import { createCloudAdopter } from './CloudAdopter';
import { CloudFailure } from './CloudProvider';

const DATABASES = `# Databases of the shop
---
apiVersion: infra-hub.io/v1
kind: Database
metadata: { name: shop, labels: { team: blue } }
spec:
  provider: fake
  account: prod
  region: eu
  kind: Fake::Database
  id: shop
  properties:
    engine: postgres
    # Tested with this one
    version: '15'
    size: small   # enough until spring
    storageGiB: 100
    publicAccess: false
    encryption: { enabled: true }
  providerProperties:
    Tags:
      - { Key: team, Value: blue }
---
apiVersion: infra-hub.io/v1
kind: Database
metadata:
  name: bills
spec: { provider: fake, account: prod, kind: Fake::Database, id: bills, properties: { size: small } }
`;

const STORAGES = `apiVersion: infra-hub.io/v1
kind: Storage
metadata:
  name: files
spec:
  provider: fake
  account: dev
  region: eu
  kind: Fake::Bucket
  id: files
  properties:
    versioning: true
`;

/** A tenant on a cloud, with manifests in a directory. */
class AdopterBench {
  readonly repairs = RepairBench.create();
  readonly root = mkdtempSync(join(tmpdir(), 'drift-adopt-'));
  readonly target = {
    ...this.repairs.target,
    entityRefs: ['resource:default/acme'],
  };
  origin: DesiredResource['origin'] = 'manifest';
  readonly #entities: JsonObject[];

  constructor(annotations: JsonObject = { 'infra-hub.io/desired-state': '.' }) {
    this.#entities = [
      {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Resource',
        metadata: {
          name: 'acme',
          annotations: {
            'backstage.io/managed-by-location': `file:${this.root}/catalog-info.yaml`,
            ...annotations,
          },
        },
      },
    ];
    mkdirSync(this.root, { recursive: true });
    this.write('databases.yaml', DATABASES);
    this.write('storages.yaml', STORAGES);
    const Tags = [
      { Key: 'team', Value: 'blue' },
      { Key: 'billed-by', Value: 'the-cloud' },
    ];
    this.repairs.change('shop', { Tags });
  }

  get adopter() {
    return createCloudAdopter({
      provider: this.repairs.provider,
      config: new ConfigReader({
        drift: {
          tenants: { allowedRoots: [this.root] },
          fake: {
            accounts: ['prod', 'dev'].map((name, index) => ({
              name,
              id: String(index).repeat(3),
              regions: ['eu'],
              tenants: ['acme'],
              requestsPerSecond: 1000,
            })),
          },
        },
      }),
      auth: mockServices.auth(),
      catalog: catalogServiceMock({ entities: this.#entities as never }),
      urlReader: mockServices.urlReader.mock(),
      logger: this.repairs.logger,
    });
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  /** What the drift plugin makes of the manifests before a scan. */
  read(): DesiredResource[] {
    return ['databases.yaml', 'storages.yaml'].flatMap(path =>
      parseAllDocuments(readFileSync(join(this.root, path), 'utf8')).flatMap(
        document => {
          const manifest = document.toJS();
          return manifest
            ? {
                tenantId: 'acme',
                resourceType: manifest.kind.toLowerCase(),
                name: manifest.metadata.name,
                spec: manifest,
                revision: 1,
                updatedAt: '2026-11-22T08:00:00Z',
                origin: this.origin,
              }
            : [];
        },
      ),
    );
  }

  async propose(addresses?: string[]): Promise<AdoptionProposal> {
    this.repairs.resources = this.read();
    return await this.adopter.propose(
      {
        ...this.repairs.request(addresses),
        action: 'adopt',
        target: this.target,
      },
      this.repairs.context(),
    );
  }

  /** Merges the pull request. */
  merge({ files }: AdoptionProposal): void {
    files.forEach(({ path, after }) => this.write(path, after));
    this.repairs.resources = this.read();
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

describe('manifests of what is on a cloud', () => {
  let bench: AdopterBench;

  beforeEach(() => {
    bench = new AdopterBench();
  });

  afterEach(() => {
    bench.remove();
  });

  it('take over what really is, and keep everything else byte for byte', async () => {
    bench.repairs
      .change('shop', {
        EngineVersion: '16.3',
        Class: 'huge',
        Storage: 500,
        Public: true,
        Tags: [
          { Key: 'billed-by', Value: 'the-cloud' },
          { Key: 'team', Value: 'green' },
        ],
      })
      .change('bills', { Class: 'large' });
    const proposal = await bench.propose();
    expect(proposal.files).toEqual([
      {
        path: 'databases.yaml',
        before: DATABASES,
        after: DATABASES.replace("version: '15'", "version: '16'")
          .replace('size: small   #', 'size: huge   #')
          .replace('storageGiB: 100', 'storageGiB: 500')
          .replace('publicAccess: false', 'publicAccess: true')
          .replace('{ size: small }', '{ size: large }')
          .replace(/ {4}Tags:\n.*\n/, () =>
            ['    Tags:', '      - Key: team', '        Value: green', ''].join(
              '\n',
            ),
          ),
      },
    ]);
    expect(proposal).toMatchObject({
      changes: [
        { address: BILLS, change: 'update' },
        {
          address: SHOP,
          resourceName: 'shop',
          change: 'update',
          fields: expect.arrayContaining([
            { path: '/size', actual: 'huge', desired: 'small' },
          ]),
        },
      ],
      instructions: [],
      warnings: [],
    });
    bench.merge(proposal);
    await expect(bench.repairs.drift()).resolves.toEqual([]);
    expect(bench.repairs.updates).toEqual([]);
  });

  it('change only where it was asked for, and not what is muted', async () => {
    bench.repairs
      .change('shop', { Class: 'huge', Public: true })
      .change('bills', { Class: 'large' });
    bench.repairs.findings = [
      finding({
        normalised: [
          { path: '/size', normaliser: 'ignore-rule:sizes', reason: 'Ours.' },
        ],
      }),
    ];
    const { files } = await bench.propose([SHOP]);
    expect(files.map(({ after }) => after)).toEqual([
      expect.stringContaining('size: small   # enough'),
    ]);
    expect(files[0].after).toContain('publicAccess: true');
    expect(files[0].after).toContain('properties: { size: small }');

    const suppressedBy = { ruleId: 'r', reason: 'Tried by hand.' };
    bench.repairs.findings = [finding({ suppressedBy })];
    const { changes } = await bench.propose();
    expect(changes.map(({ address }) => address)).toEqual([BILLS]);
  });

  it('lose the document of what is gone, and nothing that was only not seen', async () => {
    bench.repairs.provider.remove({
      account: 'prod',
      region: 'eu',
      kind: 'Fake::Database',
      id: 'bills',
    });
    bench.repairs.provider.readings.set('files', {
      state: 'unseen',
      reason: 'It is locked.',
    });
    const { files, changes, warnings } = await bench.propose();
    expect(changes).toMatchObject([{ address: BILLS, change: 'create' }]);
    expect(files).toHaveLength(1);
    expect(files[0].after).toContain('name: shop');
    expect(files[0].after).not.toContain('name: bills');
    expect(warnings).toEqual([
      `Left as it is, because it could not be read: ${FILES}.`,
    ]);
  });

  it('move the bound of what grew above it', async () => {
    bench.write(
      'databases.yaml',
      DATABASES.replace(
        'storageGiB: 100',
        'storageGiB: 100\n    storageMaxGiB: 200',
      ),
    );
    bench.repairs.change('shop', { Storage: 500 });
    const proposal = await bench.propose([SHOP]);
    expect(proposal.files[0].after).toContain(
      'storageGiB: 500\n    storageMaxGiB: 500',
    );
    expect(proposal.warnings).toEqual([]);
    bench.merge(proposal);
    await expect(bench.repairs.drift()).resolves.toEqual([]);
  });

  it('get instructions where a patch could show a secret', async () => {
    const secret = 'S3cr3t-Pa55word-0f-the-database';
    bench.write(
      'databases.yaml',
      DATABASES.replace(
        '  providerProperties:\n',
        `  providerProperties:\n    Settings: { address: none }\n`,
      ),
    );
    bench.repairs.change('shop', {
      Tags: [{ Key: 'team', Value: 'blue' }],
      Settings: { address: `postgres://root:${secret}@db` },
    });
    const proposal = await bench.propose([SHOP]);
    expect(proposal.files).toEqual([]);
    expect(proposal.instructions).toEqual([
      {
        address: SHOP,
        path: '/providerProperties/Settings/address',
        text: expect.stringMatching(/^Change .* by hand: its value may be/),
      },
    ]);
    expect(JSON.stringify(proposal)).not.toContain(secret);
  });

  it('get instructions where they are written twice, changed meanwhile, or not there', async () => {
    bench.repairs.change('files', { Versioning: false });
    const texts: string[] = [];
    for (const manifests of [
      `${STORAGES}---\n${STORAGES}`,
      STORAGES.replace('versioning: true', 'versioning: false'),
      STORAGES.replace('id: files', 'id: others'),
    ]) {
      bench.write('storages.yaml', STORAGES);
      bench.repairs.resources = bench.read();
      const resources = bench.read();
      bench.write('storages.yaml', manifests);
      const { instructions, files } = await bench.adopter.propose(
        { ...bench.repairs.request(), target: bench.target },
        {
          ...bench.repairs.context(),
          readDesiredState: async () => ({
            tenantId: 'acme',
            revision: 1,
            resources,
          }),
        },
      );
      expect(files).toEqual([]);
      texts.push(...instructions.map(({ text }) => text));
    }
    expect(texts).toEqual([
      expect.stringContaining('in more than one place'),
      expect.stringContaining('something else than the desired state'),
      expect.stringContaining('was not found'),
    ]);
  });

  it('say what to do with what nobody desired', async () => {
    bench.repairs.findings = [
      finding({ address: 'Fake::Database/odd', unmanaged: true }),
    ];
    const { instructions } = await bench.propose();
    expect(instructions).toMatchObject(
      [{ address: 'Fake::Database/odd', text: /^Nobody desired it/ }].map(
        each => ({ ...each, text: expect.stringMatching(each.text) }),
      ),
    );
  });

  describe('that are none', () => {
    it.each([
      ['api' as const, 'was written by the API'],
      ['capture' as const, 'was captured'],
    ])('are said to be so where the state is by %s', async (origin, words) => {
      bench.origin = origin;
      bench.repairs.change('shop', { Class: 'huge' });
      await expect(bench.propose()).rejects.toMatchObject({
        name: 'RemediationFailure',
        message: `What is desired of tenant acme on Fake Cloud ${words} and does not come from manifests, so there is no file that could be changed. Capture what is there now as the desired state instead, or change it by the API.`,
      });
      expect(bench.repairs.provider.asked).toEqual([]);
    });

    it('are said to be so where no entity names any', async () => {
      expect(
        bench.adopter.supports({ ...bench.target, entityRefs: [] }),
      ).toEqual({
        supported: false,
        reason: expect.stringContaining('Capture what is there now'),
      });
      expect(bench.adopter.supports(bench.target)).toEqual({ supported: true });
      const other = new AdopterBench({});
      await expect(other.propose()).rejects.toThrow('No entity names');
      other.remove();
    });
  });

  it('are not touched for who may not be looked at', async () => {
    const target = { ...bench.target, name: 'other' };
    expect(bench.adopter.supports(target)).toEqual({
      supported: false,
      reason: expect.stringContaining('may not be looked at in account prod'),
    });
    bench.repairs.provider.readings.set('shop', new CloudFailure('No way in.'));
    const { files, warnings } = await bench.propose([SHOP]);
    expect(files).toEqual([]);
    expect(warnings).toContain('No way in.');
  });
});
