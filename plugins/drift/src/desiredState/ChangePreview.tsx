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

import { BackstageTheme } from '@backstage/theme';
import { DesiredStateChange } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import AddIcon from '@material-ui/icons/Add';
import EditIcon from '@material-ui/icons/Edit';
import RemoveIcon from '@material-ui/icons/Remove';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { ReactElement, useState } from 'react';
import { Mark } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

/** The others are shown on request. */
const RESOURCES_SHOWN = 20;

const useStyles = makeStyles(
  theme => ({
    group: { margin: theme.spacing(1, 0) },
    list: {
      margin: theme.spacing(0.5, 0, 0),
      paddingLeft: theme.spacing(3),
      overflowWrap: 'anywhere',
      fontSize: theme.typography.pxToRem(13),
    },
    notices: { marginTop: theme.spacing(1) },
    notice: { margin: 0, paddingLeft: theme.spacing(2.5) },
  }),
  { name: 'DriftChangePreview' },
);

function Resources(props: {
  kind: 'added' | 'modified' | 'removed';
  names: string[];
  icon: ReactElement;
  color: string;
}) {
  const { kind, names, icon, color } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [allShown, setAllShown] = useState(false);
  if (names.length === 0) {
    return null;
  }
  const title = t(`desiredState.${kind}`, { count: names.length });
  const shown = allShown ? names : names.slice(0, RESOURCES_SHOWN);
  return (
    <div className={classes.group}>
      <Mark color={color} icon={icon}>
        {title}
      </Mark>
      <ul className={classes.list} aria-label={title}>
        {shown.map(name => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
      </ul>
      {names.length > shown.length && (
        <Button size="small" onClick={() => setAllShown(true)}>
          {t('desiredState.showMore', { amount: names.length })}
        </Button>
      )}
    </div>
  );
}

/** Whether a change would change anything. */
export function changesAnything(change: DesiredStateChange): boolean {
  const { added, changed, removed } = change;
  return added.length + changed.length + removed.length > 0;
}

/** What a change of the desired state would add, change and remove. */
export function ChangePreview(props: { change: DesiredStateChange }) {
  const { added, changed, removed, unchanged, notices } = props.change;
  const classes = useStyles();
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  return (
    <>
      <Resources
        kind="added"
        names={added}
        icon={<AddIcon aria-hidden />}
        color={theme.palette.status.ok}
      />
      <Resources
        kind="modified"
        names={changed}
        icon={<EditIcon aria-hidden />}
        color={theme.palette.status.warning}
      />
      <Resources
        kind="removed"
        names={removed}
        icon={<RemoveIcon aria-hidden />}
        color={theme.palette.status.error}
      />
      {unchanged > 0 && (
        <Typography variant="body2" color="textSecondary">
          {t('desiredState.unchanged', { count: unchanged })}
        </Typography>
      )}
      {notices.length > 0 && (
        <Alert severity="info" className={classes.notices}>
          <AlertTitle>{t('desiredState.notices')}</AlertTitle>
          <ul className={classes.notice}>
            {[...new Set(notices.map(({ message }) => message))].map(
              message => (
                <li key={message}>{message}</li>
              ),
            )}
          </ul>
        </Alert>
      )}
    </>
  );
}
