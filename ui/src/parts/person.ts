/** A person as chosen somewhere: who, and the name to show. */
export interface Person {
  id: string;
  name: string;
}
