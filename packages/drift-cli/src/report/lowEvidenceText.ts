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

import {
  type LowEvidenceEntry,
  type LowEvidenceField,
  type LowEvidencePlan,
  maskSecretShapes,
} from '@infra-hub/drift-engine';

/*
 * A printed plan cannot be masked line by line with certainty. So it is read, and
 * what the engine took from it, without secrets, is written down again in the
 * tool's own words: the portal reads the same from it, and nothing else leaves.
 */

const HEAD_WORDS: Readonly<Record<string, string>> = {
  create: 'will be created',
  update: 'will be updated in-place',
  delete: 'will be destroyed',
  replace: 'must be replaced',
  import: 'will be imported',
  read: 'will be read during apply',
  forget: 'will no longer be managed by Terraform',
};

const OUTSIDE_WORDS: Readonly<Record<string, string>> = {
  update: 'has changed',
  delete: 'has been deleted',
};

const REPLACE_WORDS: Readonly<Record<string, string>> = {
  replace_because_tainted: 'is tainted, so must be replaced',
  replace_by_request: 'will be replaced, as requested',
  replace_by_triggers:
    'will be replaced due to changes in replace_triggered_by',
};

const REASON_WORDS: Readonly<Record<string, string>> = {
  delete_because_no_resource_config: 'it is not in configuration',
  delete_because_count_index: 'its index is out of range for count',
  delete_because_each_key: 'its key is not in for_each map',
  delete_because_wrong_repetition: 'resource does not use count',
  delete_because_no_module: 'module was removed',
};

/** Names of attributes that need no quotes. */
const PLAIN_NAME = /^[A-Za-z0-9_.:-]+$/;

/** The plan as a text that {@link readPlanText} of the engine reads alike. */
export function writePlanText(plan: LowEvidencePlan): string {
  const tool = plan.toolName === 'tofu' ? 'OpenTofu' : 'Terraform';
  const lines = [`${tool} printed this plan; secrets are left out.`];
  if (plan.partial) {
    lines.push('Warning: Resource targeting is in effect');
  }
  if (plan.drift.length > 0) {
    lines.push(`Note: Objects have changed outside of ${tool}`, '');
    plan.drift.forEach(entry => lines.push(...entryLines(entry, true)));
  }
  if (plan.changes.length > 0) {
    lines.push(`${tool} will perform the following actions:`, '');
    plan.changes.forEach(entry => lines.push(...entryLines(entry, false)));
  }
  if (plan.outputsOnly) {
    lines.push('Changes to Outputs:', '');
  }
  lines.push(...endLines(plan));
  for (const error of plan.errors) {
    lines.push('╷', `│ Error: ${maskedError(error)}`, '╵');
  }
  return `${lines.join('\n')}\n`;
}

/** Also each part behind a colon for itself: in `Invalid: password = "x"` the first word is no name of a value. */
function maskedError(error: string): string {
  return maskSecretShapes(error)
    .split(/(?<=: )/)
    .map(maskSecretShapes)
    .join('');
}

/** What says that the plan was printed to its end. */
function endLines(plan: LowEvidencePlan): string[] {
  const { summary } = plan;
  if (summary) {
    const imported =
      summary.import === undefined ? '' : `${summary.import} to import, `;
    return [
      `Plan: ${imported}${summary.add} to add, ${summary.change} to change, ${summary.destroy} to destroy.`,
      ...(plan.refreshOnly ? ['This is a refresh-only plan'] : []),
    ];
  }
  if (plan.refreshOnly) {
    return ['This is a refresh-only plan'];
  }
  if (plan.noChanges) {
    return ['No changes.'];
  }
  if (!plan.complete) {
    return [];
  }
  return plan.outputsOnly
    ? ['You can apply this plan to save these new output values']
    : ['No changes.'];
}

function entryLines(entry: LowEvidenceEntry, outside: boolean): string[] {
  const lines = [`  # ${headOf(entry, outside)}`];
  const because = REASON_WORDS[entry.actionReason ?? ''];
  if (because !== undefined) {
    lines.push(`  # (because ${because})`);
  }
  if (entry.previousAddress !== undefined && entry.action !== 'move') {
    lines.push(`  # (moved from ${entry.previousAddress})`);
  }
  if (entry.fields) {
    lines.push(
      `  ~ resource "${entry.resourceType}" "${entry.resourceName}" {`,
      ...entry.fields.flatMap(fieldLines),
      '    }',
    );
  }
  return [...lines, ''];
}

function headOf(entry: LowEvidenceEntry, outside: boolean): string {
  if (entry.action === 'move') {
    return `${entry.previousAddress} has moved to ${entry.address}`;
  }
  const subject =
    entry.deposed === undefined
      ? entry.address
      : `${entry.address} (deposed object ${entry.deposed})`;
  const words =
    (outside ? OUTSIDE_WORDS[entry.action] : undefined) ??
    REPLACE_WORDS[entry.actionReason ?? ''] ??
    HEAD_WORDS[entry.action] ??
    'would change in a way that is not known';
  return `${subject} ${words}`;
}

