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
import { ExplainedBy } from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import MemoryIcon from '@material-ui/icons/Memory';
import { useDriftTranslation } from '../useDriftTranslation';
import { Mark } from './Mark';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1),
      color: theme.palette.text.secondary,
      fontSize: theme.typography.pxToRem(13),
      overflowWrap: 'anywhere',
    },
  }),
  { name: 'DriftExplainedBy' },
);

/** Marks a text of a language model as such; nothing for a text of the rules. */
export function AiMark(props: { by: ExplainedBy }) {
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  return props.by.kind === 'ai' ? (
    <Mark
      color={theme.palette.status.running}
      icon={<MemoryIcon aria-hidden />}
      hint={t('explanation.aiHint')}
    >
      {t('explanation.ai')}
    </Mark>
  ) : null;
}

/** Who wrote a text, in words. */
export function ExplainedByLine(props: { by: ExplainedBy }) {
  const { by } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  let words: string = t('explanation.byRules');
  if (by.kind === 'ai') {
    words = by.model
      ? t('explanation.byModel', { model: by.model })
      : t('explanation.bySomeModel');
  }
  return (
    <div className={classes.root}>
      <AiMark by={by} />
      <span>{words}</span>
    </div>
  );
}
