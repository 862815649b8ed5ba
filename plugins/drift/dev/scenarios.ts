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

import {
  Answer,
  Delivery,
  DriftAnalysis,
  DriftTarget,
  Remediation,
  RemediationState,
  Risk,
  ScanSummary,
  StoredFinding,
  TargetStatus,
} from '@infra-hub/backstage-plugin-drift-common';
import { ServiceUnavailableError } from '@backstage/errors';
import { NotAllowedError } from '@backstage/errors';
import { FakeDriftApi } from '../src/__testUtils__/FakeDriftApi';
import {
  FakeRemediationsOptions,
  REVIEW_DECISION,
} from '../src/__testUtils__/FakeRemediations';
import {
  minutesAgo,
  sampleDesired,
  sampleFinding,
  sampleRemediation,
  sampleScan,
  sampleTarget,
  sampleTenant,
  sampleTenantFinding,
  sampleTrend,
} from '../src/__testUtils__/samples';
import { muting, policies } from './muting';

const AKS = 'terraform:acme/tf-sandbox-aks';

const policy = (principals: string[], action: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Read',
        Effect: 'Allow',
        Principal: principals,
        Action: ['storage:Get', 'storage:List', action],
        Resource: 'bucket/acme-logs/*',
      },
      { Sid: 'Deny', Effect: 'Deny', Principal: '*', Action: 'storage:Delete' },
    ],
  });

const targets: DriftTarget[] = [
  sampleTarget({
    name: 'tf-sandbox-aks',
    status: 'drifted',
    risk: 'high',
    driftedResources: 4,
    totalResources: 41,
    summary:
      'Node pool default was scaled from 3 to 5 nodes, a firewall rule was opened to the internet, and two more resources differ.',
    driftedSince: minutesAgo(3 * 24 * 60),
    lastGoodStatus: 'drifted',
    codeUrl: 'https://example.com/infrastructure/tree/main/aks',
    runUrl: 'https://example.com/runs/42',
    pushed: true,
    nextScanAt: undefined,
    entityRefs: ['resource:default/aks-acme', 'component:default/shop'],
    warnings: [
      'Exit code 2 was expected and given; the provider printed a deprecation.',
    ],
    blindSpots: [
      {
        scope: 'sandbox_database.main: /admin_password',
        reason: 'The field is write-only; the provider cannot read it back.',
      },
    ],
  }),
  sampleTarget({
    name: 'tf-sandbox-sql',
    client: 'globex',
    owner: 'group:default/team-data',
    status: 'drifted',
    risk: 'critical',
    driftedResources: 1,
    totalResources: 9,
    summary:
      'Firewall rule allow-all (0.0.0.0/0) exists but is not in the code.',
    driftedSince: minutesAgo(95),
    lastGoodStatus: 'drifted',
    activeScan: { id: 's', state: 'running', since: minutesAgo(1) },
  }),
  sampleTarget({
    name: 'tf-sandbox-net',
    status: 'error',
    error:
      'terraform plan failed: the credentials of client acme were refused (401).',
    summary: 'Scan failed: credentials of client acme were refused.',
    lastScanAt: minutesAgo(122),
    lastGoodScanAt: minutesAgo(26 * 60),
    stale: true,
  }),
  sampleTarget({
    name: 'tf-sandbox-storage',
    client: 'globex',
    owner: 'group:default/team-data',
    status: 'pending',
    lastGoodStatus: 'pending',
    summary: 'Two changes of the code were not applied yet.',
  }),
  sampleTarget({ name: 'tf-sandbox-vnet' }),
  sampleTarget({
    name: 'tf-shared-dns',
    client: undefined,
    owner: undefined,
    entityRefs: [],
    status: 'unknown',
    totalResources: 0,
    summary: '',
    evidence: undefined,
    lastScanAt: undefined,
    lastGoodScanAt: undefined,
    lastGoodStatus: undefined,
  }),
  sampleTarget({
    name: `tf-${'a-very-long-module-name-of-a-landing-zone-'.repeat(
      3,
    )}end`.slice(0, 120),
    client: 'a-client-with-quite-a-long-name-gmbh-and-co-kg',
    status: 'drifted',
    risk: 'low',
    driftedResources: 1,
    totalResources: 1204,
    summary: `${'A tag was changed. '.repeat(
      12,
    )}This summary is longer than a row.`,
    driftedSince: minutesAgo(40 * 24 * 60),
    stale: true,
    evidence: 'recorded',
  }),
  sampleTarget({
    name: 'tf-sandbox-cache',
    client: 'globex',
    status: 'drifted',
    risk: 'medium',
    driftedResources: 1,
    totalResources: 3,
    summary: 'The size of the cache was raised from S to M.',
    evidence: 'recorded',
    driftedSince: minutesAgo(300),
  }),
];