/** Opens the containers of the path one by one; what follows at the old column closes them. */
function fieldLines(field: LowEvidenceField): string[] {
  const steps = field.path
    .split('/')
    .slice(1)
    .map(step => step.replace(/~1/g, '/').replace(/~0/g, '~'));
  if (steps.length === 0) {
    return ['      # so its contents will not be displayed.'];
  }
  const lines: string[] = [];
  let indent = 6;
  let inList = false;
  steps.forEach((step, index) => {
    const padding = ' '.repeat(indent);
    if (inList) {
      // Elements before it are counted by the reader, and say nothing.
      for (let position = 0; position < Number(step); position++) {
        lines.push(`${padding}  null,`);
      }
    }
    const name = inList ? '' : `${nameOf(step)} = `;
    if (index === steps.length - 1) {
      const { symbol, text } = valueOf(field);
      const forces = field.forcesReplacement ? ' # forces replacement' : '';
      lines.push(`${padding}${symbol} ${name}${text}${forces}`);
      return;
    }
    inList = isPosition(steps[index + 1]);
    lines.push(`${padding}~ ${name}${inList ? '[' : '{'}`);
    indent += 4;
  });
  return lines;
}

function nameOf(step: string): string {
  return PLAIN_NAME.test(step) ? step : quoted(step);
}

/** A position far down a list is written as a name, which gives the same pointer. */
function isPosition(step: string): boolean {
  return /^(?:0|[1-9]\d{0,3})$/.test(step);
}

function valueOf(field: LowEvidenceField): { symbol: string; text: string } {
  if (field.sensitive) {
    return { symbol: '~', text: '(sensitive value)' };
  }
  const after = field.afterUnknown
    ? '(known after apply)'
    : valueText(field.after);
  const before = valueText(field.before);
  if (before !== undefined && after !== undefined) {
    return { symbol: '~', text: `${before} -> ${after}` };
  }
  if (before !== undefined) {
    return { symbol: '-', text: before };
  }
  return after === undefined
    ? { symbol: '~', text: '(not shown)' }
    : { symbol: '+', text: after };
}

/** The engine gives scalars and empty containers only. */
function valueText(value: LowEvidenceField['after']): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}

/** HCL doubles what would start a template. */
function quoted(text: string): string {
  return JSON.stringify(text)
    .replace(/\$\{/g, () => '$${')
    .replace(/%\{/g, () => '%%{');
}

const STREAM_ACTIONS: Readonly<Record<string, string>> = { forget: 'remove' };

const STREAM_REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: 'tainted',
  replace_by_request: 'requested',
  replace_by_triggers: 'replace_triggered_by',
  replace_because_cannot_update: 'cannot_update',
};

/** The stream as JSON lines that {@link readUiStream} of the engine reads alike. */
export function writeUiStream(plan: LowEvidencePlan): string {
  const events: object[] = [
    {
      type: 'version',
      [plan.toolName === 'tofu' ? 'tofu' : 'terraform']:
        plan.toolVersion ?? 'unknown',
    },
    ...plan.drift.map(entry => entryEvent('resource_drift', entry)),
    ...plan.changes.map(entry => entryEvent('planned_change', entry)),
  ];
  if (plan.partial) {
    events.push(diagnostic('warn', 'Resource targeting is in effect'));
  }
  if (plan.outputsOnly) {
    events.push({ type: 'outputs', outputs: { name: { action: 'update' } } });
  }
  events.push(
    ...plan.errors.map(error => diagnostic('error', maskedError(error))),
  );
  if (plan.summary) {
    const { add, change, destroy } = plan.summary;
    events.push({
      type: 'change_summary',
      changes: {
        add,
        change,
        remove: destroy,
        import: plan.summary.import ?? 0,
        operation: 'plan',
      },
    });
  }
  const lines = events.map(event =>
    JSON.stringify({ '@level': 'info', ...event }),
  );
  if (!plan.complete && plan.errors.length === 0) {
    lines.push('A line of the stream could not be read.');
  }
  return `${lines.join('\n')}\n`;
}

function entryEvent(type: string, entry: LowEvidenceEntry): object {
  const { address, previousAddress, deposed, action, actionReason } = entry;
  return {
    type,
    change: {
      resource: { addr: address },
      ...(previousAddress === undefined
        ? {}
        : { previous_resource: { addr: previousAddress } }),
      action: STREAM_ACTIONS[action] ?? action,
      ...(deposed === undefined ? {} : { deposed }),
      ...(actionReason === undefined
        ? {}
        : { reason: STREAM_REASONS[actionReason] ?? actionReason }),
    },
  };
}

function diagnostic(severity: 'warn' | 'error', summary: string): object {
  return {
    '@level': severity,
    type: 'diagnostic',
    diagnostic: {
      severity: severity === 'warn' ? 'warning' : 'error',
      summary,
    },
  };
}
