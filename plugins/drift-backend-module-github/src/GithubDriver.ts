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

import { LoggerService } from '@backstage/backend-plugin-api';
import { GithubCredentialsProvider } from '@backstage/integration';
import { isError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import {
  judgePipelineRun,
  pathOf,
  PipelineAnswer,
  PipelineDriver,
  PipelineHttp,
  PipelineInputs,
  PipelineLook,
  PipelineReading,
  PipelineResponse,
  PipelineStart,
  PipelineStep,
  readPipelineAnswer,
  readPipelineStart,
} from '@infra-hub/backstage-plugin-drift-node';
import { z } from 'zod';
import { GithubRoute } from './config/readGithubRoutes';
import { explainRefusal, isRateLimited } from './explainRefusal';

const SYSTEM = 'GitHub';
const ID = z.number().int().positive();
const STARTED = z.object({ workflow_run_id: ID });
const RUN = z.object({
  id: ID,
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
});
const RUNS = z.object({
  workflow_runs: z.array(
    z.object({
      id: ID,
      name: z.string().nullish(),
      display_title: z.string().nullish(),
    }),
  ),
});
const JOBS = z.object({
  jobs: z.array(
    z.object({
      steps: z
        .array(
          z.object({
            name: z.string(),
            conclusion: z.string().nullish(),
            completed_at: z.string().nullish(),
          }),
        )
        .nullish(),
    }),
  ),
});

/** Clocks differ, and a run may be older than the answer to its request. */
const CLOCK_SKEW_MS = 5 * 60_000;

const WAITS: Readonly<Record<string, string>> = {
  queued: 'The run waits in the queue of GitHub.',
  requested: 'The run waits in the queue of GitHub.',
  pending: 'The run waits for another one of its concurrency group.',
  waiting: 'The run waits for a reviewer of its environment in GitHub.',
  in_progress: 'The run is under way.',
};

const ENDINGS: Readonly<Record<string, string>> = {
  success: 'succeeded',
  failure: 'failed',
  cancelled: 'was cancelled',
  timed_out: 'took too long and was stopped by GitHub',
  action_required: 'waits for an action of a person in GitHub',
  neutral: 'ended without a verdict',
  skipped: 'was skipped',
  stale: 'was given up by GitHub',
  startup_failure: 'could not be started by GitHub',
};

const STEP_RESULTS: Readonly<Record<string, PipelineStep['result']>> = {
  success: 'succeeded',
  failure: 'failed',
  skipped: 'not-run',
};

/**
 * Starts and follows workflows.
 *
 * @remarks
 * The protocol is that of https://docs.github.com/rest/actions, version
 * 2022-11-28. A dispatch is answered with the id of its run where GitHub knows
 * `return_run_details`, and with 204 elsewhere; then the run is found by its name,
 * into which the workflow puts the mark.
 */
export class GithubDriver implements PipelineDriver<GithubRoute> {
  readonly #credentials: GithubCredentialsProvider;
  readonly #logger: LoggerService;
  readonly #timeoutMs: number | undefined;

  static create(options: {
    credentials: GithubCredentialsProvider;
    logger: LoggerService;
    /** Of one request. */
    timeoutMs?: number;
  }): GithubDriver {
    return new GithubDriver(options);
  }

  private constructor(options: {
    credentials: GithubCredentialsProvider;
    logger: LoggerService;
    timeoutMs?: number;
  }) {
    this.#credentials = options.credentials;
    this.#logger = options.logger;
    this.#timeoutMs = options.timeoutMs;
  }

  async start(
    route: GithubRoute,
    inputs: PipelineInputs,
    signal: AbortSignal,
  ): Promise<PipelineStart> {
    const dispatch = { ref: route.ref, inputs };
    let answer = await this.#dispatch(
      route,
      { ...dispatch, return_run_details: true },
      signal,
    );
    if (refusesDetails(answer)) {
      // Servers that are older than the parameter refuse it, and start nothing.
      answer = await this.#dispatch(route, dispatch, signal);
    }
    return answer
      ? readPipelineStart(answer, {
          system: SYSTEM,
          isBusy: isRateLimited,
          read: response => readStarted(route, response),
          explain: response => explainRefusal(route, response),
        })
      : { kind: 'refused', message: noCredentials(route) };
  }

  async find(
    route: GithubRoute,
    search: { mark: string; since: Date },
    signal: AbortSignal,
  ): Promise<PipelineLook> {
    const since = new Date(search.since.getTime() - CLOCK_SKEW_MS)
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
    const answer = await this.#send(route, {
      method: 'GET',
      path: pathOf`/repos/${route.owner}/${route.repo}/actions/workflows/${
        route.workflow
      }/runs?event=workflow_dispatch&created=${`>=${since}`}&per_page=${100}`,
      signal,
    });
    const read = readAnswer(answer, RUNS);
    if (!read.ok) {
      return read.look;
    }
    const run = read.value.workflow_runs.findLast(each =>
      [each.display_title, each.name].some(title =>
        title?.includes(search.mark),
      ),
    );
    return run
      ? { kind: 'found', run: { id: run.id }, link: linkOf(route, run.id) }
      : { kind: 'waiting' };
  }

  async look(
    route: GithubRoute,
    run: JsonObject,
    signal: AbortSignal,
  ): Promise<PipelineLook> {
    const id = Number(run.id);
    const read = readAnswer(
      await this.#send(route, {
        method: 'GET',
        path: pathOf`/repos/${route.owner}/${route.repo}/actions/runs/${id}`,
        signal,
      }),
      RUN,
    );
    if (!read.ok) {
      return read.look;
    }
    const { status, conclusion } = read.value;
    if (status !== 'completed') {
      return { kind: 'waiting', note: WAITS[status ?? ''] };
    }
    const steps = readAnswer(
      await this.#send(route, {
        method: 'GET',
        path: pathOf`/repos/${route.owner}/${
          route.repo
        }/actions/runs/${id}/jobs?filter=latest&per_page=${100}`,
        signal,
      }),
      JOBS,
    );
    if (!steps.ok && !steps.look.lasting) {
      return steps.look;
    }
    return {
      kind: 'ended',
      outcome: judgePipelineRun({
        succeeded: conclusion === 'success',
        ending: ENDINGS[conclusion ?? ''] ?? 'ended in a way that is not known',
        steps: steps.ok
          ? steps.value.jobs.flatMap(job => (job.steps ?? []).map(toStep))
          : undefined,
        link: linkOf(route, id),
      }),
    };
  }

  async cancel(
    route: GithubRoute,
    run: JsonObject,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#send(route, {
      method: 'POST',
      path: pathOf`/repos/${route.owner}/${route.repo}/actions/runs/${Number(
        run.id,
      )}/cancel`,
      signal,
    });
  }

  async #dispatch(
    route: GithubRoute,
    body: object,
    signal: AbortSignal,
  ): Promise<PipelineAnswer | undefined> {
    return this.#send(route, {
      method: 'POST',
      path: pathOf`/repos/${route.owner}/${route.repo}/actions/workflows/${route.workflow}/dispatches`,
      body: JSON.stringify(body),
      signal,
    });
  }

  /** Absent without credentials. */
  async #send(
    route: GithubRoute,
    request: {
      method: 'GET' | 'POST';
      path: string;
      body?: string;
      signal: AbortSignal;
    },
  ): Promise<PipelineAnswer | undefined> {
    const authorization = await this.#authorization(route);
    if (authorization === undefined) {
      return { kind: 'failed', sent: false, reason: 'signing in failed' };
    }
    if (authorization === '') {
      return undefined;
    }
    return PipelineHttp.create({
      baseUrl: route.apiBaseUrl,
      timeoutMs: this.#timeoutMs,
    }).send({
      ...request,
      headers: {
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        authorization,
        ...(request.body ? { 'content-type': 'application/json' } : {}),
      },
    });
  }

  /** Empty without credentials, absent when signing in as an app failed. */
  async #authorization(route: GithubRoute): Promise<string | undefined> {
    try {
      const { token } = await this.#credentials.getCredentials({
        url: `https://${route.host}/${route.owner}/${route.repo}`,
      });
      return token ? `Bearer ${token}` : '';
    } catch (error) {
      // Its message may hold what it signed in with.
      this.#logger.warn(
        `Signing in at ${route.host} for ${route.owner}/${route.repo} failed (${
          isError(error) ? error.name : 'unknown reason'
        })`,
      );
      return undefined;
    }
  }
}

