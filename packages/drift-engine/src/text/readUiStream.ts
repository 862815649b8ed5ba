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

import type { ResourceChange } from '@infra-hub/backstage-plugin-drift-common';
import { maskSecretValues } from '../redact/secrets';
import { LowEvidenceEntry, LowEvidencePlan } from './LowEvidencePlan';
import { readText, TextLimits } from './readText';
import { maskAddress, parseResourceAddress } from './resourceAddress';

const LONGEST_ERROR = 500;

/** The stream has its own words for actions. Source: terraform internal/command/views/json/change.go. */
const ACTIONS: Readonly<Record<string, ResourceChange>> = {
  create: 'create',
  read: 'read',
  update: 'update',
  replace: 'replace',
  delete: 'delete',
  remove: 'forget',
  import: 'import',
  move: 'move',
};

/** The stream leaves the prefix out that the plan's `action_reason` has. */
const REASONS: Readonly<Record<string, string>> = {
  tainted: 'replace_because_tainted',
  requested: 'replace_by_request',
  replace_triggered_by: 'replace_by_triggers',
  cannot_update: 'replace_because_cannot_update',
};

type Members = Record<string, unknown>;

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Members)
    : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

class UiStreamReader {
  readonly #drift: LowEvidenceEntry[] = [];
  readonly #changes: LowEvidenceEntry[] = [];
  readonly #errors: string[] = [];
  readonly #warnings: string[] = [];
  #toolName: LowEvidencePlan['toolName'] = 'terraform';
  #toolVersion: string | undefined;
  #summary: LowEvidencePlan['summary'];
  #outputsChange = false;
  #partial = false;
  #unreadable = 0;

  read(stream: string): LowEvidencePlan {
    for (const line of stream.split('\n')) {
      if (line.trim() !== '') {
        this.#line(line);
      }
    }
    if (this.#unreadable > 0) {
      this.#warnings.push(
        `${
          this.#unreadable === 1 ? 'One line' : `${this.#unreadable} lines`
        } of the stream could not be read.`,
      );
    }
    const summary = this.#summary;
    return {
      evidence: 'ui-stream',
      drift: this.#drift,
      changes: this.#changes,
      errors: this.#errors,
      complete:
        summary !== undefined &&
        this.#errors.length === 0 &&
        this.#unreadable === 0,
      toolName: this.#toolName,
      ...(this.#toolVersion === undefined
        ? {}
        : { toolVersion: this.#toolVersion }),
      noChanges:
        summary !== undefined &&
        this.#changes.length === 0 &&
        !this.#outputsChange,
      outputsOnly: this.#outputsChange && this.#changes.length === 0,
      refreshOnly: false,
      ...(this.#partial ? { partial: true } : {}),
      ...(summary ? { summary } : {}),
      warnings: this.#warnings,
    };
  }

  #line(line: string): void {
    let event: Members;
    try {
      event = members(JSON.parse(line));
    } catch {
      this.#unreadable++;
      return;
    }
    switch (event.type) {
      case 'version':
        this.#toolName = text(event.tofu) ? 'tofu' : 'terraform';
        this.#toolVersion = text(event.tofu) ?? text(event.terraform);
        break;
      case 'resource_drift':
        this.#add(this.#drift, members(event.change));
        break;
      case 'planned_change':
        this.#add(this.#changes, members(event.change));
        break;
      case 'change_summary':
        this.#summarise(members(event.changes));
        break;
      case 'outputs':
        this.#outputsChange ||= Object.values(members(event.outputs)).some(
          output => !['noop', undefined].includes(text(members(output).action)),
        );
        break;
      case 'diagnostic':
        this.#diagnose(members(event.diagnostic));
        break;
      default:
    }
  }

  #add(list: LowEvidenceEntry[], change: Members): void {
    const written = text(members(change.resource).addr);
    const address = written && maskAddress(written);
    const parts =
      address === undefined ? undefined : parseResourceAddress(address);
    if (address === undefined || !parts) {
      this.#unreadable++;
      return;
    }
    const previousAddress = text(members(change.previous_resource).addr);
    const action = text(change.action) ?? '';
    if (parts.isData || action === 'read') {
      return;
    }
    if (action === 'noop' && previousAddress === undefined) {
      return;
    }
    const reason = text(change.reason);
    const deposed = text(change.deposed);
    const { isData: _isData, ...names } = parts;
    list.push({
      address,
      ...names,
      ...(previousAddress === undefined
        ? {}
        : { previousAddress: maskAddress(previousAddress) }),
      ...(deposed === undefined ? {} : { deposed }),
      action: action === 'noop' ? 'move' : ACTIONS[action] ?? 'unknown',
      ...(reason === undefined
        ? {}
        : { actionReason: REASONS[reason] ?? reason }),
    });
  }

  /** Only the summary of the plan ends it; `apply` and `destroy` have their own. */
  #summarise(changes: Members): void {
    if (changes.operation === 'plan') {
      this.#summary = {
        add: number(changes.add),
        change: number(changes.change),
        destroy: number(changes.remove),
        import: number(changes.import),
      };
    }
  }

  #diagnose(diagnostic: Members): void {
    if (diagnostic.severity !== 'error') {
      this.#partial ||= /^Resource targeting is in effect/.test(
        text(diagnostic.summary) ?? '',
      );
      return;
    }
    const said = [text(diagnostic.summary), text(diagnostic.detail)]
      .filter(part => part !== undefined)
      .join(': ');
    const masked = maskSecretValues(said || 'An error.', '(sensitive)');
    this.#errors.push(
      masked.length > LONGEST_ERROR
        ? `${masked.slice(0, LONGEST_ERROR)}…`
        : masked,
    );
  }
}

/**
 * Reads the JSON lines of `terraform plan -json`.
 *
 * @remarks
 *
 * The stream names resources and actions but no attributes. It is complete when
 * the change summary of the plan was seen, every line could be read and no error
 * was reported.
 *
 * @throws PlanReadError `empty` or `too-large`
 * @public
 */
export async function readUiStream(
  input: AsyncIterable<Uint8Array>,
  limits: TextLimits = {},
): Promise<LowEvidencePlan> {
  return new UiStreamReader().read(await readText(input, limits));
}
