// The plain second question before something that binds or cannot be undone. It names the consequence.
import { shallowRef } from 'vue';

export interface Question {
  title: string;
  /** What happens if the answer is yes. */
  consequence: string;
  /** Word on the button that does it. */
  act: string;
  danger?: boolean;
  /** What is to be read to somebody else, letter by letter. */
  aloud?: string;
  /** Something is told, nothing asked: there is no other answer. */
  only?: boolean;
}

interface Asked extends Question {
  answer: (yes: boolean) => void;
}

export const asked = shallowRef<Asked>();

/** Asks and waits for the answer. A question that is already open is answered with no. */
export function ask(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer: (yes) => {
        asked.value = undefined;
        resolve(yes);
      },
    };
  });
}
