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

import { useApi } from '@backstage/core-plugin-api';
import {
  Acknowledgement,
  AcknowledgementsPage,
  DriftTarget,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import FormControl from '@material-ui/core/FormControl';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import FormLabel from '@material-ui/core/FormLabel';
import Radio from '@material-ui/core/Radio';
import RadioGroup from '@material-ui/core/RadioGroup';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { useState } from 'react';
import { driftApiRef } from '../api';
import {
  GuardedButton,
  LoadingBlock,
  Problem,
  problemSentence,
  useTimeWords,
} from '../display';
import { useLoaded } from '../live';
import { useDriftTranslation } from '../useDriftTranslation';
import { dayRange, EXPIRY_CHOICES, ExpiryChoice, expiryOf } from './expiry';
import { FindingChoice } from './FindingChoice';
import { loadAlarming } from './loadAlarming';
import { useMayAcknowledge } from './useMay';

const SHORTEST_REASON = 3;
const LONGEST_REASON = 1_000;
/** The backend takes no more in one request. */
const MOST_AT_ONCE = 1_000;

const useStyles = makeStyles(
  theme => ({
    block: { marginTop: theme.spacing(2) },
    until: { marginTop: theme.spacing(1) },
  }),
  { name: 'DriftAcknowledgeDialog' },
);

interface AcknowledgeDialogProps {
  target: DriftTarget;
  /** Those to accept; all that alarm, to choose from, when absent. */
  findings?: StoredFinding[];
  open: boolean;
  onClose(): void;
  /** They are accepted now. */
  onAcknowledged?(page: AcknowledgementsPage): void;
}

function AcknowledgeForm(
  props: Omit<AcknowledgeDialogProps, 'open' | 'findings'> & {
    findings: StoredFinding[];
  },
) {
  const { target, findings, onClose, onAcknowledged } = props;
  const classes = useStyles();
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const words = useTimeWords();
  const may = useMayAcknowledge(target.id);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(findings.map(({ fingerprint }) => fingerprint)),
  );
  const [reason, setReason] = useState('');
  const [choice, setChoice] = useState<ExpiryChoice>('week');
  const [day, setDay] = useState('');
  const [tried, setTried] = useState(false);
  const [storing, setStoring] = useState(false);
  const [problem, setProblem] = useState<string>();

  const now = new Date();
  const { first, last } = dayRange(now);
  const expiresAt = expiryOf(choice, day, now);
  const text = reason.trim();
  const reasonMissing = text.length < SHORTEST_REASON;
  const complete = !reasonMissing && expiresAt !== undefined && chosen.size > 0;

  const confirm = async () => {
    setTried(true);
    if (!complete || may.forbidden || may.loading || storing) {
      return;
    }
    setStoring(true);
    setProblem(undefined);
    const left = [...chosen];
    const items: Acknowledgement[] = [];
    try {
      while (left.length > 0) {
        const page = await driftApi.acknowledge(target.id, {
          fingerprints: left.slice(0, MOST_AT_ONCE),
          reason: text,
          expiresAt,
        });
        items.push(...page.items);
        left.splice(0, MOST_AT_ONCE);
      }
      onAcknowledged?.({ items, totalItems: items.length });
      onClose();
    } catch (error) {
      setStoring(false);
      setChosen(new Set(left));
      setProblem(t('acknowledge.failed', { reason: problemSentence(error) }));
    }
  };

  return (
    <>
      <DialogContent>
        <DialogContentText id="drift-acknowledge-text" color="textPrimary">
          {t('acknowledge.text')}
        </DialogContentText>
        <FindingChoice
          findings={findings}
          chosen={chosen}
          onChange={setChosen}
        />
        {tried && chosen.size === 0 && (
          <Typography variant="body2" color="error" role="alert">
            {t('acknowledge.noneChosen')}
          </Typography>
        )}
        <TextField
          className={classes.block}
          id="drift-acknowledge-reason"
          label={t('acknowledge.reason')}
          value={reason}
          required
          multiline
          minRows={2}
          fullWidth
          variant="outlined"
          error={tried && reasonMissing}
          helperText={
            tried && reasonMissing
              ? t('acknowledge.reasonMissing')
              : t('acknowledge.reasonHelp')
          }
          inputProps={{ maxLength: LONGEST_REASON }}
          onChange={event => setReason(event.target.value)}
        />
        <FormControl component="fieldset" className={classes.block}>
          <FormLabel component="legend">{t('acknowledge.howLong')}</FormLabel>
          <RadioGroup
            row
            name="drift-acknowledge-expiry"
            value={choice}
            onChange={event =>
              setChoice(
                EXPIRY_CHOICES.find(each => each === event.target.value) ??
                  'week',
              )
            }
          >
            {EXPIRY_CHOICES.map(each => (
              <FormControlLabel
                key={each}
                value={each}
                control={<Radio color="primary" size="small" />}
                label={t(`acknowledge.${each}`)}
              />
            ))}
          </RadioGroup>
        </FormControl>
        {choice === 'date' && (
          <div>
            <TextField
              id="drift-acknowledge-day"
              type="date"
              size="small"
              label={t('acknowledge.lastDay')}
              value={day}
              InputLabelProps={{ shrink: true }}
              inputProps={{ min: first, max: last }}
              error={tried && expiresAt === undefined}
              helperText={
                tried && expiresAt === undefined
                  ? t('acknowledge.dayWrong')
                  : t('acknowledge.dayHelp')
              }
              onChange={event => setDay(event.target.value)}
            />
          </div>
        )}
        {expiresAt && (
          <Typography
            variant="body2"
            color="textSecondary"
            className={classes.until}
          >
            {t('acknowledge.until', { when: words.absolute(expiresAt) })}
          </Typography>
        )}
        {may.forbidden && (
          <Alert severity="info" className={classes.block}>
            {may.forbidden}
          </Alert>
        )}
        {problem && (
          <Alert severity="error" className={classes.block}>
            {problem}
          </Alert>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={storing}>
          {t('acknowledge.cancel')}
        </Button>
        <GuardedButton
          variant="contained"
          color="primary"
          label={
            storing
              ? t('acknowledge.storing')
              : t('acknowledge.confirm', { count: chosen.size })
          }
          busy={storing || may.loading}
          forbidden={may.forbidden}
          onClick={confirm}
        />
      </DialogActions>
    </>
  );
}

/** Loads what alarms, to choose from. */
function AcknowledgeAll(
  props: Omit<AcknowledgeDialogProps, 'open' | 'findings'>,
) {
  const { target, onClose } = props;
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const alarming = useLoaded({
    key: target.id,
    scope: target.id,
    load: () => loadAlarming(driftApi, target.id),
  });
  if (alarming.value && alarming.value.length > 0) {
    return <AcknowledgeForm {...props} findings={alarming.value} />;
  }
  let content = <LoadingBlock label={t('acknowledge.loading')} height={160} />;
  if (alarming.value) {
    content = <DialogContentText>{t('acknowledge.nothing')}</DialogContentText>;
  } else if (alarming.error) {
    content = <Problem error={alarming.error} onRetry={alarming.reload} />;
  }
  return (
    <>
      <DialogContent>{content}</DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('acknowledge.cancel')}</Button>
      </DialogActions>
    </>
  );
}

/**
 * Accepts findings of a target as they are, with a reason and an end. Without
 * `findings`, all that alarm are there to choose from.
 */
export function AcknowledgeDialog(props: AcknowledgeDialogProps) {
  const { findings, open, ...form } = props;
  const { t } = useDriftTranslation();
  return (
    <Dialog
      open={open}
      fullWidth
      maxWidth="sm"
      onClose={props.onClose}
      aria-labelledby="drift-acknowledge-title"
      aria-describedby="drift-acknowledge-text"
    >
      <DialogTitle id="drift-acknowledge-title">
        {t('acknowledge.title')}
      </DialogTitle>
      {findings ? (
        <AcknowledgeForm {...form} findings={findings} />
      ) : (
        <AcknowledgeAll {...form} />
      )}
    </Dialog>
  );
}
