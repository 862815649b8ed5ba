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
  ChannelCredentials,
  Client,
  credentials,
  ServiceClientConstructor,
} from '@grpc/grpc-js';
import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startCloud } from '../cloud/startCloud';
import {
  installProvider,
  PROVIDER_VERSION,
  terraformPlatform,
} from './installProvider';
import { createServerIdentity } from './protocol/certificate';
import { decodeObject, encodeValue, Unknown } from './protocol/dynamicValue';
import { Diagnostic, DynamicValue } from './protocol/messages';
import { loadServices } from './protocol/services';
import { MAGIC_COOKIE, serveProvider } from './serveProvider';

describe('the provider as Terraform finds it', () => {
  let dir: string;
  let executable: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'drift-sandbox-'));
    const { mirrorDir } = await installProvider({ dir });
    executable = join(
      mirrorDir,
      'sandbox.local/infra-hub/sandbox',
      PROVIDER_VERSION,
      terraformPlatform(process),
      `terraform-provider-sandbox_v${PROVIDER_VERSION}`,
    );
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const start = (environment: Record<string, string>) => {
    const child = spawn(executable, {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>(resolve =>
      child.once('close', resolve),
    );
    return { child, ended };
  };

  it('tells people that it is not for them', async () => {
    const { child, ended } = start({});
    let said = '';
    child.stderr.on('data', chunk => (said += chunk));
    await expect(ended).resolves.toBe(1);
    expect(said).toContain('This is a Terraform provider');
  });

  it('proves itself, answers only the host that started it, and ends when told', async () => {
    const host = createServerIdentity(new Date());
    const { child, ended } = start({
      [MAGIC_COOKIE.name]: MAGIC_COOKIE.value,
      PLUGIN_CLIENT_CERT: host.certificatePem,
    });
    const line = await new Promise<string>(resolve =>
      createInterface({ input: child.stdout }).once('line', resolve),
    );
    const [core, app, network, address, protocol, certificate] =
      line.split('|');
    expect([core, app, network, protocol]).toEqual(['1', '6', 'tcp', 'grpc']);
    expect(certificate).not.toContain('=');
    const server = new X509Certificate(Buffer.from(certificate, 'base64'));
    expect(server.checkHost('localhost')).toBe('localhost');

    const overTls = (identity: typeof host) =>
      credentials.createSsl(
        Buffer.from(server.toString()),
        Buffer.from(identity.privateKeyPem),
        Buffer.from(identity.certificatePem),
      );
    const stranger = connect(
      address,
      overTls(createServerIdentity(new Date())),
    );
    await expect(stranger.call('GetProviderSchema')).rejects.toThrow(
      /UNAVAILABLE/,
    );
    stranger.close();

    const terraform = connect(address, overTls(host));
    await expect(terraform.call('GetProviderSchema')).resolves.toMatchObject({
      diagnostics: [],
    });
    await terraform.shutdown();
    terraform.close();
    await expect(ended).resolves.toBe(0);
  });

  it('is left alone by a second installation', async () => {
    const before = await stat(executable);
    await installProvider({ dir });
    expect((await stat(executable)).mtimeMs).toBe(before.mtimeMs);
    expect(before.mode % 0o1000).toBe(0o755);
    expect(await readFile(join(dir, 'terraform.tfrc'), 'utf8')).toContain(
      `path    = ${JSON.stringify(join(dir, 'mirror'))}`,
    );
  });
});

