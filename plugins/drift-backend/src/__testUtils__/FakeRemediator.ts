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

import { JsonObject } from '@backstage/types';
import {
  RemediationAction,
  RemediationOutcome,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  PlannedChange,
  RemediationContext,
  RemediationPlan,
  RemediationRequest,
  Remediator,
} from '@infra-hub/backstage-plugin-drift-node';
import { createHash } from 'node:crypto';

/** Something that was really applied. */
export interface Applied {
  remediationId: string;
  targetId: string;
  hash: string;
  changes: PlannedChange[];
}

/**
 * Repairs what it is told to. Plans are made of {@link FakeRemediator.changes} of
 * the target, and of its open drift findings where nothing was told.
 */
export class FakeRemediator implements Remediator {
  readonly id: string;
  readonly sources: string[];
  readonly actions: RemediationAction[];
  /** By target id: what a plan holds from now on. */
  readonly changes = new Map<string, PlannedChange[]>();
  /** By target id: more of a plan, such as warnings or a patch. */
  readonly more = new Map<string, Partial<RemediationPlan>>();
  readonly applied: Applied[] = [];
  readonly previewed: string[] = [];
  /** Every call of `apply`, also those that were refused. */
  readonly asked: { remediationId: string; hash: string }[] = [];
  readonly followed: JsonObject[] = [];
  /** What previews reject with. */
  previewError: Error | undefined;
  /** What applying answers or throws; `applied` when absent. */
  outcome: RemediationOutcome | Error | undefined;
  /** Reason for which it supports nothing. */
  unsupported: string | undefined;
  /** Remembered before it applies. */
  handle: JsonObject | undefined;
  /** Previews wait for it. */
  previewGate: Promise<unknown> = Promise.resolve();
  /** Applying waits for it, before anything is changed. */
  gate: Promise<unknown> = Promise.resolve();
  /** Applying waits for it after its fresh plan, right before the first write. */
  writeGate: Promise<unknown> = Promise.resolve();
  /** Called when something is applied, so that a test can change its world. */
  onApply: (applied: Applied) => void | Promise<void> = () => {};
  follow?: Remediator['follow'];

  constructor(
    options: {
      id?: string;
      sources?: string[];
      actions?: RemediationAction[];
    } = {},
  ) {
    this.id = options.id ?? 'fake';
    this.sources = options.sources ?? ['fake'];
    this.actions = options.actions ?? ['revert', 'refresh-state'];
  }

  supports() {
    return this.unsupported === undefined
      ? ({ supported: true } as const)
      : ({ supported: false, reason: this.unsupported } as const);
  }

  actionsFor(source: string): readonly RemediationAction[] {
    return this.sources.includes(source) ? this.actions : [];
  }

  async preview(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<RemediationPlan> {
    this.previewed.push(request.id);
    context.log('Looking at what would change');
    await this.previewGate;
    if (this.previewError) {
      throw this.previewError;
    }
    return this.#plan(request);
  }

  async apply(
    request: RemediationRequest,
    approvedHash: string,
    context: RemediationContext,
  ): Promise<RemediationOutcome> {
    this.asked.push({ remediationId: request.id, hash: approvedHash });
    if (this.handle) {
      await context.remember(this.handle);
    }
    await this.gate;
    const plan = this.#plan(request);
    if (plan.hash !== approvedHash) {
      return {
        kind: 'superseded',
        message: 'What would be changed is not what was approved any more.',
      };
    }
    await this.writeGate;
    await context.mayWrite();
    context.log(`Applying ${plan.changes.length} changes`);
    if (this.outcome instanceof Error) {
      throw this.outcome;
    }
    if (this.outcome?.kind === 'failed') {
      return this.outcome;
    }
    const applied = {
      remediationId: request.id,
      targetId: request.target.id,
      hash: plan.hash,
      changes: plan.changes,
    };
    this.applied.push(applied);
    await this.onApply(applied);
    return (
      this.outcome ?? { kind: 'applied', message: 'Everything was applied.' }
    );
  }

  #plan(request: RemediationRequest): RemediationPlan {
    const all: PlannedChange[] =
      this.changes.get(request.target.id) ??
      request.findings
        .filter(finding => finding.class === 'drift' && !finding.suppressedBy)
        .map(finding => ({
          address: finding.address,
          resourceType: finding.resourceType,
          resourceName: finding.resourceName,
          change: finding.change,
          fields: finding.fields,
          class: finding.class,
        }));
    const changes = all.filter(
      ({ address, cascadeOf }) =>
        cascadeOf !== undefined ||
        !request.addresses ||
        request.addresses.includes(address),
    );
    return {
      hash: createHash('sha256')
        .update(JSON.stringify([request.salt, request.action, changes]))
        .digest('hex'),
      changes,
      warnings: [],
      blindSpots: [],
      evidence: 'plan-json',
      tool: { name: 'fake', version: '1.0.0' },
      ...this.more.get(request.target.id),
    };
  }
}
