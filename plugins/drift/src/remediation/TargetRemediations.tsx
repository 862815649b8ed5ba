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
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import {
  DriftTarget,
  RemediationsPage,
} from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { driftApiRef } from '../api';
import {
  GuardedButton,
  Note,
  problemSentence,
  Section,
  TimeAgo,
  useTimeWords,
} from '../display';
import { Loaded, useLive, useLoaded } from '../live';
import { remediationRouteRef, remediationsRouteRef } from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';
import { useRemediationHost } from './RemediationHost';
import { RemediationStateMark } from './RemediationStateMark';
import { isOpen } from './useRemediation';
import { useRemediationWords, Who } from './words';

const SHOWN = 10;

const useStyles = makeStyles(
  theme => ({
    list: { listStyle: 'none', margin: 0, padding: 0 },
    item: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1),
      padding: theme.spacing(0.5, 0),
      overflowWrap: 'anywhere',
    },
    time: { color: theme.palette.text.secondary },
    message: {
      flexBasis: '100%',
      fontSize: theme.typography.pxToRem(13),
      color: theme.palette.text.secondary,
    },
  }),
  { name: 'DriftTargetRemediations' },
);

/** The newest remediations of a target, kept fresh. */
export function useTargetRemediations(
  targetId: string,
): Loaded<RemediationsPage> {
  const driftApi = useApi(driftApiRef);
  const loaded = useLoaded({
    key: targetId,
    scope: targetId,
    load: signal =>
      driftApi.getRemediations({ targetId, limit: SHOWN }, { signal }),
  });
  useLive({
    refresh: loaded.reload,
    active: loaded.value?.items.some(({ state }) => isOpen(state)) ?? false,
    concerns: signal =>
      signal.type === 'remediation-changed' && signal.targetId === targetId,
  });
  return loaded;
}

/** What is being done about a target now; nothing when nothing is. */
export function CurrentRemediations(props: {
  remediations: Loaded<RemediationsPage>;
}) {
  const { t } = useDriftTranslation();
  const words = useRemediationWords();
  const host = useRemediationHost();
  const open = props.remediations.value?.items.filter(({ state }) =>
    isOpen(state),
  );
  return (
    <>
      {open?.map(({ id, action, target, state, message, requestedBy }) => (
        <Note
          key={id}
          severity={state === 'awaiting-approval' ? 'warning' : 'info'}
          variant="outlined"
          action={
            host && (
              <GuardedButton
                size="small"
                color="primary"
                label={t('remediations.currentOpen')}
                name={`${t('remediations.currentOpen')}: ${words.action(
                  action,
                  target.source,
                )}`}
                onClick={() => host.follow(id)}
              />
            )
          }
        >
          <AlertTitle>
            {t('remediations.currentTitle', {
              action: words.action(action, target.source),
            })}
          </AlertTitle>
          <RemediationStateMark state={state} />{' '}
          {t('remediations.historyOf', {
            state: t('remediations.requested'),
            who: <Who who={requestedBy} />,
          })}
          {message && <div>{message}</div>}
        </Note>
      ))}
    </>
  );
}

/** What was done about a target before; nothing when nothing was. */
export function PastRemediations(props: {
  target: DriftTarget;
  remediations: Loaded<RemediationsPage>;
}) {
  const { target, remediations } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = useRemediationWords();
  const times = useTimeWords();
  const path = useRouteRef(remediationRouteRef);
  const allPath = useRouteRef(remediationsRouteRef)();
  const past =
    remediations.value?.items.filter(({ state }) => !isOpen(state)) ?? [];
  if (remediations.error && !remediations.value) {
    return (
      <Typography variant="body2" color="textSecondary">
        {problemSentence(remediations.error)}
      </Typography>
    );
  }
  if (past.length === 0) {
    return null;
  }
  return (
    <Section
      title={t('remediations.past')}
      action={
        (remediations.value?.totalItems ?? 0) > SHOWN && (
          <Link
            to={`${allPath}?tab=all&target=${encodeURIComponent(target.id)}`}
          >
            {t('remediations.pastShowAll')}
          </Link>
        )
      }
    >
      <ul className={classes.list}>
        {past.map(remediation => {
          const { id, action, state, requestedBy, approvedBy } = remediation;
          const at = remediation.finishedAt ?? remediation.updatedAt;
          const what = (
            <Link to={path({ id: encodeURIComponent(id) })}>
              {words.action(action, target.source)}
            </Link>
          );
          return (
            <li key={id} className={classes.item}>
              <RemediationStateMark state={state} />
              <span>
                {approvedBy && approvedBy !== requestedBy
                  ? t('remediations.pastApproved', {
                      action: what,
                      who: <Who who={requestedBy} />,
                      approver: <Who who={approvedBy} />,
                    })
                  : t('remediations.pastSucceeded', {
                      action: what,
                      who: <Who who={requestedBy} />,
                    })}
              </span>
              <span className={classes.time} title={times.absolute(at)}>
                <TimeAgo iso={at} />
              </span>
              {remediation.message &&
                (state !== 'succeeded' || remediation.outcome?.remaining) && (
                  <span className={classes.message}>{remediation.message}</span>
                )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