const findings: StoredFinding[] = [
  sampleFinding({
    attribution: {
      who: 'jo.doe',
      when: minutesAgo(3 * 24 * 60 + 12),
      how: 'portal',
      evidence: 'activity log',
    },
    normalised: [
      {
        path: '/tags',
        normaliser: 'empty-equals-null',
        reason: 'An empty map and no map are the same to the provider.',
      },
    ],
    severityRule: 'capacity-changed',
    recurrences: 2,
  }),
  sampleFinding({
    address: 'module.logs.sandbox_bucket.this["acme-logs"]',
    severity: 'high',
    reason:
      'The access policy was widened outside of Terraform; applying the code would take the right away again.',
    fields: [
      {
        path: '/policy',
        desired: policy(['team-platform'], 'storage:Head'),
        actual: policy(['team-platform', '*'], 'storage:Put'),
        recorded: policy(['team-platform'], 'storage:Head'),
      },
      { path: '/versioning', desired: true, actual: false, recorded: true },
      { path: '/access_key', sensitive: true },
      { path: '/comment', desired: '', actual: null },
      { path: '/tags/cost~1center', actual: 'x-17' },
    ],
  }),
  sampleFinding({
    address: 'sandbox_database.main',
    severity: 'critical',
    change: 'replace',
    reason:
      'The storage class was changed outside of Terraform; the repair would replace the database.',
    fields: [
      {
        path: '/storage_class',
        desired: 'premium',
        actual: 'standard',
        recorded: 'premium',
        forcesReplacement: true,
      },
      { path: '/endpoint', actual: 'db-1.example', desiredUnknown: true },
    ],
  }),
  sampleFinding({
    address: 'sandbox_firewall_rule.allow_office',
    change: 'create',
    severity: 'low',
    reason:
      'The rule was deleted outside of Terraform; applying the code would create it again.',
    fields: [],
  }),
  sampleFinding({
    address: 'sandbox_cluster.main',
    class: 'absorbed',
    reason: 'The field is ignored by lifecycle ignore_changes.',
  }),
  sampleFinding({
    address: 'sandbox_cluster.edge',
    class: 'absorbed',
    severity: 'low',
    reason: 'The value is computed by the provider.',
  }),
  sampleFinding({
    address: 'sandbox_network.main',
    class: 'pending',
    change: 'create',
    reason: 'The code was changed and not applied yet.',
  }),
  sampleFinding({
    address: 'sandbox_tagging.main',
    severity: 'low',
    suppressedBy: {
      ruleId: 'tags-of-finops',
      reason: 'Tags are set by FinOps every night.',
    },
  }),
  ...[1, 4].map(index => {
    const { id, address, severity, reason, createdBy, expiresAt } =
      muting.acknowledgements?.[index] ?? {};
    return sampleFinding({
      address,
      severity,
      fingerprint: `fingerprint ${index}`,
      suppressedBy: { ruleId: 'acknowledgement', reason: reason ?? '' },
      acknowledgement: {
        id: id ?? '',
        by: createdBy ?? '',
        reason: reason ?? '',
        expiresAt: expiresAt ?? '',
      },
    });
  }),
].map(finding => ({ ...finding, targetId: AKS }));

const scans: ScanSummary[] = Array.from({ length: 24 }, (_, age) => {
  const ended = minutesAgo(4 + 30 * age);
  const statuses: ScanSummary['status'][] = ['drifted', 'clean', 'error'];
  let status = statuses[age < 9 ? 0 : 1];
  if (age === 5 || age === 14) {
    status = 'error';
  }
  return sampleScan({
    id: `scan-${age}`,
    targetId: AKS,
    status,
    state: status === 'error' ? 'failed' : 'completed',
    driftedResources: status === 'drifted' ? 3 : 0,
    error: status === 'error' ? 'terraform plan timed out.' : undefined,
    queuedAt: ended,
    finishedAt: ended,
    ...(age % 3 === 0
      ? {
          trigger: 'ci',
          runUrl: 'https://example.com/runs/42',
          commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
          actor: 'jo.doe',
        }
      : {}),
  });
});

