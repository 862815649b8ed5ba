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
  Remediation,
  RemediationOptions,
  RemediationRequestBody,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles, Theme } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import Alert from '@material-ui/lab/Alert';
import Skeleton from '@material-ui/lab/Skeleton';
import { ReactNode, useEffect, useRef, useState } from 'react';
import { driftApiRef } from '../api';
import {
  GuardedButton,
  Problem,
  problemSentence,
  useTargetTitle,
} from '../display';
import { useLoaded } from '../live';
import {
  remediationRouteRef,
  targetRouteParams,
  targetRouteRef,
} from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';
import { bestWay, Choice, ChooseStep } from './ChooseStep';
import { DecisionButtons, DecisionFields } from './DecisionControls';
import { DialogSteps } from './DialogSteps';
import { RemediationView } from './RemediationView';
import { MOST_ADDRESSES } from './ResourceChoice';
import { StepTitle } from './StepTitle';
import { useDecision } from './useDecision';
import { isOpen, useRemediation } from './useRemediation';
import { useRemediationTitle } from './useRemediationTitle';
import { useRemediationWords } from './words';

const TITLE_ID = 'drift-remediate-title';

const useStyles = makeStyles(
  theme => ({
    // High enough for most steps: the buttons stay where they are.
    content: { minHeight: 'min(440px, 60vh)' },
    title: { overflowWrap: 'anywhere' },
    actions: {
      flexWrap: 'wrap',
      gap: theme.spacing(1),
      padding: theme.spacing(1, 3, 2),
      '& > :not(:first-child)': { marginLeft: 0 },
    },
    links: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 2),
      marginRight: 'auto',
    },
    fields: { flexBasis: '100%' },
    problem: { marginTop: theme.spacing(2) },
    skeletons: { display: 'grid', gap: theme.spacing(1) },
  }),
  { name: 'DriftRemediateDialog' },
);

function Waiting() {
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <div
      className={classes.skeletons}
      role="group"
      aria-busy
      aria-label={t('remediate.loading')}
    >
      <Skeleton variant="rect" height={40} />
      <Skeleton variant="rect" height={160} />
    </div>
  );
}

function Actions(props: {
  links?: ReactNode;
  /** What stays in sight above the buttons. */
  fields?: ReactNode;
  children: ReactNode;
}) {
  const classes = useStyles();
  return (
    <DialogActions className={classes.actions}>
      {props.fields && <div className={classes.fields}>{props.fields}</div>}
      <div className={classes.links}>{props.links}</div>
      {props.children}
    </DialogActions>
  );
}

function CloseButton(props: {
  /** It goes on without the dialog. */
  goesOn?: boolean;
  onClose(): void;
}) {
  const { goesOn = false, onClose } = props;
  const { t } = useDriftTranslation();
  return (
    <Tooltip title={goesOn ? t('remediate.closeHint') : ''}>
      <Button onClick={onClose}>{t('remediate.close')}</Button>
    </Tooltip>
  );
}

/** A key that a repeated request has in common with the first, random otherwise. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('');
}

/** Asks for a preview: once for each choice, however often it is pressed. */
function useRequest(onRequested: (remediation: Remediation) => void) {
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const sending = useRef(false);
  const last = useRef<{ body: string; key: string }>();
  const request = async (wanted: RemediationRequestBody) => {
    if (sending.current) {
      return;
    }
    sending.current = true;
    setBusy(true);
    setProblem(undefined);
    const body = JSON.stringify(wanted);
    if (last.current?.body !== body) {
      last.current = { body, key: newKey() };
    }
    try {
      onRequested(
        await driftApi.requestRemediation({
          ...wanted,
          idempotencyKey: last.current.key,
        }),
      );
    } catch (error) {
      setProblem(
        t('remediate.requestFailed', { reason: problemSentence(error) }),
      );
    }
    sending.current = false;
    setBusy(false);
  };
  return { busy, problem, dismiss: () => setProblem(undefined), request };
}

