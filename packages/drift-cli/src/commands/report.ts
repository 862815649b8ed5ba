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

import type {
  DriftReport,
  IngestResult,
  PlanOrigin,
} from '@infra-hub/backstage-plugin-drift-common';
import { assess } from '@infra-hub/drift-engine';
import {
  Console,
  EXIT_CLEAN,
  EXIT_DRIFT,
  EXIT_ERROR,
  EXIT_NOT_DELIVERED,
  EXIT_REFUSED,
  EXIT_VERDICT_ERROR,
  Surroundings,
} from '../Console';
import { formatReport, visible } from '../formatReport';
import { messageOf, readRuleFiles, RuleFiles, systemReason } from '../observe';
import { RulesError } from '../rules';
import { deliver, DeliveryError } from '../report/deliver';
import { findUnits, UnitsError } from '../report/findUnits';
import {
  ingestUrl,
  ingestUrlOf,
  PortalError,
  readToken,
} from '../report/portal';
import { ParcelSource, prepareParcel } from '../report/prepareParcel';
import { OriginError, runOrigin } from '../report/runOrigin';

/** Verdicts that can fail a job. */
export type FailOn = 'drift' | 'error';

/** Options of `infra-hub-drift report`. */
export interface ReportOptions extends RuleFiles, PlanOrigin {
  url?: string;
  module?: string;
  client?: string;
  exitCode?: number;
  log?: string;
  tokenFile?: string;
  terragruntDir?: string[];
  terragruntReport?: string;
  modulePrefix?: string;
  failOn: readonly FailOn[];
  dryRun?: boolean;
  insecureHttp?: boolean;
  /** Seconds. */
  timeout: number;
  retries: number;
  format?: 'json' | 'text';
}

/** Wrong use of the command. */
class UsageError extends Error {}

/** One module to report. */
interface Item extends ParcelSource {
  module: string;
}

interface Setting {
  items: Item[];
  /** Absent when nothing is sent. */
  token?: string;
  ingest: URL;
  origin: PlanOrigin & { runId: string };
  rules: Awaited<ReturnType<typeof readRuleFiles>>;
  options: ReportOptions;
}

/** What became of one module. */
interface Outcome {
  module: string;
  report: DriftReport;
  sent?: IngestResult;
  failure?: string;
  exitCode: number;
}

/**
 * Sends plans to the portal and prints the verdict over them.
 *
 * @returns the worst exit code of all modules.
 */
export async function runReport(
  file: string | undefined,
  options: ReportOptions,
  console: Console,
  surroundings: Surroundings,
): Promise<number> {
  let setting: Setting;
  try {
    setting = await prepare(file, options, surroundings);
  } catch (error) {
    if (!isUsage(error)) {
      throw error;
    }
    console.stderr.write(`error: ${messageOfUsage(error)}\n`);
    return EXIT_ERROR;
  }
  const outcomes: Outcome[] = [];
  try {
    for (const item of setting.items) {
      outcomes.push(await reportOne(item, setting, console, surroundings));
    }
  } catch (error) {
    // Of this machine, not of one module: a full disk, say.
    console.stderr.write(
      `error: The report could not be prepared: ${systemReason(error)}.\n`,
    );
    return EXIT_NOT_DELIVERED;
  }
  print(outcomes, options, console);
  return Math.max(...outcomes.map(outcome => outcome.exitCode));
}

async function prepare(
  file: string | undefined,
  options: ReportOptions,
  { environment }: Surroundings,
): Promise<Setting> {
  const url = options.url ?? environment.DRIFT_URL ?? '';
  if (url === '') {
    throw new UsageError(
      'There is no portal to report to: use --url, or set DRIFT_URL.',
    );
  }
  const client = options.client ?? environment.DRIFT_CLIENT;
  return {
    items: await itemsOf(file, options),
    ingest: ingestUrl(url, options),
    origin: runOrigin(
      {
        commit: options.commit,
        actor: options.actor,
        runUrl: options.runUrl,
        runId: options.runId,
      },
      environment,
    ),
    rules: await readRuleFiles(options),
    options: { ...options, client: client === '' ? undefined : client },
    ...(options.dryRun
      ? {}
      : { token: await readToken(options.tokenFile, environment) }),
  };
}

