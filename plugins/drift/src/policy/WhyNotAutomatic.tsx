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
import {
  PolicyDecision,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Skeleton from '@material-ui/lab/Skeleton';
import { Problem } from '../display';
import { policiesRouteRef } from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';
import { ModeMark } from './ModeMark';
import { usePolicyExplanation } from './PolicyExplanations';

/** Parameter of the page of policies: the one that somebody came for. */
export const POLICY_PARAMETER = 'policy';

const useStyles = makeStyles(
  theme => ({
    root: {
      margin: theme.spacing(0.5, 0, 0),
      padding: theme.spacing(1, 1.5),
      borderRadius: theme.shape.borderRadius,
      backgroundColor: theme.palette.action.hover,
      fontSize: theme.typography.pxToRem(13),
      overflowWrap: 'anywhere',
      '& ul, & ol': {
        margin: theme.spacing(0.5, 0),
        paddingLeft: theme.spacing(2.5),
      },
    },
    mode: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1),
    },
    title: { fontSize: 'inherit', fontWeight: 700 },
  }),
  { name: 'DriftWhyNotAutomatic' },
);

/** Leads to a policy. */
export function PolicyLink(props: { policyId: string }) {
  const { policyId } = props;
  const path = useRouteRef(policiesRouteRef)();
  return (
    <Link to={`${path}?${POLICY_PARAMETER}=${encodeURIComponent(policyId)}`}>
      <code>{policyId}</code>
    </Link>
  );
}

/** What policy decided, every reason for it, and what else it looked at. */
export function PolicyDecisionText(props: { decision: PolicyDecision }) {
  const { mode, because, automatic, considered, dryRun } = props.decision;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <div className={classes.root}>
      <div className={classes.mode}>
        <ModeMark mode={mode} />
        <span>{because}</span>
      </div>
      {automatic.possible && (
        <p>
          {dryRun ? t('policies.automaticDryRun') : t('policies.automatic')}
        </p>
      )}
      {!automatic.possible && automatic.reasons.length > 0 && (
        <>
          <Typography component="h5" className={classes.title}>
            {t('policies.notAutomatic')}
          </Typography>
          <ul>
            {automatic.reasons.map(reason => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </>
      )}
      <Typography component="h5" className={classes.title}>
        {t('policies.considered')}
      </Typography>
      {considered.length === 0 ? (
        <span>{t('policies.noneMatched')}</span>
      ) : (
        <ol>
          {considered.map(({ policyId, mode: itsMode, specificity }, index) => (
            <li key={policyId}>
              <PolicyLink policyId={policyId} />: {t(`policies.${itsMode}`)}
              {', '}
              {t('policies.names', { what: specificity })}
              {index === 0 && ` (${t('policies.decided')})`}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** Says of one finding of a target why it is not remediated without a person. */
export function WhyNotAutomatic(props: { finding: StoredFinding }) {
  const { fingerprint, address } = props.finding;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const explanation = usePolicyExplanation();
  if (!explanation) {
    return null;
  }
  const { value, error, reload } = explanation;
  if (error && !value) {
    return <Problem error={error} onRetry={reload} />;
  }
  if (!value) {
    return <Skeleton height={40} aria-label={t('policies.explaining')} />;
  }
  const found = value.findings.find(
    each => each.fingerprint === fingerprint && each.address === address,
  );
  return found ? (
    <PolicyDecisionText decision={found.decision} />
  ) : (
    <div className={classes.root}>{t('policies.notExplained')}</div>
  );
}
