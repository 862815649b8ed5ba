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
import { JsonObject } from '@backstage/types';
import {
  DesiredResource,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  RemediationContext,
  RemediationPlan,
  RemediationRequest,
  ScanTarget,
} from '@infra-hub/backstage-plugin-drift-node';
import { RunningKubernetes } from '@infra-hub/drift-sandbox';
import { KubernetesDriftSource } from '../KubernetesDriftSource';
import { KubernetesRemediator } from '../remediate/KubernetesRemediator';

export const NAMESPACE = 'tenant-acme';

export interface BenchOptions {
  cluster: RunningKubernetes;
  /** Of the account that scans; the administrator's when absent. */
  token?: string;
  /** Of the account that writes. */
  writeToken?: string;
  settings?: JsonObject;
  target?: Partial<ScanTarget>;
}

/** A tenant on a sandbox cluster that is scanned and reverted, with all that was logged. */
export class RemediationBench {
  readonly log: string[] = [];
  readonly remediator: KubernetesRemediator;
  readonly target: ScanTarget & { source: string };
  readonly #source: KubernetesDriftSource;
  resources: DesiredResource[] = [];
  findings: StoredFinding[] = [];
  salt = 'salt';
  /** Asked before something is written; rejects when it may not. */
  mayWrite: RemediationContext['mayWrite'] = async () => {};

  constructor(options: BenchOptions) {
    const { cluster, token, writeToken, settings } = options;
    const config = new ConfigReader({
      drift: {
        kubernetes: {
          clusters: [
            {
              name: 'prod',
              url: cluster.url,
              token: token ?? cluster.adminToken,
              ...(writeToken ? { remediation: { token: writeToken } } : {}),
              ...(cluster.certificate
                ? {
                    caData: Buffer.from(cluster.certificate).toString('base64'),
                  }
                : {}),
            },
          ],
          allowedNamespaces: [{ namespaces: ['tenant-*'], tenants: ['*'] }],
          ...settings,
        },
      },
    });
    this.remediator = KubernetesRemediator.fromConfig({ config });
    this.#source = KubernetesDriftSource.fromConfig({
      config,
      logger: mockServices.logger.mock(),
    });
    this.target = {
      id: 'kubernetes:-/acme',
      source: 'kubernetes',
      name: 'acme',
      entityRefs: [],
      location: { cluster: 'prod', namespaces: [NAMESPACE] },
      ...options.target,
    };
  }

  /** Addresses and labels of what drifted. */
  async drift(): Promise<string[]> {
    const observation = await this.#source.scan(this.target, this.#context());
    if (observation.failure !== undefined) {
      throw new Error(observation.failure);
    }
    const drift: string[] = [];
    for (const each of observation.differences as Iterable<{
      class: string;
      address: string;
      fields: { label?: string; path: string }[];
    }>) {
      if (each.class === 'drift') {
        drift.push(
          [
            each.address,
            ...each.fields.map(field => field.label ?? field.path),
          ].join(' '),
        );
      }
    }
    return drift.sort();
  }

  async preview(addresses?: string[]): Promise<RemediationPlan> {
    return await this.remediator.preview(
      this.#request(addresses),
      this.#context(),
    );
  }

  async apply(
    hash: string,
    addresses?: string[],
    signal = new AbortController().signal,
  ) {
    return await this.remediator.apply(this.#request(addresses), hash, {
      ...this.#context(),
      signal,
    });
  }

  /** Preview and apply of the same. */
  async revert(addresses?: string[]) {
    const plan = await this.preview(addresses);
    return { plan, outcome: await this.apply(plan.hash, addresses) };
  }

  #request(addresses?: string[]): RemediationRequest {
    return {
      id: 'one',
      target: this.target,
      action: 'revert',
      ...(addresses ? { addresses } : {}),
      salt: this.salt,
      findings: this.findings,
    };
  }

  #context(): RemediationContext {
    return {
      signal: new AbortController().signal,
      logger: mockServices.logger.mock(),
      workDir: '/nowhere',
      readDesiredState: async () => ({
        tenantId: 'acme',
        revision: 1,
        resources: this.resources,
      }),
      log: text => {
        this.log.push(text);
      },
      mayWrite: () => this.mayWrite(),
      remember: async () => {},
    };
  }
}
