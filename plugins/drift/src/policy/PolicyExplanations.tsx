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

import { useApi } from '@backstage/core-plugin-api';
import {
  DriftTarget,
  PolicyExplanation,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  createContext,
  ReactNode,
  useContext,
  useEffect,
  useState,
} from 'react';
import { driftApiRef } from '../api';
import { Loaded, useLoaded } from '../live';

interface Explanations extends Loaded<PolicyExplanation | undefined> {
  ask(): void;
}

const ExplanationsContext = createContext<Explanations | undefined>(undefined);

/** Loads what policy says of a target's drift once, and not before somebody asks. */
export function PolicyExplanationsProvider(props: {
  target: DriftTarget;
  children: ReactNode;
}) {
  const { target, children } = props;
  const driftApi = useApi(driftApiRef);
  const [asked, setAsked] = useState(false);
  const loaded = useLoaded({
    // What it says may be other with every scan.
    key: `${asked} ${target.lastScanAt}`,
    scope: `${asked} ${target.id}`,
    load: async signal =>
      asked ? driftApi.getPolicyExplanation(target.id, { signal }) : undefined,
  });
  return (
    <ExplanationsContext.Provider
      value={{ ...loaded, ask: () => setAsked(true) }}
    >
      {children}
    </ExplanationsContext.Provider>
  );
}

/** Whether there is somebody to ask what policy says. */
export function useHasPolicyExplanations(): boolean {
  return useContext(ExplanationsContext) !== undefined;
}

/** What policy says of the target around; asks for it. */
export function usePolicyExplanation():
  | Loaded<PolicyExplanation | undefined>
  | undefined {
  const explanations = useContext(ExplanationsContext);
  const ask = explanations?.ask;
  useEffect(() => ask?.(), [ask]);
  return explanations;
}
