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

/** What routes ask for. */
export const READ = 'drift.target.read';
export const SCAN = 'drift.target.scan';
export const INGEST = 'drift.report.ingest';
export const DELIVERIES = 'drift.delivery.manage';
export const DESIRED = 'drift.desired-state.update';
export const POLICY = 'drift.policy.update';
export const ACKNOWLEDGE = 'drift.finding.acknowledge';
export const REMEDIATE = 'drift.remediation.request';
export const APPROVE = 'drift.remediation.approve';
/** Not a permission: only other plugins and external services ask for it. */
export const SERVICE = 'service';
export const ALL = [
  READ,
  SCAN,
  INGEST,
  DELIVERIES,
  DESIRED,
  POLICY,
  ACKNOWLEDGE,
  REMEDIATE,
  APPROVE,
];
const HASH = 'a'.repeat(64);

const aks = encodeURIComponent('fake:acme/aks');

/** A line for every route: what the caller needs, and a request that is valid. */
export const ROUTES: Record<
  string,
  { needs: string[]; path: string; body?: object | string }
> = {
  'get /results': { needs: [READ], path: '/results' },
  'get /overview': { needs: [READ], path: '/overview' },
  'get /targets/:targetId': { needs: [READ], path: `/targets/${aks}` },
  'get /targets/:targetId/findings': {
    needs: [READ],
    path: `/targets/${aks}/findings`,
  },
  'get /targets/:targetId/scans': {
    needs: [READ],
    path: `/targets/${aks}/scans`,
  },
  'get /targets/:targetId/analysis': {
    needs: [READ],
    path: `/targets/${aks}/analysis`,
  },
  'get /targets/:targetId/badge.svg': {
    needs: [READ],
    path: `/targets/${aks}/badge.svg`,
  },
  'get /entities/:kind/:namespace/:name/badge.svg': {
    needs: [READ],
    path: '/entities/component/default/web/badge.svg',
  },
  'get /scan-rounds/:roundId': { needs: [READ], path: '/scan-rounds/none' },
  'get /context': { needs: [READ], path: '/context' },
  'post /ask': {
    needs: [READ],
    path: '/ask',
    body: { question: 'What drifted?' },
  },
  'get /entity-statuses': {
    needs: [READ, SERVICE],
    path: '/entity-statuses',
  },
  'post /targets/:targetId/scan': {
    needs: [READ, SCAN],
    path: `/targets/${aks}/scan`,
  },
  'post /targets/:targetId/explain': {
    needs: [READ, SCAN],
    path: `/targets/${aks}/explain`,
  },
  'post /scans': { needs: [READ, SCAN], path: '/scans' },
  'post /analyze': {
    needs: [INGEST],
    path: '/analyze',
    body: { module: 'aks', client: 'acme', planOutput: 'No changes.' },
  },
  'post /ingest/plan': {
    needs: [INGEST],
    path: '/ingest/plan?module=aks&client=acme',
    body: { format_version: '1.2', resource_changes: [] },
  },
  'get /v1/infrastructure/tenants/:tenantId/desired-state': {
    needs: [READ],
    path: '/v1/infrastructure/tenants/none/desired-state',
  },
  'put /v1/infrastructure/tenants/:tenantId/desired-state': {
    needs: [READ, DESIRED],
    path: '/v1/infrastructure/tenants/none/desired-state',
    body: { resources: [] },
  },
  'delete /v1/infrastructure/tenants/:tenantId/desired-state': {
    needs: [READ, DESIRED],
    path: '/v1/infrastructure/tenants/none/desired-state',
  },
  'post /v1/infrastructure/tenants/:tenantId/desired-state\\:capture': {
    needs: [READ, DESIRED],
    path: '/v1/infrastructure/tenants/none/desired-state:capture',
  },
  'get /v1/infrastructure/tenants/:tenantId/desired-state/revisions': {
    needs: [READ],
    path: '/v1/infrastructure/tenants/none/desired-state/revisions',
  },
  'get /v1/infrastructure/tenants/:tenantId/desired-state/:type/:name': {
    needs: [READ],
    path: '/v1/infrastructure/tenants/none/desired-state/deployment/api',
  },
  'put /v1/infrastructure/tenants/:tenantId/desired-state/:type/:name': {
    needs: [READ, DESIRED],
    path: '/v1/infrastructure/tenants/none/desired-state/deployment/api',
    body: { resources: [] },
  },
  'delete /v1/infrastructure/tenants/:tenantId/desired-state/:type/:name': {
    needs: [READ, DESIRED],
    path: '/v1/infrastructure/tenants/none/desired-state/deployment/api',
  },
  'post /v1/infrastructure/tenants/:tenantId/drift-check': {
    needs: [READ, SCAN],
    path: '/v1/infrastructure/tenants/none/drift-check',
  },
  'get /v1/infrastructure/tenants/:tenantId/drift-report': {
    needs: [READ],
    path: '/v1/infrastructure/tenants/none/drift-report',
  },
  'post /remediations': {
    needs: [READ, REMEDIATE],
    path: '/remediations',
    body: { targetId: 'fake:acme/aks', action: 'revert' },
  },
  'get /remediations': { needs: [READ], path: '/remediations' },
  'get /remediations/:remediationId': {
    needs: [READ],
    path: '/remediations/none',
  },
  'post /remediations/:remediationId/confirm': {
    needs: [READ, REMEDIATE],
    path: '/remediations/none/confirm',
    body: { previewHash: HASH },
  },
  'post /remediations/:remediationId/approve': {
    needs: [READ, APPROVE],
    path: '/remediations/none/approve',
    body: { previewHash: HASH },
  },
  'post /remediations/:remediationId/reject': {
    needs: [READ, APPROVE],
    path: '/remediations/none/reject',
    body: { reason: 'No.' },
  },
  'post /remediations/:remediationId/cancel': {
    needs: [READ, REMEDIATE],
    path: '/remediations/none/cancel',
  },
  'get /targets/:targetId/remediation-options': {
    needs: [READ],
    path: `/targets/${aks}/remediation-options`,
  },
  'get /remediation-status': { needs: [READ], path: '/remediation-status' },
  'get /remediation-policies': {
    needs: [READ],
    path: '/remediation-policies',
  },
  'put /remediation-policies': {
    needs: [POLICY],
    path: '/remediation-policies',
    body: { policies: [] },
  },
  'get /targets/:targetId/remediation-policy': {
    needs: [READ],
    path: `/targets/${aks}/remediation-policy`,
  },
  'put /remediation-stop': {
    needs: [POLICY],
    path: '/remediation-stop',
    body: { stopped: false },
  },
  'get /v1/infrastructure/tenants/:tenantId/remediation-policies': {
    needs: [READ],
    path: '/v1/infrastructure/tenants/none/remediation-policies',
  },
  'put /v1/infrastructure/tenants/:tenantId/remediation-policies': {
    needs: [READ, POLICY],
    path: '/v1/infrastructure/tenants/none/remediation-policies',
    body: { policies: [] },
  },
  'get /deliveries': { needs: [DELIVERIES], path: '/deliveries' },
  'post /deliveries/:deliveryId/retry': {
    needs: [DELIVERIES],
    path: '/deliveries/none/retry',
  },
  'get /targets/:targetId/acknowledgements': {
    needs: [READ],
    path: `/targets/${aks}/acknowledgements`,
  },
  'post /targets/:targetId/acknowledgements': {
    needs: [READ, ACKNOWLEDGE],
    path: `/targets/${aks}/acknowledgements`,
    body: { reason: 'Known.', expiresAt: inAnHour() },
  },
  'delete /targets/:targetId/acknowledgements/:acknowledgementId': {
    needs: [READ, ACKNOWLEDGE],
    path: `/targets/${aks}/acknowledgements/none`,
  },
  'get /acknowledgements': { needs: [READ], path: '/acknowledgements' },
  'get /ignore-rules': { needs: [READ], path: '/ignore-rules' },
  'post /ignore-rules': {
    needs: [POLICY],
    path: '/ignore-rules',
    body: { id: 'known', reason: 'Known.', client: 'nobody' },
  },
  'post /ignore-rules/test': {
    needs: [READ],
    path: '/ignore-rules/test',
    body: { path: '/size' },
  },
  'post /ignore-rules/import': {
    needs: [POLICY],
    path: '/ignore-rules/import',
    body: { format: 'driftignore', text: 'aws_iam_role.*' },
  },
  'put /ignore-rules/:ruleId': {
    needs: [POLICY],
    path: '/ignore-rules/none',
    body: { id: 'none', reason: 'Known.', client: 'nobody' },
  },
  'delete /ignore-rules/:ruleId': {
    needs: [POLICY],
    path: '/ignore-rules/none',
  },
  'get /targets/:targetId/findings/:findingId/ignore-rule': {
    needs: [READ],
    path: `/targets/${aks}/findings/none/ignore-rule`,
  },
};

function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