function noCredentials({ host, owner, repo }: GithubRoute): string {
  return `Backstage has no credentials for ${owner}/${repo}: integrations.github needs a token for ${host}, or an app that is installed there.`;
}

function refusesDetails(answer: PipelineAnswer | undefined): boolean {
  return (
    answer?.kind === 'answer' &&
    (answer.status === 400 || answer.status === 422) &&
    JSON.stringify(answer.json ?? '').includes('return_run_details')
  );
}

function readStarted(
  route: GithubRoute,
  { status, json }: PipelineResponse,
): PipelineStart {
  const started = STARTED.safeParse(json);
  if (started.success) {
    const { workflow_run_id: id } = started.data;
    return { kind: 'started', run: { id }, link: linkOf(route, id) };
  }
  return {
    kind: 'uncertain',
    message: `GitHub took the request without telling which run it starts (${status}).`,
  };
}

function readAnswer<T>(
  answer: PipelineAnswer | undefined,
  schema: z.ZodType<T>,
): PipelineReading<T> {
  return answer
    ? readPipelineAnswer(answer, {
        system: SYSTEM,
        isBusy: isRateLimited,
        parse: json => schema.safeParse(json).data,
      })
    : {
        ok: false,
        look: {
          kind: 'unreadable',
          message: 'There are no credentials for GitHub any more.',
          lasting: true,
        },
      };
}

function toStep(step: {
  name: string;
  conclusion?: string | null;
  completed_at?: string | null;
}): PipelineStep {
  return {
    name: step.name,
    result: STEP_RESULTS[step.conclusion ?? ''] ?? 'unknown',
    endedAt: step.completed_at ?? undefined,
  };
}

/** Made here, not taken from an answer. */
function linkOf({ host, owner, repo }: GithubRoute, id: number) {
  return {
    title: `Run ${id} in ${owner}/${repo}`,
    url: `https://${host}/${owner}/${repo}/actions/runs/${id}`,
  };
}
