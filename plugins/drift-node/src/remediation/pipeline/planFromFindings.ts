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

import { createHash, createHmac } from 'node:crypto';
import { StoredFinding } from '@infra-hub/backstage-plugin-drift-common';
import {
  approvableChanges,
  approvalDigest,
  approvalText,
  isTargeted,
} from '@infra-hub/drift-engine';
import {
  PlannedChange,
  RemediationFailure,
  RemediationPlan,
  RemediationRequest,
} from '../Remediator';
import { PipelineRoute } from './PipelineRoute';

/**
 * What a pipeline is told, under the names of its inputs. All are texts.
 *
 * @public
 */
export interface PipelineInputs {
  /** Marks the run, so that it is found again. */
  remediation: string;
  module: string;
  /** Empty for a module without a client. */
  client: string;
  action: string;
  /** One address in each line; empty for all. */
  addresses: string;
  /** For `infra-hub-drift approved --expect`. */
  expected: string;
}

/** GitHub takes 65,535 characters in all. */
const MAX_INPUT_CHARACTERS = 60_000;

/**
 * What a pipeline would apply, as the last scan stored it. The pipeline has the
 * credentials, so nobody here can look afresh; it does that itself and refuses
 * what differs.
 *
 * @throws RemediationFailure
 */
export function planFromFindings(
  request: RemediationRequest,
  route: PipelineRoute,
): RemediationPlan {
  const { lastScan } = request;
  if (lastScan?.evidence && lastScan.evidence !== 'plan-json') {
    throw new RemediationFailure(
      'The last scan saw a printed plan only, which is not enough to tell exactly what a pipeline would apply; let the pipeline report its plan as JSON.',
    );
  }
  const findings = findingsOf(request);
  if (!findings.some(finding => finding.class === 'drift')) {
    throw new RemediationFailure(
      request.addresses
        ? 'The last scan shows no drift of these resources; scan again.'
        : 'The last scan shows no drift; scan again.',
    );
  }
  const inputs = inputsOf(request);
  if (Object.values(inputs).join('').length > MAX_INPUT_CHARACTERS) {
    throw new RemediationFailure(
      'These are more resources than a pipeline can be told of at once; choose fewer, or all.',
    );
  }
  const changes = findings.map(toChange);
  return {
    hash: hashOf(request, route, approvalDigest(findings)),
    changes,
    warnings: warningsOf(request, changes, route),
    blindSpots: [],
    ...(lastScan?.evidence ? { evidence: lastScan.evidence } : {}),
    ...(lastScan?.tool ? { tool: lastScan.tool } : {}),
    ...(lastScan?.commit ? { commit: lastScan.commit } : {}),
  };
}

/** What the pipeline is told about a request. */
export function inputsOf(request: RemediationRequest): PipelineInputs {
  const { target, action, addresses } = request;
  return {
    remediation: markOf(request),
    module: target.name,
    client: target.client ?? '',
    action,
    addresses: (addresses ?? []).join('\n'),
    expected: approvalText(findingsOf(request)),
  };
}

/**
 * The same for every process that handles the request, and not to be guessed by
 * whoever only knows its id.
 */
export function markOf({ id, salt }: RemediationRequest): string {
  const proof = createHmac('sha256', salt).update(`run of ${id}`).digest('hex');
  return `${id.replace(/[^\w-]/g, '')}-${proof.slice(0, 12)}`;
}

function findingsOf({ findings, addresses }: RemediationRequest) {
  return findings.filter(
    finding =>
      finding.state === 'open' &&
      (finding.class === 'drift' || finding.class === 'pending') &&
      (addresses === undefined || isTargeted(finding.address, addresses)),
  );
}

function hashOf(
  request: RemediationRequest,
  route: PipelineRoute,
  digest: string,
): string {
  return createHash('sha256')
    .update(
      JSON.stringify([
        'pipeline-v1',
        request.salt,
        route.identity,
        request.target.id,
        request.action,
        request.addresses ? [...request.addresses].sort() : 'all',
        digest,
      ]),
    )
    .digest('hex');
}

function toChange(finding: StoredFinding): PlannedChange {
  const { address, resourceType, resourceName, change, severity } = finding;
  return {
    address,
    resourceType,
    resourceName,
    change,
    fields: approvableChanges([finding])[0].fields,
    class: finding.class,
    severity,
    ...(finding.cascadeOf ? { cascadeOf: finding.cascadeOf } : {}),
  };
}

function warningsOf(
  request: RemediationRequest,
  changes: readonly PlannedChange[],
  route: PipelineRoute,
): string[] {
  const fields = changes.flatMap(change => change.fields);
  const warnings = [
    `This is what the last scan saw. The pipeline (${route.title}) makes a plan of its own and applies it only if it does exactly this.`,
  ];
  if (fields.some(field => field.sensitive)) {
    warnings.push(
      'Secret values are not known here: the approval covers that they change, not what they become.',
    );
  }
  if (fields.some(field => field.desiredUnknown)) {
    warnings.push(
      'Some values are known only after applying; the approval covers that they change.',
    );
  }
  if (request.addresses) {
    warnings.push(
      'What the chosen resources depend on belongs to the plan of the pipeline, too; if that differs as well, the pipeline refuses.',
    );
  }
  return warnings;
}
