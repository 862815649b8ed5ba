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

import type { FindingClass } from '@infra-hub/backstage-plugin-drift-common';

/** What a reason sentence may name. */
export interface RuleContext {
  /** The differing fields in words, e.g. `size_gb and 2 more fields`; `It` when none is known. */
  fields: string;
  /** Whether {@link RuleContext.fields} is one thing. */
  one: boolean;
  /** Whether the code wants something else than what was recorded, too. */
  overwrites?: boolean;
  /** The tool, e.g. `Terraform`. */
  tool: string;
  /** The root of a cascade. */
  root?: string;
  previousAddress?: string;
  /** `action_reason`, for reasons that no rule knows. */
  actionReason?: string;
}

/** Why a resource is in a class. Ids are stable across releases. */
export interface ClassificationRule {
  class: FindingClass;
  /** One sentence for people. */
  sentence(context: RuleContext): string;
}

const was = (c: RuleContext) => `${c.fields} ${c.one ? 'was' : 'were'}`;
const them = (c: RuleContext) => (c.one ? 'it' : 'them');

/** The rules of classification, by id. */
export const CLASSIFICATION_RULES = {
  'drift-to-revert': {
    class: 'drift',
    sentence: c =>
      `${was(c)} changed outside of ${c.tool}; ${
        c.overwrites
          ? `the code changed too, and applying it would overwrite ${them(c)}.`
          : `applying the code would change ${them(c)} back.`
      }`,
  },
  'drift-forces-replacement': {
    class: 'drift',
    sentence: c =>
      `${was(c)} changed outside of ${
        c.tool
      }; applying the code would destroy the resource and create it anew.`,
  },
  'deleted-outside': {
    class: 'drift',
    sentence: c =>
      `The resource was deleted outside of ${c.tool}; applying the code would create it again.`,
  },
  'deleted-outside-refresh-only': {
    class: 'drift',
    sentence: c =>
      `The resource was deleted outside of ${c.tool}; a refresh-only plan does not tell what the code would do about it.`,
  },
  'drift-code-removed': {
    class: 'drift',
    sentence: c =>
      `${was(c)} changed outside of ${
        c.tool
      }, and the code of the resource was removed; applying would delete the changed resource.`,
  },
  'drift-refresh-only': {
    class: 'drift',
    sentence: c =>
      `${was(c)} changed outside of ${
        c.tool
      }; a refresh-only plan does not tell what the code would do about ${them(
        c,
      )}.`,
  },
  'drift-low-evidence': {
    class: 'drift',
    sentence: c =>
      `${c.tool} would change this resource; a text plan does not tell an outside change from unapplied code, so it counts as drift.`,
  },
  'absorbed-computed': {
    class: 'absorbed',
    sentence: c =>
      `${was(c)} changed outside of ${c.tool}, but the code does not set ${them(
        c,
      )}, so applying it would change nothing.`,
  },
  'absorbed-accepted': {
    class: 'absorbed',
    sentence: c =>
      `${was(c)} changed outside of ${c.tool}, but the plan leaves ${them(
        c,
      )}: the code ignores ${them(c)}, does not set ${them(
        c,
      )}, or already says the same.`,
  },
  'absorbed-code-matches': {
    class: 'absorbed',
    sentence: c =>
      `${was(c)} changed outside of ${
        c.tool
      }, and the code wants what is there now.`,
  },
  'deleted-outside-and-in-code': {
    class: 'absorbed',
    sentence: c =>
      `The resource was deleted outside of ${c.tool}, and the code does not want it any more.`,
  },
  'absorbed-forgotten': {
    class: 'absorbed',
    sentence: c =>
      `${was(c)} changed outside of ${
        c.tool
      }, and the code gives the resource up without touching it.`,
  },
  'planned-create': {
    class: 'pending',
    sentence: () => 'The code adds this resource and was not applied yet.',
  },
  'planned-update': {
    class: 'pending',
    sentence: c =>
      `${was(
        c,
      )} not changed outside; the code, a variable, an input or the provider changed, and that was not applied yet.`,
  },
  'planned-replace': {
    class: 'pending',
    sentence: c =>
      `${was(
        c,
      )} not changed outside; an unapplied change in the code cannot be made in place, so the resource would be replaced.`,
  },
  cascade: {
    class: 'pending',
    sentence: c => `Changes only because ${c.root} does, which feeds it.`,
  },
  'replace-tainted': {
    class: 'pending',
    sentence: () =>
      'The resource is marked as tainted, so applying the code would replace it.',
  },
  'replace-requested': {
    class: 'pending',
    sentence: () => 'The plan was asked to replace this resource (-replace).',
  },
  'replace-triggered': {
    class: 'pending',
    sentence: () =>
      'The resource is replaced because something in its replace_triggered_by changes.',
  },
  'code-removed': {
    class: 'pending',
    sentence: () =>
      'The code of this resource was removed, and that was not applied yet.',
  },
  'instance-removed': {
    class: 'pending',
    sentence: () =>
      'The code wants fewer instances (count or for_each), and that was not applied yet.',
  },
  'planned-delete': {
    class: 'pending',
    sentence: () => 'The plan deletes this resource; it was not applied yet.',
  },
  'deposed-object': {
    class: 'pending',
    sentence: () =>
      'A left-over of a replacement that created the new object first and could not delete the old one.',
  },
  'planned-forget': {
    class: 'pending',
    sentence: () =>
      'The code gives this resource up without deleting it, and that was not applied yet.',
  },
  'planned-import': {
    class: 'pending',
    sentence: () =>
      'The code imports this existing resource, and that was not applied yet.',
  },
  'update-without-difference': {
    class: 'pending',
    sentence: () =>
      'An update is planned that changes no value the plan shows.',
  },
  'unknown-action': {
    class: 'pending',
    sentence: () =>
      'The plan holds an action that this version does not know, so it is not taken for clean.',
  },
  moved: {
    class: 'noise',
    sentence: c =>
      c.previousAddress
        ? `Only the address in the code changed, from ${c.previousAddress}.`
        : 'Only the address in the code changed.',
  },
  read: {
    class: 'noise',
    sentence: () => 'A data source is read; nothing is changed.',
  },
  'sensitivity-only': {
    class: 'noise',
    sentence: () => 'No value differs; only what counts as sensitive changed.',
  },
  'equal-after-normalisation': {
    class: 'noise',
    sentence: () =>
      'The differences mean nothing: the values are the same, or change by themselves.',
  },
} satisfies Record<string, ClassificationRule>;

/** Id of a classification rule. */
export type ClassificationRuleId = keyof typeof CLASSIFICATION_RULES;

/** Rules of `action_reason`; unknown reasons fall back to the action. */
export const RULES_OF_ACTION_REASON: Readonly<
  Record<string, ClassificationRuleId>
> = {
  replace_because_tainted: 'replace-tainted',
  tainted: 'replace-tainted',
  replace_by_request: 'replace-requested',
  requested: 'replace-requested',
  replace_by_triggers: 'replace-triggered',
  delete_because_no_resource_config: 'code-removed',
  delete_because_no_module: 'code-removed',
  delete_because_no_move_target: 'code-removed',
  delete_because_enabled_false: 'code-removed',
  delete_because_wrong_repetition: 'instance-removed',
  delete_because_count_index: 'instance-removed',
  delete_because_each_key: 'instance-removed',
};

/** The sentence of a rule. */
export function reasonOf(
  rule: ClassificationRuleId,
  context: RuleContext,
): string {
  return CLASSIFICATION_RULES[rule].sentence(context);
}
