const { bind, call } = Function.prototype;

/**
 * Turns a method into a function that takes its `this` first: what it calls is decided here and now,
 * and not by what a script has put in the method's place.
 */
export const uncurry = bind.bind(call) as <Self, Arguments extends unknown[], Result>(
  method: (this: Self, ...values: Arguments) => Result,
) => (self: Self, ...values: Arguments) => Result;
