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

import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { DesiredState } from '@infra-hub/backstage-plugin-drift-common';
import { Remediator } from '@infra-hub/backstage-plugin-drift-node';
import { Knex } from 'knex';
import { PolicyParts, RemediationHistory, StoppedAutomation } from '../policy';
import { ScanEvents } from '../scans/ScanEvents';
import { ScanRequests } from '../scans/ScanRequests';
import { DriftStore } from '../store/DriftStore';
import { Remediations } from './AuthorizedRemediations';
import { AutomaticRemediations } from './AutomaticRemediations';
import { DatabaseRemediationStore } from './DatabaseRemediationStore';
import { ConsentCheck, KeptCredentials } from './KeptCredentials';
import { RemediationConfig } from './readRemediationConfig';
import { RemediationAudit } from './RemediationAudit';
import { RemediationLoop } from './RemediationLoop';
import { RemediationService } from './RemediationService';
import { RemediationSignals } from './RemediationSignals';
import { RemediationEvents, RemediationSteps } from './RemediationSteps';
import { RemediationTarget } from './RemediationStore';
import { RemediationWorker } from './RemediationWorker';
import { RemediatorRegistry } from './RemediatorRegistry';
import { Verification } from './Verification';

/** The parts that remediate. */
export interface RemediationParts extends Remediations {
  loop: RemediationLoop;
  /** To be told of scans. */
  scanEvents: ScanEvents;
}

/** Puts the parts together that remediate. */
export function createRemediation(options: {
  knex: Knex;
  driftStore: DriftStore;
  requests: ScanRequests;
  remediators: readonly Remediator[];
  adopt?: Remediator;
  /** Ids of the installed sources. */
  sources: readonly string[];
  config: RemediationConfig;
  createPolicies: (options: {
    history: RemediationHistory;
    remediations: () => AutomaticRemediations | undefined;
    onStopped: (stopped: StoppedAutomation) => void | Promise<void>;
  }) => PolicyParts;
  mayStill: ConsentCheck;
  readDesiredState: (tenantId: string, source: string) => Promise<DesiredState>;
  publish: (ids: { targetId: string; remediationId: string }) => Promise<void>;
  /** Told of every step besides. */
  listeners: RemediationEvents[];
  /** Told when drift is no longer repaired by itself. */
  onStopped: (stopped: StoppedAutomation) => void | Promise<void>;
  auditor: AuditorService;
  /** Names this process in the store. */
  workerId: string;
  logger: LoggerService;
  now: () => Date;
}): { remediation: RemediationParts; policies: PolicyParts } {
  const { knex, driftStore, requests, config, workerId, logger, now } = options;
  const store = DatabaseRemediationStore.create({ knex });
  // Each needs the other
  const later: { service?: RemediationService } = {};
  const parts = options.createPolicies({
    history: store,
    remediations: () => later.service,
    onStopped: options.onStopped,
  });
  const { policies } = parts;
  const kept = new KeptCredentials();
  const registry = new RemediatorRegistry(options);
  const steps = new RemediationSteps({
    store,
    kept,
    listeners: [
      new RemediationSignals(options.publish),
      new RemediationAudit(options.auditor),
      ...options.listeners,
    ],
    logger,
  });
  const verification = new Verification({
    store,
    driftStore,
    requests,
    steps,
    config,
    now,
  });
  const worker = new RemediationWorker({
    store,
    driftStore,
    registry,
    policies,
    steps,
    kept,
    mayStill: options.mayStill,
    verification,
    config,
    readDesiredState: options.readDesiredState,
    lookAgain: target => lookAgain({ target, requests, logger }),
    logger,
    now,
  });
  const loop = new RemediationLoop({
    worker,
    store,
    workerId,
    concurrency: config.concurrency,
    logger,
    now,
  });
  const service = new RemediationService({
    store,
    driftStore,
    registry,
    policies,
    steps,
    kept,
    config,
    workerId,
    wake: () => loop.wake(),
    logger,
    now,
  });
  later.service = service;
  const scanEvents: ScanEvents = {
    async onFinished({ targetId }) {
      if ((await store.hurry({ targetId, now: now() })) > 0) {
        loop.wake();
      }
    },
  };
  return { policies: parts, remediation: { store, loop, service, scanEvents } };
}

/** Nothing depends on it: the schedule looks, too, only later. */
async function lookAgain(options: {
  target: RemediationTarget;
  requests: Pick<ScanRequests, 'requestScan'>;
  logger: LoggerService;
}): Promise<void> {
  const { target, requests, logger } = options;
  if (target.pushed || target.retired) {
    return;
  }
  try {
    await requests.requestScan({
      targetId: target.id,
      trigger: 'verify',
      requestedBy: 'drift',
    });
  } catch (error) {
    logger.warn(
      `Could not have ${target.id} looked at after a remediation`,
      toError(error),
    );
  }
}
