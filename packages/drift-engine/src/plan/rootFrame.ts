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

import { SKIP } from './JsonByteScanner';
import {
  ChangesFrame,
  CountingFrame,
  DriftFrame,
  OutputsFrame,
  PiecesFrame,
} from './entryFrames';
import { ConfigurationFrame } from './configurationFrames';
import { Frame, Scalar } from './Frame';
import { PlanCollector } from './PlanCollector';
import { PlanReadError } from './PlanReadError';
import { StateFrame } from './stateFrames';

const ROOT_SCALARS = new Set([
  'format_version',
  'terraform_version',
  'timestamp',
  'complete',
  'errored',
  'applyable',
]);

/** Terraform writes these after `resource_changes`, all else before. */
const WRITTEN_AFTER_CHANGES = new Set([
  'output_changes',
  'prior_state',
  'configuration',
  'relevant_attributes',
  'checks',
  'timestamp',
  'applyable',
  'complete',
  'errored',
]);

/** At least one of these makes a document with a `format_version` a plan. */
const PLAN_PARTS = [
  'planned_values',
  'resource_drift',
  'resource_changes',
  'deferred_changes',
  'output_changes',
  'prior_state',
  'configuration',
  'errored',
];

const LISTS = new Set([
  'resource_drift',
  'resource_changes',
  'deferred_changes',
  'relevant_attributes',
  'checks',
  'action_invocations',
]);

const PARTS = new Set([
  'planned_values',
  'output_changes',
  'prior_state',
  'configuration',
]);

function notAnObject(): PlanReadError {
  return new PlanReadError(
    'not-a-plan',
    'The document is JSON but not an object, so it is not a plan.',
  );
}

/** The document's root object. */
class RootFrame extends Frame {
  readonly #collector: PlanCollector;
  readonly #keys = new Set<string>();
  readonly #present = new Set<string>();
  #key = '';

  constructor(collector: PlanCollector) {
    super();
    this.#collector = collector;
  }

  key(name: string): void {
    if (this.#keys.has(name)) {
      throw new PlanReadError(
        'duplicate-key',
        'The document has the same top-level key twice, so what it says depends on the reader.',
      );
    }
    this.#keys.add(name);
    this.#key = name;
    this.wantsScalars =
      ROOT_SCALARS.has(name) || LISTS.has(name) || PARTS.has(name);
  }

  scalar(scalar: Scalar): void {
    const collector = this.#collector;
    switch (this.#key) {
      case 'format_version':
        collector.formatVersion = scalar.text;
        break;
      case 'terraform_version':
        collector.toolVersion = scalar.text;
        break;
      case 'timestamp':
        collector.timestamp = scalar.text;
        break;
      case 'complete':
        collector.complete = scalar.boolean;
        break;
      case 'errored':
        collector.errored = scalar.boolean;
        this.#present.add('errored');
        break;
      case 'applyable':
        collector.applyable = scalar.boolean;
        break;
      default:
        // Some writers put null where Terraform leaves the key out.
        if (!scalar.isNull) {
          throw this.#wrongShape();
        }
    }
  }

  open(isArray: boolean): Frame | typeof SKIP {
    const key = this.#key;
    if (LISTS.has(key) || PARTS.has(key)) {
      if (isArray !== LISTS.has(key)) {
        throw this.#wrongShape();
      }
      this.#present.add(key);
    }
    const collector = this.#collector;
    const provider = (name: string) => collector.provider(name);
    switch (key) {
      case 'resource_drift':
        collector.beginDrift();
        return new DriftFrame(collector);
      case 'resource_changes':
        collector.beginChanges(this.#isNativeOrder());
        return new ChangesFrame(collector);
      case 'output_changes':
        return new OutputsFrame(name => collector.changedOutput(name));
      case 'deferred_changes':
        return new PiecesFrame(bytes => collector.deferredChange(bytes));
      case 'relevant_attributes':
        return new PiecesFrame(bytes => collector.relevantAttribute(bytes));
      case 'checks':
        return new PiecesFrame(bytes => collector.check(bytes));
      case 'action_invocations':
        return new CountingFrame(() => {
          collector.actionInvocations++;
        });
      case 'prior_state':
        return new StateFrame(address => collector.stateInstance(address));
      case 'configuration':
        return new ConfigurationFrame({
          wantsConfiguration: address => collector.wantsConfiguration(address),
          configuration: (address, bytes) =>
            collector.configuration(address, bytes),
          moduleArguments: (address, bytes) =>
            collector.moduleArguments(address, bytes),
          moduleOutputs: (address, bytes) =>
            collector.moduleOutputs(address, bytes),
          provider,
        });
      default:
        return SKIP;
    }
  }

  requirePlan(): void {
    const version = this.#collector.formatVersion;
    if (version === undefined) {
      throw new PlanReadError(
        'not-a-plan',
        'The document has no format_version, so it is not the output of "terraform show -json" for a plan.',
      );
    }
    if (!PLAN_PARTS.some(part => this.#present.has(part)) || this.#isState()) {
      throw new PlanReadError(
        'not-a-plan',
        this.#keys.has('values')
          ? 'The document is a Terraform state, not a plan; run "terraform show -json" on a plan file.'
          : 'The document holds none of the parts of a plan.',
      );
    }
    if (!/^[01]\.[0-9]+$/.test(version)) {
      throw new PlanReadError(
        'unsupported-version',
        'The format_version of the plan is neither 0.x nor 1.x.',
      );
    }
  }

  #isState(): boolean {
    return (
      this.#keys.has('values') &&
      !this.#present.has('resource_changes') &&
      !this.#present.has('planned_values')
    );
  }

  #isNativeOrder(): boolean {
    for (const key of this.#keys) {
      if (WRITTEN_AFTER_CHANGES.has(key)) {
        return false;
      }
    }
    return true;
  }

  #wrongShape(): PlanReadError {
    return new PlanReadError(
      'not-a-plan',
      `The key "${this.#key}" does not hold what a plan has there.`,
    );
  }
}

/** What surrounds the root value. */
export class DocumentFrame extends Frame {
  readonly wantsScalars = true;
  readonly #root: RootFrame;

  constructor(collector: PlanCollector) {
    super();
    this.#root = new RootFrame(collector);
  }

  scalar(): void {
    throw notAnObject();
  }

  open(isArray: boolean): Frame {
    if (isArray) {
      throw notAnObject();
    }
    return this.#root;
  }

  /** @throws PlanReadError `not-a-plan`, `unsupported-version` */
  requirePlan(): void {
    this.#root.requirePlan();
  }
}
