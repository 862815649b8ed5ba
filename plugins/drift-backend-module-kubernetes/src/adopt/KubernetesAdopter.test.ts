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

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { JsonObject } from '@backstage/types';
import { DesiredResource } from '@infra-hub/backstage-plugin-drift-common';
import {
  ManifestSet,
  AdoptionProposal,
  RemediationFailure,
} from '@infra-hub/backstage-plugin-drift-node';
import {
  exampleTenants,
  prepareTenants,
  repositoryRoot,
  RunningKubernetes,
  startKubernetes,
} from '@infra-hub/drift-sandbox';
import { parseAllDocuments } from 'yaml';
import { chance, Edited, editByHand } from '../__testUtils__/handEdits';
import { desired } from '../__testUtils__/manifests';
import { NAMESPACE, RemediationBench } from '../__testUtils__/RemediationBench';
import { KubernetesAdopter } from './KubernetesAdopter';

jest.setTimeout(300_000);

const SEEDS = 25;
const PLANTED = 'hunter2-planted';

const COMMIT = '3d1f1a5c0e5e1f5b9a7d3c2b1a0f9e8d7c6b5a49';

/** Where the catalog says that the manifests are; a directory of this machine by default. */
interface Place {
  url?: string;
  path?: string;
  allowedUrls?: string[];
}

/** Manifests of a tenant in a directory, and its cluster. */
class AdopterBench {
  static async create(
    namespace = NAMESPACE,
    place: Place = {},
  ): Promise<AdopterBench> {
    const cluster = await startKubernetes({ port: 0 });
    return new AdopterBench(cluster, namespace, place);
  }

  readonly cluster: RunningKubernetes;
  readonly root = mkdtempSync(join(tmpdir(), 'drift-adopt-test-'));
  readonly scans: RemediationBench;
  readonly #adopter: KubernetesAdopter;
  origin: DesiredResource['origin'] = 'manifest';

