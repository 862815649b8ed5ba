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
  DriftTarget,
  RemediationAction,
  RemediationOptions,
} from '@infra-hub/backstage-plugin-drift-common';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import Radio from '@material-ui/core/Radio';
import RadioGroup from '@material-ui/core/RadioGroup';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import StarIcon from '@material-ui/icons/Star';
import { BackstageTheme } from '@backstage/theme';
import { useTheme } from '@material-ui/core/styles';
import { ReactNode } from 'react';
import { GuardedButton, Mark, Note, sourceLabel } from '../display';
import { useMayAcknowledge } from '../muting';
import { useDriftTranslation } from '../useDriftTranslation';
import { ResourceChoice } from './ResourceChoice';
import { StepTitle } from './StepTitle';
import { runsElsewhere, useRemediationWords } from './words';

const LONGEST_REASON = 1_000;

const useStyles = makeStyles(
  theme => ({
    option: {
      alignItems: 'flex-start',
      margin: theme.spacing(0.5, 0),
      '& > :first-child': { paddingTop: 4 },
    },
    off: { cursor: 'not-allowed' },
    name: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1),
      fontWeight: 600,
    },
    field: { marginTop: theme.spacing(2) },
    note: { marginBottom: theme.spacing(2) },
  }),
  { name: 'DriftChooseStep' },
);

/** What is chosen in the first step. */
export interface Choice {
  way: RemediationAction | 'accept';
  /** All drift when absent. */
  addresses?: string[];
  reason: string;
}

/** The way that fits best, else the first that is available. */
export function bestWay(options: RemediationOptions): Choice['way'] {
  const available = options.options.filter(option => option.available);
  return (
    (available.find(option => option.recommended) ?? available[0])?.action ??
    'accept'
  );
}

function Way(props: {
  value: Choice['way'];
  name: string;
  consequence: string;
  recommended?: boolean;
  /** Why it cannot be chosen. */
  forbidden?: string;
  note?: ReactNode;
}) {
  const { value, name, consequence, recommended, forbidden, note } = props;
  const classes = useStyles();
  const { status } = useTheme<BackstageTheme>().palette;
  const { t } = useDriftTranslation();
  const hintId = `drift-remediate-${value}`;
  return (
    <FormControlLabel
      value={value}
      className={`${classes.option} ${forbidden ? classes.off : ''}`}
      disabled={forbidden !== undefined}
      control={
        <Radio
          color="primary"
          size="small"
          inputProps={{ 'aria-label': name, 'aria-describedby': hintId }}
        />
      }
      label={
        <>
          <span className={classes.name}>
            {name}
            {recommended && !forbidden && (
              <Mark color={status.ok} icon={<StarIcon aria-hidden />}>
                {t('remediation.recommended')}
              </Mark>
            )}
          </span>
          <Typography
            variant="body2"
            color="textSecondary"
            component="span"
            display="block"
            id={hintId}
          >
            {forbidden ?? consequence}
            {!forbidden && note && <> {note}</>}
          </Typography>
        </>
      }
    />
  );
}

/** Step 1: what is to be done, about what, and why. */
export function ChooseStep(props: {
  target: DriftTarget;
  options: RemediationOptions;
  choice: Choice;
  onChange(choice: Choice): void;
  /** Goes to the one that is under way. */
  onContinue(remediationId: string): void;
}) {
  const { target, options, choice, onChange, onContinue } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = useRemediationWords();
  const mayAcknowledge = useMayAcknowledge(target.id);
  const { current } = options;
  const addresses = [
    ...new Set(options.findings.map(({ address }) => address)),
  ];
  return (
    <>
      {current && (
        <Note
          severity="info"
          variant="outlined"
          className={classes.note}
          action={
            <GuardedButton
              size="small"
              color="primary"
              label={t('remediate.continue')}
              onClick={() => onContinue(current.id)}
            />
          }
        >
          {t('remediate.underWay', {
            state: words.state(current.state),
          })}
        </Note>
      )}
      <StepTitle id="drift-remediate-ways">
        {t('remediate.chooseTitle')}
      </StepTitle>
      <RadioGroup
        aria-labelledby="drift-remediate-ways"
        name="drift-remediate-way"
        value={choice.way}
        onChange={(_, value) => {
          const way = options.options.find(({ action }) => action === value);
          onChange({ ...choice, way: way?.action ?? 'accept' });
        }}
      >
        {options.options.map(option => (
          <Way
            key={option.action}
            value={option.action}
            name={words.action(option.action, target.source)}
            consequence={words.consequence(option.action, target.source)}
            recommended={option.recommended}
            forbidden={
              option.available
                ? undefined
                : option.reason ?? t('remediationDecision.notNow')
            }
            note={[
              option.needsApproval && t('remediationDecision.needsApproval'),
              option.route &&
                runsElsewhere(option.route, option.action, target.source) &&
                t('remediation.byRoute', { route: sourceLabel(option.route) }),
            ]
              .filter(Boolean)
              .join(' ')}
          />
        ))}
        <Way
          value="accept"
          name={t('remediation.actionAccept')}
          consequence={t('remediation.hintAccept')}
          forbidden={mayAcknowledge.forbidden}
        />
      </RadioGroup>
      {choice.way !== 'accept' && (
        <>
          {addresses.length > 1 && (
            <ResourceChoice
              addresses={addresses}
              total={Math.max(target.driftedResources, addresses.length)}
              chosen={choice.addresses}
              onChange={chosen => onChange({ ...choice, addresses: chosen })}
            />
          )}
          <TextField
            fullWidth
            multiline
            id="drift-remediate-reason"
            className={classes.field}
            variant="outlined"
            size="small"
            label={t('remediate.reason')}
            helperText={t('remediate.reasonHint')}
            inputProps={{ maxLength: LONGEST_REASON }}
            value={choice.reason}
            onChange={event =>
              onChange({ ...choice, reason: event.target.value })
            }
          />
        </>
      )}
    </>
  );
}
