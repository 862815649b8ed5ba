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
import { SourceHealth } from '@infra-hub/backstage-plugin-drift-common';
import {
  DriftSource,
  Observation,
  ResourceDifference,
  ScanContext,
  ScanTarget,
  TargetDefinition,
} from '@infra-hub/backstage-plugin-drift-node';

export const FAKE_ANNOTATION = 'example.com/fake';

/** A source whose world is told to it. */
export class FakeSource implements DriftSource {
  readonly id = 'fake';
  readonly entityAnnotations = [FAKE_ANNOTATION];
  readonly configured: (TargetDefinition & { entityRefs?: string[] })[] = [];
  health: SourceHealth = { source: 'fake', ok: true, tool: { name: 'fake' } };
  /** By target id; a target without one is clean. */
  readonly world = new Map<string, Partial<Observation> | Error>();
  readonly scanned: string[] = [];
  /** Scans wait for it. */
  gate: Promise<void> = Promise.resolve();

  targetsFromEntity(entity: Entity): TargetDefinition[] {
    const [client, ...names] = (
      entity.metadata.annotations?.[FAKE_ANNOTATION] ?? ''
    ).split(',');
    return names.map(name => ({ name, client, location: { name } }));
  }

  configuredTargets() {
    return this.configured;
  }

  async checkHealth(): Promise<SourceHealth> {
    return this.health;
  }

  async scan(target: ScanTarget, context: ScanContext): Promise<Observation> {
    this.scanned.push(target.id);
    await this.gate;
    context.signal.throwIfAborted();
    const seen = this.world.get(target.id) ?? {};
    if (seen instanceof Error) {
      throw seen;
    }
    return {
      differences: [],
      totalResources: 3,
      complete: true,
      blindSpots: [],
      warnings: [],
      evidence: 'plan-json',
      tool: { name: 'fake', version: '1.0.0' },
      ...seen,
    };
  }
}

/** A node pool that somebody scaled from 3 to 5. */
export const scaledNodePool: ResourceDifference = {
  address: 'sandbox_cluster.main',
  resourceType: 'sandbox_cluster',
  resourceName: 'main',
  change: 'update',
  class: 'drift',
  rule: 'changed-outside',
  reason: 'Changed outside; applying the code would revert it.',
  fields: [{ path: '/node_count', recorded: 3, actual: 5, desired: 3 }],
};