const analysis: DriftAnalysis = {
  targetId: AKS,
  status: 'ready',
  explainedBy: { kind: 'ai', model: 'mistral-small-3.2-24b-instruct-2506' },
  summary:
    'The node pool of sandbox_cluster.main was scaled from 3 to 5 nodes in the portal three days ago, and the access policy of the log bucket was opened to everyone. The code still says 3 nodes and one team. Applying now would scale the pool back down and close the bucket.',
  recommendation: 'investigate',
  writtenAt: minutesAgo(3),
  aiConfigured: true,
  findings: [
    {
      address: 'sandbox_cluster.main',
      fingerprint: 'fingerprint of sandbox_cluster.main',
      description: 'The node pool default was scaled from 3 to 5 nodes.',
      consequence: 'Terraform scales the pool back from 5 to 3 nodes.',
      likelyCause: 'jo.doe changed it in the portal three days ago.',
      recommendation: 'update-code',
      advice: 'Set node_count to 5 in the code before the next apply.',
      explainedBy: { kind: 'ai', model: 'mistral-small-3.2-24b-instruct-2506' },
    },
    {
      address: 'sandbox_firewall_rule.allow_office',
      fingerprint: 'fingerprint of sandbox_firewall_rule.allow_office',
      description: 'The firewall rule allow_office is missing.',
      consequence: 'Terraform creates the rule again.',
      recommendation: 'apply',
      advice: 'Apply the code, so that the office gets in again.',
      explainedBy: { kind: 'rules' },
    },
  ],
};

const answers: Record<string, Answer> = {
  'Which modules have drift?': {
    text: 'Four of eight modules have drift:\n- globex / tf-sandbox-sql: 1 resource, critical\n- acme / tf-sandbox-aks: 4 resources, high\n- globex / tf-sandbox-cache: 1 resource, medium\n- one more with low risk',
    targets: targets
      .filter(({ status }) => status === 'drifted')
      .map(({ id, name, client, status, risk }) => ({
        id,
        name,
        client,
        status,
        risk,
      })),
    answeredBy: { kind: 'rules' },
    note: 'The model did not answer in time; this answer is from the rules.',
  },
};

const deliveries: Delivery[] = Array.from({ length: 23 }, (_, index) => ({
  id: `message-${index}`,
  webhook:
    index % 5 === 0 ? 'slack-of-the-platform-team-in-production' : 'pager',
  state: index % 3 === 0 ? 'dead' : 'waiting',
  type: index % 2 === 0 ? 'target.drifted' : 'target.resolved',
  targetId: index % 7 === 6 ? undefined : targets[index % 7].id,
  attempts: index % 3 === 0 ? 10 : 1 + (index % 4),
  lastError:
    index % 2 === 0
      ? 'The receiver answered 503 Service Unavailable.'
      : 'No answer came within 10 seconds.',
  createdAt: minutesAgo(5 + 17 * index),
  nextAttemptAt: index % 3 === 0 ? undefined : minutesAgo(-3 - index),
}));

const patch = `--- a/main.tf
+++ b/main.tf
@@ -12,7 +12,7 @@ resource "sandbox_cluster" "main" {
   node_pool {
     name       = "default"
     # Three are enough for the shop.
-    node_count = 3
+    node_count = 5
     vm_size    = "medium"
   }
 }
`;

const VERY_LONG = targets[6];

function asEnded(state: RemediationState, change: Partial<Remediation> = {}) {
  return sampleRemediation({
    id: `ended-${state}`,
    state,
    requestedAt: minutesAgo(26 * 60),
    finishedAt: minutesAgo(25 * 60),
    ...change,
  });
}

