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

import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { BackstageTheme } from '@backstage/theme';
import { RemediationSummary } from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import WarningIcon from '@material-ui/icons/Warning';
import { Mark, RecordTable, RiskMark, sourceLabel, TimeAgo } from '../display';
import { remediationRouteRef } from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';
import { RemediationStateMark } from './RemediationStateMark';
import { useRemediationTitle } from './useRemediationTitle';
import { useRemediationWords, Who } from './words';

const useStyles = makeStyles(
  theme => ({
    name: { fontWeight: 600, overflowWrap: 'anywhere' },
    below: {
      fontSize: theme.typography.pxToRem(12),
      color: theme.palette.text.secondary,
      overflowWrap: 'anywhere',
    },
    who: {
      display: '-webkit-box',
      WebkitBoxOrient: 'vertical',
      WebkitLineClamp: 3,
      overflow: 'hidden',
    },
    message: {
      marginTop: theme.spacing(0.25),
      fontSize: theme.typography.pxToRem(12),
      color: theme.palette.text.secondary,
      display: '-webkit-box',
      WebkitBoxOrient: 'vertical',
      WebkitLineClamp: 3,
      overflow: 'hidden',
    },
  }),
  { name: 'DriftRemediationsTable' },
);

interface CellProps {
  remediation: RemediationSummary;
}

function useRemediationPath(): (remediation: RemediationSummary) => string {
  const path = useRouteRef(remediationRouteRef);
  return ({ id }) => path({ id: encodeURIComponent(id) });
}

function Target(props: CellProps) {
  const { remediation } = props;
  const { source, client } = remediation.target;
  const classes = useStyles();
  const title = useRemediationTitle(remediation);
  const pathOf = useRemediationPath();
  return (
    <>
      <Link to={pathOf(remediation)} className={classes.name}>
        {title}
      </Link>
      <div className={classes.below}>
        {[client, sourceLabel(source)].filter(Boolean).join(' · ')}
      </div>
    </>
  );
}

function What(props: CellProps) {
  const { changes } = props.remediation;
  const classes = useStyles();
  const { status } = useTheme<BackstageTheme>().palette;
  const { t } = useDriftTranslation();
  if (!changes) {
    return <>{t('remediations.notYet')}</>;
  }
  return (
    <>
      {t('remediations.changes', { count: changes.total })}
      {changes.alongside > 0 && (
        <div className={classes.below}>
          {t('remediations.alongside', { amount: changes.alongside })}
        </div>
      )}
      {changes.destructive > 0 && (
        <div>
          <Mark color={status.error} icon={<WarningIcon aria-hidden />}>
            {t('remediations.destructive', { amount: changes.destructive })}
          </Mark>
        </div>
      )}
    </>
  );
}

function State(props: CellProps) {
  const { state, message, waitsUntil } = props.remediation;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <>
      <RemediationStateMark state={state} />
      {message && (
        <div className={classes.message} title={message}>
          {message}
        </div>
      )}
      {waitsUntil && (
        <div className={classes.below}>
          {t('remediationDecision.waitsUntil', {
            when: <TimeAgo iso={waitsUntil} />,
          })}
        </div>
      )}
    </>
  );
}

function OpenLink(props: CellProps) {
  const { remediation } = props;
  const { t } = useDriftTranslation();
  const title = useRemediationTitle(remediation);
  const pathOf = useRemediationPath();
  const waits = remediation.state === 'awaiting-approval';
  return (
    <Link
      to={pathOf(remediation)}
      aria-label={
        waits
          ? t('remediations.reviewOf', { name: title })
          : t('remediations.openOf', { name: title })
      }
    >
      {waits ? t('remediations.review') : t('remediations.open')}
    </Link>
  );
}

/** Remediations, one a row. Under 960 px each row becomes a card. */
export function RemediationsTable(props: {
  remediations: RemediationSummary[];
}) {
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = useRemediationWords();
  return (
    <RecordTable
      caption={t('remediations.caption')}
      records={props.remediations}
      keyOf={({ id }) => id}
      actionsTitle={t('remediations.actions')}
      actionsWidth={80}
      actions={remediation => <OpenLink remediation={remediation} />}
      columns={[
        {
          title: t('remediations.target'),
          width: '19%',
          cell: remediation => <Target remediation={remediation} />,
        },
        {
          title: t('remediations.action'),
          width: 88,
          cell: ({ action }) => words.shortAction(action),
        },
        {
          title: t('remediations.what'),
          width: 148,
          cell: remediation => <What remediation={remediation} />,
        },
        {
          title: t('remediations.risk'),
          width: 100,
          cell: ({ risk }) => <RiskMark risk={risk} />,
        },
        {
          title: t('remediations.requestedBy'),
          width: '10%',
          cell: ({ requestedBy }) => (
            <div className={classes.who} title={words.who(requestedBy)}>
              <Who who={requestedBy} />
            </div>
          ),
        },
        {
          title: t('remediations.age'),
          width: 96,
          cell: ({ requestedAt }) => <TimeAgo iso={requestedAt} />,
        },
        {
          title: t('remediations.state'),
          cell: remediation => <State remediation={remediation} />,
        },
      ]}
    />
  );
}