function Choosing(props: {
  target: DriftTarget;
  options: RemediationOptions;
  onRequested(remediation: Remediation): void;
  onContinue(remediationId: string): void;
  onAccept(target: DriftTarget): void;
  onClose(): void;
}) {
  const { target, options, onRequested, onContinue, onAccept, onClose } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [choice, setChoice] = useState<Choice>(() => ({
    way: bestWay(options),
    reason: '',
  }));
  const { busy, problem, dismiss, request } = useRequest(onRequested);
  const { way, addresses, reason } = choice;
  const chosenOption = options.options.find(({ action }) => action === way);

  let forbidden: string | undefined;
  if (way !== 'accept') {
    if (!chosenOption?.available) {
      forbidden = chosenOption?.reason ?? t('remediationDecision.notNow');
    } else if (addresses?.length === 0) {
      forbidden = t('remediate.resourcesMissing');
    } else if (addresses && addresses.length > MOST_ADDRESSES) {
      forbidden = t('remediate.resourcesTooMany', { amount: MOST_ADDRESSES });
    }
  }
  return (
    <>
      <DialogContent className={classes.content}>
        <DialogSteps step={0} />
        <ChooseStep
          target={target}
          options={options}
          choice={choice}
          onChange={next => {
            dismiss();
            setChoice(next);
          }}
          onContinue={onContinue}
        />
        {problem && (
          <Alert severity="error" className={classes.problem} onClose={dismiss}>
            {problem}
          </Alert>
        )}
      </DialogContent>
      <Actions>
        <CloseButton onClose={onClose} />
        <GuardedButton
          variant="contained"
          color="primary"
          label={
            way === 'accept'
              ? t('remediation.actionAccept')
              : t('remediate.preview')
          }
          busy={busy}
          forbidden={forbidden}
          onClick={() =>
            way === 'accept'
              ? onAccept(target)
              : request({
                  targetId: target.id,
                  action: way,
                  ...(addresses ? { addresses } : {}),
                  ...(reason.trim() ? { reason: reason.trim() } : {}),
                })
          }
        />
      </Actions>
    </>
  );
}

/** Step 1; goes on with what is under way already unless another way is asked for. */
function Choose(props: {
  targetId: string;
  /** Known where somebody came from a target. */
  target: DriftTarget | undefined;
  /** Somebody wants to choose although something is under way. */
  anew: boolean;
  onRequested(remediation: Remediation): void;
  onContinue(remediationId: string): void;
  onAccept(target: DriftTarget): void;
  onClose(): void;
}) {
  const { targetId, anew, onContinue, onClose } = props;
  const classes = useStyles();
  const driftApi = useApi(driftApiRef);
  const loaded = useLoaded({
    key: targetId,
    scope: targetId,
    load: async signal => {
      const [options, target] = await Promise.all([
        driftApi.getRemediationOptions(targetId, { signal }),
        props.target ?? driftApi.getTarget(targetId),
      ]);
      return { options, target };
    },
  });
  const currentId = loaded.value?.options.current?.id;
  const goesOn = !anew && currentId !== undefined;
  const goOn = useRef(onContinue);
  goOn.current = onContinue;
  useEffect(() => {
    if (goesOn) {
      goOn.current(currentId);
    }
  }, [goesOn, currentId]);

  if (!loaded.value || goesOn) {
    return (
      <>
        <DialogContent className={classes.content}>
          <DialogSteps step={0} />
          {loaded.error ? (
            <Problem error={loaded.error} onRetry={loaded.reload} />
          ) : (
            <Waiting />
          )}
        </DialogContent>
        <Actions>
          <CloseButton onClose={onClose} />
        </Actions>
      </>
    );
  }
  return <Choosing key={targetId} {...props} {...loaded.value} />;
}

/** In which of the five steps a remediation is. */
function stepOf(remediation: Remediation): number {
  switch (remediation.state) {
    case 'requested':
      return 1;
    case 'previewed':
    case 'awaiting-approval':
      return 2;
    default:
      return isOpen(remediation.state) ? 3 : 4;
  }
}

