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

import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_AWS_PORT } from './aws/startAws';
import {
  DEFAULT_PORT,
  startCloud,
  StartCloudOptions,
} from './cloud/startCloud';
import { repositoryRoot } from './demo/exampleModules';
import { prepareAws, startTenantAws, TenantAws } from './demo/prepareAws';
import { prepareDemo, PrepareDemoOptions } from './demo/prepareDemo';
import {
  prepareTenants,
  startTenantCluster,
  TenantCluster,
} from './demo/prepareTenants';
import { recordPlans } from './demo/recordPlans';
import { DEFAULT_KUBERNETES_PORT } from './kubernetes/startKubernetes';

const usage = `Usage: drift-sandbox <command> [options]

  start     the cloud with its portal, the cluster and the AWS of the tenants,
            the provider, the applied examples; stays
  cloud     only the cloud with its portal; stays
  prepare   provider, applied examples and planted drift in a running cloud
  record    writes the recorded plans of the examples

  --port N      port of the cloud (${DEFAULT_PORT})
  --kubernetes-port N  port of the cluster (${DEFAULT_KUBERNETES_PORT}; any free one with --port 0)
  --aws-port N  port of the AWS (${DEFAULT_AWS_PORT}; any free one with --port 0)
  --host NAME   address to listen on (127.0.0.1)
  --token TEXT  ask the API's callers for this bearer token
  --state FILE  state of the cloud (<dir>/cloud.json)
  --dir DIR     provider, configuration and state (.cache/demo of the repository)
  --out DIR     where record writes (packages/sandbox/recorded)
  --terraform FILE  executable to use instead of terraform or tofu on PATH
`;

interface Stoppable {
  stop(): Promise<void>;
}

/** Runs the command line; sets the exit code of the process. */
export function run(args: string[]): void {
  main(args).catch((error: Error) => {
    process.stderr.write(`drift-sandbox: ${error.message}\n`);
    process.exitCode = 1;
  });
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      'kubernetes-port': { type: 'string' },
      'aws-port': { type: 'string' },
      host: { type: 'string' },
      token: { type: 'string' },
      state: { type: 'string' },
      dir: { type: 'string' },
      out: { type: 'string' },
      terraform: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const rootDir = repositoryRoot();
  const cacheDir = resolve(values.dir ?? join(rootDir, '.cache/demo'));
  const port = portOf(values.port, '--port');
  const besides = (
    option: 'kubernetes-port' | 'aws-port',
    defaultPort: number,
  ) =>
    portOf(
      values[option] ?? String(port === 0 ? 0 : defaultPort),
      `--${option}`,
    );
  const kubernetesPort = besides('kubernetes-port', DEFAULT_KUBERNETES_PORT);
  const awsPort = besides('aws-port', DEFAULT_AWS_PORT);
  const cloudOptions = {
    port,
    host: values.host,
    token: values.token,
    stateFile: values.state ?? join(cacheDir, 'cloud.json'),
  };
  const demoOptions = {
    rootDir,
    cacheDir,
    log,
    path: process.env.PATH ?? '',
    terraform: values.terraform,
  };
  switch (values.help ? 'help' : positionals[0]) {
    case 'cloud':
      await startOnlyCloud(cloudOptions);
      break;
    case 'prepare':
      await prepareDemo({
        ...demoOptions,
        endpoint: `http://127.0.0.1:${port}`,
      });
      break;
    case 'start': {
      const { host } = values;
      const started: Stoppable[] = [];
      try {
        const cluster = await startTenantCluster({
          cacheDir,
          port: kubernetesPort,
          host,
        });
        started.push(cluster.kubernetes);
        const tenantAws = await startTenantAws({
          cacheDir,
          port: awsPort,
          host,
        });
        started.push(tenantAws.aws);
        const cloud = await startCloud({
          ...cloudOptions,
          kubernetes: cluster.kubernetes,
          aws: tenantAws.aws,
        });
        started.push(cloud);
        stay(cloud.url, started);
        await prepareCluster(cluster, rootDir);
        prepareAccount(tenantAws);
        log(await prepareOrSayWhy({ ...demoOptions, endpoint: cloud.url }));
      } catch (error) {
        // What is left would keep the process alive for nothing.
        await Promise.all(started.map(server => server.stop()));
        throw error;
      }
      break;
    }
    case 'record':
      await recordPlans({
        rootDir,
        outDir: resolve(
          values.out ?? join(rootDir, 'packages/sandbox/recorded'),
        ),
        path: demoOptions.path,
        log,
      });
      break;
    case 'help':
      process.stdout.write(usage);
      break;
    default:
      throw new Error(`unknown command ${positionals[0] ?? ''}\n\n${usage}`);
  }
}

/** A cloud without examples is still a cloud; whoever waits learns what is missing. */
async function prepareOrSayWhy(options: PrepareDemoOptions): Promise<string> {
  try {
    const { tool } = await prepareDemo(options);
    return tool ? 'Ready.' : 'Ready, without the examples.';
  } catch (error) {
    log(`The examples could not be applied: ${(error as Error).message}`);
    return 'Ready, without all examples.';
  }
}

async function prepareCluster(
  {
    kubernetes,
    kubeconfigFile,
    tokenFile,
    remediationKubeconfigFile,
    adminKubeconfigFile,
  }: TenantCluster,
  rootDir: string,
): Promise<void> {
  log(`The sandbox cluster is at ${kubernetes.url}`);
  log(`  for Backstage, read only: ${kubeconfigFile} and ${tokenFile}`);
  log(`  for Backstage's repairs:  ${remediationKubeconfigFile}`);
  log(`  for kubectl: export KUBECONFIG=${adminKubeconfigFile}`);
  for (const line of await prepareTenants({ kubernetes, rootDir })) {
    log(`Changed by hand: ${line}`);
  }
}

function prepareAccount(tenantAws: TenantAws): void {
  const { aws, credentialsFile } = tenantAws;
  log(`The sandbox AWS is at ${aws.url}`);
  log(`  for the AWS command line: ${credentialsFile}`);
  for (const line of prepareAws(tenantAws)) {
    log(`Changed by hand: ${line}`);
  }
}

function portOf(text: string, option: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`${option} must be a port number, not ${text}`);
  }
  return port;
}

async function startOnlyCloud(options: StartCloudOptions): Promise<void> {
  const cloud = await startCloud(options);
  stay(cloud.url, [cloud]);
}

function stay(url: string, servers: readonly Stoppable[]): void {
  log(`The sandbox cloud and its portal are at ${url}`);
  const stop = () => {
    Promise.all(servers.map(server => server.stop())).then(
      () => process.exit(0),
      (error: Error) => {
        process.stderr.write(`drift-sandbox: ${error.message}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function log(line: string): void {
  process.stdout.write(`${line}\n`);
}
