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

import { randomUUID } from 'node:crypto';
import type { PlanOrigin } from '@infra-hub/backstage-plugin-drift-common';

type Environment = Readonly<Record<string, string | undefined>>;

interface Pipeline {
  /** Variable that only this system sets, and to what. */
  sign: readonly [name: string, value: string];
  origin(environment: Environment): PlanOrigin;
}

const PIPELINES: readonly Pipeline[] = [
  {
    // https://docs.github.com/actions/reference/workflows-and-actions/variables
    sign: ['GITHUB_ACTIONS', 'true'],
    origin: env => ({
      commit: env.GITHUB_SHA,
      actor: env.GITHUB_TRIGGERING_ACTOR ?? env.GITHUB_ACTOR,
      runUrl: joined(
        env.GITHUB_SERVER_URL,
        '/',
        env.GITHUB_REPOSITORY,
        '/actions/runs/',
        env.GITHUB_RUN_ID,
      ),
      runId: joined(
        'github-',
        env.GITHUB_RUN_ID,
        '-',
        env.GITHUB_RUN_ATTEMPT ?? '1',
      ),
    }),
  },
  {
    // https://learn.microsoft.com/azure/devops/pipelines/build/variables
    sign: ['TF_BUILD', 'True'],
    origin: env => ({
      commit: env.BUILD_SOURCEVERSION,
      actor: env.BUILD_REQUESTEDFOR,
      runUrl: joined(
        env.SYSTEM_TEAMFOUNDATIONCOLLECTIONURI,
        encoded(env.SYSTEM_TEAMPROJECT),
        '/_build/results?buildId=',
        env.BUILD_BUILDID,
      ),
      runId: joined(
        'azure-',
        env.BUILD_BUILDID,
        '-',
        env.SYSTEM_JOBATTEMPT ?? '1',
      ),
    }),
  },
  {
    // https://docs.gitlab.com/ci/variables/predefined_variables
    sign: ['GITLAB_CI', 'true'],
    origin: env => ({
      commit: env.CI_COMMIT_SHA,
      actor: env.GITLAB_USER_LOGIN,
      runUrl: env.CI_JOB_URL,
      runId: joined('gitlab-', env.CI_JOB_ID),
    }),
  },
];

const LONGEST: Readonly<Record<keyof PlanOrigin, number>> = {
  commit: 100,
  actor: 200,
  runUrl: 2000,
  runId: 200,
};

/** An option that the portal would not take. */
export class OriginError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OriginError';
  }
}

/**
 * Where a plan comes from: what the user says, else what GitHub Actions, Azure
 * Pipelines or GitLab CI tell.
 *
 * @remarks
 *
 * The run id names one call of the command, because a job may well report a
 * module twice, before and after a repair. Only what is sent again by this call
 * counts as sent before; `--run-id` widens that.
 *
 * @throws OriginError when a value that the user gave is too long or no web address.
 */
export function runOrigin(
  given: PlanOrigin,
  environment: Environment,
): PlanOrigin & { runId: string } {
  for (const key of Object.keys(LONGEST) as (keyof PlanOrigin)[]) {
    if ((given[key]?.length ?? 0) > LONGEST[key]) {
      throw new OriginError(
        `The ${key} is longer than ${LONGEST[key]} characters.`,
      );
    }
  }
  if (given.runUrl !== undefined && !isWebAddress(given.runUrl)) {
    throw new OriginError('The run URL is no http or https address.');
  }
  const told = toldBy(environment);
  const call = randomUUID();
  return {
    ...told,
    ...present(given),
    runId: given.runId ?? (told.runId ? `${told.runId}-${call}` : call),
  };
}

/** A variable that cannot be used is no reason to fail: the portal takes printable characters only. */
function toldBy(environment: Environment): PlanOrigin {
  const pipeline = PIPELINES.find(
    ({ sign: [name, value] }) => environment[name] === value,
  );
  const told = present(pipeline?.origin(environment) ?? {});
  return {
    ...(told.commit && told.commit.length <= LONGEST.commit
      ? { commit: told.commit }
      : {}),
    ...(told.actor ? { actor: told.actor.slice(0, LONGEST.actor) } : {}),
    ...(told.runUrl &&
    told.runUrl.length <= LONGEST.runUrl &&
    isWebAddress(told.runUrl)
      ? { runUrl: told.runUrl }
      : {}),
    ...(told.runId && told.runId.length <= 100 ? { runId: told.runId } : {}),
  };
}

function present(origin: PlanOrigin): PlanOrigin {
  return Object.fromEntries(
    Object.entries(origin)
      .map(([key, value]) => [key, value?.replace(/\p{C}/gu, '').trim()])
      .filter(([, value]) => value !== undefined && value !== ''),
  );
}

/** Undefined when a part is missing. */
function joined(...parts: (string | undefined)[]): string | undefined {
  return parts.every(part => part !== undefined && part !== '')
    ? parts.join('')
    : undefined;
}

function encoded(text: string | undefined): string | undefined {
  return text === undefined ? undefined : encodeURIComponent(text);
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
