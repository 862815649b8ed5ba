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

import type { DriftReport } from '@infra-hub/backstage-plugin-drift-common';
import {
  ApprovableChange,
  approvableChanges,
  ApprovalComparison,
  ApprovalTextError,
  assess,
  compareWithApproval,
  observePlan,
  PlanDocument,
  readPlan,
} from '@infra-hub/drift-engine';
import { Console, EXIT_CLEAN, EXIT_ERROR, EXIT_NOT_APPROVED } from '../Console';
import { visible } from '../formatReport';
import { openInput, sniff } from '../input';
import { messageOf } from '../observe';
import { splitAddresses } from './splitAddresses';

/** Options of `infra-hub-drift approved`. */
export interface ApprovedOptions {
  plan: string;
  expect: string;
  targets?: string;
  exitCode?: number;
  format?: 'json' | 'text';
}

/** Says whether a plan does exactly what was approved. */
export async function runApproved(
  options: ApprovedOptions,
  console: Console,
): Promise<number> {
  const read = await readReport(options, console);
  if ('unusable' in read) {
    return refuse(read.unusable, console);
  }
  const { report } = read;
  const targets = splitAddresses(options.targets ?? '');
  let comparison: ApprovalComparison;
  try {
    comparison = compareWithApproval(
      report.findings,
      options.expect.trim(),
      targets.length > 0 ? targets : undefined,
    );
  } catch (error) {
    if (error instanceof ApprovalTextError) {
      return refuse(error.message, console);
    }
    throw error;
  }
  const format = options.format ?? (console.stdout.isTTY ? 'text' : 'json');
  console.stdout.write(
    format === 'json'
      ? `${JSON.stringify(toJson(report, comparison), undefined, 2)}\n`
      : toText(report, comparison),
  );
  return comparison.same ? EXIT_CLEAN : EXIT_NOT_APPROVED;
}

function refuse(reason: string, console: Console): number {
  console.stderr.write(`error: ${visible(reason)}\n`);
  return EXIT_ERROR;
}

async function readReport(
  options: ApprovedOptions,
  console: Console,
): Promise<{ report: DriftReport } | { unusable: string }> {
  let plan: PlanDocument;
  try {
    const { kind, rest } = await sniff(await openInput(options.plan, console));
    if (kind !== 'plan-json') {
      return {
        unusable:
          'What a plan text or a `plan -json` stream says is not enough to tell; give the output of `terraform show -json PLAN`.',
      };
    }
    plan = await readPlan(rest);
  } catch (error) {
    return { unusable: messageOf(error) };
  }
  if (plan.actionInvocations > 0) {
    return {
      unusable:
        'The plan invokes actions; what they do cannot be compared with an approval.',
    };
  }
  const observation = observePlan(
    plan,
    options.exitCode === undefined ? {} : { exitCode: options.exitCode },
  );
  const report = assess(observation, { source: 'terraform', now: new Date() });
  return report.status === 'error'
    ? { unusable: report.error ?? 'The plan could not be judged.' }
    : { report };
}

function toJson(report: DriftReport, comparison: ApprovalComparison): object {
  return {
    approved: comparison.same,
    changes: approvableChanges(report.findings).length,
    unexpected: comparison.unexpected.map(named),
    untargeted: comparison.untargeted.map(named),
    missing: comparison.missing,
  };
}

/** Without values, which a log has no use for. */
function named(change: ApprovableChange): object {
  return {
    address: change.address,
    deposed: change.deposed,
    class: change.class,
    change: change.change,
  };
}

function toText(report: DriftReport, comparison: ApprovalComparison): string {
  const { length } = approvableChanges(report.findings);
  if (comparison.same) {
    return `The plan does exactly what was approved: ${changes(length)}.\n`;
  }
  const { unexpected, untargeted, missing = 0 } = comparison;
  return [
    `The plan is not what was approved. It makes ${changes(length)}.`,
    ...listed('Not approved in this form', unexpected),
    ...listed('Not asked for', untargeted),
    ...(missing > 0
      ? ['', `Approved, but no longer in the plan in this form: ${missing}`]
      : []),
    '',
  ].join('\n');
}

function listed(title: string, list: ApprovableChange[]): string[] {
  return list.length === 0
    ? []
    : [
        '',
        `${title} (${list.length})`,
        ...list.map(
          ({ address, deposed, class: findingClass, change }) =>
            `  ${visible(address)}${
              deposed === undefined ? '' : ` (deposed ${visible(deposed)})`
            }  ${findingClass}, ${change}`,
        ),
      ];
}

function changes(count: number): string {
  return count === 1 ? '1 change' : `${count} changes`;
}
