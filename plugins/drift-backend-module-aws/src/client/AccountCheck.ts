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

import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import {
  CloudContext,
  CloudFailure,
} from '@infra-hub/backstage-plugin-drift-node';
import { AwsClients, AwsDoor } from './AwsClients';
import { AwsCredentialError } from './AwsCredentialError';
import { describeFailure } from './awsFailure';
import { firstRegion } from './partition';
import { takeTurns } from './takeTurns';

/**
 * Makes sure that credentials belong to the account that they are configured for:
 * in another one, nothing would be found and everything taken for deleted.
 */
export class AccountCheck {
  readonly #clients: AwsClients;
  /** Access key with which an account was seen. */
  readonly #seen = new Map<string, string>();

  constructor(clients: AwsClients) {
    this.#clients = clients;
  }

  /**
   * Asks once for each pair of credentials.
   *
   * @throws CloudFailure when the account cannot be used
   */
  async ensure(
    door: AwsDoor,
    context: Pick<CloudContext, 'signal' | 'turn'>,
  ): Promise<void> {
    const accessKeyId = await this.#accessKeyId(door);
    const key = JSON.stringify([door.account.name, door.purpose]);
    if (this.#seen.get(key) !== accessKeyId) {
      await this.ask(door, context);
      this.#seen.set(key, accessKeyId);
    }
  }

  /**
   * @returns the ARN of whom the credentials belong to
   * @throws CloudFailure when the account cannot be used
   */
  async ask(
    door: AwsDoor,
    { signal, turn }: Pick<CloudContext, 'signal' | 'turn'>,
  ): Promise<string> {
    const { account } = door;
    const answer = await this.#clients
      .sts({ ...door, region: homeOf(door) })
      .send(takeTurns(new GetCallerIdentityCommand({}), turn), {
        abortSignal: signal,
      })
      .catch(error => {
        throw signal.aborted ? error : this.failure(door, error);
      });
    if (answer.Account !== account.id) {
      this.#clients.forget(door);
      throw new CloudFailure(
        answer.Account === undefined
          ? `AWS does not tell which account the credentials of ${account.name} belong to.`
          : `The credentials of the AWS account ${account.name} belong to account ${answer.Account}, not to ${account.id}.`,
      );
    }
    return answer.Arn ?? answer.Account;
  }

  /** The account as a whole cannot be used because of this error. */
  failure(door: AwsDoor, error: unknown): CloudFailure {
    const { account } = door;
    this.forget(door);
    return new CloudFailure(
      `The AWS account ${account.name} cannot be used. ${
        describeFailure(error).sentence
      }`,
    );
  }

  forget(door: AwsDoor): void {
    this.#clients.forget(door);
    this.#seen.delete(JSON.stringify([door.account.name, door.purpose]));
  }

  async #accessKeyId(door: AwsDoor): Promise<string> {
    return this.#clients.accessKeyId(door).catch(error => {
      throw error instanceof AwsCredentialError
        ? this.failure(door, error)
        : error;
    });
  }
}

/** A region that surely is one: the one that is looked at may not be enabled. */
function homeOf({ account, region }: AwsDoor): string {
  return account.regions[0] ?? firstRegion(region);
}
