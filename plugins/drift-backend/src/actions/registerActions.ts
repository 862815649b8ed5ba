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
import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { AuthorizedRemediations } from '../remediation';
import { DriftService } from '../service/DriftService';
import { registerExplainDrift } from './registerExplainDrift';
import { registerGetDriftReport } from './registerGetDriftReport';
import { registerListDriftedTargets } from './registerListDriftedTargets';
import { registerRequestRemediation } from './registerRequestRemediation';
import { registerScanTarget } from './registerScanTarget';

/** What every action needs. */
export interface ActionOptions {
  registry: ActionsRegistryService;
  /** One that narrows to what the caller may do. */
  service: DriftService;
  auditor: AuditorService;
  logger: LoggerService;
}

/** Offers drift to agents, through the actions registry of Backstage. */
export function registerActions(
  options: ActionOptions & { remediations: AuthorizedRemediations },
): void {
  registerListDriftedTargets(options);
  registerGetDriftReport(options);
  registerExplainDrift(options);
  registerScanTarget(options);
  registerRequestRemediation(options);
}
