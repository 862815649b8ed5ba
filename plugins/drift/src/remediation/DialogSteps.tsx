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

import { makeStyles, Theme } from '@material-ui/core/styles';
import Step from '@material-ui/core/Step';
import StepLabel from '@material-ui/core/StepLabel';
import Stepper from '@material-ui/core/Stepper';
import Typography from '@material-ui/core/Typography';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import { Hidden } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const useStyles = makeStyles(
  theme => ({
    root: { padding: theme.spacing(0, 0, 2), background: 'none' },
    short: { marginBottom: theme.spacing(1) },
  }),
  { name: 'DriftDialogSteps' },
);

/** Where in the five steps we are. Under 600 px only the current one is named. */
export function DialogSteps(props: {
  /** Counted from 0. */
  step: number;
  /** Somebody else has to approve. */
  approval?: boolean;
}) {
  const { step, approval = false } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const narrow = useMediaQuery<Theme>(theme => theme.breakpoints.down('xs'));
  const names = [
    t('remediate.stepChoose'),
    t('remediate.stepPreview'),
    approval ? t('remediate.stepApproval') : t('remediate.stepConfirm'),
    t('remediate.stepApply'),
    t('remediate.stepResult'),
  ];
  const where = t('remediate.stepOf', {
    step: step + 1,
    total: names.length,
    name: names[step],
  });
  if (narrow) {
    return (
      <Typography
        variant="body2"
        color="textSecondary"
        className={classes.short}
        role="status"
      >
        {where}
      </Typography>
    );
  }
  return (
    <>
      <Hidden live>{where}</Hidden>
      <Stepper
        activeStep={step}
        className={classes.root}
        aria-label={t('remediate.steps')}
      >
        {names.map((name, index) => (
          <Step
            key={name}
            completed={index < step}
            aria-current={index === step ? 'step' : undefined}
          >
            <StepLabel>{name}</StepLabel>
          </Step>
        ))}
      </Stepper>
    </>
  );
}
