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

import { mockServices } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import { StoredFinding } from '@infra-hub/backstage-plugin-drift-common';
import {
  PipelineClock,
  RemediationContext,
  RemediationRequest,
} from '@infra-hub/backstage-plugin-drift-node';

/** A drifted bucket of the module `network` of acme. */
export function requestOf(
  parts: Partial<RemediationRequest> = {},
): RemediationRequest {
  return {
    id: '0f9f6d0e-7a53-4a53-9c3e-6a1d3b6f0d11',
    target: {
      id: 'terraform:acme/network',
      source: 'terraform',
      client: 'acme',
      name: 'network',
      entityRefs: [],
      location: {},
    },
    action: 'revert',
    salt: 'the-salt',
    findings: [findingOf()],
    ...parts,
  };
}

export function findingOf(parts: Partial<StoredFinding> = {}): StoredFinding {
  return {
    id: 'f1',
    targetId: 'terraform:acme/network',
    state: 'open',
    firstSeenAt: '2026-11-22T08:00:00.000Z',
    lastSeenAt: '2026-11-22T09:00:00.000Z',
    recurrences: 0,
    address: 'sandbox_storage_bucket.assets',
    resourceType: 'sandbox_storage_bucket',
    resourceName: 'assets',
    class: 'drift',
    change: 'update',
    severity: 'high',
    reason: 'It was changed outside of Terraform.',
    rule: 'drift-to-revert',
    fingerprint: 'f'.repeat(64),
    fields: [{ path: '/public_access', actual: true, desired: false }],
    ...parts,
  };
}

/** A context that keeps what it is given. */
export function contextOf(signal = new AbortController().signal) {
  const log: string[] = [];
  const remembered: JsonObject[] = [];
  const logger = mockServices.logger.mock();
  logger.child.mockReturnValue(logger);
  const context: RemediationContext = {
    signal,
    logger,
    workDir: '/nowhere',
    readDesiredState: async () => {
      throw new Error('There is none');
    },
    log: text => log.push(text),
    mayWrite: async () => {},
    remember: async handle => {
      remembered.push(JSON.parse(JSON.stringify(handle)));
    },
  };
  return {
    context,
    log,
    remembered,
    /** Everything that people or operators may read. */
    written: () =>
      JSON.stringify([
        log,
        [logger.error, logger.warn, logger.info, logger.debug].map(
          ({ mock }) => mock.calls,
        ),
      ]),
  };
}

/** Time that passes only by waiting. */
export function fastClock(): PipelineClock & { waited: number[] } {
  let now = Date.now();
  const waited: number[] = [];
  return {
    waited,
    now: () => new Date(now),
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      waited.push(ms);
      now += ms;
    },
  };
}
