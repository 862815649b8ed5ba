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
import { StoredFinding } from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import NotificationsOffIcon from '@material-ui/icons/NotificationsOff';
import SnoozeIcon from '@material-ui/icons/Snooze';
import { ReactElement, ReactNode } from 'react';
import { Person, TimeAgo, useTimeWords } from '../display';
import { ignoreRulesRouteRef } from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';
import { useFindingActions } from './FindingActions';
import { WithdrawButton } from './WithdrawButton';

/** Parameter of the page of ignore rules: the one that somebody came for. */
export const RULE_PARAMETER = 'rule';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1),
      margin: theme.spacing(0.5, 0),
      padding: theme.spacing(0.75, 1.5),
      borderRadius: theme.shape.borderRadius,
      backgroundColor: theme.palette.action.hover,
      fontSize: theme.typography.pxToRem(14),
      overflowWrap: 'anywhere',
      '& > svg': { fontSize: theme.typography.pxToRem(18) },
    },
    text: { flex: '1 1 240px', minWidth: 0 },
    reason: { whiteSpace: 'pre-line' },
  }),
  { name: 'DriftMutedNote' },
);

function Note(props: {
  icon: ReactElement;
  children: ReactNode;
  action?: ReactNode;
}) {
  const classes = useStyles();
  return (
    <div className={classes.root}>
      {props.icon}
      <div className={classes.text}>{props.children}</div>
      {props.action}
    </div>
  );
}

/** Leads to an ignore rule. */
export function IgnoreRuleLink(props: { ruleId: string }) {
  const { ruleId } = props;
  const path = useRouteRef(ignoreRulesRouteRef)();
  return (
    <Link to={`${path}?${RULE_PARAMETER}=${encodeURIComponent(ruleId)}`}>
      <code>{ruleId}</code>
    </Link>
  );
}

/** Who accepted a finding or which rule mutes it, and why; nothing for others. */
export function MutedNote(props: { finding: StoredFinding }) {
  const { acknowledgement, suppressedBy, address, targetId } = props.finding;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = useTimeWords();
  const actions = useFindingActions();
  if (acknowledgement) {
    const { id, by, reason, expiresAt } = acknowledgement;
    return (
      <Note
        icon={<SnoozeIcon aria-hidden />}
        action={
          actions && (
            <WithdrawButton
              acknowledgement={{ id, targetId, address }}
              onWithdrawn={() => {
                actions.onNotice({
                  severity: 'success',
                  text: t('acknowledgements.withdrawn', { address }),
                });
                actions.onChanged();
              }}
              onProblem={text => {
                actions.onNotice({ severity: 'error', text });
                actions.onChanged();
              }}
            />
          )
        }
      >
        {t('acknowledge.note', {
          who: <Person who={by} />,
          when: (
            <>
              <TimeAgo iso={expiresAt} /> ({words.absolute(expiresAt)})
            </>
          ),
          reason: <span className={classes.reason}>{reason}</span>,
        })}
      </Note>
    );
  }
  return suppressedBy ? (
    <Note icon={<NotificationsOffIcon aria-hidden />}>
      {t('ignoreRules.note', {
        rule: <IgnoreRuleLink ruleId={suppressedBy.ruleId} />,
        reason: suppressedBy.reason,
      })}
    </Note>
  ) : null;
}
