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

import Button from '@material-ui/core/Button';
import QuestionAnswerIcon from '@material-ui/icons/QuestionAnswerOutlined';
import { useState } from 'react';
import { useDriftTranslation } from '../useDriftTranslation';
import { AskDrawer } from './AskDrawer';

/** Opens the questions about drift. */
export function AskButton(props: { moduleName: string | undefined }) {
  const { t } = useDriftTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<QuestionAnswerIcon aria-hidden />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {t('ask.button')}
      </Button>
      <AskDrawer
        open={open}
        moduleName={props.moduleName}
        onClose={() => setOpen(false)}
      />
    </>
  );
}
