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

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What each command of a pretended Terraform does, as shell code. */
export interface FakeTool {
  version?: string;
  init?: string;
  plan?: string;
  show?: string;
  workspace?: string;
  apply?: string;
  state?: string;
}

/**
 * A command that makes a file in its home and then runs until it is told to stop.
 * Without the trap, a shell goes on after a signal that comes while `touch` ends.
 */
export function untilToldToStop(marker: string): string {
  return `trap 'exit 1' INT
touch "$HOME/${marker}"
while :; do sleep 0.05; done`;
}

/**
 * Puts a program called `terraform` into a directory. By default it plans
 * nothing. `$LOG` is where it notes how it was called.
 */
export function installFakeTool(directory: string, tool: FakeTool = {}): void {
  mkdirSync(directory, { recursive: true });
  const program = join(directory, 'terraform');
  writeFileSync(
    program,
    `#!/bin/sh
LOG=${directory}/log
if [ "$1" != version ]; then
  { echo "== $*"; env | sort; } >> "$LOG"
fi
case "$1" in
  version) ${tool.version ?? 'echo "Terraform v1.11.4"'}
    ;;
  init) ${tool.init ?? ':'}
    ;;
  workspace) ${tool.workspace ?? 'echo "* default"'}
    ;;
  apply) ${tool.apply ?? 'exit 0'}
    ;;
  state) ${tool.state ?? 'exit 0'}
    ;;
  plan) ${tool.plan ?? 'exit 0'}
    ;;
  show) ${tool.show ?? `echo '${planJson()}'`}
    ;;
esac
`,
  );
  chmodSync(program, 0o755);
}

/** A complete plan document of one resource that does not change, with more on top. */
export function planJson(more: object = {}): string {
  return JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: { root_module: {} },
    resource_changes: [
      {
        address: 'terraform_data.x',
        mode: 'managed',
        type: 'terraform_data',
        name: 'x',
        provider_name: 'terraform.io/builtin/terraform',
        change: {
          actions: ['no-op'],
          before: { input: 'a' },
          after: { input: 'a' },
          after_unknown: {},
          before_sensitive: {},
          after_sensitive: {},
        },
      },
    ],
    prior_state: {
      format_version: '1.0',
      terraform_version: '1.11.4',
      values: {
        root_module: {
          resources: [
            {
              address: 'terraform_data.x',
              mode: 'managed',
              type: 'terraform_data',
              name: 'x',
              values: { input: 'a' },
            },
          ],
        },
      },
    },
    configuration: { root_module: {} },
    timestamp: '2026-11-22T00:00:00Z',
    applyable: false,
    complete: true,
    errored: false,
    ...more,
  });
}

/** A plan in which reality has other inputs than the code, and more on top. */
export function driftedPlan(
  resources: { name: string; recorded: unknown; actual: unknown }[] = [
    { name: 'x', recorded: 'a', actual: 'b' },
  ],
  more: object = {},
): string {
  const entry = (name: string, before: unknown, after: unknown) => ({
    address: `terraform_data.${name}`,
    mode: 'managed',
    type: 'terraform_data',
    name,
    provider_name: 'terraform.io/builtin/terraform',
    change: {
      actions: ['update'],
      before: { input: before },
      after: { input: after },
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: {},
    },
  });
  return planJson({
    resource_drift: resources.map(each =>
      entry(each.name, each.recorded, each.actual),
    ),
    resource_changes: resources.map(each =>
      entry(each.name, each.actual, each.recorded),
    ),
    applyable: true,
    ...more,
  });
}
