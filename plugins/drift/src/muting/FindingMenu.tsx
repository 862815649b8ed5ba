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

import { StoredFinding } from '@infra-hub/backstage-plugin-drift-common';
import NotificationsOffIcon from '@material-ui/icons/NotificationsOff';
import SnoozeIcon from '@material-ui/icons/Snooze';
import { useState } from 'react';
import { GuardedMenuItem, MoreMenu } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { AcknowledgeDialog } from './AcknowledgeDialog';
import { FindingActions, useFindingActions } from './FindingActions';
import { isAlarming } from './loadAlarming';
import { MuteLikeThisDialog } from './MuteLikeThisDialog';
import { useMayAcknowledge, useMayWritePolicies } from './useMay';

function Menu(props: { finding: StoredFinding; actions: FindingActions }) {
  const { finding, actions } = props;
  const { target, onChanged, onNotice } = actions;
  const { t } = useDriftTranslation();
  const mayAcknowledge = useMayAcknowledge(target.id);
  const mayMute = useMayWritePolicies();
  const [shown, setShown] = useState<'acknowledge' | 'mute'>();
  const close = () => setShown(undefined);
  return (
    <>
      <MoreMenu label={t('findings.actionsOf', { address: finding.address })}>
        {closeMenu => [
          <GuardedMenuItem
            key="acknowledge"
            icon={<SnoozeIcon fontSize="small" aria-hidden />}
            label={t('acknowledge.action')}
            forbidden={mayAcknowledge.forbidden}
            onClick={() => {
              closeMenu();
              setShown('acknowledge');
            }}
          />,
          <GuardedMenuItem
            key="mute"
            icon={<NotificationsOffIcon fontSize="small" aria-hidden />}
            label={t('ignoreRules.muteLikeThis')}
            forbidden={mayMute.forbidden}
            onClick={() => {
              closeMenu();
              setShown('mute');
            }}
          />,
        ]}
      </MoreMenu>
      {shown === 'acknowledge' && (
        <AcknowledgeDialog
          open
          target={target}
          findings={[finding]}
          onClose={close}
          onAcknowledged={({ items }) => {
            onNotice({
              severity: 'success',
              text: t('acknowledge.done', { count: items.length }),
            });
            onChanged();
          }}
        />
      )}
      {shown === 'mute' && (
        <MuteLikeThisDialog
          finding={finding}
          onClose={close}
          onSaved={rule => {
            close();
            onNotice({
              severity: 'success',
              text: t('ignoreRules.saved', { id: rule.id }),
            });
            onChanged();
          }}
        />
      )}
    </>
  );
}

/** What can be done about one finding that alarms: accept it, or mute its like. */
export function FindingMenu(props: { finding: StoredFinding }) {
  const { finding } = props;
  const actions = useFindingActions();
  return actions && isAlarming(finding) ? (
    <Menu finding={finding} actions={actions} />
  ) : null;
}
