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
import { usePermission } from '@backstage/plugin-permission-react';
import {
  DriftTarget,
  driftTargetScanPermission,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import CircularProgress from '@material-ui/core/CircularProgress';
import IconButton from '@material-ui/core/IconButton';
import { makeStyles } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';
import RefreshIcon from '@material-ui/icons/Refresh';
import { useEffect, useState } from 'react';
import { driftApiRef } from '../api';
import { useDriftTranslation } from '../useDriftTranslation';
import { problemSentence } from './problemKind';
import { useTimeWords } from './TimeAgo';
import { useTargetTitle } from './useTargetTitle';

const useStyles = makeStyles(
  {
    off: { opacity: 0.5, cursor: 'default' },
  },
  { name: 'DriftScanButton' },
);

/** Asks for a scan of one target, and shows that one is under way. */
export function ScanButton(props: {
  target: DriftTarget;
  variant: 'icon' | 'button';
  /** The scan was asked for; the target has changed. */
  onRequested(): void;
  /** The scan could not be asked for; a whole sentence. */
  onProblem(sentence: string): void;
}) {
  const { target, variant, onRequested, onProblem } = props;
  const classes = useStyles();
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const words = useTimeWords();
  const name = useTargetTitle(target);
  const permission = usePermission({
    permission: driftTargetScanPermission,
    resourceRef: target.id,
  });
  const [asking, setAsking] = useState(false);

  useEffect(() => setAsking(false), [target]);

  const { activeScan } = target;
  const busy = asking || activeScan !== undefined;
  let forbidden: string | undefined;
  if (target.pushed) {
    forbidden = t('scan.pushed');
  } else if (!permission.loading && !permission.allowed) {
    forbidden = t('scan.forbidden');
  }

  const scan = async () => {
    if (busy || forbidden) {
      return;
    }
    setAsking(true);
    try {
      await driftApi.requestScan(target.id);
      onRequested();
    } catch (error) {
      setAsking(false);
      onProblem(
        t('scan.failed', {
          name,
          reason: problemSentence(error),
        }),
      );
    }
  };

  const label = busy ? t('scan.activeOf', { name }) : t('scan.nowOf', { name });
  let hint = variant === 'icon' ? t('scan.now') : '';
  if (forbidden) {
    hint = forbidden;
  } else if (activeScan) {
    hint = t(`scan.${activeScan.state}`, {
      when: words.relative(activeScan.since),
    });
  } else if (busy) {
    hint = t('scan.active');
  }
  // Not `disabled`: the reason must stay reachable with keyboard and reader.
  const off = busy || forbidden !== undefined;
  const common = {
    'aria-label': forbidden ? `${label}. ${hint}` : label,
    'aria-disabled': off || undefined,
    'aria-busy': busy || undefined,
    className: off ? classes.off : undefined,
    onClick: scan,
  };

  return (
    <Tooltip title={hint}>
      {variant === 'icon' ? (
        <IconButton size="small" {...common}>
          {busy ? (
            <CircularProgress size={20} color="inherit" aria-hidden />
          ) : (
            <RefreshIcon fontSize="small" aria-hidden />
          )}
        </IconButton>
      ) : (
        <Button
          // With drift, there is more to do than to look again.
          variant={target.driftedResources > 0 ? 'outlined' : 'contained'}
          color="primary"
          startIcon={
            busy ? (
              <CircularProgress size={18} color="inherit" aria-hidden />
            ) : (
              <RefreshIcon aria-hidden />
            )
          }
          {...common}
        >
          {busy ? t('scan.active') : t('scan.now')}
        </Button>
      )}
    </Tooltip>
  );
}
