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
  handleUnaryCall,
  Server,
  ServerCredentials,
  ServiceClientConstructor,
  status,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { createServerIdentity } from './protocol/certificate';
import { loadServices } from './protocol/services';
import { Provider, ProviderEnvironment } from './Provider';

/**
 * Proof that the plugin host started us.
 *
 * @see https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
 */
export const MAGIC_COOKIE = {
  name: 'TF_PLUGIN_MAGIC_COOKIE',
  value: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
} as const;

const CORE_PROTOCOL = 1;
const APP_PROTOCOL = 6;
/** The plugin host kills a provider that needs two seconds. */
const SHUTDOWN_GRACE_MS = 1000;
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** What the provider's process is given. */
export interface ServeOptions {
  environment: ProviderEnvironment & { PLUGIN_CLIENT_CERT?: string };
  now: Date;
  /** Called once the plugin host asks to end. */
  onShutdown(): void;
  /** Problems that are no answer of the cloud; goes to Terraform's log. */
  onError(message: string): void;
}

/** A provider that listens. */
export interface ServedProvider {
  /** The line that tells the plugin host where and how. */
  handshake: string;
  stop(): void;
}

export async function serveProvider(
  options: ServeOptions,
): Promise<ServedProvider> {
  const { provider: providerPackage, plugin } = loadServices();
  const provider = Provider.create(options.environment);
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
  server.addService(
    (providerPackage.Provider as ServiceClientConstructor).service,
    implement(
      {
        GetProviderSchema: () => provider.getProviderSchema(),
        ValidateProviderConfig: q => provider.validateProviderConfig(q),
        ValidateResourceConfig: q => provider.validateResourceConfig(q),
        ValidateDataResourceConfig: () => ({ diagnostics: [] }),
        UpgradeResourceState: q => provider.upgradeResourceState(q),
        ConfigureProvider: q => provider.configureProvider(q),
        ReadResource: q => provider.readResource(q),
        PlanResourceChange: q => provider.planResourceChange(q),
        ApplyResourceChange: q => provider.applyResourceChange(q),
        ImportResourceState: q => provider.importResourceState(q),
        ReadDataSource: q => provider.readDataSource(q),
        StopProvider: () => ({}),
      },
      options.onError,
    ),
  );
  server.addService(
    (plugin.GRPCController as ServiceClientConstructor).service,
    implement(
      {
        Shutdown: () => {
          setImmediate(() => shutDown(server, options.onShutdown));
          return {};
        },
      },
      options.onError,
    ),
  );
  const { credentials, certificate } = secure(options);
  const port = await bind(server, credentials);
  return {
    handshake: [
      CORE_PROTOCOL,
      APP_PROTOCOL,
      'tcp',
      `127.0.0.1:${port}`,
      'grpc',
      certificate,
    ].join('|'),
    stop: () => server.forceShutdown(),
  };
}

/** Lets answers under way leave, but does not wait for calls that hang. */
function shutDown(server: Server, onShutdown: () => void): void {
  setTimeout(onShutdown, SHUTDOWN_GRACE_MS).unref();
  server.tryShutdown(onShutdown);
}

/** With a client certificate both sides prove themselves; without, neither does. */
function secure({ environment, now }: ServeOptions): {
  credentials: ServerCredentials;
  certificate: string;
} {
  const clientCertificate = environment.PLUGIN_CLIENT_CERT;
  if (!clientCertificate) {
    return { credentials: ServerCredentials.createInsecure(), certificate: '' };
  }
  const identity = createServerIdentity(now);
  return {
    credentials: ServerCredentials.createSsl(
      Buffer.from(clientCertificate),
      [
        {
          private_key: Buffer.from(identity.privateKeyPem),
          cert_chain: Buffer.from(identity.certificatePem),
        },
      ],
      true,
    ),
    certificate: identity.certificateDer.toString('base64').replace(/=+$/, ''),
  };
}

function bind(server: Server, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
}

// Requests have the shape that the protocol text gives them; the methods of
// Provider name it.
type Method = (request: never) => object | Promise<object>;

function implement(
  methods: Record<string, Method>,
  onError: (message: string) => void,
): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => {
      const handler: handleUnaryCall<object, object> = (call, callback) => {
        new Promise<object>(resolve =>
          resolve(method(call.request as never)),
        ).then(
          answer => callback(null, answer),
          (error: Error) => {
            onError(`${name}: ${error.stack ?? error.message}`);
            callback({ code: status.INTERNAL, details: error.message });
          },
        );
      };
      return [name, handler];
    }),
  );
}
