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
import { Entity } from '@backstage/catalog-model';
import { Config } from '@backstage/config';
import { InputError, toError } from '@backstage/errors';
import {
  ScmIntegrationRegistry,
  ScmIntegrations,
} from '@backstage/integration';
import {
  ANNOTATION_TERRAFORM_DIR,
  SourceHealth,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  DriftSource,
  Observation,
  ScanContext,
  ScanTarget,
  TargetDefinition,
  LocationPolicy,
} from '@infra-hub/backstage-plugin-drift-node';
import { CodeCheckout } from './checkout/CodeCheckout';
import { readTerraformConfig, TerraformConfig } from './config/TerraformConfig';
import { recordedObservation } from './recorded/recordedPlan';
import { annotationTargets } from './targets/annotationTargets';
import {
  locationFromJson,
  locationToJson,
  ModuleLocation,
} from './targets/ModuleLocation';
import { ModuleScan } from './terraform/ModuleScan';
import { PluginCache } from './terraform/PluginCache';
import { ScanFailure } from './terraform/ScanFailure';
import { TerraformTool, ToolVersion } from './terraform/TerraformTool';

/** What a {@link TerraformDriftSource} is made of. */
export interface TerraformDriftSourceOptions {
  config: Config;
  logger: LoggerService;
  urlReader: UrlReaderService;
  /** Value of PATH: where the tool, and what it needs, is searched. */
  path: string;
}

/** Scans Terraform and OpenTofu modules by planning a private copy of them. */
export class TerraformDriftSource implements DriftSource {
  /** @throws InputError naming the key of `drift.terraform` that is wrong. */
  static fromConfig(
    options: TerraformDriftSourceOptions,
  ): TerraformDriftSource {
    const config = readTerraformConfig(options.config);
    const isOpen = config.credentials.some(
      entry => entry.allowedLocations === undefined,
    );
    if (isOpen && config.allowedUrls === undefined) {
      options.logger.warn(
        'Whoever may register catalog entities can have code run with the credentials in drift.terraform.credentials: set allowedLocations there, or drift.terraform.allowedUrls',
      );
    }
    return new TerraformDriftSource(config, options);
  }

  readonly id = 'terraform';
  readonly entityAnnotations = [ANNOTATION_TERRAFORM_DIR];

  readonly #config: TerraformConfig;
  readonly #path: string;
  readonly #integrations: ScmIntegrationRegistry;
  readonly #policy: LocationPolicy;
  readonly #checkout: CodeCheckout;
  readonly #tool: TerraformTool;
  readonly #pluginCache: PluginCache;

  private constructor(
    config: TerraformConfig,
    options: TerraformDriftSourceOptions,
  ) {
    const workingDirectory =
      options.config.getOptionalString('backend.workingDirectory') ?? tmpdir();
    const { runAs } = config;
    this.#config = config;
    this.#path = options.path;
    this.#integrations = ScmIntegrations.fromConfig(options.config);
    this.#policy = new LocationPolicy({
      configKey: 'drift.terraform',
      allowedRoots: config.allowedRoots,
      allowedUrls: config.allowedUrls,
      configuredRoots: config.modules
        .filter(module => module.location.type === 'file')
        .map(module => module.location.root),
    });
    this.#checkout = new CodeCheckout({
      urlReader: options.urlReader,
      policy: this.#policy,
      limits: config.limits,
    });
    this.#tool = new TerraformTool({
      binary: config.binary,
      path: options.path,
      workingDirectory,
    });
    this.#pluginCache = new PluginCache({
      directory:
        config.pluginCacheDir ??
        join(
          workingDirectory,
          `drift-terraform-plugins-${runAs?.uid ?? process.getuid?.() ?? 0}`,
        ),
      runAs,
    });
  }

  targetsFromEntity(entity: Entity): TargetDefinition[] {
    return annotationTargets({
      entity,
      integrations: this.#integrations,
      policy: this.#policy,
    });
  }

  configuredTargets(): (TargetDefinition & { entityRefs?: string[] })[] {
    return this.#config.modules.map(module => ({
      name: module.name,
      client: module.client,
      schedule: module.schedule,
      entityRefs: module.entityRefs,
      codeUrl: module.codeUrl,
      location: locationToJson(module.location),
    }));
  }

  async checkHealth(): Promise<SourceHealth> {
    const located = await this.#tool.locate(new AbortController().signal);
    if (located.ok) {
      return { source: this.id, ok: true, tool: located.tool };
    }
    const message =
      located.missing && this.#config.recordedPlans
        ? `${located.message} Until then recorded plans are shown, marked as recorded.`
        : located.message;
    return { source: this.id, ok: false, message };
  }

  async scan(target: ScanTarget, context: ScanContext): Promise<Observation> {
    context.signal.throwIfAborted();
    const located = await this.#tool.locate(context.signal);
    if (!located.ok) {
      const recorded = located.missing
        ? await this.#recorded(target)
        : undefined;
      return recorded ?? failedObservation(located.message);
    }
    const { tool, path } = located;
    try {
      return await new ModuleScan({
        config: this.#config,
        checkout: this.#checkout,
        pluginCache: this.#pluginCache,
        path: this.#path,
        tool: { ...tool, path },
        client: target.client,
        location: this.#locationOf(target),
        signal: context.signal,
        logger: context.logger,
        workDir: context.workDir,
      }).run();
    } catch (error) {
      if (error instanceof ScanFailure) {
        return failedObservation(error.message, tool);
      }
      throw error;
    }
  }

  #locationOf(target: ScanTarget): ModuleLocation {
    try {
      return locationFromJson(target.location);
    } catch (error) {
      const cause = toError(error);
      throw cause instanceof InputError
        ? new ScanFailure(cause.message)
        : cause;
    }
  }

  async #recorded(target: ScanTarget): Promise<Observation | undefined> {
    if (!this.#config.recordedPlans) {
      return undefined;
    }
    try {
      return await recordedObservation({
        directory: this.#config.recordedPlans,
        client: target.client,
        name: target.name,
      });
    } catch (error) {
      const cause = toError(error);
      if (cause.name !== 'PlanReadError') {
        throw cause;
      }
      return failedObservation(
        `The recorded plan cannot be trusted: ${cause.message}`,
      );
    }
  }
}

function failedObservation(failure: string, tool?: ToolVersion): Observation {
  return {
    differences: [],
    totalResources: 0,
    complete: false,
    failure,
    blindSpots: [],
    warnings: [],
    evidence: 'plan-json',
    tool,
  };
}
