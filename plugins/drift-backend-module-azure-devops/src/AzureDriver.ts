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
import { isError } from '@backstage/errors';
import { AzureDevOpsCredentialsProvider } from '@backstage/integration';
import { JsonObject } from '@backstage/types';
import {
  judgePipelineRun,
  pathOf,
  PipelineAnswer,
  PipelineDriver,
  PipelineHttp,
  PipelineHttpRequest,
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
import { AzureRoute } from './config/readAzureRoutes';
import { explainRefusal } from './explainRefusal';

const SYSTEM = 'Azure DevOps';
const ID = z.number().int().positive();
const RUN = z.object({
  id: ID,
  name: z.string().nullish(),
  state: z.string(),
  result: z.string().nullish(),
  createdDate: z.string().nullish(),
  templateParameters: z.record(z.string(), z.unknown()).nullish(),
});
const RUNS = z.object({ value: z.array(RUN) });
const TIMELINE = z.object({
  records: z.array(
    z.object({
      type: z.string().nullish(),
      name: z.string().nullish(),
      state: z.string().nullish(),
      result: z.string().nullish(),
      finishTime: z.string().nullish(),
    }),
  ),
});

/** Clocks differ. */
const CLOCK_SKEW_MS = 5 * 60_000;
/** Runs that are asked for one by one where the list says too little. */
const MOST_CANDIDATES = 10;

const WAITS: Readonly<Record<string, string>> = {
  inProgress: 'The run is under way, or waits for an agent or an approval.',
  canceling: 'The run is being cancelled.',
};

const ENDINGS: Readonly<Record<string, string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'was cancelled',
};

const STEP_RESULTS: Readonly<Record<string, PipelineStep['result']>> = {
  succeeded: 'succeeded',
  succeededWithIssues: 'succeeded',
  failed: 'failed',
  skipped: 'not-run',
};

type Run = z.infer<typeof RUN>;

/**
 * Starts and follows runs of pipelines.
 *
 * @remarks
 * The protocol is that of
 * https://learn.microsoft.com/rest/api/azure/devops/pipelines/runs, version 7.1. A
 * run whose answer was lost is found by the mark in its parameters or its name.
 */
export class AzureDriver implements PipelineDriver<AzureRoute> {
  readonly #credentials: AzureDevOpsCredentialsProvider;
  readonly #logger: LoggerService;
  readonly #timeoutMs: number | undefined;

  static create(options: {
    credentials: AzureDevOpsCredentialsProvider;
    logger: LoggerService;
    /** Of one request. */
    timeoutMs?: number;
  }): AzureDriver {
    return new AzureDriver(options);
  }

  private constructor(options: {
    credentials: AzureDevOpsCredentialsProvider;
    logger: LoggerService;
    timeoutMs?: number;
  }) {
    this.#credentials = options.credentials;
    this.#logger = options.logger;
    this.#timeoutMs = options.timeoutMs;
  }

