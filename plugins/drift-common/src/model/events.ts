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

import { Risk } from './report';
import { TargetStatus } from './target';

/**
 * Topic of the events service on which {@link TargetStatusEvent} is published.
 *
 * @public
 */
export const DRIFT_EVENTS_TOPIC = 'drift';

/**
 * Payload of an event on {@link DRIFT_EVENTS_TOPIC}: a scan changed the status,
 * the risk, the number of drifted resources or the summary of a target.
 *
 * @public
 */
export interface TargetStatusEvent {
  type: 'target.status';
  targetId: string;
  source: string;
  client?: string;
  name: string;
  entityRefs: string[];
  before: { status: TargetStatus; risk: Risk };
  after: {
    status: TargetStatus;
    risk: Risk;
    driftedResources: number;
    summary: string;
  };
  scanId: string;
  /** ISO 8601. */
  at: string;
}
