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
  DriftApi,
  Remediation,
} from '@infra-hub/backstage-plugin-drift-common';
import { useEffect, useRef, useState } from 'react';
import { driftApiRef } from '../api';
import { problemSentence } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { LiveRemediation } from './useRemediation';

/** What somebody may do with a remediation. */
export type DecisionKind = 'confirm' | 'approve' | 'reject' | 'cancel';

/** What the person in front of the screen decides about a remediation. */
export interface Decision {
  /** What is being sent. */
  busy: DecisionKind | undefined;
  /** Why the last one was refused; a whole sentence. */
  problem: string | undefined;
  dismiss(): void;
  /** What was typed to confirm that something is destroyed. */
  typed: string;
  setTyped(typed: string): void;
  note: string;
  setNote(note: string): void;
  /** The preview is another one than the one that was looked at first. */
  previewChanged: boolean;
  confirm(): Promise<void>;
  approve(): Promise<void>;
  /** @returns whether it went through */
  reject(reason: string): Promise<boolean>;
  /** @returns whether it went through */
  cancel(): Promise<boolean>;
}

/** The hash of the preview, and whether it is another one than at first. */
function usePreviewHash(remediation: Remediation | undefined) {
  const hash = remediation?.preview?.hash;
  const id = remediation?.id;
  const first = useRef<{ id?: string; hash?: string }>({});
  if (first.current.id !== id || first.current.hash === undefined) {
    first.current = { id, hash };
  }
  return {
    hash,
    changed: hash !== undefined && first.current.hash !== hash,
  };
}

/** Sends decisions, one at a time, about exactly the preview that is shown. */
export function useDecision(live: LiveRemediation): Decision {
  const remediation = live.value;
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const [busy, setBusy] = useState<DecisionKind>();
  const [problem, setProblem] = useState<string>();
  const [typed, setTyped] = useState('');
  const [note, setNote] = useState('');
  // A second click comes before the state is drawn.
  const sending = useRef(false);
  const { hash, changed } = usePreviewHash(remediation);
  useEffect(() => setTyped(''), [hash]);

  const send = async (
    kind: DecisionKind,
    call: (api: DriftApi, id: string) => Promise<Remediation>,
  ): Promise<boolean> => {
    if (sending.current || !remediation) {
      return false;
    }
    sending.current = true;
    setBusy(kind);
    setProblem(undefined);
    let done = false;
    try {
      live.answered(await call(driftApi, remediation.id));
      done = true;
      // The answer does not know everything that may be done next.
      live.reload();
    } catch (error) {
      setProblem(
        t('remediationDecision.failed', { reason: problemSentence(error) }),
      );
      // Somebody else was faster, or it changed: show what is true now.
      live.reload();
    }
    sending.current = false;
    setBusy(undefined);
    return done;
  };

  const named = typed.trim() ? { confirmName: typed.trim() } : {};
  return {
    busy,
    problem,
    dismiss: () => setProblem(undefined),
    typed,
    setTyped,
    note,
    setNote,
    previewChanged: changed,
    confirm: async () => {
      if (hash) {
        await send('confirm', (api, id) =>
          api.confirmRemediation(id, { previewHash: hash, ...named }),
        );
      }
    },
    approve: async () => {
      if (hash) {
        await send('approve', (api, id) =>
          api.approveRemediation(id, {
            previewHash: hash,
            ...named,
            ...(note.trim() ? { note: note.trim() } : {}),
          }),
        );
      }
    },
    reject: reason =>
      send('reject', (api, id) => api.rejectRemediation(id, { reason })),
    cancel: () => send('cancel', (api, id) => api.cancelRemediation(id)),
  };
}