  async start(
    route: AzureRoute,
    inputs: PipelineInputs,
    signal: AbortSignal,
  ): Promise<PipelineStart> {
    const answer = await this.#send(route, {
      method: 'POST',
      path: pathOf`/${route.project}/_apis/pipelines/${route.pipelineId}/runs?api-version=7.1`,
      body: JSON.stringify({
        resources: { repositories: { self: { refName: route.refName } } },
        // What is empty is left to the defaults of the pipeline, which are empty.
        templateParameters: Object.fromEntries(
          Object.entries(inputs).filter(([, value]) => value !== ''),
        ),
      }),
      signal,
    });
    return answer
      ? readPipelineStart(answer, {
          system: SYSTEM,
          isBusy,
          read: response => readStarted(route, response),
          explain: response =>
            explainRefusal(route, response.status, response.json),
        })
      : { kind: 'refused', message: noCredentials(route) };
  }

  async find(
    route: AzureRoute,
    { mark, since }: { mark: string; since: Date },
    signal: AbortSignal,
  ): Promise<PipelineLook> {
    const read = readAnswer(
      await this.#send(route, {
        method: 'GET',
        path: pathOf`/${route.project}/_apis/pipelines/${route.pipelineId}/runs?api-version=7.1`,
        signal,
      }),
      RUNS,
    );
    if (!read.ok) {
      return read.look;
    }
    const earliest = since.getTime() - CLOCK_SKEW_MS;
    const recent = read.value.value.filter(
      ({ createdDate }) => !(Date.parse(createdDate ?? '') < earliest),
    );
    let run = recent.find(each => isMarked(each, mark));
    for (const candidate of run ? [] : recent.slice(0, MOST_CANDIDATES)) {
      const whole = await this.#read(route, candidate.id, signal);
      if (whole.ok && isMarked(whole.value, mark)) {
        run = whole.value;
      }
    }
    return run
      ? { kind: 'found', run: { id: run.id }, link: linkOf(route, run.id) }
      : { kind: 'waiting' };
  }

  async look(
    route: AzureRoute,
    run: JsonObject,
    signal: AbortSignal,
  ): Promise<PipelineLook> {
    const id = Number(run.id);
    const read = await this.#read(route, id, signal);
    if (!read.ok) {
      return read.look;
    }
    const { state, result } = read.value;
    if (state !== 'completed') {
      return { kind: 'waiting', note: WAITS[state] };
    }
    const timeline = readAnswer(
      await this.#send(route, {
        method: 'GET',
        path: pathOf`/${route.project}/_apis/build/builds/${id}/timeline?api-version=7.1`,
        signal,
      }),
      TIMELINE,
    );
    if (!timeline.ok && !timeline.look.lasting) {
      return timeline.look;
    }
    return {
      kind: 'ended',
      outcome: judgePipelineRun({
        succeeded: result === 'succeeded',
        ending: ENDINGS[result ?? ''] ?? 'ended in a way that is not known',
        steps: timeline.ok
          ? timeline.value.records.flatMap(record =>
              record.type === 'Task' ? [toStep(record)] : [],
            )
          : undefined,
        link: linkOf(route, id),
      }),
    };
  }

  async cancel(
    route: AzureRoute,
    run: JsonObject,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#send(route, {
      method: 'PATCH',
      path: pathOf`/${route.project}/_apis/build/builds/${Number(
        run.id,
      )}?api-version=7.1`,
      body: JSON.stringify({ status: 'cancelling' }),
      signal,
    });
  }

  async #read(
    route: AzureRoute,
    id: number,
    signal: AbortSignal,
  ): Promise<PipelineReading<Run>> {
    return readAnswer(
      await this.#send(route, {
        method: 'GET',
        path: pathOf`/${route.project}/_apis/pipelines/${route.pipelineId}/runs/${id}?api-version=7.1`,
        signal,
      }),
      RUN,
    );
  }

  /** Absent without credentials. */
  async #send(
    route: AzureRoute,
    request: Omit<PipelineHttpRequest, 'headers'>,
  ): Promise<PipelineAnswer | undefined> {
    let credentials: Readonly<Record<string, string>> | undefined;
    try {
      credentials = (
        await this.#credentials.getCredentials({ url: route.organizationUrl })
      )?.headers;
    } catch (error) {
      // Its message may hold what it signed in with.
      this.#logger.warn(
        `Signing in for ${route.organization} in Azure DevOps failed (${
          isError(error) ? error.name : 'unknown reason'
        })`,
      );
      return { kind: 'failed', sent: false, reason: 'signing in failed' };
    }
    return (
      credentials &&
      PipelineHttp.create({
        baseUrl: route.organizationUrl,
        timeoutMs: this.#timeoutMs,
      }).send({
        ...request,
        headers: {
          accept: 'application/json',
          ...credentials,
          ...(request.body ? { 'content-type': 'application/json' } : {}),
        },
      })
    );
  }
}

function isBusy({ status }: PipelineResponse): boolean {
  return status === 429;
}

function readStarted(
  route: AzureRoute,
  { status, json }: PipelineResponse,
): PipelineStart {
  // A page to sign in at, instead of an answer.
  if (status === 203) {
    return { kind: 'refused', message: explainRefusal(route, status, json) };
  }
  const run = RUN.safeParse(json);
  return run.success
    ? {
        kind: 'started',
        run: { id: run.data.id },
        link: linkOf(route, run.data.id),
      }
    : {
        kind: 'uncertain',
        message: `Azure DevOps took the request without telling which run it starts (${status}).`,
      };
}

function readAnswer<T>(
  answer: PipelineAnswer | undefined,
  schema: z.ZodType<T>,
): PipelineReading<T> {
  return answer
    ? readPipelineAnswer(answer, {
        system: SYSTEM,
        isBusy,
        parse: json => schema.safeParse(json).data,
      })
    : {
        ok: false,
        look: {
          kind: 'unreadable',
          message: 'There are no credentials for Azure DevOps any more.',
          lasting: true,
        },
      };
}

function noCredentials({ organization }: AzureRoute): string {
  return `Backstage has no credentials for ${organization}: integrations.azure needs an entry in 'credentials' for this organization.`;
}

function isMarked({ name, templateParameters }: Run, mark: string): boolean {
  return (
    templateParameters?.remediation === mark || Boolean(name?.includes(mark))
  );
}

function toStep(record: {
  name?: string | null;
  state?: string | null;
  result?: string | null;
  finishTime?: string | null;
}): PipelineStep {
  return {
    name: record.name ?? '',
    result:
      record.state === 'pending'
        ? 'not-run'
        : STEP_RESULTS[record.result ?? ''] ?? 'unknown',
    endedAt: record.finishTime ?? undefined,
  };
}

/** Made here, not taken from an answer. */
function linkOf({ organizationUrl, project }: AzureRoute, id: number) {
  return {
    title: `Run ${id} in ${project}`,
    url: `${organizationUrl}${pathOf`/${project}/_build/results?buildId=${id}`}`,
  };
}
