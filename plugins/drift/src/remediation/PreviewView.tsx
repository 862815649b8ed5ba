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
  Remediation,
  RemediationAction,
  RemediationChange,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { ReactNode, useState } from 'react';
import { EvidenceMark, Note, sourceLabel, TimeAgo } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { ChangeCard } from './ChangeCard';
import { PatchView } from './PatchView';
import { runsElsewhere } from './words';

/** The others are shown on request. */
const CHANGES_SHOWN = 30;
/** Fields are shown at once where there are few changes. */
const UNFOLDED_CHANGES = 6;
const SHORT_COMMIT = 8;

const useStyles = makeStyles(
  theme => ({
    group: { marginTop: theme.spacing(2) },
    title: {
      fontSize: theme.typography.pxToRem(16),
      fontWeight: 700,
      margin: 0,
    },
    note: { marginTop: theme.spacing(2) },
    notes: { margin: 0, paddingLeft: theme.spacing(2.5) },
    facts: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.5, 3),
      margin: theme.spacing(2, 0, 0),
      fontSize: theme.typography.pxToRem(13),
      '& div': { display: 'flex', gap: theme.spacing(0.5) },
      '& dt': { fontWeight: 600 },
      '& dt::after': { content: '":"' },
      '& dd': { margin: 0, overflowWrap: 'anywhere' },
    },
  }),
  { name: 'DriftPreviewView' },
);

function destructiveFirst(changes: RemediationChange[]): RemediationChange[] {
  return [
    ...changes.filter(({ destructive }) => destructive),
    ...changes.filter(({ destructive }) => !destructive),
  ];
}

function Changes(props: {
  title: string;
  hint?: string;
  changes: RemediationChange[];
  action: RemediationAction;
  unfolded: boolean;
}) {
  const { title, hint, changes, action, unfolded } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [allShown, setAllShown] = useState(false);
  if (changes.length === 0) {
    return null;
  }
  const sorted = destructiveFirst(changes);
  // What destroys something is never behind a button.
  const destructive = changes.filter(change => change.destructive).length;
  const shown = allShown
    ? sorted
    : sorted.slice(0, Math.max(CHANGES_SHOWN, destructive));
  return (
    <section className={classes.group} aria-label={title}>
      <Typography component="h4" className={classes.title}>
        {title}
      </Typography>
      {hint && (
        <Typography variant="body2" color="textSecondary">
          {hint}
        </Typography>
      )}
      {shown.map(change => (
        <ChangeCard
          key={`${change.address} ${change.change} ${change.origin}`}
          change={change}
          action={action}
          unfolded={unfolded || change.destructive}
        />
      ))}
      {changes.length > shown.length && (
        <Button size="small" onClick={() => setAllShown(true)}>
          {t('remediationPreview.showAll', { amount: changes.length })}
        </Button>
      )}
    </section>
  );
}

function Notes(props: {
  title: string;
  severity: 'info' | 'warning';
  notes: ReactNode[];
}) {
  const { title, severity, notes } = props;
  const classes = useStyles();
  if (notes.length === 0) {
    return null;
  }
  return (
    <Note severity={severity} variant="outlined" className={classes.note}>
      <AlertTitle>{title}</AlertTitle>
      <ul className={classes.notes}>
        {notes.map((note, index) => (
          <li key={index}>{note}</li>
        ))}
      </ul>
    </Note>
  );
}

/** Exactly what a remediation would do, with everything that comes along. */
export function PreviewView(props: { remediation: Remediation }) {
  const { remediation } = props;
  const { preview, action } = remediation;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  if (!preview) {
    return null;
  }
  const { changes, tool, commit, evidence } = preview;
  const asked = changes.filter(({ origin }) => origin === 'drift');
  const alongside = changes.filter(({ origin }) => origin !== 'drift');
  const destructive = changes.filter(change => change.destructive);
  const unfolded = changes.length <= UNFOLDED_CHANGES && action !== 'adopt';
  return (
    <>
      {action === 'revert' && destructive.length > 0 && (
        <Note severity="error" className={classes.note}>
          <AlertTitle>{t('remediationPreview.destructiveTitle')}</AlertTitle>
          {t('remediationPreview.destructiveText', {
            count: destructive.length,
          })}
        </Note>
      )}
      {changes.length === 0 && !preview.patch && (
        <Note severity="success" variant="outlined" className={classes.note}>
          {t('remediationPreview.none')}
        </Note>
      )}
      {action === 'adopt' && (
        <PatchView remediation={remediation} preview={preview} />
      )}
      <Changes
        title={t('remediationPreview.asked', { count: asked.length })}
        changes={asked}
        action={action}
        unfolded={unfolded}
      />
      <Changes
        title={t('remediationPreview.alongside', { count: alongside.length })}
        hint={t('remediationPreview.alongsideHint')}
        changes={alongside}
        action={action}
        unfolded={unfolded}
      />
      <Notes
        title={t('remediationPreview.warnings')}
        severity="warning"
        notes={preview.warnings}
      />
      <Notes
        title={t('remediationPreview.blindSpots')}
        severity="info"
        notes={preview.blindSpots.map(({ scope, reason }) => (
          <>
            <code>{scope}</code>: {reason}
          </>
        ))}
      />
      <dl className={classes.facts}>
        {tool && (
          <div>
            <dt>{t('remediationPreview.tool')}</dt>
            <dd>
              {[sourceLabel(tool.name), tool.version].filter(Boolean).join(' ')}
            </dd>
          </div>
        )}
        {commit && (
          <div>
            <dt>{t('remediationPreview.commit')}</dt>
            <dd>
              <code title={commit}>{commit.slice(0, SHORT_COMMIT)}</code>
            </dd>
          </div>
        )}
        {runsElsewhere(
          remediation.route,
          action,
          remediation.target.source,
        ) && (
          <div>
            <dt>{t('remediationPreview.route')}</dt>
            <dd>{sourceLabel(remediation.route)}</dd>
          </div>
        )}
        <div>
          <dt>{t('remediationPreview.made')}</dt>
          <dd>
            <TimeAgo iso={preview.createdAt} />
          </dd>
        </div>
      </dl>
      <EvidenceMark evidence={evidence} />
    </>
  );
}
