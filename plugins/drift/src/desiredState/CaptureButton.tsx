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
  driftDesiredStateUpdatePermission,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';
import CameraIcon from '@material-ui/icons/PhotoCameraOutlined';
import { useState } from 'react';
import { useDriftTranslation } from '../useDriftTranslation';
import { CaptureDialog } from './CaptureDialog';

const useStyles = makeStyles(
  { off: { opacity: 0.5, cursor: 'default' } },
  { name: 'DriftCaptureButton' },
);

/** Opens the preview of taking what is live as the desired state. */
export function CaptureButton(props: {
  target: DriftTarget;
  /** The manifests beside the entity say what is desired, and nobody else. */
  fromManifests: boolean;
  /** The desired state has this revision now. */
  onCaptured(revision: number): void;
}) {
  const { target, fromManifests, onCaptured } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const permission = usePermission({
    permission: driftDesiredStateUpdatePermission,
    resourceRef: target.id,
  });
  const [open, setOpen] = useState(false);
  const label = t('desiredState.capture');
  let forbidden: string | undefined;
  if (!permission.loading && !permission.allowed) {
    forbidden = t('desiredState.captureForbidden');
  } else if (fromManifests) {
    forbidden = t('desiredState.captureManifests');
  }
  const off = permission.loading || forbidden !== undefined;
  return (
    <>
      <Tooltip title={forbidden ?? ''}>
        <Button
          variant="outlined"
          size="small"
          startIcon={<CameraIcon aria-hidden />}
          // Not `disabled`: the reason must stay reachable with keyboard and reader.
          aria-disabled={off || undefined}
          aria-label={forbidden ? `${label}. ${forbidden}` : label}
          className={off ? classes.off : undefined}
          onClick={() => {
            if (!off) {
              setOpen(true);
            }
          }}
        >
          {label}
        </Button>
      </Tooltip>
      {open && (
        <CaptureDialog
          target={target}
          onClose={() => setOpen(false)}
          onCaptured={revision => {
            setOpen(false);
            onCaptured(revision);
          }}
        />
      )}
    </>
  );
}
