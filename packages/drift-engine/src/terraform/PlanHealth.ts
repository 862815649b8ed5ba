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

/** What a plan intends, as far as an exit code tells it. */
export interface PlannedWork {
  /** Planned actions on resources other than reads. */
  changes: number;
  moves: number;
  imports: number;
  reads: number;
  outputs: number;
  actionInvocations: number;
  /** Entries of `resource_drift` of a refresh-only plan. */
  refreshed: number;
  failedChecks: number;
}

/** What an exit code adds to the verdict. */
export interface ExitCodeJudgement {
  /** Why the document cannot be trusted. */
  failure?: string;
  /** Why the exit code is no drift. */
  warning?: string;
}

/**
 * Compares the exit code of `plan -detailed-exitcode` with what the plan says.
 * An exit code that the plan cannot explain means that one of them belongs to
 * another run, or that a wrapper changed it.
 *
 * Source: terraform plans.Plan.Applyable; `plan -detailed-exitcode`.
 */
export function judgeExitCode(
  exitCode: number | undefined,
  work: PlannedWork,
): ExitCodeJudgement {
  if (exitCode === undefined) {
    return {};
  }
  if (exitCode === 1) {
    return {
      failure: 'The plan command failed (exit code 1), whatever the plan says.',
    };
  }
  if (exitCode !== 0 && exitCode !== 2) {
    return {
      failure: `The plan command ended with exit code ${exitCode}, which no plan command means to give.`,
    };
  }
  return exitCode === 0 ? judgeZero(work) : judgeTwo(work);
}

function judgeZero(work: PlannedWork): ExitCodeJudgement {
  const contradicting = listOf([
    [work.changes, 'planned change'],
    [work.moves, 'move'],
    [work.imports, 'import'],
    [work.outputs, 'output change'],
    [work.actionInvocations, 'action invocation'],
    [work.refreshed, 'refreshed object'],
  ]);
  return contradicting
    ? {
        failure: `Exit code 0 says that nothing changes, but the plan has ${contradicting}; a wrapper may hide the real exit code (setup-terraform: set terraform_wrapper to false), or -detailed-exitcode is missing.`,
      }
    : {};
}

function judgeTwo(work: PlannedWork): ExitCodeJudgement {
  if (work.changes > 0 || work.refreshed > 0) {
    return {};
  }
  const harmless = listOf([
    [work.moves, 'move'],
    [work.imports, 'import'],
    [work.outputs, 'output change'],
    [work.actionInvocations, 'action invocation'],
    [work.reads, 'data source read'],
    [work.failedChecks, 'failed check'],
  ]);
  return harmless
    ? {
        warning: `Exit code 2 comes from ${harmless} alone; no resource drifted.`,
      }
    : {
        failure:
          'Exit code 2 says that something changes, but the plan has nothing that explains it.',
      };
}

function listOf(parts: [count: number, name: string][]): string | undefined {
  const present = parts
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name}${count === 1 ? '' : 's'}`);
  if (present.length === 0) {
    return undefined;
  }
  return present.length === 1
    ? present[0]
    : `${present.slice(0, -1).join(', ')} and ${present.at(-1)}`;
}
