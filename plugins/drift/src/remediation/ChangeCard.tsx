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

import { BackstageTheme } from '@backstage/theme';
import {
  RemediationAction,
  RemediationChange,
  RemediationChangeOrigin,
} from '@infra-hub/backstage-plugin-drift-common';
import { alpha, makeStyles, useTheme } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import AddIcon from '@material-ui/icons/Add';
import DeleteIcon from '@material-ui/icons/Delete';
import EditIcon from '@material-ui/icons/Edit';
import SwapHorizIcon from '@material-ui/icons/SwapHoriz';
import { ReactElement, useState } from 'react';
import { CopyButton, Mark, RiskMark, UnfoldButton } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { ChangeFields } from './ChangeFields';

const useStyles = makeStyles<BackstageTheme>(
  theme => ({
    root: {
      padding: theme.spacing(1, 1.5),
      marginTop: theme.spacing(1),
      border: `1px solid ${theme.palette.divider}`,
      borderLeft: `4px solid ${theme.palette.divider}`,
      borderRadius: theme.shape.borderRadius,
    },
    destructive: {
      borderColor: theme.palette.status.error,
      backgroundColor: alpha(theme.palette.status.error, 0.06),
    },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1),
    },
    address: {
      display: 'flex',
      alignItems: 'center',
      minWidth: 0,
      margin: 0,
      fontFamily: 'monospace',
      fontSize: theme.typography.pxToRem(14),
      fontWeight: 700,
      overflowWrap: 'anywhere',
    },
    reason: { overflowWrap: 'anywhere' },
    toggle: { textTransform: 'none', marginLeft: theme.spacing(-0.5) },
  }),
  { name: 'DriftChangeCard' },
);

const ORIGIN_WORDS: Record<
  RemediationChangeOrigin,
  | 'remediation.originDrift'
  | 'remediation.originPending'
  | 'remediation.originSuppressed'
  | 'remediation.originAcknowledged'
  | 'remediation.originCascade'
  | 'remediation.originOther'
> = {
  drift: 'remediation.originDrift',
  pending: 'remediation.originPending',
  suppressed: 'remediation.originSuppressed',
  acknowledged: 'remediation.originAcknowledged',
  cascade: 'remediation.originCascade',
  other: 'remediation.originOther',
};

function iconOf(change: RemediationChange): ReactElement {
  switch (change.change) {
    case 'create':
      return <AddIcon aria-hidden />;
    case 'delete':
      return <DeleteIcon aria-hidden />;
    case 'replace':
      return <SwapHorizIcon aria-hidden />;
    default:
      return <EditIcon aria-hidden />;
  }
}

function colorOf(theme: BackstageTheme, change: RemediationChange): string {
  const { status } = theme.palette;
  if (change.destructive) {
    return status.error;
  }
  return change.change === 'create' ? status.ok : status.warning;
}

/** One change of a preview: to which resource, what, and why it is part of it. */
export function ChangeCard(props: {
  change: RemediationChange;
  action: RemediationAction;
  unfolded: boolean;
}) {
  const { change, action } = props;
  const classes = useStyles();
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  const [unfolded, setUnfolded] = useState(props.unfolded);
  const { address, fields, notAutomatic, origin, reason, severity } = change;
  // The others change a file or a record of reality, never reality itself.
  const destructive = change.destructive && action === 'revert';
  const elsewhere = {
    'refresh-state': t('remediationPreview.stateOnly'),
    adopt: t('remediationPreview.codeOnly'),
    revert: undefined,
  };
  return (
    <article
      className={`${classes.root} ${destructive ? classes.destructive : ''}`}
      aria-label={address}
    >
      <div className={classes.head}>
        <Mark
          color={colorOf(theme, { ...change, destructive })}
          icon={iconOf(change)}
        >
          {elsewhere[action] ?? t(`remediationPreview.${change.change}`)}
        </Mark>
        {destructive && (
          <Mark
            color={theme.palette.status.error}
            icon={<DeleteIcon aria-hidden />}
          >
            {t('remediationPreview.destructive')}
          </Mark>
        )}
        <h5 className={classes.address}>
          {address}
          <CopyButton
            text={address}
            label={t('findings.copyAddress', { address })}
            done={t('findings.copiedAddress')}
          />
        </h5>
        {severity && origin === 'drift' && <RiskMark risk={severity} />}
      </div>
      {(origin !== 'drift' || reason) && (
        <Typography variant="body2" className={classes.reason}>
          {origin !== 'drift' && <strong>{t(ORIGIN_WORDS[origin])}</strong>}
          {origin !== 'drift' && reason && ': '}
          {reason}
        </Typography>
      )}
      {notAutomatic && (
        <Typography variant="body2" className={classes.reason}>
          {notAutomatic}
        </Typography>
      )}
      {fields.length > 0 && (
        <UnfoldButton
          className={classes.toggle}
          label={t('findings.details', { count: fields.length })}
          unfolded={unfolded}
          onChange={setUnfolded}
        />
      )}
      {unfolded && fields.length > 0 && (
        <ChangeFields
          fields={fields}
          resourceType={change.resourceType}
          action={action}
          label={t('remediationPreview.fieldsOf', { address })}
        />
      )}
    </article>
  );
}
