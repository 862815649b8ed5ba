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

import { Route, Routes } from 'react-router-dom';
import { QuestionsProvider } from '../ask';
import { Dashboard } from '../dashboard';
import { DeliveriesPage } from '../deliveries';
import { AcknowledgementsPage, IgnoreRulesPage } from '../muting';
import { PoliciesPage } from '../policy';
import {
  acknowledgementsRouteRef,
  deliveriesRouteRef,
  ignoreRulesRouteRef,
  policiesRouteRef,
  remediationRouteRef,
  remediationsRouteRef,
  targetRouteRef,
} from '../routes';
import {
  RemediationHost,
  RemediationPage,
  RemediationsPage,
} from '../remediation';
import { TargetPage } from '../target';

/** Which page the address means. */
export function DriftRoutes() {
  return (
    <QuestionsProvider>
      <RemediationHost addressable>
        <Routes>
          <Route path="/" element={<Dashboard />} />
          <Route path={targetRouteRef.path} element={<TargetPage />} />
          <Route path={deliveriesRouteRef.path} element={<DeliveriesPage />} />
          <Route
            path={acknowledgementsRouteRef.path}
            element={<AcknowledgementsPage />}
          />
          <Route
            path={ignoreRulesRouteRef.path}
            element={<IgnoreRulesPage />}
          />
          <Route path={policiesRouteRef.path} element={<PoliciesPage />} />
          <Route
            path={remediationsRouteRef.path}
            element={<RemediationsPage />}
          />
          <Route
            path={remediationRouteRef.path}
            element={<RemediationPage />}
          />
        </Routes>
      </RemediationHost>
    </QuestionsProvider>
  );
}
