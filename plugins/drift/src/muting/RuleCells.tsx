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

import { makeStyles } from '@material-ui/core/styles';
import { GuardedButton, Person, TimeAgo } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const useStyles = makeStyles(
  theme => ({
    id: {
      fontFamily: 'monospace',
      fontSize: theme.typography.pxToRem(13),
      fontWeight: 600,
    },
    reason: { whiteSpace: 'pre-line' },
    scope: { '&::first-letter': { textTransform: 'uppercase' } },
    hint: {
      marginTop: theme.spacing(0.5),
      fontSize: theme.typography.pxToRem(12.5),
      color: theme.palette.text.secondary,
    },
  }),
  { name: 'DriftRuleCells' },
);

/** What people write is either an ignore rule or a policy. */
type Words = 'ignoreRules' | 'policies';

/** Which one, and why it is there. */
export function RuleName(props: { id: string; reason: string | undefined }) {
  const { id, reason } = props;
  const classes = useStyles();
  return (
    <>
      <div className={classes.id}>{id}</div>
      {reason && <div className={classes.reason}>{reason}</div>}
    </>
  );
}

/** What it is about. */
export function RuleScopeText(props: { children: string }) {
  return <div className={useStyles().scope}>{props.children}</div>;
}

/** Where it was written, and by whom. */
export function RuleOrigin(props: {
  words: Words;
  origin: 'config' | 'api';
  who: string | undefined;
  when: string | undefined;
}) {
  const { words, origin, who, when } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <>
      <div>
        {origin === 'config'
          ? t(`${words}.originConfig`)
          : t(`${words}.originApi`)}
      </div>
      {who && (
        <div className={classes.hint}>
          <Person who={who} />
          {when && (
            <>
              , <TimeAgo iso={when} />
            </>
          )}
        </div>
      )}
    </>
  );
}

/** Edits and deletes one that was not written in the configuration. */
export function RuleButtons(props: {
  words: Words;
  rule: { id: string; origin: 'config' | 'api' };
  forbidden: string | undefined;
  onShow(kind: 'edit' | 'delete'): void;
}) {
  const { words, rule, forbidden, onShow } = props;
  const { t } = useDriftTranslation();
  const noWrite =
    forbidden ??
    (rule.origin === 'config' ? t(`${words}.configReason`) : undefined);
  return (
    <>
      <GuardedButton
        size="small"
        variant="outlined"
        label={t(`${words}.edit`)}
        name={t(`${words}.editTitle`, { id: rule.id })}
        forbidden={noWrite}
        onClick={() => onShow('edit')}
      />
      <GuardedButton
        size="small"
        variant="outlined"
        label={t(`${words}.delete`)}
        name={t(`${words}.deleteTitle`, { id: rule.id })}
        forbidden={noWrite}
        onClick={() => onShow('delete')}
      />
    </>
  );
}
