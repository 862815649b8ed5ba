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

// Generated from openapi.yaml by `yarn generate:openapi`; do not edit.

export const spec = {
  openapi: '3.1.0',
  info: {
    title: 'drift',
    version: '1',
    description:
      'Finds and shows infrastructure drift. Every route needs Backstage credentials; what a caller sees and may do follows the permissions drift.target.read and drift.target.scan.',
    license: {
      name: 'Apache-2.0',
      url: 'http://www.apache.org/licenses/LICENSE-2.0.html',
    },
    contact: {},
  },
  servers: [{ url: '/' }],
  components: {
    securitySchemes: {
      JWT: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    },
    parameters: {
      targetId: {
        name: 'targetId',
        in: 'path',
        description: 'Id of the target, percent-encoded.',
        required: true,
        schema: { type: 'string', minLength: 1, maxLength: 500 },
      },
      remediationId: {
        name: 'remediationId',
        in: 'path',
        required: true,
        schema: { $ref: '#/components/schemas/Text' },
      },
      limit: {
        name: 'limit',
        in: 'query',
        allowReserved: true,
        description: 'Most items to answer.',
        schema: { type: 'integer', minimum: 1, maximum: 200 },
      },
      offset: {
        name: 'offset',
        in: 'query',
        allowReserved: true,
        description: 'Items to skip.',
        schema: { type: 'integer', minimum: 0, maximum: 2147483647 },
      },
      tenantId: {
        name: 'tenantId',
        in: 'path',
        description: 'Id of the tenant, percent-encoded.',
        required: true,
        schema: { $ref: '#/components/schemas/Text' },
      },
      resourceType: {
        name: 'type',
        in: 'path',
        description: 'Kind in lower case, such as deployment.',
        required: true,
        schema: { type: 'string', minLength: 1, maxLength: 100 },
      },
      resourceName: {
        name: 'name',
        in: 'path',
        required: true,
        schema: { $ref: '#/components/schemas/Text' },
      },
      cluster: {
        name: 'cluster',
        in: 'query',
        allowReserved: true,
        description:
          'Configured name of the cluster or account, where the tenant has several.',
        schema: { type: 'string', minLength: 1, maxLength: 100 },
      },
      namespace: {
        name: 'namespace',
        in: 'query',
        allowReserved: true,
        schema: { type: 'string', minLength: 1, maxLength: 63 },
      },
      dryRun: {
        name: 'dryRun',
        in: 'query',
        allowReserved: true,
        description: 'Only says what would change.',
        schema: { type: 'boolean' },
      },
      expectedRevision: {
        name: 'expectedRevision',
        in: 'query',
        allowReserved: true,
        description:
          'Refused with 409 when the desired state has another one. The header If-Match says the same and is refused with 412.',
        schema: { type: 'integer', minimum: 0, maximum: 2147483647 },
      },
    },
    responses: {
      ErrorResponse: {
        description: 'What went wrong, in one sentence.',
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/Error' },
          },
        },
      },
    },
    schemas: {
      Error: {
        type: 'object',
        required: ['error', 'response'],
        properties: {
          error: {
            type: 'object',
            required: ['name', 'message'],
            properties: {
              name: { type: 'string' },
              message: { type: 'string' },
            },
            additionalProperties: {},
          },
          request: {
            type: 'object',
            required: ['method', 'url'],
            properties: { method: { type: 'string' }, url: { type: 'string' } },
          },
          response: {
            type: 'object',
            required: ['statusCode'],
            properties: { statusCode: { type: 'integer' } },
          },
        },
        additionalProperties: {},
      },
      JsonValue: { description: 'Any JSON value.' },
      Text: { type: 'string', minLength: 1, maxLength: 255 },
      TargetStatus: {
        type: 'string',
        enum: ['clean', 'drifted', 'pending', 'error', 'unknown'],
      },
      AskRequest: {
        type: 'object',
        required: ['question'],
        properties: {
          question: {
            type: 'string',
            minLength: 1,
            maxLength: 1000,
            pattern: '\\S',
          },
          client: { $ref: '#/components/schemas/Text' },
        },
        additionalProperties: false,
      },
      Answer: {
        type: 'object',
        required: ['text', 'targets', 'answeredBy'],
        properties: {
          text: { type: 'string', maxLength: 4000 },
          targets: {
            type: 'array',
            maxItems: 50,
            items: { $ref: '#/components/schemas/AnswerTarget' },
          },
          answeredBy: {
            type: 'object',
            required: ['kind'],
            properties: {
              kind: { type: 'string', enum: ['rules', 'ai'] },
              model: { type: 'string' },
            },
            additionalProperties: false,
          },
          note: { type: 'string' },
        },
        additionalProperties: false,
      },
      AnswerTarget: {
        type: 'object',
        required: ['id', 'name', 'status', 'risk'],
        properties: {
          id: { type: 'string' },
          name: { type: 'string' },
          client: { type: 'string' },
          status: { $ref: '#/components/schemas/TargetStatus' },
          risk: { $ref: '#/components/schemas/Risk' },
        },
        additionalProperties: false,
      },
      ReportStatus: {
        type: 'string',
        enum: ['clean', 'drifted', 'pending', 'error'],
      },
      Risk: {
        type: 'string',
        enum: ['none', 'low', 'medium', 'high', 'critical'],
      },
      Severity: { type: 'string', enum: ['low', 'medium', 'high', 'critical'] },
      Evidence: {
        type: 'string',
        enum: [
          'plan-json',
          'live-objects',
          'ui-stream',
          'plan-text',
          'recorded',
        ],
      },
      FindingState: { type: 'string', enum: ['open', 'resolved'] },
      Tool: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, version: { type: 'string' } },
        additionalProperties: false,
      },
      BlindSpot: {
        type: 'object',
        required: ['scope', 'reason'],
        properties: {
          scope: { type: 'string' },
          reason: { type: 'string' },
          address: {
            type: 'string',
            description:
              'Address of the one resource that it is about, as findings have it.',
          },
          fields: {
            type: 'array',
            description:
              'RFC 6901 JSON pointers below that resource; all of it when absent.',
            items: { type: 'string' },
          },
        },
        additionalProperties: false,
      },
      FieldDifference: {
        type: 'object',
        required: ['path'],
        properties: {
          path: {
            type: 'string',
            description: 'RFC 6901 JSON pointer below the resource.',
          },
          label: { type: 'string' },
          recorded: { $ref: '#/components/schemas/JsonValue' },
          actual: { $ref: '#/components/schemas/JsonValue' },
          desired: { $ref: '#/components/schemas/JsonValue' },
          sensitive: { type: 'boolean' },
          desiredUnknown: { type: 'boolean' },
          forcesReplacement: { type: 'boolean' },
          unseen: {
            type: 'boolean',
            description:
              'The last scan could not see it; the values are those of an earlier one.',
          },
        },
        additionalProperties: false,
      },
      NormalisedField: {
        type: 'object',
        required: ['path', 'normaliser', 'reason'],
        properties: {
          path: { type: 'string' },
          normaliser: { type: 'string' },
          reason: { type: 'string' },
          muted: { $ref: '#/components/schemas/FieldDifference' },
        },
        additionalProperties: false,
      },
      Attribution: {
        type: 'object',
        required: ['who', 'evidence'],
        properties: {
          who: { type: 'string' },
          when: { type: 'string' },
          how: { type: 'string' },
          evidence: { type: 'string' },
          confidence: { type: 'string', enum: ['high', 'medium', 'low'] },
          url: { type: 'string' },
        },
        additionalProperties: false,
      },
      Finding: {
        type: 'object',
        required: [
          'id',
          'targetId',
          'state',
          'firstSeenAt',
          'lastSeenAt',
          'recurrences',
          'address',
          'resourceType',
          'resourceName',
          'class',
          'change',
          'severity',
          'reason',
          'rule',
          'fingerprint',
          'fields',
        ],
        properties: {
          id: { type: 'string' },
          targetId: { type: 'string' },
          state: { $ref: '#/components/schemas/FindingState' },
          firstSeenAt: { type: 'string', format: 'date-time' },
          lastSeenAt: { type: 'string', format: 'date-time' },
          resolvedAt: { type: 'string', format: 'date-time' },
          recurrences: { type: 'integer' },
          address: { type: 'string' },
          resourceType: { type: 'string' },
          resourceName: { type: 'string' },
          resourceIds: { type: 'array', items: { type: 'string' } },
          moduleAddress: { type: 'string' },
          deposed: { type: 'string' },
          previousAddress: { type: 'string' },
          class: {
            type: 'string',
            enum: ['drift', 'absorbed', 'pending', 'noise', 'expected'],
          },
          change: {
            type: 'string',
            enum: [
              'create',
              'update',
              'delete',
              'replace',
              'move',
              'import',
              'read',
              'forget',
              'unknown',
            ],
          },
          severity: { $ref: '#/components/schemas/Severity' },
          reason: { type: 'string' },
          rule: { type: 'string' },
          severityRule: { type: 'string' },
          fingerprint: { type: 'string' },
          fields: {
            type: 'array',
            items: { $ref: '#/components/schemas/FieldDifference' },
          },
          normalised: {
            type: 'array',
            items: { $ref: '#/components/schemas/NormalisedField' },
          },
          cascadeOf: { type: 'string' },
          unmanaged: { type: 'boolean' },
          unseen: {
            type: 'boolean',
            description:
              'The last scan saw nothing of it; it is as an earlier one saw it.',
          },
          attribution: { $ref: '#/components/schemas/Attribution' },
          suppressedBy: {
            type: 'object',
            required: ['ruleId', 'reason'],
            properties: {
              ruleId: { type: 'string' },
              reason: { type: 'string' },
              alsoBy: { type: 'array', items: { type: 'string' } },
            },
            additionalProperties: false,
          },
          acknowledgement: {
            type: 'object',
            required: ['id', 'by', 'reason', 'expiresAt'],
            properties: {
              id: { type: 'string' },
              by: { type: 'string' },
              reason: { type: 'string' },
              expiresAt: { type: 'string', format: 'date-time' },
            },
            additionalProperties: false,
          },
        },
        additionalProperties: false,
      },
      DesiredResource: {
        type: 'object',
        required: [
          'tenantId',
          'resourceType',
          'name',
          'spec',
          'revision',
          'updatedAt',
          'origin',
        ],
        properties: {
          tenantId: { type: 'string' },
          resourceType: { type: 'string' },
          cluster: { type: 'string' },
          namespace: { type: 'string' },
          name: { type: 'string' },
          spec: { type: 'object', additionalProperties: {} },
          revision: { type: 'integer' },
          updatedAt: { type: 'string', format: 'date-time' },
          updatedBy: { type: 'string' },
          origin: { $ref: '#/components/schemas/DesiredStateOrigin' },
        },
        additionalProperties: false,
      },
      DesiredStateOrigin: {
        type: 'string',
        enum: ['api', 'manifest', 'capture'],
      },
      DesiredState: {
        type: 'object',
        required: ['tenantId', 'revision', 'resources'],
        properties: {
          tenantId: { type: 'string' },
          revision: { type: 'integer' },
          resources: {
            type: 'array',
            items: { $ref: '#/components/schemas/DesiredResource' },
          },
        },
        additionalProperties: false,
      },
      DesiredStateProblem: {
        type: 'object',
        required: ['document', 'level', 'message'],
        properties: {
          document: { type: 'integer' },
          line: { type: 'integer' },
          level: { type: 'string', enum: ['error', 'notice'] },
          message: { type: 'string' },
        },
        additionalProperties: false,
      },
      ResourceKeys: {
        description:
          'Resources as type/namespace/name, with @cluster where one is said.',
        type: 'array',
        items: { type: 'string' },
      },
      DesiredStateChange: {
        type: 'object',
        required: [
          'tenantId',
          'revision',
          'dryRun',
          'added',
          'changed',
          'removed',
          'unchanged',
          'notices',
        ],
        properties: {
          tenantId: { type: 'string' },
          revision: { type: 'integer' },
          dryRun: { type: 'boolean' },
          added: { $ref: '#/components/schemas/ResourceKeys' },
          changed: { $ref: '#/components/schemas/ResourceKeys' },
          removed: { $ref: '#/components/schemas/ResourceKeys' },
          unchanged: { type: 'integer' },
          notices: {
            type: 'array',
            items: { $ref: '#/components/schemas/DesiredStateProblem' },
          },
        },
        additionalProperties: false,
      },
      DesiredStateRevision: {
        type: 'object',
        required: ['revision', 'at', 'origin', 'added', 'changed', 'removed'],
        properties: {
          revision: { type: 'integer' },
          at: { type: 'string', format: 'date-time' },
          by: { type: 'string' },
          origin: { $ref: '#/components/schemas/DesiredStateOrigin' },
          sourceRevision: { type: 'string' },
          added: { $ref: '#/components/schemas/ResourceKeys' },
          changed: { $ref: '#/components/schemas/ResourceKeys' },
          removed: { $ref: '#/components/schemas/ResourceKeys' },
        },
        additionalProperties: false,
      },
      DesiredStateRevisionsPage: {
        type: 'object',
        required: ['items', 'totalItems'],
        properties: {
          items: {
            type: 'array',
            items: { $ref: '#/components/schemas/DesiredStateRevision' },
          },
          totalItems: { type: 'integer' },
        },
        additionalProperties: false,
      },
      TenantDriftReport: {
        type: 'object',
        required: [
          'tenantId',
          'scanTimestamp',
          'hasDrift',
          'driftItems',
          'summary',
        ],
        properties: {
          tenantId: { type: 'string' },
          scanTimestamp: { type: 'string', format: 'date-time' },
          hasDrift: { type: 'boolean' },
          driftItems: {
            type: 'array',
            items: {
              type: 'object',
              required: [
                'resourceType',
                'resourceName',
                'field',
                'desiredValue',
                'actualValue',
                'severity',
              ],
              properties: {
                resourceType: { type: 'string' },
                resourceName: { type: 'string' },
                field: { type: 'string' },
                desiredValue: { type: 'string' },
                actualValue: { type: 'string' },
                severity: {
                  type: 'string',
                  enum: ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'],
                },
              },
              additionalProperties: false,
            },
          },
          summary: {
            type: 'object',
            required: [
              'totalResources',
              'driftedResources',
              'healthyResources',
            ],
            properties: {
              totalResources: { type: 'integer' },
              driftedResources: { type: 'integer' },
              healthyResources: { type: 'integer' },
            },
            additionalProperties: false,
          },
        },
        additionalProperties: false,
      },
      PolicyMode: { type: 'string', enum: ['alert', 'auto', 'review'] },
      PolicyWindow: {
        type: 'object',
        required: ['kind', 'cron', 'duration'],
        properties: {
          kind: { type: 'string', enum: ['allow', 'deny'] },
          cron: {
            type: 'string',
            description: 'Five fields; when the window opens.',
          },
          duration: {
            type: 'string',
            description: 'ISO 8601; how long it stays open.',
          },
          timezone: {
            type: 'string',
            description: 'IANA name, UTC when absent.',
          },
        },
        additionalProperties: false,
      },
      StoredRemediationPolicy: {
        type: 'object',
        required: ['id', 'mode', 'origin'],
        properties: {
          id: { type: 'string' },
          client: { type: 'string' },
          target: {
            type: 'string',
            description:
              'Glob on the name of the target, a module or the id of a tenant.',
          },
          source: { type: 'string' },
          resourceType: { type: 'string', description: 'Glob.' },
          severity: {
            type: 'array',
            items: { $ref: '#/components/schemas/Severity' },
          },
          change: { type: 'array', items: { type: 'string' } },
          mode: { $ref: '#/components/schemas/PolicyMode' },
          reason: { type: 'string' },
          windows: {
            type: 'array',
            items: { $ref: '#/components/schemas/PolicyWindow' },
          },
          limitPerDay: { type: 'integer' },
          dryRun: { type: 'boolean' },
          origin: { type: 'string', enum: ['config', 'api'] },
          updatedBy: { type: 'string' },
          updatedAt: { type: 'string', format: 'date-time' },
          scope: {
            type: 'string',
            enum: ['tenant', 'general'],
            description:
              'Of the policies of a tenant only; general ones are not replaced with them.',
          },
        },
        additionalProperties: false,
      },
      RemediationPolicies: {
        type: 'object',
        required: ['policies', 'revision', 'defaultMode'],
        properties: {
          policies: {
            type: 'array',
            items: { $ref: '#/components/schemas/StoredRemediationPolicy' },
          },
          revision: { type: 'integer' },
          defaultMode: { $ref: '#/components/schemas/PolicyMode' },
        },
        additionalProperties: false,
      },
      RemediationPoliciesEdit: {
        type: 'object',
        required: ['policies'],
        properties: {
          policies: {
            description:
              'A list of policies with id, mode and what they are about, see StoredRemediationPolicy; for a tenant without client and target, and the id may be absent. All problems are answered at once, one sentence each.',
          },
          expectedRevision: {
            type: 'integer',
            minimum: 0,
            maximum: 2147483647,
            description:
              'Refused with 409 when the policies have another revision.',
          },
        },
        additionalProperties: false,
      },
      PolicyDecision: {
        type: 'object',
        required: [
          'mode',
          'because',
          'automatic',
          'needsApproval',
          'considered',
        ],
        properties: {
          mode: { $ref: '#/components/schemas/PolicyMode' },
          policyId: {
            type: 'string',
            description:
              'The policy that decided; absent when the default holds.',
          },
          because: { type: 'string' },
          automatic: {
            type: 'object',
            required: ['possible', 'reasons'],
            properties: {
              possible: { type: 'boolean' },
              reasons: {
                type: 'array',
                description: 'Every reason why not, each a sentence.',
                items: { type: 'string' },
              },
            },
            additionalProperties: false,
          },
          needsApproval: { type: 'boolean' },
          considered: {
            type: 'array',
            description: 'Policies that matched, the deciding one first.',
            items: {
              type: 'object',
              required: ['policyId', 'mode', 'specificity'],
              properties: {
                policyId: { type: 'string' },
                mode: { $ref: '#/components/schemas/PolicyMode' },
                specificity: { type: 'string' },
              },
              additionalProperties: false,
            },
          },
          dryRun: { type: 'boolean' },
        },
        additionalProperties: false,
      },
      PolicyExplanation: {
        type: 'object',
        required: ['targetId', 'findings'],
        properties: {
          targetId: { type: 'string' },
          findings: {
            type: 'array',
            items: {
              type: 'object',
              required: [
                'fingerprint',
                'address',
                'resourceType',
                'change',
                'severity',
                'decision',
              ],
              properties: {
                fingerprint: { type: 'string' },
                address: { type: 'string' },
                resourceType: { type: 'string' },
                change: { type: 'string' },
                severity: { $ref: '#/components/schemas/Severity' },
                decision: { $ref: '#/components/schemas/PolicyDecision' },
              },
              additionalProperties: false,
            },
          },
        },
        additionalProperties: false,
      },
      RemediationStop: {
        type: 'object',
        required: ['stopped'],
        properties: {
          stopped: { type: 'boolean' },
          reason: { type: 'string', minLength: 1, maxLength: 500 },
        },
        additionalProperties: false,
      },
      RemediationStatus: {
        type: 'object',
        required: ['enabled', 'stopped', 'dryRun', 'selfApproval', 'sources'],
        properties: {
          enabled: { type: 'boolean' },
          stopped: { type: 'boolean' },
          stoppedBy: { type: 'string' },
          stoppedAt: { type: 'string', format: 'date-time' },
          stopReason: { type: 'string' },
          dryRun: { type: 'boolean' },
          selfApproval: { type: 'boolean' },
          sources: {
            type: 'array',
            items: {
              type: 'object',
              required: ['source', 'actions'],
              properties: {
                source: { type: 'string' },
                actions: {
                  type: 'array',
                  items: {
                    type: 'string',
                    enum: ['revert', 'refresh-state', 'adopt'],
                  },
                },
              },
              additionalProperties: false,
            },
          },
        },
        additionalProperties: false,
      },
      ExplainedBy: {
        type: 'object',
        required: ['kind'],
        properties: {
          kind: { type: 'string', enum: ['rules', 'ai'] },
          model: { type: 'string' },
        },
        additionalProperties: false,
      },
      Recommendation: {
        type: 'string',
        enum: ['update-code', 'apply', 'investigate'],
      },
      FindingExplanation: {
        type: 'object',
        required: [
          'address',
          'fingerprint',
          'description',
          'recommendation',
          'advice',
          'explainedBy',
        ],
        properties: {
          address: { type: 'string' },
          fingerprint: { type: 'string' },
          description: { type: 'string' },
          consequence: { type: 'string' },
          likelyCause: { type: 'string' },
          recommendation: { $ref: '#/components/schemas/Recommendation' },
          advice: { type: 'string' },
          explainedBy: { $ref: '#/components/schemas/ExplainedBy' },
        },
        additionalProperties: false,
      },
      Analysis: {
        type: 'object',
        required: [
          'targetId',
          'status',
          'explainedBy',
          'summary',
          'findings',
          'aiConfigured',
        ],
        properties: {
          targetId: { type: 'string' },
          status: { type: 'string', enum: ['ready', 'pending', 'failed'] },
          explainedBy: { $ref: '#/components/schemas/ExplainedBy' },
          summary: { type: 'string' },
          recommendation: { $ref: '#/components/schemas/Recommendation' },
          findings: {
            type: 'array',
            items: { $ref: '#/components/schemas/FindingExplanation' },
          },
          writtenAt: { type: 'string', format: 'date-time' },
          failure: {
            type: 'string',
            description: 'Why the model gave no text, one sentence.',
          },
          aiConfigured: { type: 'boolean' },
        },
        additionalProperties: false,
      },
      FindingsPage: {
        type: 'object',
        required: ['items', 'totalItems'],
        properties: {
          items: {
            type: 'array',
            items: { $ref: '#/components/schemas/Finding' },
          },
          totalItems: { type: 'integer' },
        },
        additionalProperties: false,
      },
      Target: {
        type: 'object',
        required: [
          'id',
          'source',
          'name',
          'entityRefs',
          'status',
          'stale',
          'risk',
          'driftedResources',
          'totalResources',
          'summary',
          'warnings',
          'blindSpots',
          'schedule',
        ],
        properties: {
          id: { type: 'string' },
          source: { type: 'string' },
          client: { type: 'string' },
          name: { type: 'string' },
          entityRefs: { type: 'array', items: { type: 'string' } },
          owner: { type: 'string' },
          status: { $ref: '#/components/schemas/TargetStatus' },
          stale: { type: 'boolean' },
          risk: { $ref: '#/components/schemas/Risk' },
          driftedResources: { type: 'integer' },
          totalResources: { type: 'integer' },
          summary: { type: 'string' },
          evidence: { $ref: '#/components/schemas/Evidence' },
          tool: { $ref: '#/components/schemas/Tool' },
          lastScanAt: { type: 'string', format: 'date-time' },
          lastGoodScanAt: { type: 'string', format: 'date-time' },
          lastGoodStatus: {
            type: 'string',
            enum: ['clean', 'drifted', 'pending'],
          },
          driftedSince: { type: 'string', format: 'date-time' },
          error: { type: 'string' },
          warnings: { type: 'array', items: { type: 'string' } },
          blindSpots: {
            type: 'array',
            items: { $ref: '#/components/schemas/BlindSpot' },
          },
          activeScan: {
            type: 'object',
            required: ['id', 'state', 'since'],
            properties: {
              id: { type: 'string' },
              state: { type: 'string', enum: ['queued', 'running'] },
              since: { type: 'string', format: 'date-time' },
            },
            additionalProperties: false,
          },
          schedule: { type: 'string' },
          nextScanAt: { type: 'string', format: 'date-time' },
          codeUrl: { type: 'string' },
          runUrl: { type: 'string' },
          pushed: {
            type: 'boolean',
            description:
              'Only its pipeline observes it; it is never scanned from here.',
          },
        },
        additionalProperties: false,
      },
      Facet: {
        type: 'array',
        items: {
          type: 'object',
          required: ['value', 'count'],
          properties: { value: { type: 'string' }, count: { type: 'integer' } },
          additionalProperties: false,
        },
      },
      ResultsPage: {
        type: 'object',
        required: ['items', 'totalItems', 'facets'],
        properties: {
          items: {
            type: 'array',
            items: { $ref: '#/components/schemas/Target' },
          },
          totalItems: { type: 'integer' },
          facets: {
            type: 'object',
            required: ['client', 'owner', 'status', 'risk', 'source'],
            properties: {
              client: { $ref: '#/components/schemas/Facet' },
              owner: { $ref: '#/components/schemas/Facet' },
              status: { $ref: '#/components/schemas/Facet' },
              risk: { $ref: '#/components/schemas/Facet' },
              source: { $ref: '#/components/schemas/Facet' },
            },
            additionalProperties: false,
          },
        },
        additionalProperties: false,
      },
      SourceHealth: {
        type: 'object',
        required: ['source', 'ok'],
        properties: {
          source: { type: 'string' },
          ok: { type: 'boolean' },
          tool: { $ref: '#/components/schemas/Tool' },
          message: { type: 'string' },
        },
        additionalProperties: false,
      },
      Overview: {
        type: 'object',
        required: [
          'totalTargets',
          'driftedTargets',
          'byRisk',
          'health',
          'activeScans',
          'trend',
          'sources',
        ],
        properties: {
          totalTargets: { type: 'integer' },
          driftedTargets: { type: 'integer' },
          bySource: {
            type: 'array',
            items: {
              type: 'object',
              required: ['source', 'totalTargets', 'driftedTargets'],
              properties: {
                source: { type: 'string' },
                totalTargets: { type: 'integer' },
                driftedTargets: { type: 'integer' },
              },
              additionalProperties: false,
            },
          },
          byRisk: {
            type: 'object',
            required: ['low', 'medium', 'high', 'critical'],
            properties: {
              low: { type: 'integer' },
              medium: { type: 'integer' },
              high: { type: 'integer' },
              critical: { type: 'integer' },
            },
            additionalProperties: false,
          },
          health: {
            type: 'object',
            required: ['ok', 'error', 'stale', 'never'],
            properties: {
              ok: { type: 'integer' },
              error: { type: 'integer' },
              stale: { type: 'integer' },
              never: { type: 'integer' },
            },
            additionalProperties: false,
          },
          activeScans: { type: 'integer' },
          lastScanAt: { type: 'string', format: 'date-time' },
          lastFullRoundAt: { type: 'string', format: 'date-time' },
          trend: {
            type: 'array',
            items: {
              type: 'object',
              required: ['date', 'drifted', 'errors', 'total'],
              properties: {
                date: { type: 'string', format: 'date' },
                drifted: { type: 'integer' },
                errors: { type: 'integer' },
                total: { type: 'integer' },
              },
              additionalProperties: false,
            },
          },
          sources: {
            type: 'array',
            items: { $ref: '#/components/schemas/SourceHealth' },
          },
        },
        additionalProperties: false,
      },
      Scan: {
        type: 'object',
        required: [
          'id',
          'targetId',
          'trigger',
          'state',
          'queuedAt',
          'warnings',
          'blindSpots',
        ],
        properties: {
          id: { type: 'string' },
          targetId: { type: 'string' },
          trigger: {
            type: 'string',
            enum: ['schedule', 'manual', 'ci', 'verify'],
          },
          state: {
            type: 'string',
            enum: ['queued', 'running', 'completed', 'failed', 'superseded'],
          },
          status: { $ref: '#/components/schemas/ReportStatus' },
          risk: { $ref: '#/components/schemas/Risk' },
          driftedResources: { type: 'integer' },
          totalResources: { type: 'integer' },
          queuedAt: { type: 'string', format: 'date-time' },
          startedAt: { type: 'string', format: 'date-time' },
          finishedAt: { type: 'string', format: 'date-time' },
          error: { type: 'string' },
          warnings: { type: 'array', items: { type: 'string' } },
          blindSpots: {
            type: 'array',
            items: { $ref: '#/components/schemas/BlindSpot' },
          },
          evidence: { $ref: '#/components/schemas/Evidence' },
          tool: { $ref: '#/components/schemas/Tool' },
          requestedBy: { type: 'string' },
          runUrl: { type: 'string' },
          commit: { type: 'string' },
          actor: { type: 'string' },
        },
        additionalProperties: false,
      },
      AnalyzeRequest: {
        type: 'object',
        required: ['module'],
        properties: {
          module: { $ref: '#/components/schemas/Text' },
          client: { type: 'string', maxLength: 100 },
          plan: {
            type: 'object',
            description:
              'What terraform show -json printed; decides when both are given.',
          },
          planOutput: {
            type: 'string',
            description: 'What terraform plan printed.',
          },
          exitCode: { $ref: '#/components/schemas/ExitCode' },
          runUrl: { type: 'string', maxLength: 2000 },
          commit: { type: 'string', maxLength: 100 },
          actor: { type: 'string', maxLength: 200 },
          runId: { type: 'string', maxLength: 200 },
        },
        additionalProperties: false,
      },
      ExitCode: {
        type: 'integer',
        minimum: 0,
        maximum: 255,
        description: 'Exit code of terraform plan -detailed-exitcode.',
      },
      AnalyzeAnswer: {
        type: 'object',
        required: [
          'driftDetected',
          'resourceCount',
          'summary',
          'risk',
          'resources',
          'status',
          'targetId',
          'scanId',
          'warnings',
          'analysis',
        ],
        properties: {
          driftDetected: { type: 'boolean' },
          resourceCount: { type: 'integer' },
          summary: { type: 'string' },
          risk: { $ref: '#/components/schemas/Risk' },
          resources: {
            type: 'array',
            items: {
              type: 'object',
              required: ['address', 'change', 'description', 'recommendation'],
              properties: {
                address: { type: 'string' },
                change: {
                  type: 'string',
                  enum: ['update', 'create', 'destroy', 'replace'],
                },
                description: { type: 'string' },
                likelyCause: { type: 'string' },
                recommendation: { type: 'string' },
              },
              additionalProperties: false,
            },
          },
          recommendation: { type: 'string' },
          status: { $ref: '#/components/schemas/ReportStatus' },
          targetId: { type: 'string' },
          scanId: { type: 'string' },
          warnings: { type: 'array', items: { type: 'string' } },
          analysis: {
            type: 'object',
            required: ['status', 'explainedBy'],
            properties: {
              status: { type: 'string', enum: ['ready', 'pending', 'failed'] },
              explainedBy: {
                type: 'object',
                required: ['kind'],
                properties: {
                  kind: { type: 'string', enum: ['rules', 'ai'] },
                  model: { type: 'string' },
                },
                additionalProperties: false,
              },
              recommendation: {
                type: 'string',
                enum: ['update-code', 'apply', 'investigate'],
              },
              failure: { type: 'string' },
            },
            additionalProperties: false,
          },
        },
        additionalProperties: false,
      },
      IngestResult: {
        type: 'object',
        required: ['scanId', 'targetId', 'replayed'],
        properties: {
          scanId: { type: 'string' },
          targetId: { type: 'string' },
          replayed: {
            type: 'boolean',
            description:
              'The run had been sent before; nothing was stored again.',
          },
        },
        additionalProperties: false,
      },
      ScansPage: {
        type: 'object',
        required: ['items', 'totalItems'],
        properties: {
          items: {
            type: 'array',
            items: { $ref: '#/components/schemas/Scan' },
          },
          totalItems: { type: 'integer' },
        },
        additionalProperties: false,
      },
      ScanRequestResult: {
        type: 'object',
        required: ['scanId', 'targetId', 'joined'],
        properties: {
          scanId: { type: 'string' },
          targetId: { type: 'string' },
          joined: {
            type: 'boolean',
            description:
              'A scan was under way already and this request joined it.',
          },
        },
        additionalProperties: false,
      },
      ScanFilter: {
        type: 'object',
        properties: {
          client: {
            type: 'array',
            maxItems: 100,
            items: { $ref: '#/components/schemas/Text' },
          },
          owner: {
            type: 'array',
            maxItems: 100,
            items: { $ref: '#/components/schemas/Text' },
          },
          status: {
            type: 'array',
            maxItems: 100,
            items: { $ref: '#/components/schemas/TargetStatus' },
          },
          risk: {
            type: 'array',
            maxItems: 100,
            items: { $ref: '#/components/schemas/Risk' },
          },
          source: {
            type: 'array',
            maxItems: 100,
            items: { $ref: '#/components/schemas/Text' },
          },
          stale: { type: 'boolean' },
          q: { type: 'string', maxLength: 255 },
        },
        additionalProperties: false,
      },
      ScanRound: {
        type: 'object',
        required: ['id', 'total', 'done', 'failed', 'startedAt'],
        properties: {
          id: { type: 'string' },
          total: { type: 'integer' },
          done: { type: 'integer' },
          failed: { type: 'integer' },
          startedAt: { type: 'string', format: 'date-time' },
          finishedAt: { type: 'string', format: 'date-time' },
        },
        additionalProperties: false,
      },
      EntityStatuses: {
        type: 'object',
        required: ['items'],
        properties: {
          items: {
            type: 'array',
            items: {
              type: 'object',
              required: ['entityRef', 'status', 'risk'],
              properties: {
                entityRef: { type: 'string' },
                status: { $ref: '#/components/schemas/TargetStatus' },
                risk: { $ref: '#/components/schemas/Risk' },
              },
              additionalProperties: false,
            },
          },
        },
        additionalProperties: false,
      },
      Delivery: {
        type: 'object',
        required: ['id', 'webhook', 'state', 'type', 'attempts', 'createdAt'],
        properties: {
          id: { type: 'string' },
          webhook: {
            type: 'string',
            description: 'Id of the webhook, or notifications.',
          },
          state: { $ref: '#/components/schemas/DeliveryState' },
          type: { type: 'string' },
          targetId: { type: 'string' },
          attempts: { type: 'integer' },
          lastError: { type: 'string' },
          createdAt: { type: 'string', format: 'date-time' },
          nextAttemptAt: { type: 'string', format: 'date-time' },
        },
        additionalProperties: false,
      },
      DeliveryState: { type: 'string', enum: ['waiting', 'dead'] },
      DeliveriesPage: {
        type: 'object',
        required: ['items', 'totalItems'],
        properties: {
          items: {
            type: 'array',
            items: { $ref: '#/components/schemas/Delivery' },
          },
          totalItems: { type: 'integer' },
        },
        additionalProperties: false,
      },
      RemediationAction: {
        type: 'string',
        enum: ['revert', 'refresh-state', 'adopt'],
      },
      RemediationState: {
        type: 'string',
        enum: [
          'requested',
          'previewed',
          'awaiting-approval',
          'approved',
          'running',
          'verifying',
          'succeeded',
          'failed',
          'superseded',
          'rejected',
          'cancelled',
          'expired',
          'dry-run',
        ],
      },
      MayDo: {
        type: 'object',
        required: ['allowed'],
        properties: {
          allowed: { type: 'boolean' },
          reason: {
            type: 'string',
            description: 'One sentence; set when not allowed.',
          },
        },
        additionalProperties: false,
      },
      RemediationRequest: {
        type: 'object',
        required: ['targetId', 'action'],
        properties: {
          targetId: { type: 'string', minLength: 1, maxLength: 500 },
          action: { $ref: '#/components/schemas/RemediationAction' },
          addresses: {
            type: 'array',
            description:
              'Only these resources; all drift of the target when absent.',
            minItems: 1,
            maxItems: 500,
            items: { type: 'string', minLength: 1, maxLength: 2000 },
          },
          reason: { type: 'string', maxLength: 1000 },
          idempotencyKey: {
            type: 'string',
            minLength: 1,
            maxLength: 100,
            description:
              'A repeated request with the same key gives the same remediation.',
          },
        },
        additionalProperties: false,
      },
      RemediationConfirmation: {
        type: 'object',
        required: ['previewHash'],
        properties: {
          previewHash: {
            type: 'string',
            pattern: '^[0-9a-f]{64}$',
            description: 'Of the preview that was seen.',
          },
          confirmName: { $ref: '#/components/schemas/RemediationConfirmName' },
        },
        additionalProperties: false,
      },
      RemediationConfirmName: {
        type: 'string',
        maxLength: 512,
        description:
          'The name of the target, or of a catalog entity that it belongs to, as somebody typed it. Required where a revert deletes or replaces something; 400 without it.',
      },
      RemediationApproval: {
        type: 'object',
        required: ['previewHash'],
        properties: {
          previewHash: {
            type: 'string',
            pattern: '^[0-9a-f]{64}$',
            description: 'Of the preview that was seen.',
          },
          confirmName: { $ref: '#/components/schemas/RemediationConfirmName' },
          note: { type: 'string', maxLength: 1000 },
        },
        additionalProperties: false,
      },
      RemediationRejection: {
        type: 'object',
        required: ['reason'],
        properties: {
          reason: {
            type: 'string',
            minLength: 1,
            maxLength: 1000,
            pattern: '\\S',
          },
        },
        additionalProperties: false,
      },
      RemediationChange: {
        type: 'object',
        required: [
          'address',
          'resourceType',
          'resourceName',
          'change',
          'fields',
          'origin',
          'destructive',
        ],
        properties: {
          address: { type: 'string' },
          resourceType: { type: 'string' },
          resourceName: { type: 'string' },
          change: { type: 'string' },
          fields: {
            type: 'array',
            items: { $ref: '#/components/schemas/FieldDifference' },
          },
          origin: {
            type: 'string',
            enum: [
              'drift',
              'pending',
              'suppressed',
              'acknowledged',
              'cascade',
              'other',
            ],
          },
          destructive: { type: 'boolean' },
          class: { type: 'string' },
          cascadeOf: { type: 'string' },
          severity: { $ref: '#/components/schemas/Severity' },
          fingerprint: { type: 'string' },
          reason: { type: 'string' },
          notAutomatic: { type: 'string' },
        },
        additionalProperties: false,
      },
      RemainingDrift: {
        type: 'object',
        description: 'Drift that stays although the rest is repaired.',
        required: ['address', 'reason'],
        properties: {
          address: { type: 'string' },
          field: { $ref: '#/components/schemas/FieldDifference' },
          reason: { type: 'string' },
        },
        additionalProperties: false,
      },
      RemediationPreview: {
        type: 'object',
        required: [
          'hash',
          'changes',
          'destructive',
          'warnings',
          'blindSpots',
          'createdAt',
        ],
        properties: {
          hash: { type: 'string' },
          changes: {
            type: 'array',
            items: { $ref: '#/components/schemas/RemediationChange' },
          },
          destructive: { type: 'boolean' },
          warnings: { type: 'array', items: { type: 'string' } },
          remaining: {
            type: 'array',
            description:
              'What goes on counting as drift after it, said beforehand.',
            items: { $ref: '#/components/schemas/RemainingDrift' },
          },
          blindSpots: {
            type: 'array',
            items: { $ref: '#/components/schemas/BlindSpot' },
          },
          evidence: { $ref: '#/components/schemas/Evidence' },
          tool: { $ref: '#/components/schemas/Tool' },
          commit: { type: 'string' },
          patch: {
            type: 'object',
            description: 'Of an adoption.',
            required: ['diff', 'files'],
            properties: {
              diff: { type: 'string' },
              files: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['path', 'diff'],
                  properties: {
                    path: { type: 'string' },
                    diff: { type: 'string' },
                  },
                  additionalProperties: false,
                },
              },
            },
            additionalProperties: false,
          },
          instructions: {
            type: 'array',
            description: 'Of an adoption; what cannot be patched.',
            items: {
              type: 'object',
              required: ['address', 'text'],
              properties: {
                address: { type: 'string' },
                path: { type: 'string' },
                text: { type: 'string' },
              },
              additionalProperties: false,
            },
          },
          pullRequest: {
            type: 'object',
            required: ['possible'],
            properties: {
              possible: { type: 'boolean' },
              reason: { type: 'string' },
            },
            additionalProperties: false,
          },
          createdAt: { type: 'string', format: 'date-time' },
        },
        additionalProperties: false,
      },
      RemediationOutcome: {
        type: 'object',
        required: ['kind', 'message'],
        properties: {
          kind: {
            type: 'string',
            enum: ['applied', 'partial', 'failed', 'superseded', 'unknown'],
          },
          message: { type: 'string' },
          objects: {
            type: 'array',
            items: {
              type: 'object',
              required: ['address', 'outcome'],
              properties: {
                address: { type: 'string' },
                outcome: {
                  type: 'string',
                  enum: ['applied', 'failed', 'skipped'],
                },
                message: { type: 'string' },
              },
              additionalProperties: false,
            },
          },
          remaining: {
            type: 'array',
            description:
              'What the scan that verified it still saw, and the preview had said would stay.',
            items: { $ref: '#/components/schemas/RemainingDrift' },
          },
          link: {
            type: 'object',
            required: ['title', 'url'],
            properties: { title: { type: 'string' }, url: { type: 'string' } },
            additionalProperties: false,
          },
          appliedAt: { type: 'string', format: 'date-time' },
        },
        additionalProperties: false,
      },
      RemediationSummary: {
        type: 'object',
        required: [
          'id',
          'targetId',
          'target',
          'action',
          'route',
          'state',
          'origin',
          'requestedBy',
          'requestedAt',
          'risk',
          'updatedAt',
        ],
        properties: {
          id: { type: 'string' },
          targetId: { type: 'string' },
          target: {
            type: 'object',
            required: ['source', 'name'],
            properties: {
              source: { type: 'string' },
              client: { type: 'string' },
              name: { type: 'string' },
              owner: { type: 'string' },
              entityRefs: { type: 'array', items: { type: 'string' } },
            },
            additionalProperties: false,
          },
          action: { $ref: '#/components/schemas/RemediationAction' },
          route: { type: 'string' },
          state: { $ref: '#/components/schemas/RemediationState' },
          origin: { type: 'string', enum: ['person', 'policy'] },
          requestedBy: { type: 'string' },
          requestedAt: { type: 'string', format: 'date-time' },
          reason: { type: 'string' },
          addresses: { type: 'array', items: { type: 'string' } },
          risk: { $ref: '#/components/schemas/Risk' },
          changes: {
            type: 'object',
            required: ['total', 'destructive', 'alongside'],
            properties: {
              total: { type: 'integer' },
              destructive: { type: 'integer' },
              alongside: { type: 'integer' },
            },
            additionalProperties: false,
          },
          previewHash: { type: 'string' },
          approvedBy: { type: 'string' },
          approvedAt: { type: 'string', format: 'date-time' },
          expiresAt: { type: 'string', format: 'date-time' },
          waitsUntil: { type: 'string', format: 'date-time' },
          message: { type: 'string' },
          outcome: { $ref: '#/components/schemas/RemediationOutcome' },
          verifyScanId: { type: 'string' },
          finishedAt: { type: 'string', format: 'date-time' },
          updatedAt: { type: 'string', format: 'date-time' },
        },
        additionalProperties: false,
      },
      Remediation: {
        type: 'object',
        required: [
          'id',
          'targetId',
          'target',
          'action',
          'route',
          'state',
          'origin',
          'requestedBy',
          'requestedAt',
          'risk',
          'updatedAt',
          'events',
          'log',
          'may',
        ],
        properties: {
          id: { type: 'string' },
          targetId: { type: 'string' },
          target: {
            type: 'object',
            required: ['source', 'name'],
            properties: {
              source: { type: 'string' },
              client: { type: 'string' },
              name: { type: 'string' },
              owner: { type: 'string' },
            },
            additionalProperties: false,
          },
          action: { $ref: '#/components/schemas/RemediationAction' },
          route: { type: 'string' },
          state: { $ref: '#/components/schemas/RemediationState' },
          origin: { type: 'string', enum: ['person', 'policy'] },
          requestedBy: { type: 'string' },
          requestedAt: { type: 'string', format: 'date-time' },
          reason: { type: 'string' },
          addresses: { type: 'array', items: { type: 'string' } },
          risk: { $ref: '#/components/schemas/Risk' },
          changes: {
            type: 'object',
            required: ['total', 'destructive', 'alongside'],
            properties: {
              total: { type: 'integer' },
              destructive: { type: 'integer' },
              alongside: { type: 'integer' },
            },
            additionalProperties: false,
          },
          previewHash: { type: 'string' },
          approvedBy: { type: 'string' },
          approvedAt: { type: 'string', format: 'date-time' },
          expiresAt: { type: 'string', format: 'date-time' },
          waitsUntil: { type: 'string', format: 'date-time' },
          message: { type: 'string' },
          outcome: { $ref: '#/components/schemas/RemediationOutcome' },
          verifyScanId: { type: 'string' },
          finishedAt: { type: 'string', format: 'date-time' },
          updatedAt: { type: 'string', format: 'date-time' },
          preview: { $ref: '#/components/schemas/RemediationPreview' },
          decision: { $ref: '#/components/schemas/PolicyDecision' },
          events: {
            type: 'array',
            description: 'Every step, oldest first.',
            items: {
              type: 'object',
              required: ['at', 'to', 'by'],
              properties: {
                at: { type: 'string', format: 'date-time' },
                from: { $ref: '#/components/schemas/RemediationState' },
                to: { $ref: '#/components/schemas/RemediationState' },
                by: { type: 'string' },
                note: { type: 'string' },
              },
              additionalProperties: false,
            },
          },
          log: {
            type: 'array',
            description: 'The newest 500 lines, oldest first.',
            items: {
              type: 'object',
              required: ['at', 'text'],
              properties: {
                at: { type: 'string', format: 'date-time' },
                text: { type: 'string' },
              },
              additionalProperties: false,
            },
          },
          may: {
            type: 'object',
            description: 'What the caller may do now.',
            required: ['confirm', 'approve', 'reject', 'cancel'],
            properties: {
              confirm: { $ref: '#/components/schemas/MayDo' },
              approve: { $ref: '#/components/schemas/MayDo' },
              reject: { $ref: '#/components/schemas/MayDo' },
              cancel: { $ref: '#/components/schemas/MayDo' },
            },
            additionalProperties: false,
          },
        },
        additionalProperties: false,
      },
      RemediationsPage: {
        type: 'object',
        required: ['items', 'totalItems'],
        properties: {
          items: {
            type: 'array',
            items: { $ref: '#/components/schemas/RemediationSummary' },
          },
          totalItems: { type: 'integer' },
        },
        additionalProperties: false,
      },
      RemediationOptions: {
        type: 'object',
        required: ['targetId', 'options', 'findings'],
        properties: {
          targetId: { type: 'string' },
          options: {
            type: 'array',
            items: {
              type: 'object',
              required: ['action', 'available', 'recommended', 'needsApproval'],
              properties: {
                action: { $ref: '#/components/schemas/RemediationAction' },
                available: { type: 'boolean' },
                reason: { type: 'string' },
                recommended: { type: 'boolean' },
                route: { type: 'string' },
                needsApproval: { type: 'boolean' },
              },
              additionalProperties: false,
            },
          },
          findings: {
            type: 'array',
            items: {
              type: 'object',
              required: ['fingerprint', 'address', 'decision'],
              properties: {
                fingerprint: { type: 'string' },
                address: { type: 'string' },
                decision: { $ref: '#/components/schemas/PolicyDecision' },
              },
              additionalProperties: false,
            },
          },
          current: { $ref: '#/components/schemas/RemediationSummary' },
        },
        additionalProperties: false,
      },
      AcknowledgementRequest: {
        type: 'object',
        required: ['reason', 'expiresAt'],
        additionalProperties: false,
        properties: {
          fingerprints: {
            type: 'array',
            description:
              'Of open findings that alarm; all of them when absent.',
            minItems: 1,
            maxItems: 1000,
            items: { type: 'string', maxLength: 255 },
          },
          reason: { type: 'string', minLength: 3, maxLength: 1000 },
          expiresAt: {
            type: 'string',
            description: 'ISO 8601, in the future, at most a year away.',
            maxLength: 100,
          },
        },
      },
      Acknowledgement: {
        type: 'object',
        required: [
          'id',
          'targetId',
          'fingerprint',
          'address',
          'severity',
          'reason',
          'createdAt',
          'createdBy',
          'expiresAt',
          'state',
        ],
        properties: {
          id: { type: 'string' },
          targetId: { type: 'string' },
          fingerprint: { type: 'string' },
          address: { type: 'string' },
          severity: { $ref: '#/components/schemas/Severity' },
          reason: { type: 'string' },
          createdAt: { type: 'string', format: 'date-time' },
          createdBy: { type: 'string' },
          expiresAt: { type: 'string', format: 'date-time' },
          state: { $ref: '#/components/schemas/AcknowledgementState' },
          endedAt: { type: 'string', format: 'date-time' },
          endedBy: {
            type: 'string',
            description: 'drift when it ended by itself.',
          },
          endReason: { type: 'string' },
        },
        additionalProperties: false,
      },
      AcknowledgementState: { type: 'string', enum: ['active', 'ended'] },
      AcknowledgementsPage: {
        type: 'object',
        required: ['items', 'totalItems'],
        properties: {
          items: {
            type: 'array',
            items: { $ref: '#/components/schemas/Acknowledgement' },
          },
          totalItems: { type: 'integer' },
        },
        additionalProperties: false,
      },
      IgnoreRuleLimits: {
        type: 'object',
        additionalProperties: false,
        properties: {
          client: { type: 'string' },
          source: { type: 'string' },
          target: {
            type: 'string',
            description: 'Glob on the name of the target.',
          },
          resourceType: { type: 'string', description: 'Glob.' },
          address: {
            type: 'string',
            description:
              'Glob; * never crosses a dot, [*] is any instance key or none.',
          },
          path: {
            type: 'string',
            description: 'Pointer glob; also mutes what is below.',
          },
          value: {
            description: 'Only this actual value; a text with * is a glob.',
          },
          manager: {
            type: 'string',
            description: 'Only what this field manager or person changed.',
          },
          expires: {
            type: 'string',
            description: 'ISO 8601; from then on the rule does nothing.',
          },
        },
      },
      IgnoreRule: {
        type: 'object',
        required: ['id', 'reason'],
        additionalProperties: false,
        properties: {
          id: { type: 'string' },
          reason: { type: 'string' },
          client: { type: 'string' },
          source: { type: 'string' },
          target: {
            type: 'string',
            description: 'Glob on the name of the target.',
          },
          resourceType: { type: 'string', description: 'Glob.' },
          address: {
            type: 'string',
            description:
              'Glob; * never crosses a dot, [*] is any instance key or none.',
          },
          path: {
            type: 'string',
            description: 'Pointer glob; also mutes what is below.',
          },
          value: {
            description: 'Only this actual value; a text with * is a glob.',
          },
          manager: {
            type: 'string',
            description: 'Only what this field manager or person changed.',
          },
          expires: {
            type: 'string',
            description: 'ISO 8601; from then on the rule does nothing.',
          },
        },
      },
      StoredIgnoreRule: {
        type: 'object',
        required: ['id', 'reason', 'origin', 'mutedNow', 'mutedTotal'],
        additionalProperties: false,
        properties: {
          id: { type: 'string' },
          reason: { type: 'string' },
          client: { type: 'string' },
          source: { type: 'string' },
          target: {
            type: 'string',
            description: 'Glob on the name of the target.',
          },
          resourceType: { type: 'string', description: 'Glob.' },
          address: {
            type: 'string',
            description:
              'Glob; * never crosses a dot, [*] is any instance key or none.',
          },
          path: {
            type: 'string',
            description: 'Pointer glob; also mutes what is below.',
          },
          value: {
            description: 'Only this actual value; a text with * is a glob.',
          },
          manager: {
            type: 'string',
            description: 'Only what this field manager or person changed.',
          },
          expires: {
            type: 'string',
            description: 'ISO 8601; from then on the rule does nothing.',
          },
          origin: { type: 'string', enum: ['config', 'api'] },
          createdBy: { type: 'string' },
          createdAt: { type: 'string', format: 'date-time' },
          updatedBy: { type: 'string' },
          updatedAt: { type: 'string', format: 'date-time' },
          mutedNow: {
            type: 'integer',
            description: 'Open findings of targets that the caller may see.',
          },
          mutedTotal: { type: 'integer' },
          lastMutedAt: { type: 'string', format: 'date-time' },
          deadHint: { type: 'string' },
        },
      },
      IgnoreRulesPage: {
        type: 'object',
        required: ['rules'],
        properties: {
          rules: {
            type: 'array',
            items: { $ref: '#/components/schemas/StoredIgnoreRule' },
          },
        },
        additionalProperties: false,
      },
      IgnoreRuleTest: {
        type: 'object',
        required: [
          'examined',
          'muted',
          'partlyMuted',
          'bySeverity',
          'openMuted',
          'targets',
          'examples',
          'truncated',
          'summary',
        ],
        properties: {
          examined: { type: 'integer' },
          muted: { type: 'integer' },
          partlyMuted: { type: 'integer' },
          bySeverity: {
            type: 'object',
            additionalProperties: { type: 'integer' },
          },
          openMuted: { type: 'integer' },
          targets: { type: 'integer' },
          examples: {
            type: 'array',
            items: {
              type: 'object',
              required: ['targetId', 'finding', 'mutedPaths'],
              properties: {
                targetId: { type: 'string' },
                finding: { $ref: '#/components/schemas/Finding' },
                mutedPaths: { type: 'array', items: { type: 'string' } },
              },
              additionalProperties: false,
            },
          },
          truncated: { type: 'boolean' },
          summary: { type: 'string' },
        },
        additionalProperties: false,
      },
      IgnoreRuleSuggestion: {
        type: 'object',
        required: ['rule', 'notes'],
        properties: {
          rule: { $ref: '#/components/schemas/IgnoreRule' },
          notes: { type: 'array', items: { type: 'string' } },
        },
        additionalProperties: false,
      },
      IgnoreRuleImport: {
        type: 'object',
        required: ['format', 'text'],
        additionalProperties: false,
        properties: {
          format: { type: 'string', enum: ['driftignore', 'argocd'] },
          text: { type: 'string', maxLength: 200000 },
          client: { type: 'string', minLength: 1, maxLength: 500 },
          target: { type: 'string', minLength: 1, maxLength: 500 },
          dryRun: {
            type: 'boolean',
            description: 'Only says what would be imported; true when absent.',
          },
        },
      },
      IgnoreRuleImportResult: {
        type: 'object',
        required: ['rules', 'problems', 'dryRun'],
        properties: {
          rules: {
            type: 'array',
            items: { $ref: '#/components/schemas/IgnoreRule' },
          },
          problems: {
            type: 'array',
            items: {
              type: 'object',
              required: ['text', 'message'],
              properties: {
                line: { type: 'integer' },
                text: { type: 'string' },
                message: { type: 'string' },
              },
              additionalProperties: false,
            },
          },
          dryRun: { type: 'boolean' },
        },
        additionalProperties: false,
      },
    },
  },
  paths: {
    '/results': {
      get: {
        operationId: 'GetResults',
        summary: 'Targets with their current state, a page at a time',
        tags: ['Results'],
        description:
          'Lists are alternatives, different parameters are all required. A list is given by repeating the parameter or with commas.',
        security: [{}, { JWT: [] }],
        parameters: [
          {
            name: 'client',
            in: 'query',
            allowReserved: true,
            schema: {
              type: 'array',
              maxItems: 100,
              items: { $ref: '#/components/schemas/Text' },
            },
          },
          {
            name: 'owner',
            in: 'query',
            allowReserved: true,
            description: 'Entity refs.',
            schema: {
              type: 'array',
              maxItems: 100,
              items: { $ref: '#/components/schemas/Text' },
            },
          },
          {
            name: 'status',
            in: 'query',
            allowReserved: true,
            schema: {
              type: 'array',
              maxItems: 100,
              items: { $ref: '#/components/schemas/TargetStatus' },
            },
          },
          {
            name: 'risk',
            in: 'query',
            allowReserved: true,
            schema: {
              type: 'array',
              maxItems: 100,
              items: { $ref: '#/components/schemas/Risk' },
            },
          },
          {
            name: 'source',
            in: 'query',
            allowReserved: true,
            schema: {
              type: 'array',
              maxItems: 100,
              items: { $ref: '#/components/schemas/Text' },
            },
          },
          {
            name: 'stale',
            in: 'query',
            allowReserved: true,
            description:
              'Only targets whose last good verdict is too old; the others when false.',
            schema: { type: 'boolean' },
          },
          {
            name: 'entityRef',
            in: 'query',
            allowReserved: true,
            description: 'Only targets of this entity.',
            schema: { $ref: '#/components/schemas/Text' },
          },
          {
            name: 'q',
            in: 'query',
            allowReserved: true,
            allowEmptyValue: true,
            description: 'Text in name, client or summary, in any case.',
            schema: { type: 'string', maxLength: 255 },
          },
          {
            name: 'orderBy',
            in: 'query',
            allowReserved: true,
            description: 'Worst risk first, then newest scan, when absent.',
            schema: {
              type: 'string',
              enum: [
                'risk',
                'name',
                'client',
                'owner',
                'status',
                'resources',
                'lastScan',
              ],
            },
          },
          {
            name: 'order',
            in: 'query',
            allowReserved: true,
            schema: { type: 'string', enum: ['asc', 'desc'] },
          },
          { $ref: '#/components/parameters/limit' },
          { $ref: '#/components/parameters/offset' },
        ],
        responses: {
          '200': {
            description: 'One page.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/ResultsPage' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/overview': {
      get: {
        operationId: 'GetOverview',
        summary: 'The fleet at one glance',
        tags: ['Results'],
        description:
          'Counts, scan health, trend of thirty days and health of the sources.',
        security: [{}, { JWT: [] }],
        parameters: [],
        responses: {
          '200': {
            description: 'The overview.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Overview' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/targets/{targetId}': {
      get: {
        operationId: 'GetTarget',
        summary: 'One target with its current state',
        tags: ['Targets'],
        description:
          'A target that does not exist and one that the caller may not see are both not found.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/targetId' }],
        responses: {
          '200': {
            description: 'The target.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Target' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/targets/{targetId}/findings': {
      get: {
        operationId: 'GetFindings',
        summary: 'Findings of a target',
        tags: ['Targets'],
        description: 'The open ones, or those that one scan saw.',
        security: [{}, { JWT: [] }],
        parameters: [
          { $ref: '#/components/parameters/targetId' },
          {
            name: 'scanId',
            in: 'query',
            allowReserved: true,
            schema: { $ref: '#/components/schemas/Text' },
          },
          {
            name: 'state',
            in: 'query',
            allowReserved: true,
            schema: { $ref: '#/components/schemas/FindingState' },
          },
          { $ref: '#/components/parameters/limit' },
          { $ref: '#/components/parameters/offset' },
        ],
        responses: {
          '200': {
            description: 'One page.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/FindingsPage' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/targets/{targetId}/analysis': {
      get: {
        operationId: 'GetAnalysis',
        summary: 'What the open drift of a target means',
        tags: ['Targets'],
        description:
          'Texts beside the verdict, by a language model or by rules; they decide nothing.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/targetId' }],
        responses: {
          '200': {
            description: 'The explanation as it is now.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Analysis' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/targets/{targetId}/explain': {
      post: {
        operationId: 'Explain',
        summary: 'Ask for a new explanation',
        tags: ['Targets'],
        description:
          'Needs the permission to scan the target. At most every 30 seconds per target; without a model the rules answer at once.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/targetId' }],
        responses: {
          '200': {
            description:
              'The explanation; no model is configured, or nothing drifted.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Analysis' },
              },
            },
          },
          '202': {
            description: 'A model is at work; the text is from before.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Analysis' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/targets/{targetId}/scans': {
      get: {
        operationId: 'GetScans',
        summary: 'Scans of a target, newest first',
        tags: ['Targets'],
        description: 'Includes scans that wait or run.',
        security: [{}, { JWT: [] }],
        parameters: [
          { $ref: '#/components/parameters/targetId' },
          { $ref: '#/components/parameters/limit' },
          { $ref: '#/components/parameters/offset' },
        ],
        responses: {
          '200': {
            description: 'One page.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/ScansPage' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/targets/{targetId}/scan': {
      post: {
        operationId: 'RequestScan',
        summary: 'Scan a target now',
        tags: ['Scans'],
        description: 'Joins the scan that is under way, if there is one.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/targetId' }],
        responses: {
          '202': {
            description: 'The scan is queued or under way.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/ScanRequestResult' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/scans': {
      post: {
        operationId: 'RequestScanAll',
        summary: 'Scan every target that matches and that the caller may scan',
        tags: ['Scans'],
        description: 'Answers a round whose progress can be asked for.',
        security: [{}, { JWT: [] }],
        parameters: [],
        requestBody: {
          required: false,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/ScanFilter' },
            },
          },
        },
        responses: {
          '202': {
            description: 'The scans are queued or under way.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/ScanRound' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/analyze': {
      post: {
        operationId: 'Analyze',
        summary: 'Judge, store and explain a plan',
        tags: ['Ingest'],
        description:
          'For plans of some megabytes. Needs drift.report.ingest. A plan that stopped, is partial or contradicts its exit code is stored as an error; what is no plan is refused and not stored.',
        security: [{}, { JWT: [] }],
        parameters: [],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/AnalyzeRequest' },
            },
          },
        },
        responses: {
          '200': {
            description: 'The verdict, in words.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/AnalyzeAnswer' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/ingest/plan': {
      post: {
        operationId: 'IngestPlan',
        summary: 'Judge and store a plan of any size',
        tags: ['Ingest'],
        description:
          'The body is the plan as it is, gzip allowed, and is never held in memory. Needs drift.report.ingest. A plan that stopped, is partial or contradicts its exit code is stored as an error; what is no plan is refused and not stored. A body that is empty is taken when the exit code is 1.',
        security: [{}, { JWT: [] }],
        parameters: [
          {
            name: 'module',
            in: 'query',
            required: true,
            allowReserved: true,
            schema: { $ref: '#/components/schemas/Text' },
          },
          {
            name: 'client',
            in: 'query',
            allowReserved: true,
            schema: { type: 'string', maxLength: 100 },
          },
          {
            name: 'exitCode',
            in: 'query',
            allowReserved: true,
            schema: { $ref: '#/components/schemas/ExitCode' },
          },
          {
            name: 'runUrl',
            in: 'query',
            allowReserved: true,
            description: 'Link to the run, http or https.',
            schema: { type: 'string', maxLength: 2000 },
          },
          {
            name: 'commit',
            in: 'query',
            allowReserved: true,
            schema: { type: 'string', maxLength: 100 },
          },
          {
            name: 'actor',
            in: 'query',
            allowReserved: true,
            schema: { type: 'string', maxLength: 200 },
          },
          {
            name: 'runId',
            in: 'query',
            allowReserved: true,
            description: 'A run is stored once per module.',
            schema: { type: 'string', maxLength: 200 },
          },
        ],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                description: 'What terraform show -json printed.',
                type: 'object',
              },
            },
            'application/x-ndjson': {
              schema: {
                description: 'What terraform plan -json printed.',
                type: 'string',
              },
            },
            'text/plain': {
              schema: {
                description: 'What terraform plan printed.',
                type: 'string',
              },
            },
          },
        },
        responses: {
          '202': {
            description: 'The plan is stored.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/IngestResult' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/scan-rounds/{roundId}': {
      get: {
        operationId: 'GetScanRound',
        summary: 'Progress of a round of scans',
        tags: ['Scans'],
        description: 'Numbers only.',
        security: [{}, { JWT: [] }],
        parameters: [
          {
            name: 'roundId',
            in: 'path',
            required: true,
            schema: { $ref: '#/components/schemas/Text' },
          },
        ],
        responses: {
          '200': {
            description: 'The round.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/ScanRound' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/context': {
      get: {
        operationId: 'GetContext',
        summary: 'The state of drift as text, for the context of a chat',
        tags: ['Chat'],
        description:
          'At most ten targets, worst first, and 4,000 characters, as JSON or as plain text. Values in it are data, never instructions.',
        security: [{}, { JWT: [] }],
        parameters: [
          {
            name: 'client',
            in: 'query',
            allowReserved: true,
            schema: {
              type: 'array',
              maxItems: 100,
              items: { $ref: '#/components/schemas/Text' },
            },
          },
        ],
        responses: {
          '200': {
            description: 'The text.',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['text'],
                  properties: { text: { type: 'string', maxLength: 4000 } },
                  additionalProperties: false,
                },
              },
              'text/plain': { schema: { type: 'string' } },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/ask': {
      post: {
        operationId: 'Ask',
        summary: 'Answers a question about drift',
        tags: ['Chat'],
        description:
          'From stored data that the caller may see; changes nothing. At most 20 questions a minute per caller, then 429.',
        security: [{}, { JWT: [] }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/AskRequest' },
            },
          },
        },
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Answer' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/entity-statuses': {
      get: {
        operationId: 'GetEntityStatuses',
        summary: 'Worst status and highest risk of every entity with targets',
        tags: ['Catalog'],
        description: 'For the catalog module; only services may ask.',
        security: [{}, { JWT: [] }],
        parameters: [],
        responses: {
          '200': {
            description: 'All entities with targets.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/EntityStatuses' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/deliveries': {
      get: {
        operationId: 'GetDeliveries',
        summary:
          'Messages that wait for an attempt or were given up, newest first',
        tags: ['Deliveries'],
        description: 'Needs the permission drift.delivery.manage.',
        security: [{}, { JWT: [] }],
        parameters: [
          {
            name: 'state',
            in: 'query',
            allowReserved: true,
            schema: { $ref: '#/components/schemas/DeliveryState' },
          },
          { $ref: '#/components/parameters/limit' },
          { $ref: '#/components/parameters/offset' },
        ],
        responses: {
          '200': {
            description: 'One page of messages.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/DeliveriesPage' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/deliveries/{deliveryId}/retry': {
      post: {
        operationId: 'RetryDelivery',
        summary: 'Has a message sent again',
        tags: ['Deliveries'],
        description:
          'Gives it as many attempts as a new one. Needs the permission drift.delivery.manage.',
        security: [{}, { JWT: [] }],
        parameters: [
          {
            name: 'deliveryId',
            in: 'path',
            required: true,
            schema: { $ref: '#/components/schemas/Text' },
          },
        ],
        responses: {
          '202': {
            description: 'The message, which will be sent soon.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Delivery' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/targets/{targetId}/acknowledgements': {
      get: {
        operationId: 'GetTargetAcknowledgements',
        summary: 'What people accepted of a target, now and before',
        tags: ['Muting'],
        security: [{}, { JWT: [] }],
        parameters: [
          { $ref: '#/components/parameters/targetId' },
          {
            name: 'state',
            in: 'query',
            allowReserved: true,
            schema: { $ref: '#/components/schemas/AcknowledgementState' },
          },
          { $ref: '#/components/parameters/limit' },
          { $ref: '#/components/parameters/offset' },
        ],
        responses: {
          '200': {
            description: 'One page, active ones first, then the newest.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/AcknowledgementsPage' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
      post: {
        operationId: 'Acknowledge',
        summary: 'Accepts drift as it is for a time',
        tags: ['Muting'],
        description:
          'Takes effect at once; ends when the value changes, the time comes or somebody withdraws it. 409 when something does not alarm any more. Needs the permission drift.finding.acknowledge on the target.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/targetId' }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/AcknowledgementRequest' },
            },
          },
        },
        responses: {
          '201': {
            description: 'What was accepted.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/AcknowledgementsPage' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/targets/{targetId}/acknowledgements/{acknowledgementId}': {
      delete: {
        operationId: 'WithdrawAcknowledgement',
        summary: 'Lets drift alarm again',
        tags: ['Muting'],
        description:
          'Needs the permission drift.finding.acknowledge on the target.',
        security: [{}, { JWT: [] }],
        parameters: [
          { $ref: '#/components/parameters/targetId' },
          {
            name: 'acknowledgementId',
            in: 'path',
            required: true,
            schema: { $ref: '#/components/schemas/Text' },
          },
        ],
        responses: {
          '204': { description: 'It has ended.' },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/acknowledgements': {
      get: {
        operationId: 'GetAcknowledgements',
        summary: 'What people accepted of all targets that the caller may see',
        tags: ['Muting'],
        security: [{}, { JWT: [] }],
        parameters: [
          {
            name: 'state',
            in: 'query',
            allowReserved: true,
            schema: { $ref: '#/components/schemas/AcknowledgementState' },
          },
          { $ref: '#/components/parameters/limit' },
          { $ref: '#/components/parameters/offset' },
        ],
        responses: {
          '200': {
            description: 'One page, active ones first, then the newest.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/AcknowledgementsPage' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/ignore-rules': {
      get: {
        operationId: 'GetIgnoreRules',
        summary: 'Ignore rules of configuration and API with their use',
        tags: ['Muting'],
        security: [{}, { JWT: [] }],
        responses: {
          '200': {
            description: 'All rules.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/IgnoreRulesPage' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
      post: {
        operationId: 'CreateIgnoreRule',
        summary: 'Adds an ignore rule',
        tags: ['Muting'],
        description:
          'Takes effect at once, on what is stored. Needs the permission drift.policy.update.',
        security: [{}, { JWT: [] }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/IgnoreRule' },
            },
          },
        },
        responses: {
          '201': {
            description: 'The rule.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/StoredIgnoreRule' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/ignore-rules/test': {
      post: {
        operationId: 'TestIgnoreRule',
        summary:
          'What a rule would have muted of the history that the caller may see',
        tags: ['Muting'],
        security: [{}, { JWT: [] }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/IgnoreRuleLimits' },
            },
          },
        },
        responses: {
          '200': {
            description: 'The figures, with examples.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/IgnoreRuleTest' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/ignore-rules/import': {
      post: {
        operationId: 'ImportIgnoreRules',
        summary: 'Reads .driftignore or ignoreDifferences of Argo CD',
        tags: ['Muting'],
        description: 'Needs the permission drift.policy.update.',
        security: [{}, { JWT: [] }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/IgnoreRuleImport' },
            },
          },
        },
        responses: {
          '200': {
            description:
              'What was or would be imported, and what was left out.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/IgnoreRuleImportResult' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/ignore-rules/{ruleId}': {
      put: {
        operationId: 'UpdateIgnoreRule',
        summary: 'Changes an ignore rule of the API',
        tags: ['Muting'],
        description: 'Needs the permission drift.policy.update.',
        security: [{}, { JWT: [] }],
        parameters: [
          {
            name: 'ruleId',
            in: 'path',
            required: true,
            schema: { $ref: '#/components/schemas/Text' },
          },
        ],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/IgnoreRule' },
            },
          },
        },
        responses: {
          '200': {
            description: 'The rule.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/StoredIgnoreRule' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
      delete: {
        operationId: 'DeleteIgnoreRule',
        summary: 'Deletes an ignore rule of the API',
        tags: ['Muting'],
        description: 'Needs the permission drift.policy.update.',
        security: [{}, { JWT: [] }],
        parameters: [
          {
            name: 'ruleId',
            in: 'path',
            required: true,
            schema: { $ref: '#/components/schemas/Text' },
          },
        ],
        responses: {
          '204': { description: 'It is gone.' },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/targets/{targetId}/findings/{findingId}/ignore-rule': {
      get: {
        operationId: 'SuggestIgnoreRule',
        summary: 'The narrowest rule that mutes a finding',
        tags: ['Muting'],
        security: [{}, { JWT: [] }],
        parameters: [
          { $ref: '#/components/parameters/targetId' },
          {
            name: 'findingId',
            in: 'path',
            required: true,
            schema: { $ref: '#/components/schemas/Text' },
          },
          {
            name: 'path',
            in: 'query',
            description: 'Pointer of one field that is to be muted alone.',
            allowReserved: true,
            schema: { type: 'string', maxLength: 2000 },
          },
        ],
        responses: {
          '200': {
            description: 'The rule without a reason, and why it is as it is.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/IgnoreRuleSuggestion' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/targets/{targetId}/badge.svg': {
      get: {
        operationId: 'GetTargetBadge',
        summary: 'Status of a target as a picture',
        tags: ['Badges'],
        description:
          'Needs no credentials when drift.badges.public is configured.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/targetId' }],
        responses: {
          '200': {
            description: 'The badge.',
            content: { 'image/svg+xml': { schema: { type: 'string' } } },
          },
          '304': { description: 'The badge has not changed.' },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/entities/{kind}/{namespace}/{name}/badge.svg': {
      get: {
        operationId: 'GetEntityBadge',
        summary: 'Status of all targets of an entity as a picture',
        tags: ['Badges'],
        description:
          'Needs no credentials when drift.badges.public is configured.',
        security: [{}, { JWT: [] }],
        parameters: [
          {
            name: 'kind',
            in: 'path',
            required: true,
            schema: { $ref: '#/components/schemas/Text' },
          },
          {
            name: 'namespace',
            in: 'path',
            required: true,
            schema: { $ref: '#/components/schemas/Text' },
          },
          {
            name: 'name',
            in: 'path',
            required: true,
            schema: { $ref: '#/components/schemas/Text' },
          },
        ],
        responses: {
          '200': {
            description: 'The badge.',
            content: { 'image/svg+xml': { schema: { type: 'string' } } },
          },
          '304': { description: 'The badge has not changed.' },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/v1/infrastructure/tenants/{tenantId}/desired-state': {
      get: {
        operationId: 'GetDesiredState',
        summary: 'What the platform of a tenant wants',
        tags: ['Tenants'],
        description:
          'Needs the permission drift.target.read for all targets of the tenant.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/tenantId' }],
        responses: {
          '200': {
            description: 'The desired state; ETag is its revision.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/DesiredState' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
      put: {
        operationId: 'PutDesiredState',
        summary: 'Replace the desired state of a tenant',
        tags: ['Tenants'],
        description:
          'Needs the permission drift.desired-state.update for all targets of the tenant. JSON (a list of resources, a Kubernetes List or an array) or YAML of Kubernetes with several documents.',
        security: [{}, { JWT: [] }],
        parameters: [
          { $ref: '#/components/parameters/tenantId' },
          { $ref: '#/components/parameters/cluster' },
          { $ref: '#/components/parameters/dryRun' },
          { $ref: '#/components/parameters/expectedRevision' },
        ],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/JsonValue' },
            },
            'application/yaml': { schema: { type: 'string' } },
            'application/x-yaml': { schema: { type: 'string' } },
            'text/yaml': { schema: { type: 'string' } },
          },
        },
        responses: {
          '200': {
            description: 'What changed.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/DesiredStateChange' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
      delete: {
        operationId: 'DeleteDesiredState',
        summary: 'Remove the desired state of a tenant',
        tags: ['Tenants'],
        description:
          'Needs the permission drift.desired-state.update for all targets of the tenant.',
        security: [{}, { JWT: [] }],
        parameters: [
          { $ref: '#/components/parameters/tenantId' },
          { $ref: '#/components/parameters/dryRun' },
          { $ref: '#/components/parameters/expectedRevision' },
        ],
        responses: {
          '200': {
            description: 'What changed.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/DesiredStateChange' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/v1/infrastructure/tenants/{tenantId}/desired-state:capture': {
      post: {
        operationId: 'CaptureDesiredState',
        summary: 'Take what is there now for the desired state',
        tags: ['Tenants'],
        description:
          'Needs the permission drift.desired-state.update for all targets of the tenant.',
        security: [{}, { JWT: [] }],
        parameters: [
          { $ref: '#/components/parameters/tenantId' },
          { $ref: '#/components/parameters/dryRun' },
          { $ref: '#/components/parameters/expectedRevision' },
        ],
        responses: {
          '200': {
            description: 'What changed.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/DesiredStateChange' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/v1/infrastructure/tenants/{tenantId}/desired-state/revisions': {
      get: {
        operationId: 'GetDesiredStateRevisions',
        summary: 'Changes of a desired state, newest first',
        tags: ['Tenants'],
        description:
          'Needs the permission drift.target.read for all targets of the tenant.',
        security: [{}, { JWT: [] }],
        parameters: [
          { $ref: '#/components/parameters/tenantId' },
          { $ref: '#/components/parameters/limit' },
          { $ref: '#/components/parameters/offset' },
        ],
        responses: {
          '200': {
            description: 'One page; the last hundred are kept.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/DesiredStateRevisionsPage',
                },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/v1/infrastructure/tenants/{tenantId}/desired-state/{type}/{name}': {
      get: {
        operationId: 'GetDesiredResource',
        summary: 'One desired resource',
        tags: ['Tenants'],
        description:
          'Needs the permission drift.target.read for all targets of the tenant.',
        security: [{}, { JWT: [] }],
        parameters: [
          { $ref: '#/components/parameters/tenantId' },
          { $ref: '#/components/parameters/resourceType' },
          { $ref: '#/components/parameters/resourceName' },
          { $ref: '#/components/parameters/cluster' },
          { $ref: '#/components/parameters/namespace' },
        ],
        responses: {
          '200': {
            description:
              'The resource; ETag is the revision of the whole desired state.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/DesiredResource' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
      put: {
        operationId: 'PutDesiredResource',
        summary: 'Add or replace one desired resource',
        tags: ['Tenants'],
        description:
          'Needs the permission drift.desired-state.update for all targets of the tenant.',
        security: [{}, { JWT: [] }],
        parameters: [
          { $ref: '#/components/parameters/tenantId' },
          { $ref: '#/components/parameters/resourceType' },
          { $ref: '#/components/parameters/resourceName' },
          { $ref: '#/components/parameters/cluster' },
          { $ref: '#/components/parameters/namespace' },
          { $ref: '#/components/parameters/dryRun' },
          { $ref: '#/components/parameters/expectedRevision' },
        ],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/JsonValue' },
            },
            'application/yaml': { schema: { type: 'string' } },
            'application/x-yaml': { schema: { type: 'string' } },
            'text/yaml': { schema: { type: 'string' } },
          },
        },
        responses: {
          '200': {
            description: 'What changed.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/DesiredStateChange' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
      delete: {
        operationId: 'DeleteDesiredResource',
        summary: 'Remove one desired resource',
        tags: ['Tenants'],
        description:
          'Needs the permission drift.desired-state.update for all targets of the tenant.',
        security: [{}, { JWT: [] }],
        parameters: [
          { $ref: '#/components/parameters/tenantId' },
          { $ref: '#/components/parameters/resourceType' },
          { $ref: '#/components/parameters/resourceName' },
          { $ref: '#/components/parameters/cluster' },
          { $ref: '#/components/parameters/namespace' },
          { $ref: '#/components/parameters/dryRun' },
          { $ref: '#/components/parameters/expectedRevision' },
        ],
        responses: {
          '200': {
            description: 'What changed.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/DesiredStateChange' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/v1/infrastructure/tenants/{tenantId}/drift-check': {
      post: {
        operationId: 'CheckTenantDrift',
        summary: 'Scan a tenant now and answer its report',
        tags: ['Tenants'],
        description:
          'Joins the scan that is under way, if there is one. Needs drift.target.scan.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/tenantId' }],
        responses: {
          '200': {
            description: 'The report.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/TenantDriftReport' },
              },
            },
          },
          '202': {
            description: 'The scan takes longer and goes on.',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['scanId', 'targetId'],
                  properties: {
                    scanId: { type: 'string' },
                    targetId: { type: 'string' },
                  },
                  additionalProperties: false,
                },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/v1/infrastructure/tenants/{tenantId}/drift-report': {
      get: {
        operationId: 'GetTenantDriftReport',
        summary: 'The last verdict on a tenant',
        tags: ['Tenants'],
        description:
          '404 before the first scan, 409 when the last scan failed and no drift is known.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/tenantId' }],
        responses: {
          '200': {
            description: 'The report.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/TenantDriftReport' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/remediation-policies': {
      get: {
        operationId: 'GetRemediationPolicies',
        summary: 'Which drift is repaired automatically or after an approval',
        tags: ['Policies'],
        description:
          'Needs the permission drift.target.read; who may see only some targets gets the policies that may hold for one of them.',
        security: [{}, { JWT: [] }],
        parameters: [],
        responses: {
          '200': {
            description:
              'Those of the configuration, then those that were written here.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/RemediationPolicies' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
      put: {
        operationId: 'PutRemediationPolicies',
        summary: 'Replace the policies that were written here',
        tags: ['Policies'],
        description:
          'Needs the permission drift.policy.update. Policies of the configuration stay and cannot be changed.',
        security: [{}, { JWT: [] }],
        parameters: [],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/RemediationPoliciesEdit' },
            },
          },
        },
        responses: {
          '200': {
            description: 'The policies as they are now.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/RemediationPolicies' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/targets/{targetId}/remediation-policy': {
      get: {
        operationId: 'GetPolicyExplanation',
        summary:
          'Why the drift of a target is, or is not, repaired automatically',
        tags: ['Policies'],
        description: 'One decision for each open drift finding.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/targetId' }],
        responses: {
          '200': {
            description: 'The decisions.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/PolicyExplanation' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/remediation-stop': {
      put: {
        operationId: 'SetRemediationStop',
        summary: 'Turn the stop switch',
        tags: ['Policies'],
        description:
          'Nothing is applied while it is on. Needs the permission drift.policy.update.',
        security: [{}, { JWT: [] }],
        parameters: [],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/RemediationStop' },
            },
          },
        },
        responses: {
          '200': {
            description: 'How remediation stands now.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/RemediationStatus' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/v1/infrastructure/tenants/{tenantId}/remediation-policies': {
      get: {
        operationId: 'GetTenantRemediationPolicies',
        summary: 'The policies that may hold for a tenant',
        tags: ['Policies'],
        description: 'Those with the scope tenant are of this tenant alone.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/tenantId' }],
        responses: {
          '200': {
            description: 'The policies.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/RemediationPolicies' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
      put: {
        operationId: 'PutTenantRemediationPolicies',
        summary: 'Replace the policies of a tenant',
        tags: ['Policies'],
        description:
          'Needs the permissions drift.policy.update and drift.target.read for all targets of the tenant. All other policies stay.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/tenantId' }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/RemediationPoliciesEdit' },
            },
          },
        },
        responses: {
          '200': {
            description: 'The policies that may hold for the tenant now.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/RemediationPolicies' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/remediations': {
      post: {
        operationId: 'RequestRemediation',
        summary: 'Ask what repairing the drift of a target would change',
        tags: ['Remediations'],
        description:
          'Makes a preview; nothing is applied until it was confirmed. Needs the permission drift.remediation.request for the target. Refused with 409 where remediation is not enabled and where one is under way.',
        security: [{}, { JWT: [] }],
        parameters: [],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/RemediationRequest' },
            },
          },
        },
        responses: {
          '202': {
            description: 'The remediation, whose preview is being made.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Remediation' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
      get: {
        operationId: 'GetRemediations',
        summary: 'Remediations, a page at a time',
        tags: ['Remediations'],
        description:
          'Those that wait for approval first, by risk, then the newest. Lists are alternatives, different parameters are all required.',
        security: [{}, { JWT: [] }],
        parameters: [
          {
            name: 'targetId',
            in: 'query',
            allowReserved: true,
            schema: { type: 'string', minLength: 1, maxLength: 500 },
          },
          {
            name: 'state',
            in: 'query',
            allowReserved: true,
            schema: {
              type: 'array',
              maxItems: 100,
              items: { $ref: '#/components/schemas/RemediationState' },
            },
          },
          {
            name: 'open',
            in: 'query',
            allowReserved: true,
            description:
              'Only those under way when true, only ended ones when false.',
            schema: { type: 'boolean' },
          },
          {
            name: 'awaitingMe',
            in: 'query',
            allowReserved: true,
            description: 'Only what the caller may approve or reject now.',
            schema: { type: 'boolean' },
          },
          {
            name: 'client',
            in: 'query',
            allowReserved: true,
            schema: {
              type: 'array',
              maxItems: 100,
              items: { $ref: '#/components/schemas/Text' },
            },
          },
          {
            name: 'source',
            in: 'query',
            allowReserved: true,
            schema: {
              type: 'array',
              maxItems: 100,
              items: { $ref: '#/components/schemas/Text' },
            },
          },
          { $ref: '#/components/parameters/limit' },
          { $ref: '#/components/parameters/offset' },
        ],
        responses: {
          '200': {
            description: 'One page.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/RemediationsPage' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/remediations/{remediationId}': {
      get: {
        operationId: 'GetRemediation',
        summary: 'One remediation with its preview, history and log',
        tags: ['Remediations'],
        description:
          'One that does not exist and one whose target the caller may not see are both not found.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/remediationId' }],
        responses: {
          '200': {
            description: 'The remediation.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Remediation' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/remediations/{remediationId}/confirm': {
      post: {
        operationId: 'ConfirmRemediation',
        summary: 'Want exactly this preview',
        tags: ['Remediations'],
        description:
          'Only for who asked for it. It is applied then, or waits for the approval of somebody else where a policy asks for one.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/remediationId' }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/RemediationConfirmation' },
            },
          },
        },
        responses: {
          '200': {
            description: 'The remediation as it is now.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Remediation' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/remediations/{remediationId}/approve': {
      post: {
        operationId: 'ApproveRemediation',
        summary: 'Approve exactly this preview',
        tags: ['Remediations'],
        description:
          'Needs the permission drift.remediation.approve for the target; who asked for it may not approve it unless the configuration allows that.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/remediationId' }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/RemediationApproval' },
            },
          },
        },
        responses: {
          '200': {
            description: 'The remediation as it is now.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Remediation' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/remediations/{remediationId}/reject': {
      post: {
        operationId: 'RejectRemediation',
        summary: 'Reject a remediation before it is applied',
        tags: ['Remediations'],
        description:
          'Needs the permission drift.remediation.approve for the target.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/remediationId' }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/RemediationRejection' },
            },
          },
        },
        responses: {
          '200': {
            description: 'The remediation as it is now.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Remediation' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/remediations/{remediationId}/cancel': {
      post: {
        operationId: 'CancelRemediation',
        summary: 'Take a request back before it is applied',
        tags: ['Remediations'],
        description:
          'For who asked for it; what a policy began may be cancelled by all with the permission drift.remediation.request for the target.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/remediationId' }],
        responses: {
          '200': {
            description: 'The remediation as it is now.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Remediation' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/targets/{targetId}/remediation-options': {
      get: {
        operationId: 'GetRemediationOptions',
        summary: 'Ways out of the drift of a target',
        tags: ['Remediations'],
        description:
          'What can be done, by which route, what fits best, and why something cannot be done.',
        security: [{}, { JWT: [] }],
        parameters: [{ $ref: '#/components/parameters/targetId' }],
        responses: {
          '200': {
            description: 'The ways.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/RemediationOptions' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
    '/remediation-status': {
      get: {
        operationId: 'GetRemediationStatus',
        summary: 'Whether anything is remediated at all here',
        tags: ['Remediations'],
        description: 'The switches, and the sources that can be remediated.',
        security: [{}, { JWT: [] }],
        parameters: [],
        responses: {
          '200': {
            description: 'How remediation stands.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/RemediationStatus' },
              },
            },
          },
          default: { $ref: '#/components/responses/ErrorResponse' },
        },
      },
    },
  },
} as const;