const remediations: Remediation[] = [
  sampleRemediation({
    id: 'waiting-1',
    state: 'awaiting-approval',
    decision: REVIEW_DECISION,
    risk: 'high',
    reason: 'The nodes cost too much over the weekend.',
    message: REVIEW_DECISION.because,
    expiresAt: minutesAgo(-23 * 60),
    changes: { total: 5, destructive: 1, alongside: 2 },
    preview: {
      hash: 'hash-of-waiting-1',
      changes: findings.slice(0, 4).map(finding => ({
        address: finding.address,
        resourceType: finding.resourceType,
        resourceName: finding.resourceName,
        change: finding.change,
        fields: finding.fields,
        origin: finding.class === 'pending' ? 'pending' : 'drift',
        destructive: finding.change === 'replace',
        severity: finding.severity,
        reason:
          finding.class === 'pending'
            ? 'The code has this change, but it was never applied.'
            : undefined,
      })),
      destructive: true,
      warnings: ['The provider is two minor versions behind.'],
      blindSpots: [
        {
          scope: 'sandbox_database.main: /admin_password',
          reason: 'The field is write-only.',
        },
      ],
      tool: { name: 'terraform', version: '1.11.4' },
      commit: '4b1c9d0e7a6f4e0f9d5cc2f3b1a2938475610fed',
      createdAt: minutesAgo(18),
    },
  }),
  sampleRemediation({
    id: 'waiting-2',
    state: 'awaiting-approval',
    decision: REVIEW_DECISION,
    origin: 'policy',
    requestedBy: 'policy:review-clusters',
    targetId: VERY_LONG.id,
    target: {
      source: VERY_LONG.source,
      client: VERY_LONG.client,
      name: VERY_LONG.name,
    },
    risk: 'low',
    message: REVIEW_DECISION.because,
    waitsUntil: minutesAgo(-95),
  }),
  sampleRemediation({
    id: 'running-1',
    state: 'running',
    targetId: 'terraform:globex/tf-sandbox-sql',
    target: { source: 'terraform', client: 'globex', name: 'tf-sandbox-sql' },
    approvedBy: 'user:default/eve',
    risk: 'critical',
  }),
  asEnded('succeeded', {
    approvedBy: 'user:default/eve',
    verifyScanId: 'scan-2',
  }),
  asEnded('failed', {
    message: 'One of two objects could not be applied.',
    outcome: {
      kind: 'partial',
      message: 'One of two objects could not be applied.',
      objects: [
        { address: 'sandbox_cluster.main', outcome: 'applied' },
        {
          address: 'module.logs.sandbox_bucket.this["acme-logs"]',
          outcome: 'failed',
          message: 'The cloud refused it: the quota is used up (403).',
        },
      ],
    },
  }),
  asEnded('superseded', {
    message: 'The node pool was scaled to 6 after it was approved.',
  }),
  asEnded('rejected', { message: 'eve rejected it: not during the sale.' }),
  asEnded('expired'),
  asEnded('dry-run'),
];

const remediation: FakeRemediationsOptions = {
  stepMs: 2_500,
  remediations,
  previews: {
    [AKS]: {
      patch: { diff: patch, files: [{ path: 'main.tf', diff: patch }] },
    },
    [VERY_LONG.id]: {
      patch: { diff: patch, files: [{ path: 'main.tf', diff: patch }] },
      pullRequest: { possible: true },
    },
  },
};

function thousandTargets(): DriftTarget[] {
  const statuses: TargetStatus[] = ['clean', 'clean', 'clean', 'drifted'];
  const risks: Risk[] = ['low', 'medium', 'high', 'critical'];
  return Array.from({ length: 1_000 }, (_, index) => {
    const status = statuses[index % statuses.length];
    return sampleTarget({
      name: `tf-module-${String(index).padStart(4, '0')}`,
      client: `client-${index % 140}`,
      owner: `group:default/team-${index % 60}`,
      status,
      risk: status === 'drifted' ? risks[(index >> 2) % 4] : 'none',
      driftedResources: status === 'drifted' ? 1 + (index % 7) : 0,
      totalResources: 10 + (index % 300),
      summary:
        status === 'drifted'
          ? 'A node pool was scaled outside of Terraform.'
          : 'All resources match the code.',
    });
  });
}

const ACME = sampleTenant({
  status: 'drifted',
  risk: 'high',
  driftedResources: 4,
  totalResources: 12,
  summary:
    'ai-service was scaled from 3 to 5 replicas with kubectl, and two values of ai-config were edited.',
  driftedSince: minutesAgo(200),
  lastGoodStatus: 'drifted',
  blindSpots: [
    {
      scope: 'Secrets',
      reason: 'The cluster forbids to list them (403, namespace tenant-ai).',
    },
    {
      scope: 'NetworkPolicies',
      reason: 'The list ended half-way: its continue token had expired (410).',
    },
  ],
});

