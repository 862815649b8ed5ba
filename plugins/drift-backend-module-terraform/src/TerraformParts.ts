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

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoggerService, UrlReaderService } from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import {
  ScmIntegrationRegistry,
  ScmIntegrations,
} from '@backstage/integration';
import { LocationPolicy } from '@infra-hub/backstage-plugin-drift-node';
import { CodeCheckout } from './checkout/CodeCheckout';
import { readTerraformConfig, TerraformConfig } from './config/TerraformConfig';
import { PluginCache } from './terraform/PluginCache';
import { TerraformTool } from './terraform/TerraformTool';

/** What {@link TerraformParts} are made of. */
export interface TerraformPartsOptions {
  config: Config;
  logger: LoggerService;
  urlReader: UrlReaderService;
  /** Value of PATH: where the tool, and what it needs, is searched. */
  path: string;
}

/** What scanning, repairing and adopting share. */
export class TerraformParts {
  /** @throws InputError naming the key of `drift.terraform` that is wrong. */
  static fromConfig(options: TerraformPartsOptions): TerraformParts {
    const config = readTerraformConfig(options.config);
    const isOpen = config.credentials.some(
      entry => entry.allowedLocations === undefined,
    );
    if (isOpen && config.allowedUrls === undefined) {
      options.logger.warn(
        'Whoever may register catalog entities can have code run with the credentials in drift.terraform.credentials: set allowedLocations there, or drift.terraform.allowedUrls',
      );
    }
    return new TerraformParts(config, options);
  }

  readonly config: TerraformConfig;
  /** Value of PATH. */
  readonly path: string;
  /** Where the backend keeps files of its own. */
  readonly workingDirectory: string;
  readonly integrations: ScmIntegrationRegistry;
  readonly policy: LocationPolicy;
  readonly checkout: CodeCheckout;
  readonly tool: TerraformTool;
  readonly pluginCache: PluginCache;

  private constructor(config: TerraformConfig, options: TerraformPartsOptions) {
    const { runAs } = config;
    this.config = config;
    this.path = options.path;
    this.workingDirectory =
      options.config.getOptionalString('backend.workingDirectory') ?? tmpdir();
    this.integrations = ScmIntegrations.fromConfig(options.config);
    this.policy = new LocationPolicy({
      configKey: 'drift.terraform',
      allowedRoots: config.allowedRoots,
      allowedUrls: config.allowedUrls,
      configuredRoots: config.modules
        .filter(module => module.location.type === 'file')
        .map(module => module.location.root),
    });
    this.checkout = new CodeCheckout({
      urlReader: options.urlReader,
      policy: this.policy,
      limits: config.limits,
    });
    this.tool = new TerraformTool({
      binary: config.binary,
      path: options.path,
      workingDirectory: this.workingDirectory,
    });
    this.pluginCache = new PluginCache({
      directory:
        config.pluginCacheDir ??
        join(
          this.workingDirectory,
          `drift-terraform-plugins-${runAs?.uid ?? process.getuid?.() ?? 0}`,
        ),
      runAs,
    });
  }
}
