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

import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { isError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import {
  RemediationAction,
  RemediationOutcome,
} from '@infra-hub/backstage-plugin-drift-common';
import { ScanTarget } from '../../source/DriftSource';
import {
  RemediationContext,
  RemediationFailure,
  RemediationPlan,
  RemediationRequest,
  Remediator,
  WriteRefused,
} from '../Remediator';
import { PipelineDriver, PipelineLook } from './PipelineDriver';
import { inputsOf, markOf, planFromFindings } from './planFromFindings';
import { PipelineRoute, routeOf } from './PipelineRoute';

/**
 * Time, which tests make pass faster.
 *
 * @public
 */
export interface PipelineClock {
  now(): Date;
  /** Rejects when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

const CLOCK: PipelineClock = {
  now: () => new Date(),
  wait: async (ms, signal) => setTimeout(ms, undefined, { signal }),
};

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 20_000;
/** How long a busy or unreachable system is asked again to start a run. */
const START_PATIENCE_MS = 10 * 60_000;
/** How long a run that may have been started is looked for. */
const FIND_PATIENCE_MS = 5 * 60_000;
/** Tokens are renewed and rights come with a delay, so one refusal is none. */
const LASTING_REFUSALS = 5;

/** What is kept of a run, so that another process can go on following it. */
interface Handle {
  /** Which route it is, by hash. */
  route: string;
  mark: string;
  since: Date;
  run?: JsonObject;
}

/** Ever longer pauses, or as long as the system wants. */
class Pauses {
  #ms = FIRST_PAUSE_MS / 1.5;

  next(wanted: number | undefined): number {
    this.#ms = Math.min(this.#ms * 1.5, LONGEST_PAUSE_MS);
    return Math.max(this.#ms, wanted ?? 0);
  }
}

/**
 * Repairs Terraform modules through a pipeline that has the credentials.
 *
 * @remarks
 * What the last scan stored is what is approved. The pipeline makes a plan of its
 * own, compares it with the approval, and applies exactly that plan or nothing. A
 * run is asked for at most once: after anything but a clear refusal it is looked for
 * by its mark instead.
 *
 * @public
 */
export class PipelineRemediator<R extends PipelineRoute> implements Remediator {
  readonly id: string;
  readonly #routes: readonly R[];
  readonly #driver: PipelineDriver<R>;
  readonly #configKey: string;
  readonly #clock: PipelineClock;

  /**
   * @param options - `configKey` is where routes stand in the configuration
   */
  static create<R extends PipelineRoute>(options: {
    id: string;
    configKey: string;
    routes: readonly R[];
    driver: PipelineDriver<R>;
    clock?: PipelineClock;
  }): PipelineRemediator<R> {
    return new PipelineRemediator(options);
  }

  private constructor(options: {
    id: string;
    configKey: string;
    routes: readonly R[];
    driver: PipelineDriver<R>;
    clock?: PipelineClock;
  }) {
    this.id = options.id;
    this.#routes = options.routes;
    this.#driver = options.driver;
    this.#configKey = options.configKey;
    this.#clock = options.clock ?? CLOCK;
  }

  actionsFor(source: string): readonly RemediationAction[] {
    return source === 'terraform' && this.#routes.length > 0 ? ['revert'] : [];
  }

  supports(
    target: ScanTarget & { source: string },
    action: RemediationAction,
  ): { supported: true } | { supported: false; reason: string } {
    if (target.source !== 'terraform') {
      return no('Pipelines repair Terraform modules only.');
    }
    if (action !== 'revert') {
      return no('Pipelines apply the code, and do nothing else.');
    }
    return routeOf(this.#routes, target)
      ? { supported: true }
      : no(this.#missing());
  }

  async preview(request: RemediationRequest): Promise<RemediationPlan> {
    const route = routeOf(this.#routes, request.target);
    if (!route) {
      throw new RemediationFailure(this.#missing());
    }
    return planFromFindings(request, route);
  }

  async apply(
    request: RemediationRequest,
    approvedHash: string,
    context: RemediationContext,
  ): Promise<RemediationOutcome> {
    const route = routeOf(this.#routes, request.target);
    if (!route) {
      return failed(this.#missing());
    }
    if (hashNow(request, route) !== approvedHash) {
      return {
        kind: 'superseded',
        message:
          'What would be applied is no longer what was approved; nothing was started.',
      };
    }
    const handle: Handle = {
      route: nameOf(route),
      mark: markOf(request),
      since: this.#clock.now(),
    };
    try {
      // Before the request: a process that dies in it leaves the mark to look for.
      await context.remember(toJson(handle));
    } catch (error) {
      context.logger.error(
        `Remediation ${request.id} could not be remembered`,
        asError(error),
      );
      return failed(
        'Nothing was started, since it could not be stored how the run is found again.',
      );
    }
    if (context.signal.aborted) {
      return failed('Nothing was started, since the backend is shutting down.');
    }
    try {
      return await this.#start(route, request, handle, context);
    } catch (error) {
      return interrupted(error, context);
    }
  }

  async follow(
    request: RemediationRequest,
    remembered: JsonObject,
    context: RemediationContext,
  ): Promise<RemediationOutcome> {
    const handle = fromJson(remembered);
    const route = this.#routes.find(each => nameOf(each) === handle?.route);
    if (!handle || !route || handle.mark !== markOf(request)) {
      return unknown(
        'The run cannot be followed, since its pipeline is no longer configured in the same way.',
      );
    }
    try {
      return handle.run
        ? await this.#watch(route, handle.run, handle.since, context)
        : await this.#find(route, handle, context, 'The start was interrupted');
    } catch (error) {
      return interrupted(error, context);
    }
  }

  #missing(): string {
    return `${this.#configKey} names no pipeline for this target.`;
  }

  async #start(
    route: R,
    request: RemediationRequest,
    handle: Handle,
    context: RemediationContext,
  ): Promise<RemediationOutcome> {
    const { signal } = context;
    const inputs = inputsOf(request);
    const pauses = new Pauses();
    const end = this.#in(Math.min(START_PATIENCE_MS, route.timeoutMs));
    for (;;) {
      await context.mayWrite();
      const start = await this.#driver.start(route, inputs, signal);
      switch (start.kind) {
        case 'started':
          return this.#goOn(
            route,
            { ...handle, run: start.run },
            start,
            context,
          );
        case 'handed-over':
          context.log(start.message);
          await this.#clock.wait(start.waitMs, signal);
          return unknown(start.message);
        case 'refused':
          return failed(start.message);
        case 'uncertain':
          context.log(start.message);
          return this.#find(route, handle, context, start.message);
        default: {
          const pauseMs = pauses.next(start.pauseMs);
          if (this.#clock.now().getTime() + pauseMs > end) {
            return failed(start.message);
          }
          context.log(`${start.message} Trying again.`);
          await this.#clock.wait(pauseMs, signal);
        }
      }
    }
  }

  async #goOn(
    route: R,
    handle: Handle & { run: JsonObject },
    { link }: { link?: RemediationOutcome['link'] },
    context: RemediationContext,
  ): Promise<RemediationOutcome> {
    context.log(`Started: ${route.title}${link ? `, ${link.url}` : ''}`);
    try {
      await context.remember(toJson(handle));
    } catch (error) {
      // The mark is remembered; the run is found by it after a restart.
      context.logger.warn(
        `The run with the mark ${handle.mark} could not be remembered`,
        asError(error),
      );
    }
    return this.#watch(route, handle.run, handle.since, context);
  }

  /** Waits for a run that may have been started; never asks for another one. */
  async #find(
    route: R,
    handle: Handle,
    context: RemediationContext,
    why: string,
  ): Promise<RemediationOutcome> {
    const { mark, since } = handle;
    if (this.#driver.find) {
      const pauses = new Pauses();
      const end = this.#in(Math.min(FIND_PATIENCE_MS, route.timeoutMs));
      for (;;) {
        const look = await this.#driver.find(
          route,
          { mark, since },
          context.signal,
        );
        if (look.kind === 'found') {
          return this.#goOn(route, { ...handle, run: look.run }, look, context);
        }
        const pauseMs = pauses.next(pauseOf(look));
        if (this.#clock.now().getTime() + pauseMs > end) {
          break;
        }
        await this.#clock.wait(pauseMs, context.signal);
      }
    }
    return unknown(
      `${sentence(why)} Whether a run was started is not known${
        this.#driver.find
          ? `: none with the mark ${mark} was found in the ${route.title}`
          : ''
      }.`,
    );
  }

  async #watch(
    route: R,
    run: JsonObject,
    since: Date,
    context: RemediationContext,
  ): Promise<RemediationOutcome> {
    const { signal } = context;
    const pauses = new Pauses();
    const end = since.getTime() + route.timeoutMs;
    let note: string | undefined;
    let refusals = 0;
    for (;;) {
      const look = await this.#driver.look(route, run, signal);
      if (look.kind === 'ended') {
        return look.outcome;
      }
      refusals = look.kind === 'unreadable' && look.lasting ? refusals + 1 : 0;
      if (look.kind === 'unreadable' && refusals >= LASTING_REFUSALS) {
        return unknown(`The run can no longer be followed: ${look.message}`);
      }
      const told = look.kind === 'unreadable' ? look.message : noteOf(look);
      if (told !== undefined && told !== note) {
        context.log(told);
      }
      note = told;
      if (this.#clock.now().getTime() >= end) {
        await this.#driver.cancel?.(route, run, signal);
        return unknown(
          `The run had not ended after ${Math.round(
            route.timeoutMs / 60_000,
          )} minutes${
            this.#driver.cancel ? ' and was asked to stop' : ''
          }; how far it went is not known.`,
        );
      }
      const left = Math.max(end - this.#clock.now().getTime(), 0);
      await this.#clock.wait(
        Math.min(pauses.next(pauseOf(look)), left),
        signal,
      );
    }
  }

  #in(ms: number): number {
    return this.#clock.now().getTime() + ms;
  }
}

function pauseOf(look: PipelineLook): number | undefined {
  return 'pauseMs' in look ? look.pauseMs : undefined;
}

function noteOf(look: PipelineLook): string | undefined {
  return look.kind === 'waiting' ? look.note : undefined;
}

function no(reason: string): { supported: false; reason: string } {
  return { supported: false, reason };
}

function unknown(message: string): RemediationOutcome {
  return { kind: 'unknown', message };
}

function failed(message: string): RemediationOutcome {
  return { kind: 'failed', message };
}

/**
 * @throws When nothing may be started, or the signal is aborted: another process
 *   goes on following.
 */
function interrupted(
  error: unknown,
  { signal, logger }: RemediationContext,
): RemediationOutcome {
  if (error instanceof WriteRefused) {
    throw error;
  }
  if (signal.aborted) {
    throw new Error('Waiting for the run was interrupted.');
  }
  logger.error('A run of a pipeline could not be followed', asError(error));
  return unknown(
    'The run could not be followed, as the log of the backend says; how far it went is not known.',
  );
}

/** Absent when the findings are no longer those of any approval. */
function hashNow(
  request: RemediationRequest,
  route: PipelineRoute,
): string | undefined {
  try {
    return planFromFindings(request, route).hash;
  } catch (error) {
    if (error instanceof RemediationFailure) {
      return undefined;
    }
    throw error;
  }
}

function asError(error: unknown): Error {
  return isError(error) ? error : new Error(String(error));
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function nameOf(route: PipelineRoute): string {
  return createHash('sha256')
    .update(JSON.stringify(route.identity))
    .digest('hex')
    .slice(0, 32);
}

function toJson({ route, mark, since, run }: Handle): JsonObject {
  return { route, mark, since: since.toISOString(), ...(run ? { run } : {}) };
}

function fromJson(remembered: JsonObject): Handle | undefined {
  const { route, mark, since, run } = remembered;
  if (
    typeof route !== 'string' ||
    typeof mark !== 'string' ||
    typeof since !== 'string' ||
    Number.isNaN(Date.parse(since))
  ) {
    return undefined;
  }
  return {
    route,
    mark,
    since: new Date(since),
    ...(isObject(run) ? { run } : {}),
  };
}

function isObject(value: JsonObject[string]): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