async function itemsOf(
  file: string | undefined,
  options: ReportOptions,
): Promise<Item[]> {
  const { module, log, exitCode, terragruntDir, terragruntReport } = options;
  if (terragruntDir === undefined && terragruntReport === undefined) {
    if (module === undefined || module === '') {
      throw new UsageError('There is no --module.');
    }
    if (file === undefined && log === undefined && exitCode !== 1) {
      throw new UsageError(
        'There is nothing to report: name a plan file or a --log; only --exit-code 1 goes without.',
      );
    }
    return [{ module, plan: file, log, exitCode }];
  }
  if (
    file !== undefined ||
    module !== undefined ||
    log !== undefined ||
    exitCode !== undefined
  ) {
    throw new UsageError(
      '--terragrunt-dir goes without a file, --module, --log and --exit-code: every unit has its own, and one exit code for all hides drift behind errors.',
    );
  }
  const prefix = options.modulePrefix ?? '';
  const units = await findUnits({
    directories: terragruntDir ?? [],
    runReport: terragruntReport,
    workingDirectory: '.',
  });
  return units.map(unit => ({
    module: `${prefix}${unit.name}`,
    plan: unit.plan,
    failure: unit.failure,
  }));
}

/** Never throws for one module: the others have to be reported, too. */
async function reportOne(
  item: Item,
  setting: Setting,
  console: Console,
  surroundings: Surroundings,
): Promise<Outcome> {
  const { options, origin, ingest, token, rules } = setting;
  const parcel = await prepareParcel(item, console);
  try {
    const report = assess(parcel.observation, {
      ...rules,
      source: 'terraform',
      now: new Date(),
      ...(options.client === undefined ? {} : { client: options.client }),
    });
    const url = ingestUrlOf(ingest, {
      ...origin,
      module: item.module,
      client: options.client,
      exitCode: item.exitCode,
    });
    const outcome: Outcome = {
      module: item.module,
      report,
      exitCode: exitCodeOf(report, options.failOn),
    };
    if (token === undefined) {
      console.stderr.write(
        `Not sent (dry run): POST ${url.href}, ${parcel.contentType}, ${parcel.bytes} bytes compressed.\n`,
      );
      return outcome;
    }
    try {
      const sent = await deliver(
        {
          url,
          token,
          parcel,
          retries: options.retries,
          idleTimeoutMs: options.timeout * 1000,
        },
        console,
        surroundings,
      );
      console.stderr.write(
        `${visible(item.module)}: ${
          sent.replayed ? 'had been sent before' : 'sent'
        } to ${url.host} as scan ${visible(sent.scanId)} of ${visible(
          sent.targetId,
        )}.\n`,
      );
      return { ...outcome, sent };
    } catch (error) {
      if (!(error instanceof DeliveryError)) {
        throw error;
      }
      console.stderr.write(
        `error: ${visible(item.module)} was not reported. ${error.message}\n`,
      );
      return {
        ...outcome,
        failure: error.message,
        exitCode: error.refused ? EXIT_REFUSED : EXIT_NOT_DELIVERED,
      };
    }
  } finally {
    await parcel.dispose();
  }
}

function exitCodeOf(report: DriftReport, failOn: readonly FailOn[]): number {
  if (report.status === 'error' && failOn.includes('error')) {
    return EXIT_VERDICT_ERROR;
  }
  return report.status === 'drifted' && failOn.includes('drift')
    ? EXIT_DRIFT
    : EXIT_CLEAN;
}

function print(
  outcomes: Outcome[],
  options: ReportOptions,
  console: Console,
): void {
  const isOne = options.terragruntDir === undefined && outcomes.length === 1;
  if ((options.format ?? (console.stdout.isTTY ? 'text' : 'json')) === 'json') {
    const document = isOne
      ? outcomes[0].report
      : outcomes.map(({ module, report, sent, failure }) => ({
          module,
          report,
          sent,
          failure,
        }));
    console.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  for (const { module, report } of outcomes) {
    if (!isOne) {
      console.stdout.write(`== ${visible(module)}\n`);
    }
    console.stdout.write(formatReport(report));
    if (!isOne) {
      console.stdout.write('\n');
    }
  }
  if (!isOne) {
    console.stdout.write(summaryOf(outcomes));
  }
}

function summaryOf(outcomes: Outcome[]): string {
  const count = (test: (outcome: Outcome) => boolean) =>
    outcomes.filter(test).length;
  const parts = (['drifted', 'error', 'pending', 'clean'] as const)
    .map(status => ({
      status,
      units: count(outcome => outcome.report.status === status),
    }))
    .filter(({ units }) => units > 0)
    .map(({ status, units }) => `${units} ${status}`);
  const failed = count(outcome => outcome.failure !== undefined);
  return `${outcomes.length} units: ${parts.join(', ')}${
    failed > 0 ? `; ${failed} not reported` : ''
  }.\n`;
}

function isUsage(error: unknown): error is Error {
  return (
    error instanceof UsageError ||
    error instanceof PortalError ||
    error instanceof OriginError ||
    error instanceof UnitsError ||
    error instanceof RulesError
  );
}

function messageOfUsage(error: Error): string {
  return error instanceof RulesError ? messageOf(error) : error.message;
}
