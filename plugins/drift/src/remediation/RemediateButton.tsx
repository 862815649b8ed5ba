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

import { usePermission } from '@backstage/plugin-permission-react';
import {
  DriftTarget,
  driftRemediationRequestPermission,
} from '@infra-hub/backstage-plugin-drift-common';
import IconButton from '@material-ui/core/IconButton';
import { makeStyles } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';
import BuildIcon from '@material-ui/icons/Build';
import {
  GuardedButton,
  problemSentence,
  sourceLabel,
  useTargetTitle,
} from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { RemediationHosting, useRemediationHost } from './RemediationHost';

const useStyles = makeStyles(
  { off: { opacity: 0.5, cursor: 'default' } },
  { name: 'DriftRemediateButton' },
);

interface RemediateButtonProps {
  target: DriftTarget;
  /** `primary` is what a page is about, where it can be used. */
  variant: 'icon' | 'button' | 'small' | 'primary';
  /** Something may have been done about the target. */
  onChanged(): void;
}

/** Why a target cannot be remediated; nothing when it can. */
function useForbidden(
  target: DriftTarget,
  status: RemediationHosting['status'],
): string | undefined {
  const { t } = useDriftTranslation();
  const permission = usePermission({
    permission: driftRemediationRequestPermission,
    resourceRef: target.id,
  });
  if (!status.value) {
    return status.error
      ? t('remediation.offUnknown', { reason: problemSentence(status.error) })
      : t('remediation.offLoading');
  }
  const { enabled, stopped, stopReason, sources } = status.value;
  if (!enabled) {
    return t('remediation.offDisabled');
  }
  if (!permission.loading && !permission.allowed) {
    return t('remediation.offForbidden');
  }
  if (target.driftedResources === 0) {
    return t('remediation.offNoDrift');
  }
  if (!sources.some(({ source }) => source === target.source)) {
    return t('remediation.offSource', { source: sourceLabel(target.source) });
  }
  if (stopped) {
    return stopReason
      ? t('remediation.offStoppedReason', { reason: stopReason })
      : t('remediation.offStopped');
  }
  return permission.loading ? t('remediation.offLoading') : undefined;
}

function HostedButton(
  props: RemediateButtonProps & { host: RemediationHosting },
) {
  const { target, variant, onChanged, host } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const forbidden = useForbidden(target, host.status);
  const label = t('remediation.button');
  const name = t('remediation.buttonOf', { name: useTargetTitle(target) });
  const open = () => host.remediate(target, onChanged);

  if (variant !== 'icon') {
    return (
      <GuardedButton
        variant={variant === 'primary' && !forbidden ? 'contained' : 'outlined'}
        color="primary"
        size={variant === 'small' ? 'small' : undefined}
        startIcon={<BuildIcon aria-hidden />}
        label={label}
        name={name}
        forbidden={forbidden}
        onClick={open}
      />
    );
  }
  return (
    <Tooltip title={forbidden ?? label}>
      <IconButton
        size="small"
        aria-label={forbidden ? `${name}. ${forbidden}` : name}
        // Not `disabled`: the reason must stay reachable with keyboard and reader.
        aria-disabled={forbidden ? true : undefined}
        className={forbidden ? classes.off : undefined}
        onClick={() => {
          if (!forbidden) {
            open();
          }
        }}
      >
        <BuildIcon fontSize="small" aria-hidden />
      </IconButton>
    </Tooltip>
  );
}

/**
 * Opens the dialog that does something about the drift of a target, or says why
 * nothing can be done. Not there for a clean target.
 */
export function RemediateButton(props: RemediateButtonProps) {
  const host = useRemediationHost();
  const { status, driftedResources } = props.target;
  if (!host || (status === 'clean' && driftedResources === 0)) {
    return null;
  }
  return <HostedButton {...props} host={host} />;
}
