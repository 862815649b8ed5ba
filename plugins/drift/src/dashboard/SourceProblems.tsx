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

import { SourceHealth } from '@infra-hub/backstage-plugin-drift-common';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { sourceLabel } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

/** Says which sources cannot work here and what to do. */
export function SourceProblems(props: {
  sources: SourceHealth[];
  hasRecorded: boolean;
}) {
  const { t } = useDriftTranslation();
  return (
    <>
      {props.sources
        .filter(source => !source.ok)
        .map(source => (
          <Alert key={source.source} severity="warning" variant="outlined">
            <AlertTitle>
              {t('dashboard.sourceProblem', {
                source: sourceLabel(source.source),
              })}
            </AlertTitle>
            {source.message ?? t('dashboard.sourceProblemDefault')}
            {props.hasRecorded && <> {t('dashboard.recordedNote')}</>}
          </Alert>
        ))}
    </>
  );
}
