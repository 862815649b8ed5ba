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

/**
 * One differing field of a tenant's infrastructure.
 *
 * @public
 */
export interface TenantDriftItem {
  /** Kind in lower case, e.g. `deployment`. */
  resourceType: string;
  resourceName: string;
  /** Readable path of the field, e.g. `replicas`; empty when the whole resource differs. */
  field: string;
  /** As text; empty when there is none or it is secret. */
  desiredValue: string;
  actualValue: string;
  severity: 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
}

/**
 * The last verdict on a tenant's infrastructure.
 *
 * @public
 */
export interface TenantDriftReport {
  tenantId: string;
  /** ISO 8601. */
  scanTimestamp: string;
  hasDrift: boolean;
  driftItems: TenantDriftItem[];
  summary: {
    totalResources: number;
    driftedResources: number;
    healthyResources: number;
  };
}
