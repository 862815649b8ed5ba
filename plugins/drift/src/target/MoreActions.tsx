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
import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import ListItemIcon from '@material-ui/core/ListItemIcon';
import MenuItem from '@material-ui/core/MenuItem';
import Snackbar from '@material-ui/core/Snackbar';
import GetAppIcon from '@material-ui/icons/GetApp';
import LabelIcon from '@material-ui/icons/LabelOutlined';
import LinkIcon from '@material-ui/icons/Link';
import SnoozeIcon from '@material-ui/icons/Snooze';
import { useState } from 'react';
import useCopyToClipboard from 'react-use/esm/useCopyToClipboard';
import { driftApiRef } from '../api';
import { GuardedMenuItem, MoreMenu, problemSentence } from '../display';
import { AcknowledgeDialog, useMayAcknowledge } from '../muting';
import { useDriftTranslation } from '../useDriftTranslation';
import { BadgeDialog } from './BadgeDialog';
import { loadAllFindings } from './useTarget';

const NOTICE_SHOWN_MS = 4_000;

function saveFile(name: string, text: string) {
  const url = URL.createObjectURL(
    new Blob([text], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** The lesser actions on a target. */
export function MoreActions(props: {
  target: DriftTarget;
  /** Findings of the target are other ones now. */
  onChanged(): void;
}) {
  const { target, onChanged } = props;
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const mayAcknowledge = useMayAcknowledge(target.id);
  const [acknowledging, setAcknowledging] = useState(false);
  const [badgeShown, setBadgeShown] = useState(false);
  const [notice, setNotice] = useState<string>();
  const [, copy] = useCopyToClipboard();

  const download = async () => {
    try {
      const findings = await loadAllFindings(driftApi, target.id);
      const name = [target.source, target.client, target.name]
        .filter(Boolean)
        .join('-')
        .replace(/[^\w.-]+/g, '_');
      saveFile(
        `drift-${name}.json`,
        JSON.stringify({ target, findings }, undefined, 2),
      );
    } catch (error) {
      setNotice(t('target.downloadFailed', { reason: problemSentence(error) }));
    }
  };

  return (
    <>
      <MoreMenu label={t('target.more')}>
        {close => [
          target.driftedResources > 0 && (
            <GuardedMenuItem
              key="acknowledge"
              icon={<SnoozeIcon fontSize="small" aria-hidden />}
              label={t('acknowledge.all')}
              forbidden={mayAcknowledge.forbidden}
              onClick={() => {
                close();
                setAcknowledging(true);
              }}
            />
          ),
          <MenuItem
            key="copy"
            onClick={() => {
              close();
              copy(window.location.href);
              setNotice(t('target.copied'));
            }}
          >
            <ListItemIcon>
              <LinkIcon fontSize="small" aria-hidden />
            </ListItemIcon>
            {t('target.copyLink')}
          </MenuItem>,
          <MenuItem
            key="badge"
            onClick={() => {
              close();
              setBadgeShown(true);
            }}
          >
            <ListItemIcon>
              <LabelIcon fontSize="small" aria-hidden />
            </ListItemIcon>
            {t('target.badge')}
          </MenuItem>,
          <MenuItem
            key="download"
            onClick={() => {
              close();
              download();
            }}
          >
            <ListItemIcon>
              <GetAppIcon fontSize="small" aria-hidden />
            </ListItemIcon>
            {t('target.download')}
          </MenuItem>,
        ]}
      </MoreMenu>
      {acknowledging && (
        <AcknowledgeDialog
          open
          target={target}
          onClose={() => setAcknowledging(false)}
          onAcknowledged={({ items }) => {
            setNotice(t('acknowledge.done', { count: items.length }));
            onChanged();
          }}
        />
      )}
      <BadgeDialog
        target={target}
        open={badgeShown}
        onClose={() => setBadgeShown(false)}
      />
      <Snackbar
        open={notice !== undefined}
        autoHideDuration={NOTICE_SHOWN_MS}
        onClose={() => setNotice(undefined)}
        message={notice}
      />
    </>
  );
}