  private constructor(
    cluster: RunningKubernetes,
    namespace: string,
    { url, path = './deploy/', allowedUrls }: Place,
  ) {
    this.cluster = cluster;
    const target = {
      entityRefs: ['resource:default/acme'],
      location: { cluster: 'prod', namespaces: [namespace] },
    };
    this.scans = new RemediationBench({ cluster, target });
    this.#adopter = KubernetesAdopter.fromConfig({
      config: new ConfigReader({
        drift: {
          tenants: {
            allowedRoots: [this.root],
            ...(allowedUrls ? { allowedUrls } : {}),
          },
          kubernetes: {
            clusters: [
              { name: 'prod', url: cluster.url, token: cluster.adminToken },
            ],
            allowedNamespaces: [{ namespaces: ['tenant-*'], tenants: ['*'] }],
          },
        },
      }),
      auth: mockServices.auth(),
      logger: mockServices.logger.mock(),
      urlReader: mockServices.urlReader.mock({
        readTree: async address => ({
          etag: COMMIT,
          files: async () =>
            this.#filesBelow(address).map(file => ({
              path: file.path,
              content: async () => file.bytes,
            })),
          archive: jest.fn(),
          dir: jest.fn(),
        }),
        readUrl: async address => ({
          etag: 'W/"1"',
          buffer: async () => this.#filesBelow(address)[0].bytes,
        }),
      }),
      catalog: catalogServiceMock({
        entities: [
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'Resource',
            metadata: {
              name: 'acme',
              annotations: {
                'backstage.io/managed-by-location': url
                  ? `url:${url}`
                  : `file:${this.root}/catalog-info.yaml`,
                'infra-hub.io/desired-state': path,
              },
            },
          },
        ],
      }),
    });
    mkdirSync(join(this.root, 'deploy'));
  }

  /** What a host of code has at an address of the repository. */
  #filesBelow(address: string): { path: string; bytes: Buffer }[] {
    const [, path] =
      /^https:\/\/github\.com\/acme\/shop\/tree\/main\/(.*)$/.exec(address)!;
    if (/\.yaml$/.test(path)) {
      return [{ path, bytes: Buffer.from(this.read(path)) }];
    }
    return readdirSync(join(this.root, path)).map(name => ({
      path: name,
      bytes: Buffer.from(this.read(join(path, name))),
    }));
  }

  get supports() {
    return this.#adopter.supports(this.scans.target);
  }

  write(path: string, text: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** What the files say, as the desired state keeps it. */
  desired(): DesiredResource[] {
    const objects: JsonObject[] = readdirSync(join(this.root, 'deploy'))
      .sort()
      .flatMap((file): JsonObject[] => {
        const text = this.read(`deploy/${file}`);
        return file.endsWith('.json')
          ? [JSON.parse(text)]
          : parseAllDocuments(text, { merge: true })
              .map((document): JsonObject | null => document.toJS())
              .filter(object => object !== null);
      });
    return desired(...objects.map(withoutValues)).map(resource => ({
      ...resource,
      origin: this.origin,
    }));
  }

  /** Applies what the files say. */
  async apply(): Promise<void> {
    await this.cluster.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      'platform',
    );
    for (const { spec } of this.desired()) {
      await this.cluster.apply(spec, 'platform');
    }
  }

  async drift(): Promise<string[]> {
    this.scans.resources = this.desired();
    return await this.scans.drift();
  }

  async propose(addresses?: string[]): Promise<AdoptionProposal> {
    const resources = this.desired();
    return await this.#adopter.propose(
      {
        id: 'one',
        target: this.scans.target,
        action: 'adopt',
        salt: 'salt',
        findings: [],
        ...(addresses ? { addresses } : {}),
      },
      {
        signal: new AbortController().signal,
        logger: mockServices.logger.mock(),
        workDir: '/nowhere',
        readDesiredState: async () => ({
          tenantId: 'acme',
          revision: 1,
          resources,
        }),
        log: () => {},
        mayWrite: async () => {},
        remember: async () => {},
      },
    );
  }

  /** As a pull request does it when it is merged. */
  merge({ files }: AdoptionProposal): void {
    for (const { path, before, after } of files) {
      if (before !== '' && this.read(path) !== before) {
        throw new Error(`${path} is not what the proposal is for`);
      }
      if (after === '') {
        rmSync(join(this.root, path));
      } else {
        this.write(path, after);
      }
    }
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
    rmSync(this.root, { recursive: true });
  }
}

/** The desired state keeps no value of a Secret. */
function withoutValues(object: JsonObject): JsonObject {
  if (object.kind !== 'Secret') {
    return object;
  }
  const empty = (part: unknown) =>
    Object.fromEntries(
      Object.keys((part ?? {}) as JsonObject).map(key => [key, '']),
    );
  return {
    ...object,
    data: empty({
      ...(object.data as JsonObject),
      ...(object.stringData as JsonObject),
    }),
    stringData: {},
  };
}

const APP = `# The application
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ai
  namespace: ${NAMESPACE}
spec:
  replicas: 3 # enough
  selector:
    matchLabels: &labels
      app: ai
  template:
    metadata:
      labels: *labels
    spec:
      containers:
        - name: main
          image: "ai:1.2"
          env:
            - name: MODE
              value: 'fast'
            # Goes soon
            - name: OLD
              value: x
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: ${NAMESPACE}
data:
  limit: "3"
`;

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: NAMESPACE,
  name: 'ai',
};
const SETTINGS = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: NAMESPACE,
  name: 'settings',
};
type Patch = Parameters<ReturnType<RunningKubernetes['as']>['patch']>[1];
const container = (change: Patch): Patch => ({
  spec: { template: { spec: { containers: [{ name: 'main', ...change }] } } },
});

