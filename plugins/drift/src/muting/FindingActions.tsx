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

import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import { createContext, useContext } from 'react';

/** What findings need to be acted on. */
export interface FindingActions {
  target: DriftTarget;
  /** Findings of the target are other ones now. */
  onChanged(): void;
  /** Something could be done, or could not; a whole sentence. */
  onNotice(notice: { severity: 'success' | 'error'; text: string }): void;
}

const ActionsContext = createContext<FindingActions | undefined>(undefined);

/** Makes findings actionable; without it, or with nothing in it, they are only shown. */
export const FindingActionsProvider = ActionsContext.Provider;

/** How the findings around may be acted on; undefined where they are history. */
export function useFindingActions(): FindingActions | undefined {
  return useContext(ActionsContext);
}
