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

import { Remediation } from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { useState } from 'react';
import { UnfoldButton } from '../display';
import { PolicyDecisionText } from '../policy';
import { useDriftTranslation } from '../useDriftTranslation';

const useStyles = makeStyles(
  theme => ({
    root: { marginTop: theme.spacing(2) },
    title: {
      fontSize: theme.typography.pxToRem(16),
      fontWeight: 700,
      margin: 0,
    },
    toggle: { textTransform: 'none', marginLeft: theme.spacing(-0.5) },
  }),
  { name: 'DriftDecisionNote' },
);

/** What policy says of a preview, in words, and why it is not automatic. */
export function DecisionNote(props: { remediation: Remediation }) {
  const { decision, action, origin } = props.remediation;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [whyShown, setWhyShown] = useState(false);
  if (!decision) {
    return null;
  }
  const { needsApproval, automatic, because, considered, dryRun } = decision;
  let who: string = t('remediationDecision.yourConfirmation');
  if (needsApproval) {
    who = t('remediationDecision.needsApproval');
  } else if (origin === 'policy') {
    who = t('remediationDecision.automatic');
  } else if (action === 'adopt') {
    who = t('remediationDecision.pullRequest');
  }
  return (
    <section
      className={classes.root}
      aria-label={t('remediationDecision.title')}
    >
      <Typography component="h4" className={classes.title}>
        {t('remediationDecision.title')}
      </Typography>
      <Typography variant="body2">
        {who} {because}
      </Typography>
      {dryRun && (
        <Typography variant="body2">
          <strong>{t('remediationDecision.dryRun')}</strong>
        </Typography>
      )}
      {(automatic.reasons.length > 0 || considered.length > 0) && (
        <UnfoldButton
          className={classes.toggle}
          label={
            automatic.possible
              ? t('remediationDecision.whyAutomatic')
              : t('remediationDecision.why')
          }
          unfolded={whyShown}
          onChange={setWhyShown}
        />
      )}
      {whyShown && <PolicyDecisionText decision={decision} />}
    </section>
  );
}
