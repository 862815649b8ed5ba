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
import { useRouteRef, useRouteRefParams } from '@backstage/core-plugin-api';
import { Remediation } from '@infra-hub/backstage-plugin-drift-common';
import Paper from '@material-ui/core/Paper';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import Skeleton from '@material-ui/lab/Skeleton';
import {
  Fact,
  Problem,
  problemKind,
  RiskMark,
  Section,
  sourceLabel,
  Stack,
  TimeAgo,
} from '../display';
import { PageFrame } from '../page/PageFrame';
import {
  remediationRouteRef,
  remediationsRouteRef,
  targetRouteParams,
  targetRouteRef,
} from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';
import { DecisionButtons, DecisionFields } from './DecisionControls';
import { EventList } from './EventList';
import { RemediationStateMark } from './RemediationStateMark';
import { RemediationView } from './RemediationView';
import { StatusBanner } from './StatusBanner';
import { useDecision } from './useDecision';
import { LiveRemediation, useRemediation } from './useRemediation';
import { useRemediationTitle } from './useRemediationTitle';
import { runsElsewhere, useRemediationWords, Who } from './words';

const useStyles = makeStyles(
  theme => ({
    marks: { display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) },
    facts: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(1, 4),
      margin: 0,
      '& dt': {
        fontSize: theme.typography.pxToRem(12),
        fontWeight: 600,
      },
      '& dd': { margin: 0, overflowWrap: 'anywhere' },
    },
    body: { padding: theme.spacing(2), minWidth: 0 },
    buttons: { marginTop: theme.spacing(2) },
  }),
  { name: 'DriftRemediationPage' },
);

function Head(props: { remediation: Remediation }) {
  const { remediation } = props;
  const { target, targetId, action, state, risk, route } = remediation;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = useRemediationWords();
  const title = useRemediationTitle(remediation);
  const targetPath = useRouteRef(targetRouteRef)(targetRouteParams(targetId));
  return (
    <>
      <div className={classes.marks}>
        <RemediationStateMark state={state} />
        <RiskMark risk={risk} />
      </div>
      <dl className={classes.facts}>
        <Fact name={t('remediations.target')}>
          <Link to={targetPath}>{title}</Link>
        </Fact>
        {target.client && (
          <Fact name={t('remediations.client')}>{target.client}</Fact>
        )}
        <Fact name={t('remediations.action')}>
          {words.action(action, target.source)}
        </Fact>
        <Fact name={t('remediations.resources')}>
          {remediation.addresses
            ? t('remediations.resourcesSome', {
                count: remediation.addresses.length,
              })
            : t('remediations.resourcesAll')}
        </Fact>
        <Fact name={t('remediations.requestedBy')}>
          <Who who={remediation.requestedBy} />
        </Fact>
        <Fact name={t('remediations.requested')}>
          <TimeAgo iso={remediation.requestedAt} />
        </Fact>
        {remediation.approvedBy && (
          <Fact name={t('remediations.approvedBy')}>
            <Who who={remediation.approvedBy} />
          </Fact>
        )}
        {runsElsewhere(route, action, target.source) && (
          <Fact name={t('remediationPreview.route')}>{sourceLabel(route)}</Fact>
        )}
        {remediation.reason && (
          <Fact name={t('remediations.reason')}>{remediation.reason}</Fact>
        )}
      </dl>
    </>
  );
}

function Loaded(props: {
  live: LiveRemediation;
  remediation: Remediation;
  parent: { title: string; path: string };
}) {
  const { live, remediation, parent } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const decision = useDecision(live);
  const title = useRemediationTitle(remediation);
  return (
    <PageFrame
      title={t('remediations.pageTitle', { name: title })}
      parent={parent}
    >
      <Stack>
        <StatusBanner />
        <Head remediation={remediation} />
        <Paper className={classes.body}>
          <RemediationView
            live={live}
            remediation={remediation}
            decision={decision}
          />
          <DecisionFields remediation={remediation} decision={decision} />
          <div className={classes.buttons}>
            <DecisionButtons remediation={remediation} decision={decision} />
          </div>
        </Paper>
        <Section title={t('remediations.history')}>
          <EventList events={remediation.events} />
        </Section>
      </Stack>
    </PageFrame>
  );
}

/** One remediation: what it would do, who decides, how it went. */
export function RemediationPage() {
  const { id } = useRouteRefParams(remediationRouteRef);
  const { t } = useDriftTranslation();
  const parent = {
    title: t('remediations.back'),
    path: useRouteRef(remediationsRouteRef)(),
  };
  const live = useRemediation(id);
  if (live.value) {
    return <Loaded live={live} remediation={live.value} parent={parent} />;
  }
  let content = (
    <Stack role="group" aria-busy aria-label={t('remediations.loading')}>
      <Skeleton variant="rect" height={72} />
      <Skeleton variant="rect" height={240} />
    </Stack>
  );
  if (live.error) {
    content =
      problemKind(live.error) === 'notFound' ? (
        <Alert
          severity="info"
          variant="outlined"
          action={<Link to={parent.path}>{parent.title}</Link>}
        >
          <AlertTitle>{t('remediations.notFoundTitle')}</AlertTitle>
          {t('remediations.notFoundText')}
        </Alert>
      ) : (
        <Problem error={live.error} onRetry={live.reload} />
      );
  }
  return (
    <PageFrame title={t('remediations.title')} parent={parent}>
      {content}
    </PageFrame>
  );
}
