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
import { Evidence } from '@infra-hub/backstage-plugin-drift-common';
import { useTheme } from '@material-ui/core/styles';
import InfoIcon from '@material-ui/icons/InfoOutlined';
import { useDriftTranslation } from '../useDriftTranslation';
import { Mark } from './Mark';

/** Says when a verdict rests on less than the full truth. */
export function EvidenceMark(props: { evidence: Evidence | undefined }) {
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  switch (props.evidence) {
    case 'recorded':
      return (
        <Mark
          color={theme.palette.status.running}
          icon={<InfoIcon aria-hidden />}
          hint={t('evidence.recordedHint')}
        >
          {t('evidence.recorded')}
        </Mark>
      );
    case 'ui-stream':
    case 'plan-text':
      return (
        <Mark
          color={theme.palette.status.aborted}
          icon={<InfoIcon aria-hidden />}
          hint={t('evidence.partialHint')}
        >
          {t('evidence.partial')}
        </Mark>
      );
    default:
      return null;
  }
}
