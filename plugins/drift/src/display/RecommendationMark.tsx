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
import { Recommendation } from '@infra-hub/backstage-plugin-drift-common';
import { useTheme } from '@material-ui/core/styles';
import CodeIcon from '@material-ui/icons/Code';
import PlayArrowIcon from '@material-ui/icons/PlayArrow';
import SearchIcon from '@material-ui/icons/Search';
import { ReactElement } from 'react';
import { useDriftTranslation } from '../useDriftTranslation';
import { Mark } from './Mark';
import { TargetKind } from './targetKinds';

const LOOKS: Record<
  Recommendation,
  {
    icon: ReactElement;
    words: 'updateCode' | 'apply' | 'investigate';
    platformWords: 'updatePlatform' | 'applyPlatform' | 'investigate';
  }
> = {
  'update-code': {
    icon: <CodeIcon aria-hidden />,
    words: 'updateCode',
    platformWords: 'updatePlatform',
  },
  apply: {
    icon: <PlayArrowIcon aria-hidden />,
    words: 'apply',
    platformWords: 'applyPlatform',
  },
  investigate: {
    icon: <SearchIcon aria-hidden />,
    words: 'investigate',
    platformWords: 'investigate',
  },
};

/** What to do next, in a few words. */
export function RecommendationMark(props: {
  recommendation: Recommendation;
  kind: TargetKind;
}) {
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  const { icon, words, platformWords } = LOOKS[props.recommendation];
  const key = props.kind === 'module' ? words : platformWords;
  return (
    <Mark
      color={theme.palette.status.running}
      icon={icon}
      hint={t(`recommendation.${key}Hint`)}
    >
      {t(`recommendation.${key}`)}
    </Mark>
  );
}