const GLOBEX = sampleTenant({
  name: '7d444840-9dc0-11d1-b245-5ffdce74fad2',
  entityRefs: ['resource:default/globex-production'],
  owner: 'group:default/team-data',
});

const NEW_TENANT = sampleTenant({
  name: 'tenant-without-an-entity-whose-id-is-rather-long-'.repeat(2),
  entityRefs: [],
  owner: undefined,
  status: 'unknown',
  totalResources: 0,
  summary: '',
  evidence: undefined,
  tool: undefined,
  lastScanAt: undefined,
  lastGoodScanAt: undefined,
  lastGoodStatus: undefined,
});

const tenantFindings: StoredFinding[] = [
  sampleTenantFinding(),
  sampleTenantFinding({
    address: 'tenant-ai/ConfigMap/ai-config',
    resourceType: 'configmap',
    resourceName: 'ai-config',
    severity: 'medium',
    reason:
      'Somebody other than the platform set data[MODE], data[flags.yaml].',
    fields: [
      {
        path: '/data/MODE',
        label: 'data[MODE]',
        desired: 'safe',
        actual: 'fast',
      },
      {
        path: '/data/flags.yaml',
        label: 'data[flags.yaml]',
        desired: 'beta: false\ntimeout: 30s\nretries: 3\n',
        actual: 'beta: true\ntimeout: 30s\nretries: 3\nverbose: true\n',
      },
      { path: '/data/token', label: 'data[token]', sensitive: true },
    ],
  }),
  sampleTenantFinding({
    address:
      'tenant-ai/batch/v1/Job/debug-session-of-a-very-long-name-0123456789abcdef0123456789abcdef',
    resourceType: 'job',
    resourceName: 'debug',
    severity: 'low',
    change: 'create',
    unmanaged: true,
    reason:
      'This Job exists, written by kubectl-create, but the desired state does not know it.',
    rule: 'unmanaged-object',
    fields: [],
    attribution: {
      who: 'kubectl-create',
      when: minutesAgo(50),
      how: 'Update',
      evidence: 'managedFields',
    },
  }),
  sampleTenantFinding({
    address: 'tenant-ai/Service/ai-service',
    resourceType: 'service',
    change: 'delete',
    severity: 'critical',
    reason:
      'The desired state wants this Service, and it is not in the cluster.',
    rule: 'missing-object',
    fields: [],
    attribution: undefined,
  }),
  sampleTenantFinding({
    address: 'tenant-ai/Deployment/ai-web',
    class: 'expected',
    severity: 'low',
    reason: 'The autoscaler ai-web sets replicas between 2 and 10.',
    rule: 'autoscaler',
    attribution: undefined,
  }),
  sampleTenantFinding({
    address: 'tenant-ai/Ingress/ai',
    class: 'expected',
    severity: 'low',
    reason: 'cert-manager keeps certificates and its notes up to date.',
    rule: 'known-controller',
    fields: [],
    attribution: undefined,
  }),
];

const desiredResources = [
  ...['ai-service', 'ai-web', 'ai-worker'].map(name =>
    sampleDesired('Deployment', name),
  ),
  ...['ai-config', 'ai-flags', 'ai-limits', 'ai-prompts'].map(name =>
    sampleDesired('ConfigMap', name),
  ),
  sampleDesired('Service', 'ai-service'),
  sampleDesired('Ingress', 'ai'),
  sampleDesired('Secret', 'ai-token'),
];

const liveResources = [
  ...desiredResources.slice(1, 7),
  sampleDesired('Deployment', 'ai-service', {
    spec: { kind: 'Deployment', spec: { replicas: 5 } },
  }),
  sampleDesired('Job', `debug-${'0123456789abcdef'.repeat(5)}`),
  desiredResources[8],
  desiredResources[9],
];