describe('KubernetesAdopter', () => {
  let bench: AdopterBench;

  beforeEach(async () => {
    bench = await AdopterBench.create();
  });

  afterEach(async () => {
    await bench.stop();
  });

  const byHand = (name: typeof DEPLOYMENT, patch: Patch) =>
    bench.cluster.as('kubectl-edit').patch(name, patch);

  it('puts what is there into the manifests, and touches nothing else of them', async () => {
    bench.write('deploy/app.yaml', APP);
    await bench.apply();
    bench.cluster.as('kubectl').scale(DEPLOYMENT, 5);
    byHand(
      DEPLOYMENT,
      container({
        image: 'ai:1.3',
        env: [
          { name: 'OLD', $patch: 'delete' } as Patch,
          { name: 'NEW', value: '1' } as Patch,
        ],
      }),
    );
    byHand(SETTINGS, { data: { limit: '9', more: 'yes' } });
    const proposal = await bench.propose();
    expect(proposal).toMatchObject({
      instructions: [],
      warnings: [],
      changes: [
        { address: `${NAMESPACE}/ConfigMap/settings`, change: 'update' },
        { address: `${NAMESPACE}/Deployment/ai`, change: 'update' },
      ],
    });
    expect(proposal).not.toHaveProperty('root');
    expect(proposal.files).toEqual([
      {
        path: 'deploy/app.yaml',
        before: APP,
        after: APP.replace('replicas: 3 #', 'replicas: 5 #')
          .replace('"ai:1.2"', '"ai:1.3"')
          .replace(
            '            - name: OLD\n              value: x\n',
            "            - name: NEW\n              value: '1'\n",
          )
          .replace('limit: "3"\n', `limit: "9"\n  more: 'yes'\n`),
      },
    ]);
    bench.merge(proposal);
    expect(await bench.drift()).toEqual([]);
  });

  it('removes the document of what is gone, and writes a file for what is new', async () => {
    bench.write('deploy/app.yaml', APP);
    await bench.apply();
    bench.cluster.as('kubectl').delete(SETTINGS);
    await bench.cluster.apply(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'extra', namespace: NAMESPACE },
        data: { a: 'on' },
      },
      'kubectl',
    );
    const proposal = await bench.propose();
    expect(proposal.files).toEqual([
      {
        path: 'deploy/app.yaml',
        before: APP,
        after: APP.slice(0, APP.indexOf('---')),
      },
      {
        path: 'deploy/configmap-extra.yaml',
        before: '',
        after: expect.stringContaining('name: extra'),
      },
    ]);
    bench.merge(proposal);
    expect(await bench.drift()).toEqual([]);
  });

  it('changes JSON in its own form', async () => {
    const text = `${JSON.stringify(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings', namespace: NAMESPACE },
        data: { limit: '3' },
      },
      null,
      4,
    )}\n`;
    bench.write('deploy/settings.json', text);
    await bench.apply();
    byHand(SETTINGS, { data: { limit: '4' } });
    const proposal = await bench.propose();
    expect(proposal.files).toEqual([
      {
        path: 'deploy/settings.json',
        before: text,
        after: text.replace('"3"', '"4"'),
      },
    ]);
  });

  it('says what to do where a value is used elsewhere, and does the rest', async () => {
    bench.write(
      'deploy/app.yaml',
      APP.replace('replicas: 3 #', 'replicas: &count 3 #')
        .replace('spec:\n', 'spec:\n  minReadySeconds: *count\n')
        .replace(
          '  minReadySeconds: *count\n  replicas: &count 3 # enough\n',
          '  replicas: &count 3 # enough\n  minReadySeconds: *count\n',
        ),
    );
    await bench.apply();
    bench.cluster.as('kubectl').scale(DEPLOYMENT, 5);
    byHand(DEPLOYMENT, container({ image: 'ai:1.3' }));
    const { instructions, files } = await bench.propose();
    expect(instructions).toEqual([
      {
        address: `${NAMESPACE}/Deployment/ai`,
        path: '/spec/replicas',
        text: "Set replicas of Deployment 'ai' in deploy/app.yaml to 5 by hand: it is used elsewhere by its anchor.",
      },
    ]);
    expect(files[0].after).toContain('"ai:1.3"');
    expect(files[0].after).toContain('&count 3');
  });

  it('never writes or shows what may be a secret', async () => {
    bench.write(
      'deploy/app.yaml',
      `${APP}---
data:
  password: ${Buffer.from(PLANTED).toString('base64')}
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: ${NAMESPACE}
type: Opaque
`,
    );
    await bench.apply();
    byHand(
      { ...SETTINGS, kind: 'Secret', name: 'db' },
      {
        data: { extra: Buffer.from(PLANTED).toString('base64') },
      },
    );
    byHand(
      DEPLOYMENT,
      container({ env: [{ name: 'DB_PASSWORD', value: PLANTED } as Patch] }),
    );
    // Right above the Secret in the file
    byHand(SETTINGS, { data: { limit: '4' } });
    const proposal = await bench.propose();
    expect(JSON.stringify(proposal)).not.toContain(PLANTED);
    expect(proposal.files).toEqual([]);
    expect(
      proposal.instructions.map(each => [each.address, each.text]),
    ).toEqual([
      [
        `${NAMESPACE}/Deployment/ai`,
        expect.stringContaining('its value may be a secret'),
      ],
      [
        `${NAMESPACE}/Secret/db`,
        expect.stringContaining('its value may be a secret'),
      ],
      [
        `${NAMESPACE}/ConfigMap/settings`,
        'Change deploy/app.yaml by hand: a patch would show lines that hold what may be a secret.',
      ],
    ]);
  });

  it('never writes a secret that is a part of what somebody added', async () => {
    bench.write('deploy/app.yaml', APP);
    await bench.apply();
    byHand(DEPLOYMENT, {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'side',
                image: 'side:1',
                args: ['--token', PLANTED],
                env: [{ name: 'DB_PASSWORD', value: PLANTED }],
              } as Patch,
            ],
          },
        },
      },
    });
    byHand(SETTINGS, {
      metadata: { annotations: { 'api-token': PLANTED } },
    } as Patch);
    const proposal = await bench.propose();
    expect(JSON.stringify(proposal)).not.toContain(PLANTED);
    expect(proposal.instructions).toEqual([
      expect.objectContaining({ address: `${NAMESPACE}/ConfigMap/settings` }),
      expect.objectContaining({ address: `${NAMESPACE}/Deployment/ai` }),
    ]);
  });

  it('keeps the line ends of Windows', async () => {
    const text = APP.replaceAll('\n', '\r\n');
    bench.write('deploy/app.yaml', text);
    await bench.apply();
    bench.cluster.as('kubectl').scale(DEPLOYMENT, 5);
    byHand(
      DEPLOYMENT,
      container({ env: [{ name: 'NEW', value: '1' } as Patch] }),
    );
    byHand(SETTINGS, { data: { more: 'a\nb\n', limit: '4' } });
    const proposal = await bench.propose();
    expect(proposal.instructions).toEqual([]);
    expect(proposal.files[0].after.replaceAll('\r\n', '')).not.toContain('\n');
    bench.merge(proposal);
    expect(await bench.drift()).toEqual([]);
  });

  it('says what to do instead where the desired state is not from manifests', async () => {
    bench.write('deploy/app.yaml', APP);
    await bench.apply();
    bench.origin = 'api';
    await expect(bench.propose()).rejects.toThrow(RemediationFailure);
    await expect(bench.propose()).rejects.toThrow('written by the API');
    expect(bench.supports).toEqual({ supported: true });
    bench.scans.target.entityRefs = [];
    expect(bench.supports).toEqual({
      supported: false,
      reason: expect.stringContaining('Capture what is there now'),
    });
  });
});

