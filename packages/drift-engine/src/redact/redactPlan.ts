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

import { randomBytes } from 'node:crypto';
import { objectKey } from '../plan/planAddress';
import {
  PlanDocument,
  PlanResourceEntry,
  PlanValue,
} from '../plan/PlanDocument';
import { PlanLimits } from '../plan/PlanLimits';
import { readPlanWithCensus } from '../plan/readPlan';
import { EntryRedactor, word } from './EntryRedactor';
import { planJson } from './planJson';
import { redactedConfiguration } from './redactedConfiguration';
import { SecretTexts } from './SecretTexts';

/**
 * Limits of the plan to read, and the secret of the markers.
 *
 * @public
 */
export interface RedactOptions extends PlanLimits {
  /** Key of the markers that stand for secrets; random for every plan unless given. */
  salt?: Buffer;
}

const TOFU_PROVIDER = 'registry.opentofu.org/opentofu/unknown';

/**
 * Turns a plan into one that gives the same report but holds no secret and
 * nothing that the report does not need. Nothing is written before the whole
 * input was read and accepted.
 *
 * @remarks
 *
 * Dropped are `variables`, `planned_values`, provider settings, constants of the
 * configuration, values of outputs, of the prior state and of unchanged
 * resources. Secret values of changed resources become markers that differ where
 * the values differ; a marker tells neither the value nor whether another place
 * holds the same one.
 *
 * @returns pieces of the new document
 * @throws PlanReadError when the input is no trustworthy plan.
 * @public
 */
export async function* redactPlan(
  input: AsyncIterable<Uint8Array>,
  options: RedactOptions = {},
): AsyncGenerator<string> {
  const recorded: string[] = [];
  const unchanged: { address: string; deposed?: string }[] = [];
  const plan = await readPlanWithCensus(input, options, {
    stateInstance: address => recorded.push(address),
    unchanged: entry => unchanged.push(entry),
  });
  const texts = new SecretTexts();
  for (const entry of [...plan.drift, ...plan.changes]) {
    for (const mask of [entry.beforeSensitive, entry.afterSensitive]) {
      texts.addMasked(entry.before, mask);
      texts.addMasked(entry.after, mask);
    }
  }
  const redactor = new EntryRedactor(texts, options.salt ?? randomBytes(32));
  const siblings = siblingsOf(plan);
  const redacted = (entry: PlanResourceEntry) =>
    planJson(redactor.entry(entry, siblings.get(objectKey(entry)) ?? [entry]));

  yield `{"format_version":${planJson(plan.formatVersion)}`;
  if (/^[0-9A-Za-z.+-]{1,64}$/.test(plan.toolVersion ?? '')) {
    yield `,"terraform_version":"${plan.toolVersion}"`;
  }
  yield ',"planned_values":{}';
  if (plan.drift.length > 0) {
    yield* list('resource_drift', plan.drift.map(redacted));
  }
  if (plan.hasResourceChanges) {
    yield* list(
      'resource_changes',
      changesOf(plan, redacted, unchanged, redactor),
    );
  }
  yield* rest(plan, redactor);
  yield ',"prior_state":{"values":{"root_module":{';
  yield '"resources":[';
  yield* joined(
    map(recorded, address =>
      planJson({ address: redactor.address(address), mode: 'managed' }),
    ),
  );
  yield ']}}}';
  yield `,"configuration":${planJson(configurationOf(plan, redactor))}`;
  yield '}\n';
}

/** The entries about one object, of both lists. */
function siblingsOf(plan: PlanDocument): Map<string, PlanResourceEntry[]> {
  const siblings = new Map<string, PlanResourceEntry[]>();
  for (const entry of [...plan.drift, ...plan.changes]) {
    const key = objectKey(entry);
    siblings.set(key, [...(siblings.get(key) ?? []), entry]);
  }
  return siblings;
}

function* changesOf(
  plan: PlanDocument,
  redacted: (entry: PlanResourceEntry) => string,
  unchanged: { address: string; deposed?: string }[],
  redactor: EntryRedactor,
): Generator<string> {
  yield* map(plan.changes, redacted);
  for (const entry of unchanged) {
    yield planJson({
      address: redactor.address(entry.address),
      mode: 'managed',
      deposed: entry.deposed,
      change: { actions: ['no-op'] },
    });
  }
  for (let index = 0; index < (plan.dataReads ?? 0); index++) {
    yield planJson({
      address: `data.redacted.read[${index}]`,
      mode: 'data',
      change: { actions: ['read'] },
    });
  }
}

function* rest(plan: PlanDocument, redactor: EntryRedactor): Generator<string> {
  const members: { [key: string]: PlanValue | undefined } = {
    deferred_changes: plan.deferredChanges.map(({ address, reason }) => ({
      reason: word(reason) ?? 'unknown',
      resource_change: { address: redactor.address(address) },
    })),
    output_changes: Object.fromEntries(
      plan.changedOutputs.map(name => [
        redactor.name(name),
        { actions: ['update'] },
      ]),
    ),
    action_invocations: Array.from(
      { length: plan.actionInvocations },
      () => ({}),
    ),
    relevant_attributes: plan.relevantAttributes.map(
      ({ resource, pointer }) => ({
        resource: redactor.address(resource),
        attribute: pointer
          .split('/')
          .slice(1)
          .map(step => step.replace(/~1/g, '/').replace(/~0/g, '~'))
          .map((step, depth) => (depth === 0 ? step : redactor.name(step))),
      }),
    ),
    checks: plan.failedChecks.map(({ address, status }) => ({
      address: { to_display: redactor.address(address) },
      status,
    })),
    timestamp: /^[0-9TZ:.+-]{1,40}$/.test(plan.timestamp ?? '')
      ? plan.timestamp
      : undefined,
    applyable: plan.applyable,
    complete: plan.complete,
    errored: plan.errored,
  };
  for (const key of Object.keys(members)) {
    const member = members[key];
    if (member !== undefined && !isEmpty(member)) {
      yield `,${JSON.stringify(key)}:${planJson(member)}`;
    }
  }
}

function isEmpty(value: PlanValue): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 0
  );
}

function configurationOf(
  plan: PlanDocument,
  redactor: EntryRedactor,
): { [key: string]: PlanValue } {
  const configuration: { [key: string]: PlanValue } = {};
  if (plan.toolName === 'tofu') {
    configuration.provider_config = { tofu: { full_name: TOFU_PROVIDER } };
  }
  configuration.root_module = redactedConfiguration(plan, address =>
    redactor.address(address),
  );
  return configuration;
}

function* map<T>(
  items: Iterable<T>,
  text: (item: T) => string,
): Generator<string> {
  for (const item of items) {
    yield text(item);
  }
}

function* joined(items: Iterable<string>): Generator<string> {
  let separator = '';
  for (const item of items) {
    yield separator + item;
    separator = ',';
  }
}

function* list(key: string, items: Iterable<string>): Generator<string> {
  yield `,${JSON.stringify(key)}:[`;
  yield* joined(items);
  yield ']';
}
