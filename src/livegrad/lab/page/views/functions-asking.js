// One question at a time, the newest wins: what a slider asks for while it moves. Pure: knows no DOM.

/**
 * @template Question
 * @template Answer
 */
export class Newest {
  /**
   * @param {(question: Question) => Promise<Answer>} ask
   * @param {(answer: Answer, question: Question) => void} done
   * @param {(error: unknown) => void} refused
   */
  constructor(ask, done, refused) {
    this.ask = ask;
    this.done = done;
    this.refused = refused;
    this.busy = false;
    /** @type {{ question: Question } | undefined} */
    this.waiting = undefined;
    this.closed = false;
  }

  /** @param {Question} question */
  want(question) {
    this.waiting = { question };
    if (!this.busy) void this.#next();
  }

  async #next() {
    while (this.waiting && !this.closed) {
      const { question } = this.waiting;
      this.waiting = undefined;
      this.busy = true;
      try {
        const answer = await this.ask(question);
        if (!this.closed) this.done(answer, question);
      } catch (error) {
        if (!this.closed && !this.waiting) this.refused(error); // a newer question makes an old no worthless
      }
      this.busy = false;
    }
  }

  /** Forget what is asked; nothing is told any more. */
  close() {
    this.closed = true;
    this.waiting = undefined;
  }
}