describe('manifests in a repository', () => {
  const url = 'https://github.com/acme/shop/blob/main/catalog-info.yaml';
  let bench: AdopterBench;

  afterEach(async () => {
    await bench.stop();
  });

  const drifted = async (place: Place) => {
    bench = await AdopterBench.create(NAMESPACE, place);
    bench.write('deploy/app.yaml', APP);
    await bench.apply();
    bench.cluster.as('kubectl').scale(DEPLOYMENT, 5);
  };

  it('are changed below the directory that the catalog names, at the commit that was read', async () => {
    await drifted({ url });
    await bench.cluster.apply(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'extra', namespace: NAMESPACE },
        data: { a: 'b' },
      },
      'kubectl',
    );
    const proposal = await bench.propose();
    expect(proposal).toMatchObject({
      root: { url: 'https://github.com/acme/shop/tree/main/', commit: COMMIT },
      instructions: [],
      warnings: [],
    });
    expect(proposal.files).toEqual([
      {
        path: 'deploy/app.yaml',
        before: APP,
        after: APP.replace('replicas: 3 #', 'replicas: 5 #'),
      },
      {
        path: 'deploy/configmap-extra.yaml',
        before: '',
        after: expect.stringContaining('name: extra'),
      },
    ]);
    bench.merge(proposal);
    expect(await bench.drift()).toEqual([]);
  });

  it('may be one file', async () => {
    await drifted({ url, path: 'deploy/app.yaml' });
    await bench.cluster.apply(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'extra', namespace: NAMESPACE },
        data: { a: 'b' },
      },
      'kubectl',
    );
    const proposal = await bench.propose();
    // No commit is known of a file that was read by itself
    expect(proposal.root).toEqual({
      url: 'https://github.com/acme/shop/tree/main/',
    });
    expect(proposal.files.map(({ path }) => path)).toEqual(['deploy/app.yaml']);
    bench.merge(proposal);
    expect(await bench.drift()).toEqual([]);
  });

  it('are not read where the configuration does not allow it', async () => {
    await drifted({ url, allowedUrls: ['https://github.com/globex/'] });
    await expect(bench.propose()).rejects.toThrow(
      'is not below any URL in drift.tenants.allowedUrls',
    );
  });

  it('may not be outside of the directory of the entity', async () => {
    await drifted({ url, path: '../other/' });
    await expect(bench.propose()).rejects.toThrow(
      'must be a path below the location of the entity',
    );
  });
});