/** Backends in every state that the screens have. */
export const SCENARIOS: Record<string, () => FakeDriftApi> = {
  mixed: () =>
    new FakeDriftApi({
      remediation: { ...remediation, policies },
      muting,
      targets,
      findings,
      findingsByScan: { 'scan-3': [findings[0]] },
      scans,
      trend: sampleTrend(5),
      sources: [{ source: 'terraform', ok: true }],
      analyses: [analysis],
      answers,
      deliveries,
    }),
  flow: () =>
    new FakeDriftApi({
      targets,
      findings,
      scans,
      trend: sampleTrend(5),
      remediation: { ...remediation, remediations: [] },
    }),
  review: () =>
    new FakeDriftApi({
      targets,
      findings,
      scans,
      trend: sampleTrend(5),
      remediation: { ...remediation, decision: REVIEW_DECISION },
    }),
  remediationOff: () =>
    new FakeDriftApi({
      targets,
      findings,
      scans,
      remediation: { ...remediation, status: { enabled: false } },
    }),
  remediationStopped: () =>
    new FakeDriftApi({
      targets,
      findings,
      scans,
      remediation: {
        ...remediation,
        status: {
          stopped: true,
          stoppedBy: 'user:default/jo',
          stoppedAt: minutesAgo(12),
          stopReason: 'Change freeze until Monday.',
        },
      },
    }),
  thousandRemediations: () =>
    new FakeDriftApi({
      targets,
      findings,
      remediation: {
        ...remediation,
        remediations: Array.from({ length: 1_000 }, (_, index) => ({
          ...remediations[index % remediations.length],
          id: `remediation-of-${index}`,
          requestedAt: minutesAgo(index * 7),
        })),
      },
    }),
  modelWrites: () =>
    new FakeDriftApi({
      targets,
      findings,
      scans,
      analyses: [
        { ...analysis, status: 'pending', explainedBy: { kind: 'rules' } },
      ],
    }),
  modelFailed: () =>
    new FakeDriftApi({
      targets,
      findings,
      scans,
      analyses: [
        {
          ...analysis,
          status: 'failed',
          explainedBy: { kind: 'rules' },
          failure: 'The model refused the key (401).',
        },
      ],
    }),
  toolMissing: () =>
    new FakeDriftApi({
      targets: targets.map(target => ({
        ...target,
        evidence: target.status === 'drifted' ? 'recorded' : target.evidence,
      })),
      findings,
      scans,
      trend: sampleTrend(4),
      sources: [
        {
          source: 'terraform',
          ok: false,
          message:
            'Neither terraform nor tofu is on the PATH of the backend. Install one of them, e.g. from https://opentofu.org/docs/intro/install, and restart the backend.',
        },
      ],
    }),
  tenants: () =>
    new FakeDriftApi({
      targets: [...targets.slice(0, 2), ACME, GLOBEX, NEW_TENANT],
      findings: [...tenantFindings, ...findings],
      scans: scans.map(scan => ({
        ...scan,
        targetId: ACME.id,
        evidence: 'live-objects',
        tool: ACME.tool,
      })),
      trend: sampleTrend(3),
      sources: [
        { source: 'terraform', ok: true },
        {
          source: 'kubernetes',
          ok: false,
          message:
            'Cluster “staging” does not answer; the tenants on it keep their last verdict. Check its URL in the configuration.',
        },
      ],
      desiredStates: [
        { tenantId: ACME.name, revision: 7, resources: desiredResources },
        {
          tenantId: GLOBEX.name,
          revision: 1,
          resources: desiredResources.map(resource => ({
            ...resource,
            origin: 'manifest',
          })),
        },
      ],
      live: { [ACME.name]: liveResources, [NEW_TENANT.name]: liveResources },
    }),
  thousand: () =>
    new FakeDriftApi({ targets: thousandTargets(), trend: sampleTrend(250) }),
  clean: () =>
    new FakeDriftApi({
      targets: ['aks', 'sql', 'vnet', 'storage'].map(name =>
        sampleTarget({ name: `tf-sandbox-${name}` }),
      ),
      trend: sampleTrend(0),
      lastFullRoundAt: minutesAgo(17),
    }),
  empty: () => new FakeDriftApi({ targets: [] }),
  forbidden: () => {
    const api = new FakeDriftApi({ targets });
    api.failure = new NotAllowedError('Unauthorized');
    return api;
  },
  databaseAway: () => {
    const api = new FakeDriftApi({ targets });
    api.failure = new ServiceUnavailableError('The database is away');
    return api;
  },
};
