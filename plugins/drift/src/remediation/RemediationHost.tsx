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
  DriftTarget,
  RemediationStatus,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  createContext,
  ReactNode,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useSearchParams } from 'react-router-dom';
import { Loaded } from '../live';
import { AcknowledgeDialog } from '../muting';
import { RemediateDialog } from './RemediateDialog';
import { useRemediationStatus } from './useRemediationStatus';

const PARAMETER = 'remediation';

/** What the buttons of a page share. */
export interface RemediationHosting {
  status: Loaded<RemediationStatus>;
  /** Opens the dialog; `onChanged` is called when it is closed. */
  remediate(target: DriftTarget, onChanged: () => void): void;
  /** Opens the dialog on a remediation that was asked for. */
  follow(remediationId: string): void;
}

const HostContext = createContext<RemediationHosting | undefined>(undefined);

/** What the page around offers for remediation; nothing outside of a {@link RemediationHost}. */
export function useRemediationHost(): RemediationHosting | undefined {
  return useContext(HostContext);
}

/** The id of the remediation that the dialog shows, in the address bar or only here. */
function useFollowed(
  addressable: boolean,
): [string | undefined, (id: string | undefined) => void] {
  const [params, setParams] = useSearchParams();
  const [local, setLocal] = useState<string>();
  const setAddress = useCallback(
    (id: string | undefined) =>
      setParams(
        old => {
          const next = new URLSearchParams(old);
          if (id) {
            next.set(PARAMETER, id);
          } else {
            next.delete(PARAMETER);
          }
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return addressable
    ? [params.get(PARAMETER) ?? undefined, setAddress]
    : [local, setLocal];
}

/**
 * Asks once for a page whether anything is remediated here, and holds the one
 * dialog of its buttons. Where the page has an address of its own, so has the
 * remediation in the dialog.
 */
export function RemediationHost(props: {
  addressable: boolean;
  children: ReactNode;
}) {
  const { addressable, children } = props;
  const status = useRemediationStatus();
  const [target, setTarget] = useState<DriftTarget>();
  const [remediationId, follow] = useFollowed(addressable);
  // Going back to choosing must not close a dialog that came by its address.
  const [choosing, setChoosing] = useState(false);
  const [accepting, setAccepting] = useState<DriftTarget>();
  const onChanged = useRef<() => void>();

  const close = () => {
    setTarget(undefined);
    setChoosing(false);
    if (remediationId) {
      follow(undefined);
    }
    onChanged.current?.();
  };
  const remediate = useCallback((chosen: DriftTarget, changed: () => void) => {
    onChanged.current = changed;
    setTarget(chosen);
  }, []);
  const hosting = useMemo(
    () => ({ status, remediate, follow }),
    [status, remediate, follow],
  );
  const open = target ?? remediationId ?? choosing;
  return (
    <HostContext.Provider value={hosting}>
      {children}
      {open && (
        <RemediateDialog
          subject={{ target, remediationId }}
          onFollow={id => {
            setChoosing(id === undefined);
            follow(id);
          }}
          onAccept={accepted => {
            close();
            setAccepting(accepted);
          }}
          onClose={close}
        />
      )}
      {accepting && (
        <AcknowledgeDialog
          open
          target={accepting}
          onClose={() => {
            setAccepting(undefined);
            onChanged.current?.();
          }}
        />
      )}
    </HostContext.Provider>
  );
}
