/** What the tests of several packages need: a task without a worker, clocks and jobs that a test moves by hand. */
@org.jspecify.annotations.NullMarked
package dev.millrace.engine.internal.testkit;