it('changes no file that would not come back as it was', async () => {
  expect(() =>
    ManifestSet.create([
      {
        path: 'deploy/app.yaml',
        bytes: Buffer.concat([Buffer.from(APP), Buffer.from([0x23, 0xe4])]),
      },
    ]),
  ).toThrow('deploy/app.yaml is not UTF-8');
});

describe('adopting whatever people did by hand', () => {
  it.each(exampleTenants.map(tenant => [tenant.name, tenant] as const))(
    `leaves no drift in the tenant %s but what it gives instructions for, ${SEEDS} times`,
    async (name, { namespace }) => {
      let patched = 0;
      let instructed = 0;
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const bench = await AdopterBench.create(namespace);
        try {
          await prepareTenants({
            kubernetes: bench.cluster,
            rootDir: repositoryRoot(),
          });
          cpSync(
            join(repositoryRoot(), 'examples/tenants', name, 'deploy'),
            join(bench.root, 'deploy'),
            { recursive: true },
          );
          const objects = bench.desired().map(
            ({ spec }): Edited => ({
              apiVersion: String(spec.apiVersion),
              kind: String(spec.kind),
              namespace,
              name: String((spec.metadata as JsonObject).name),
            }),
          );
          const random = chance(seed);
          const done: string[] = [];
          for (let count = 1 + random(6); count > 0; count -= 1) {
            const object = objects[random(objects.length)];
            if (bench.cluster.as('test').find(object)) {
              try {
                done.push(editByHand(bench.cluster, object, random));
              } catch (error) {
                done.push(`refused ${String(error).slice(0, 200)}`);
              }
            }
          }
          const proposal = await bench.propose();
          bench.merge(proposal);
          const told = new Set(proposal.instructions.map(each => each.address));
          patched += proposal.files.length;
          instructed += told.size;
          const left = (await bench.drift()).filter(
            line => !told.has(line.split(' ')[0]),
          );
          expect({ seed, done, left, proposal }).toEqual({
            seed,
            done,
            left: [],
            proposal: expect.objectContaining({ warnings: [] }),
          });
        } finally {
          await bench.stop();
        }
      }
      expect(patched).toBeGreaterThan(SEEDS / 2);
      expect(instructed).toBeLessThan(patched);
    },
  );
});
