/**
 * Returns classes that `make` makes under the names of properties. Stacks call an object by the name in the text of
 * its class, which a bundler shortens, or by that of its property; in an assignment, the name of the variable would
 * come before it.
 */
export const spelled = <Made>(make: () => Made): Made => make();
