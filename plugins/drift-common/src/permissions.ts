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

import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Resource type of targets, for conditional decisions.
 *
 * @public
 */
export const RESOURCE_TYPE_DRIFT_TARGET = 'drift-target';

/**
 * See a target, its findings and its scans.
 *
 * @public
 */
export const driftTargetReadPermission = createPermission({
  name: 'drift.target.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_DRIFT_TARGET,
});

/**
 * Ask for a scan of a target.
 *
 * @public
 */
export const driftTargetScanPermission = createPermission({
  name: 'drift.target.scan',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_DRIFT_TARGET,
});

/**
 * Push plans from a pipeline.
 *
 * @public
 */
export const driftReportIngestPermission = createPermission({
  name: 'drift.report.ingest',
  attributes: { action: 'create' },
});

/**
 * See and repeat messages to webhooks that could not be delivered.
 *
 * @public
 */
export const driftDeliveryManagePermission = createPermission({
  name: 'drift.delivery.manage',
  attributes: { action: 'update' },
});

/**
 * Write what a tenant's platform wants.
 *
 * @public
 */
export const driftDesiredStateUpdatePermission = createPermission({
  name: 'drift.desired-state.update',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_DRIFT_TARGET,
});

/**
 * Ask for a remediation, confirm one's own, cancel it.
 *
 * @public
 */
export const driftRemediationRequestPermission = createPermission({
  name: 'drift.remediation.request',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_DRIFT_TARGET,
});

/**
 * Approve or reject remediations that others asked for.
 *
 * @public
 */
export const driftRemediationApprovePermission = createPermission({
  name: 'drift.remediation.approve',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_DRIFT_TARGET,
});

/**
 * Accept drift as it is for a time.
 *
 * @public
 */
export const driftFindingAcknowledgePermission = createPermission({
  name: 'drift.finding.acknowledge',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_DRIFT_TARGET,
});

/**
 * Write remediation policies and ignore rules, and turn the stop switch.
 *
 * @public
 */
export const driftPolicyUpdatePermission = createPermission({
  name: 'drift.policy.update',
  attributes: { action: 'update' },
});

/**
 * All permissions of the drift plugin.
 *
 * @public
 */
export const driftPermissions = [
  driftTargetReadPermission,
  driftTargetScanPermission,
  driftReportIngestPermission,
  driftDeliveryManagePermission,
  driftDesiredStateUpdatePermission,
  driftRemediationRequestPermission,
  driftRemediationApprovePermission,
  driftFindingAcknowledgePermission,
  driftPolicyUpdatePermission,
];
