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

/** What the comment line above a resource of a human plan says. */
export interface PlanHeader {
  address: string;
  previousAddress?: string;
  deposed?: string;
  action: ResourceChange;
  actionReason?: string;
}

interface HeaderRule {
  /** Stands behind the address. */
  wording: RegExp;
  action: ResourceChange;
  actionReason?: string;
}

/**
 * Source: terraform internal/command/jsonformat/plan.go (resourceChangeComment),
 * and its older form in internal/command/format/diff.go; OpenTofu likewise.
 */
const WORDINGS: readonly HeaderRule[] = [
  { wording: /will be created$/, action: 'create' },
  { wording: /will be updated in-place$/, action: 'update' },
  { wording: /will be destroyed$/, action: 'delete' },
  { wording: /has changed$/, action: 'update' },
  { wording: /has been changed$/, action: 'update' },
  { wording: /has been deleted$/, action: 'delete' },
  {
    wording: /is tainted, so (?:it )?must be (?:replaced|deleted)$/,
    action: 'replace',
    actionReason: 'replace_because_tainted',
  },
  {
    wording: /will be replaced, as requested$/,
    action: 'replace',
    actionReason: 'replace_by_request',
  },
  {
    wording: /will be replaced due to changes in replace_triggered_by$/,
    action: 'replace',
    actionReason: 'replace_by_triggers',
  },
  { wording: /must be (?:replaced|re-created)$/, action: 'replace' },
  { wording: /will be replaced$/, action: 'replace' },
  { wording: /will be imported$/, action: 'import' },
  { wording: /will be read during apply$/, action: 'read' },
  {
    wording: /will no longer be managed by (?:Terraform|OpenTofu).*$/,
    action: 'forget',
  },
  {
    wording:
      /will be removed from the (?:Terraform|OpenTofu) state but will not be destroyed$/,
    action: 'forget',
  },
];

/** Wordings of the line below that says why something is destroyed. */
const REASONS: readonly { wording: RegExp; reason: string }[] = [
  {
    wording: /is not in configuration$/,
    reason: 'delete_because_no_resource_config',
  },
  {
    wording: /is out of range for count$/,
    reason: 'delete_because_count_index',
  },
  { wording: /is not in for_each map$/, reason: 'delete_because_each_key' },
  {
    wording: /(?:does not use|uses|use) (?:count|for_each)/,
    reason: 'delete_because_wrong_repetition',
  },
  {
    wording: /moved to .* which is not in configuration$/,
    reason: 'delete_because_no_move_target',
  },
];

/** Reads the text behind `  # `; undefined when it is not the head of a resource. */
export function parsePlanHeader(comment: string): PlanHeader | undefined {
  const moved = /^(\S.*) has moved to (\S.*)$/.exec(comment);
  if (moved) {
    return { address: moved[2], previousAddress: moved[1], action: 'move' };
  }
  for (const { wording, action, actionReason } of WORDINGS) {
    const at = comment.search(wording);
    if (at > 0) {
      const subject = comment.slice(0, at).trimEnd();
      const deposed = /^(.*) \(deposed object ([0-9a-zA-Z]+)\)$/.exec(subject);
      return {
        address: deposed ? deposed[1] : subject,
        ...(deposed ? { deposed: deposed[2] } : {}),
        action,
        ...(actionReason === undefined ? {} : { actionReason }),
      };
    }
  }
  return undefined;
}

/** Adds what a parenthesised line below the head says. */
export function addHeaderDetail(header: PlanHeader, comment: string): void {
  const moved = /^\(moved from (\S.*)\)$/.exec(comment);
  if (moved) {
    header.previousAddress = moved[1];
    return;
  }
  const because = /^\(because (.*)\)$/.exec(comment)?.[1];
  const reason = REASONS.find(({ wording }) => wording.test(because ?? ''));
  if (reason) {
    header.actionReason = reason.reason;
  } else if (because?.startsWith('module ')) {
    header.actionReason = 'delete_because_no_module';
  }
}