/** Steps 2 to 5 of a remediation that was asked for. */
function Following(props: {
  remediationId: string;
  onLoaded(remediation: Remediation): void;
  onChooseAgain(remediation: Remediation): void;
  onClose(): void;
}) {
  const { remediationId, onLoaded, onChooseAgain, onClose } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = useRemediationWords();
  const remediationPath = useRouteRef(remediationRouteRef);
  const targetPath = useRouteRef(targetRouteRef);
  const live = useRemediation(remediationId);
  const decision = useDecision(live);
  const remediation = live.value;
  const tell = useRef(onLoaded);
  tell.current = onLoaded;
  useEffect(() => {
    if (remediation) {
      tell.current(remediation);
    }
  }, [remediation]);

  if (!remediation) {
    return (
      <>
        <DialogContent className={classes.content}>
          {live.error ? (
            <Problem error={live.error} onRetry={live.reload} />
          ) : (
            <Waiting />
          )}
        </DialogContent>
        <Actions>
          <CloseButton onClose={onClose} />
        </Actions>
      </>
    );
  }
  const { id, targetId, state, action, target } = remediation;
  const ended = !isOpen(state);
  return (
    <>
      <DialogContent className={classes.content}>
        <DialogSteps
          step={stepOf(remediation)}
          approval={remediation.decision?.needsApproval}
        />
        <StepTitle>
          {`${words.action(action, target.source)}: ${words.state(state)}`}
        </StepTitle>
        <RemediationView
          live={live}
          remediation={remediation}
          decision={decision}
        />
      </DialogContent>
      <Actions
        fields={
          <DecisionFields remediation={remediation} decision={decision} />
        }
        links={
          <>
            <Link
              to={
                ended
                  ? targetPath(targetRouteParams(targetId))
                  : remediationPath({ id: encodeURIComponent(id) })
              }
              onClick={onClose}
            >
              {ended ? t('remediate.toTarget') : t('remediate.toPage')}
            </Link>
            {(state === 'previewed' || state === 'requested') && (
              <GuardedButton
                size="small"
                label={t('remediate.otherWay')}
                busy={decision.busy === 'cancel'}
                onClick={async () => {
                  // Only one can be under way for each way.
                  if (
                    !remediation.may.cancel.allowed ||
                    (await decision.cancel())
                  ) {
                    onChooseAgain(remediation);
                  }
                }}
              />
            )}
          </>
        }
      >
        <CloseButton goesOn={!ended} onClose={onClose} />
        {ended && state !== 'succeeded' && (
          <Button
            variant="contained"
            color="primary"
            onClick={() => onChooseAgain(remediation)}
          >
            {t('remediate.again')}
          </Button>
        )}
        <DecisionButtons remediation={remediation} decision={decision} />
      </Actions>
    </>
  );
}

function TargetTitle(props: { target: DriftTarget }) {
  const { t } = useDriftTranslation();
  return <>{t('remediate.title', { name: useTargetTitle(props.target) })}</>;
}

function RemediationTitle(props: { remediation: Remediation }) {
  const { t } = useDriftTranslation();
  return (
    <>
      {t('remediate.title', { name: useRemediationTitle(props.remediation) })}
    </>
  );
}

/** What the dialog is about: a target, a remediation that was asked for, or both. */
export interface RemediateSubject {
  target?: DriftTarget;
  remediationId?: string;
}

/**
 * From choosing what to do about drift to the verified result. Everything is
 * kept by the backend: closing loses nothing.
 */
export function RemediateDialog(props: {
  subject: RemediateSubject;
  /** Goes on with another remediation, or back to choosing. */
  onFollow(remediationId: string | undefined): void;
  onAccept(target: DriftTarget): void;
  onClose(): void;
}) {
  const { subject, onFollow, onAccept, onClose } = props;
  const { target, remediationId } = subject;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const fullScreen = useMediaQuery<Theme>(theme =>
    theme.breakpoints.down('xs'),
  );
  const [followed, setFollowed] = useState<Remediation>();
  const [anew, setAnew] = useState(false);
  const targetId = target?.id ?? followed?.targetId;

  let title: ReactNode = t('remediate.titlePlain');
  if (target) {
    title = <TargetTitle target={target} />;
  } else if (followed) {
    title = <RemediationTitle remediation={followed} />;
  }
  return (
    <Dialog
      open
      fullWidth
      maxWidth="md"
      fullScreen={fullScreen}
      onClose={onClose}
      aria-labelledby={TITLE_ID}
    >
      <DialogTitle id={TITLE_ID} className={classes.title}>
        {title}
      </DialogTitle>
      {remediationId && (
        <Following
          key={remediationId}
          remediationId={remediationId}
          onLoaded={setFollowed}
          onChooseAgain={remediation => {
            setFollowed(remediation);
            setAnew(true);
            onFollow(undefined);
          }}
          onClose={onClose}
        />
      )}
      {!remediationId && targetId && (
        <Choose
          targetId={targetId}
          target={target}
          anew={anew}
          onRequested={remediation => onFollow(remediation.id)}
          onContinue={onFollow}
          onAccept={onAccept}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}