describe('the provider protocol', () => {
  const setUp = async (environment: Record<string, string> = {}) => {
    const cloud = await startCloud({ port: 0 });
    const served = await serveProvider({
      environment: {
        SANDBOX_ENDPOINT: cloud.url,
        SANDBOX_CLIENT: 'acme',
        ...environment,
      },
      now: new Date(),
      onShutdown: () => undefined,
      onError: () => undefined,
    });
    const client = connect(
      served.handshake.split('|')[3],
      credentials.createInsecure(),
    );
    return {
      ...client,
      async tearDown() {
        client.close();
        served.stop();
        await cloud.stop();
      },
    };
  };
  let provider: Awaited<ReturnType<typeof setUp>>;

  beforeEach(async () => {
    provider = await setUp();
  });
  afterEach(() => provider.tearDown());

  const bucket = {
    name: 'assets',
    location: 'westeurope',
    public_access: false,
    tier: null,
    versioning: null,
    policy: null,
    allowed_ips: null,
    tags: null,
    id: null,
    url: null,
    etag: null,
    last_modified: null,
    lifecycle_rule: [],
  };
  const type_name = 'sandbox_storage_bucket';
  const nothing = encodeValue(null);

  const create = async () => {
    await provider.call('ConfigureProvider', {
      config: encodeValue({ endpoint: null, client: null, token: null }),
    });
    const plan = await provider.call('PlanResourceChange', {
      type_name,
      prior_state: nothing,
      proposed_new_state: encodeValue(bucket),
      config: encodeValue(bucket),
    });
    const applied = await provider.call('ApplyResourceChange', {
      type_name,
      prior_state: nothing,
      planned_state: plan.planned_state,
      config: encodeValue(bucket),
    });
    return { plan, applied, state: decodeObject(applied.new_state) ?? {} };
  };

  it('describes every attribute: what is secret, nested, a set', async () => {
    const { resource_schemas } = await provider.call('GetProviderSchema');
    expect(Object.keys(resource_schemas ?? {}).sort()).toEqual([
      'sandbox_kubernetes_cluster',
      'sandbox_network_security_group',
      'sandbox_sql_database',
      'sandbox_sql_server',
      'sandbox_storage_bucket',
      'sandbox_virtual_network',
    ]);
    const { block } = resource_schemas?.sandbox_sql_server ?? {};
    expect(block?.attributes).toContainEqual(
      expect.objectContaining({
        name: 'admin_password',
        required: true,
        sensitive: true,
      }),
    );
    const SET = 3;
    expect(block?.block_types).toEqual([
      expect.objectContaining({ type_name: 'firewall_rule', nesting: SET }),
    ]);
  });

  it('plans what only the cloud knows as unknown, and takes defaults', async () => {
    const { plan, state } = await create();
    expect(decodeObject(plan.planned_state)).toMatchObject({
      id: Unknown.value,
      etag: Unknown.value,
      tier: 'Hot',
      versioning: false,
      tags: null,
    });
    expect(state).toMatchObject({
      id: '/clients/acme/storage-buckets/assets',
      tier: 'Hot',
      tags: null,
      allowed_ips: null,
      lifecycle_rule: [],
    });
  });

  it('replaces for a new location, updates for a new tier, and passes private data on', async () => {
    const { state } = await create();
    const planTo = (proposed: object) =>
      provider.call('PlanResourceChange', {
        type_name,
        prior_state: encodeValue(state),
        proposed_new_state: encodeValue({ ...state, ...proposed }),
        config: encodeValue({ ...bucket, ...proposed }),
        prior_private: Buffer.from('kept'),
      });
    const moved = await planTo({ location: 'eastus' });
    expect(moved.requires_replace).toEqual([
      { steps: [expect.objectContaining({ attribute_name: 'location' })] },
    ]);
    const cooled = await planTo({ tier: 'Cool' });
    expect(cooled.requires_replace).toEqual([]);
    expect(decodeObject(cooled.planned_state)).toMatchObject({
      tier: 'Cool',
      etag: Unknown.value,
      id: state.id,
    });
    expect(cooled.planned_private?.toString()).toBe('kept');
    const same = await planTo({});
    expect(decodeObject(same.planned_state)).toEqual(state);
  });

  it('reads a vanished resource as nothing', async () => {
    const { applied, state } = await create();
    await provider.call('ApplyResourceChange', {
      type_name,
      prior_state: applied.new_state,
      planned_state: nothing,
      config: nothing,
    });
    const read = await provider.call('ReadResource', {
      type_name,
      current_state: encodeValue(state),
    });
    expect(decodeObject(read.new_state)).toBeUndefined();
    expect(read.diagnostics).toEqual([]);
  });

  it('drops what an older state had and fills in what it lacked', async () => {
    const upgraded = await provider.call('UpgradeResourceState', {
      type_name,
      raw_state: {
        json: Buffer.from(JSON.stringify({ name: 'assets', colour: 'red' })),
      },
    });
    expect(decodeObject(upgraded.upgraded_state)).toEqual({
      ...bucket,
      location: null,
      public_access: null,
    });
  });

  it('points at the configuration that is wrong', async () => {
    const { diagnostics } = await provider.call('ValidateResourceConfig', {
      type_name: 'sandbox_kubernetes_cluster',
      config: encodeValue({
        node_pool: [
          { name: 'a', node_count: Unknown.value },
          { name: 'b', node_count: 101 },
        ],
      }),
    });
    expect(diagnostics).toMatchObject([
      {
        severity: 1,
        attribute: {
          steps: [
            { attribute_name: 'node_pool' },
            { element_key_int: 1 },
            { attribute_name: 'node_count' },
          ],
        },
      },
    ]);
  });

  it('answers an unknown resource type with an error, not with silence', async () => {
    await expect(
      provider.call('ReadResource', { type_name: 'sandbox_spaceship' }),
    ).rejects.toThrow('The provider has no resource type sandbox_spaceship');
  });
});

/** The answers that the tests look at; all parts are optional on the wire. */
interface AnyAnswer {
  diagnostics?: Diagnostic[];
  resource_schemas?: Record<
    string,
    { block: { attributes: object[]; block_types: object[] } }
  >;
  planned_state?: DynamicValue;
  new_state?: DynamicValue;
  upgraded_state?: DynamicValue;
  requires_replace?: object[];
  planned_private?: Buffer;
}

type Unary = (
  request: object,
  callback: (error: Error | null, answer: AnyAnswer) => void,
) => void;

function connect(address: string, channel: ChannelCredentials) {
  const { provider, plugin } = loadServices();
  const options = { 'grpc.ssl_target_name_override': 'localhost' };
  const open = (service: unknown): Client =>
    new (service as ServiceClientConstructor)(address, channel, options);
  const providerClient = open(provider.Provider);
  const controller = open(plugin.GRPCController);
  const call = (client: Client, method: string, request: object) =>
    new Promise<AnyAnswer>((resolve, reject) => {
      const unary = (client as unknown as Record<string, Unary>)[method];
      unary.call(client, request, (error, answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
  return {
    call: (method: string, request: object = {}) =>
      call(providerClient, method, request),
    shutdown: () => call(controller, 'Shutdown', {}),
    close() {
      providerClient.close();
      controller.close();
    },
  };
}
