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

import { Entity } from '@backstage/catalog-model';
import { InputError, toError } from '@backstage/errors';
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
} from '@infra-hub/backstage-plugin-drift-node';
import { recordedObservation } from './recorded/recordedPlan';
import { annotationTargets } from './targets/annotationTargets';
import {
  locationFromJson,
  locationToJson,
  ModuleLocation,
} from './targets/ModuleLocation';
import { TerraformParts, TerraformPartsOptions } from './TerraformParts';
import { ModuleScan } from './terraform/ModuleScan';
import { ScanFailure } from './terraform/ScanFailure';
import { ToolVersion } from './terraform/TerraformTool';

/** Scans Terraform and OpenTofu modules by planning a private copy of them. */
export class TerraformDriftSource implements DriftSource {
  /** @throws InputError naming the key of `drift.terraform` that is wrong. */
  static fromConfig(options: TerraformPartsOptions): TerraformDriftSource {
    return TerraformDriftSource.create(TerraformParts.fromConfig(options));
  }

  static create(parts: TerraformParts): TerraformDriftSource {
    return new TerraformDriftSource(parts);
  }

  readonly id = 'terraform';
  readonly entityAnnotations = [ANNOTATION_TERRAFORM_DIR];

  readonly #parts: TerraformParts;

  private constructor(parts: TerraformParts) {
    this.#parts = parts;
  }

  targetsFromEntity(entity: Entity): TargetDefinition[] {
    return annotationTargets({
      entity,
      integrations: this.#parts.integrations,
      policy: this.#parts.policy,
    });
  }

  configuredTargets(): (TargetDefinition & { entityRefs?: string[] })[] {
    return this.#parts.config.modules.map(module => ({
      name: module.name,
      client: module.client,
      schedule: module.schedule,
      entityRefs: module.entityRefs,
      codeUrl: module.codeUrl,
      location: locationToJson(module.location),
    }));
  }

  async checkHealth(): Promise<SourceHealth> {
    const located = await this.#parts.tool.locate(new AbortController().signal);
    if (located.ok) {
      return { source: this.id, ok: true, tool: located.tool };
    }
    const message =
      located.missing && this.#parts.config.recordedPlans
        ? `${located.message} Until then recorded plans are shown, marked as recorded.`
        : located.message;
    return { source: this.id, ok: false, message };
  }

  async scan(target: ScanTarget, context: ScanContext): Promise<Observation> {
    context.signal.throwIfAborted();
    const located = await this.#parts.tool.locate(context.signal);
    if (!located.ok) {
      const recorded = located.missing
        ? await this.#recorded(target)
        : undefined;
      return recorded ?? failedObservation(located.message);
    }
    const { tool, path } = located;
    try {
      return await new ModuleScan({
        config: this.#parts.config,
        checkout: this.#parts.checkout,
        pluginCache: this.#parts.pluginCache,
        path: this.#parts.path,
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
    if (!this.#parts.config.recordedPlans) {
      return undefined;
    }
    try {
      return await recordedObservation({
        directory: this.#parts.config.recordedPlans,
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
